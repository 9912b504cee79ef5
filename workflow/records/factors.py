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
    columns = (col(FactorRow.secret), col(FactorRow.confirmed_at).is_not(None), col(FactorRow.last_step))
    row = connection.execute(select(*columns).where(col(FactorRow.person) == person)).one_or_none()
    return Factor(*row) if row else None


def enrol(connection: Connection, person: str, secret: str, at: datetime) -> bool:
    """Keep a secret that is still to be confirmed; False where one is confirmed already."""
    row = {"person": person, "secret": secret, "created_at": at, "confirmed_at": None, "last_step": 0}
    open_one = (col(FactorRow.person) == person, col(FactorRow.confirmed_at).is_(None))
    connection.execute(delete(FactorRow).where(*open_one))
    kept = connection.insert(_FACTOR).values(row).on_conflict_do_nothing().returning(_FACTOR.c.person)
    return connection.execute(kept).first() is not None


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
    connection.execute(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.person) == person))
    return connection.execute(delete(FactorRow).where(col(FactorRow.person) == person)).rowcount == 1


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
