"""Who signs in with what: accounts by their address, and the hashes of their passwords.

Law: an address that two accounts share is nobody's, and demonstration persons cannot sign in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, select
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.tables import FactorRow, KnownSourceRow, PasswordRow, PersonRow

_ENROLLED = exists().where(
    col(FactorRow.person) == col(PersonRow.id), col(FactorRow.confirmed_at).is_not(None)
)


@dataclass(frozen=True, slots=True)
class Account:
    """What is needed to let somebody in. `known_here`: they signed in from this network before."""

    person: str
    language: str
    hash: str | None
    enrolled: bool
    known_here: bool


@dataclass(frozen=True, slots=True)
class State:
    """Whether an account is open, and by what its person signs in."""

    disabled_at: datetime | None
    password: bool
    enrolled: bool


def normal(address: str) -> str:
    """An address as it is compared."""
    return address.strip().lower()


def by_address(connection: Connection, address: str, source: str = "") -> Account | None:
    """The one account that may sign in with this address."""
    return _one(connection, source, func.lower(col(PersonRow.email)) == normal(address))


def by_person(connection: Connection, person: str, source: str = "") -> Account | None:
    """The account, where it may sign in."""
    return _one(connection, source, col(PersonRow.id) == person)


def held(connection: Connection, person: str, source: str = "") -> Account | None:
    """The account, where it may sign in; nobody else signs in to it, or changes it, till the commit."""
    # A statement of its own: what is read after it sees what was changed by whoever held it before.
    own = select(col(PersonRow.id)).where(col(PersonRow.id) == person)
    connection.execute(own.with_for_update(key_share=True))
    return by_person(connection, person, source)


def state(connection: Connection, person: str) -> State | None:
    """None for an account that there is not."""
    has_password = exists().where(col(PasswordRow.person) == col(PersonRow.id))
    found = select(col(PersonRow.disabled_at), has_password, _ENROLLED).where(col(PersonRow.id) == person)
    row = connection.execute(found).one_or_none()
    return State(*row) if row else None


def sharers(connection: Connection, person: str, address: str) -> tuple[str, ...]:
    """The other accounts with this address."""
    same = func.lower(col(PersonRow.email)) == normal(address)
    found = select(col(PersonRow.id)).where(same, col(PersonRow.id) != person)
    return tuple(connection.execute(found.order_by(col(PersonRow.id))).scalars())


def put(connection: Connection, person: str, hash_: str, at: datetime) -> None:
    connection.put(PasswordRow, [{"person": person, "hash": hash_, "changed_at": at}])


def remember_source(connection: Connection, person: str, source: str, at: datetime) -> None:
    """From now on the failures of others do not slow the person down here."""
    connection.put(KnownSourceRow, [{"person": person, "source": source, "seen_at": at}])


def forget_sources(connection: Connection, before: datetime) -> int:
    old = delete(KnownSourceRow).where(col(KnownSourceRow.seen_at) < before)
    return connection.execute(old).rowcount


def _one(connection: Connection, source: str, wanted: ColumnElement[bool]) -> Account | None:
    known = exists().where(
        col(KnownSourceRow.person) == col(PersonRow.id), col(KnownSourceRow.source) == source
    )
    found = (
        select(col(PersonRow.id), col(PersonRow.language), col(PasswordRow.hash), _ENROLLED, known)
        .join_from(PersonRow, PasswordRow, col(PasswordRow.person) == col(PersonRow.id), isouter=True)
        .where(wanted, col(PersonRow.disabled_at).is_(None), ~col(PersonRow.demonstration))
        .limit(2)
    )
    rows = connection.execute(found).all()
    return Account(*rows[0]) if len(rows) == 1 else None
