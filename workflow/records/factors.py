"""Second factors and the codes that stand in for them.

Law: a code is taken once, whoever else takes it at the same moment: the row decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.tables import METADATA, FactorRow, RecoveryCodeRow
from workflow.records.tokens import digest

_FACTOR = METADATA.tables["factor"]


@dataclass(frozen=True, slots=True)
class Factor:
    """`last_step` is the step of the last code that was taken."""

    secret: str
    confirmed: bool
    last_step: int


def get(connection: Connection, person: str) -> Factor | None:
    """The person's factor; nobody else changes it, or takes a code of it, till the commit."""
    columns = (col(FactorRow.secret), col(FactorRow.confirmed_at).is_not(None), col(FactorRow.last_step))
    found = select(*columns).where(col(FactorRow.person) == person).with_for_update()
    row = connection.execute(found).one_or_none()
    return Factor(*row) if row else None


def enrol(connection: Connection, person: str, secret: str, at: datetime) -> bool:
    """Keep a secret that is still to be confirmed, in place of one that was not; False where one is
    confirmed already.
    """
    fresh = {"secret": secret, "created_at": at}
    kept = connection.insert(_FACTOR).values(person=person, last_step=0, **fresh)
    still_open = _FACTOR.c.confirmed_at.is_(None)
    kept = kept.on_conflict_do_update(index_elements=["person"], set_=fresh, where=still_open)
    return connection.execute(kept.returning(_FACTOR.c.person)).first() is not None


def confirm(connection: Connection, person: str, step: int, at: datetime) -> bool:
    """Let the factor count, with its first code; False if another request did, or nothing waits for it."""
    waits = (col(FactorRow.person) == person, col(FactorRow.confirmed_at).is_(None))
    confirmed = update(FactorRow).where(*waits, col(FactorRow.last_step) < step)
    return connection.execute(confirmed.values(confirmed_at=at, last_step=step)).rowcount == 1


def take(connection: Connection, person: str, step: int) -> bool:
    """Take the code of this step; False where it, or a later one, was taken before."""
    own = (col(FactorRow.person) == person, col(FactorRow.confirmed_at).is_not(None))
    taken = update(FactorRow).where(*own, col(FactorRow.last_step) < step).values(last_step=step)
    return connection.execute(taken).rowcount == 1


def remove(connection: Connection, person: str) -> bool:
    """Take the factor away, and its recovery codes; False where there is none."""
    # The factor first: whoever makes new codes of it at this moment is waited for.
    gone = connection.execute(delete(FactorRow).where(col(FactorRow.person) == person)).rowcount == 1
    connection.execute(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.person) == person))
    return gone


def put_codes(connection: Connection, person: str, codes: Iterable[str]) -> None:
    """Put these recovery codes in place of those there are."""
    connection.execute(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.person) == person))
    rows = [{"person": person, "digest": _digest(person, code), "used_at": None} for code in codes]
    connection.put(RecoveryCodeRow, rows)


def take_code(connection: Connection, person: str, code: str, at: datetime) -> bool:
    """Take a recovery code; False where there is no such one left."""
    own = (col(RecoveryCodeRow.person) == person, col(RecoveryCodeRow.digest) == _digest(person, code))
    taken = update(RecoveryCodeRow).where(*own, col(RecoveryCodeRow.used_at).is_(None)).values(used_at=at)
    return connection.execute(taken).rowcount == 1


def codes_left(connection: Connection, person: str) -> int:
    left = (col(RecoveryCodeRow.person) == person, col(RecoveryCodeRow.used_at).is_(None))
    counted = select(func.count()).select_from(RecoveryCodeRow).where(*left)
    return int(connection.execute(counted).scalar_one())


def _digest(person: str, code: str) -> str:
    return digest(f"{person}\n{code}")
