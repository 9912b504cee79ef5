"""Accounts with providers, linked to persons. Law: an account belongs to one person, and nothing but its
issuer and subject says whose it is: an e-mail address proves nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlmodel import col

from workflow.errors import Malformed, NotNow
from workflow.records import administration, sessions
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Order, Page, Place, page
from workflow.records.persons import check_welcome, get, unknown
from workflow.records.tables import METADATA, IdentityRow, PersonRow
from workflow.rules.texts import refuse_nul


@dataclass(frozen=True, slots=True)
class Identity:
    """An account with a provider, and whose it is here."""

    id: str
    issuer: str
    subject: str
    person: str
    linked_at: datetime
    linked_by: str
    used_at: datetime | None = None


def link(
    connection: Connection, person: str, issuer: str, subject: str, *, by: str, at: datetime
) -> Identity:
    """Let the account stand for the person; one that does already stays as it is.

    Raises Malformed for an unknown person, NotNow for one who was erased or is disabled, and where it is
    somebody else's.
    """
    if get(connection, person) is None:
        raise Malformed((unknown(person),))
    check_welcome(connection, person)
    refuse_nul({"subject": subject})
    row = Identity(secrets.token_hex(8), issuer, subject, person, at, by)
    news = connection.insert(_TABLE).values(asdict(row))
    connection.execute(news.on_conflict_do_nothing(index_elements=["issuer", "subject"]))
    found = one(connection, issuer, subject)
    assert found is not None
    if found.person != person:
        raise NotNow("This account is linked to somebody else here, who must let go of it first.")
    if found.id == row.id:
        _note(connection, "link_identity", found, by, at)
    return found


def one(connection: Connection, issuer: str, subject: str) -> Identity | None:
    found = _ALL.where(col(IdentityRow.issuer) == issuer, col(IdentityRow.subject) == subject)
    row = connection.execute(found).one_or_none()
    return Identity(*row) if row else None


def use(connection: Connection, issuer: str, subject: str, at: datetime) -> str | None:
    """The person whose account it is, now that they came by it; None where it is nobody's, or of somebody
    who may not sign in.
    """
    welcome = exists().where(
        col(PersonRow.id) == col(IdentityRow.person),
        col(PersonRow.disabled_at).is_(None),
        col(PersonRow.demonstration).is_(False),
    )
    used = (
        update(IdentityRow)
        .where(col(IdentityRow.issuer) == issuer, col(IdentityRow.subject) == subject, welcome)
        .values(used_at=at)
        .returning(col(IdentityRow.person))
    )
    return connection.execute(used).scalar_one_or_none()


def of_person(connection: Connection, person: str) -> tuple[Identity, ...]:
    """All accounts of the person, latest first."""
    found = _ALL.where(col(IdentityRow.person) == person)
    ordered = found.order_by(col(IdentityRow.linked_at).desc(), col(IdentityRow.id))
    return tuple(Identity(*row) for row in connection.execute(ordered))


def listed(connection: Connection, place: Place, person: str | None = None) -> Page:
    """Everybody's accounts, or those of one person, latest first."""
    rows = _ALL if person is None else _ALL.where(col(IdentityRow.person) == person)
    order = Order((col(IdentityRow.linked_at), col(IdentityRow.id)), descending=True)
    return page(connection, rows, order, place)


def unlink(
    connection: Connection,
    identity: str,
    *,
    by: str,
    at: datetime,
    person: str | None = None,
    session: str | None = None,
) -> Identity | None:
    """Let an account stand for nobody, and end the sessions of whoever it stood for, but for the one with
    this digest; None if there is no such account, or it is not this person's.
    """
    own = [col(IdentityRow.id) == identity] + ([col(IdentityRow.person) == person] if person else [])
    row = connection.execute(delete(IdentityRow).where(*own).returning(*_COLUMNS)).one_or_none()
    if row is None:
        return None
    gone = Identity(*row)
    sessions.end_all(connection, gone.person, but=session)
    _note(connection, "unlink_identity", gone, by, at)
    return gone


_TABLE = METADATA.tables["identity"]
_COLUMNS = [getattr(IdentityRow, name) for name in Identity.__slots__]
_ALL = select(*_COLUMNS)


def _note(connection: Connection, act: str, about: Identity, by: str, at: datetime) -> None:
    """The subject is a personal fact of another house: the log names the row only."""
    data = {"identity": about.id}
    administration.note(connection, by=by, act=act, subject=f"person:{about.person}", at=at, data=data)
