"""One-time links, and those that are owed by mail.

Law: a link is used once, whoever else uses it at the same moment. Its secret is made when it is sent or told,
and kept as a digest only.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, true, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col

from workflow.records import outbox
from workflow.records.databases.protocol import Connection
from workflow.records.tables import LinkRequestRow, LinkRow
from workflow.records.tokens import digest
from workflow.rules.texts import refuse_nul

LIFE = {"sign_in": timedelta(minutes=15), "reset": timedelta(minutes=15), "invite": timedelta(days=7)}
"""For how long a link is good, by its purpose."""
PASSWORD = ("invite", "reset")
"""What a new password may be set with."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A link that is to be sent now: to a person, or to whoever has the address. `fence` proves the claim."""

    id: str
    purpose: str
    person: str | None
    email: str | None
    fence: int
    attempts: int
    created_at: datetime


def new(connection: Connection, person: str, purpose: str, at: datetime) -> tuple[str, datetime]:
    """Make a link: its secret, which nobody can tell again, and when it ends.

    It takes the place of one that was made before for the same purpose.
    """
    secret = f"cl_{secrets.token_urlsafe(32)}"
    expires = at + LIFE[purpose]
    end(connection, person, (purpose,))
    row = {"digest": digest(secret), "person": person, "purpose": purpose, "created_at": at}
    connection.put(LinkRow, [row | {"expires_at": expires, "used_at": None}])
    return secret, expires


def owner(connection: Connection, secret: str, purposes: Collection[str], at: datetime) -> str | None:
    """Whose link it is, while it is good for one of the purposes."""
    found = select(col(LinkRow.person)).where(*_good(secret, purposes, at))
    person: str | None = connection.execute(found).scalar()
    return person


def use(connection: Connection, secret: str, purposes: Collection[str], at: datetime) -> str | None:
    """Use it up: whose it is; None if it is unknown, used, ended, expired, or for something else."""
    used = update(LinkRow).where(*_good(secret, purposes, at)).values(used_at=at)
    if connection.execute(used).rowcount != 1:
        return None
    found = select(col(LinkRow.person)).where(col(LinkRow.digest) == digest(secret))
    return str(connection.execute(found).scalar_one())


def end(connection: Connection, person: str, purposes: Collection[str] = tuple(LIFE)) -> None:
    """Let the person's links that were not used yet be good for nothing."""
    own = (col(LinkRow.person) == person, col(LinkRow.purpose).in_(purposes))
    connection.execute(delete(LinkRow).where(*own, col(LinkRow.used_at).is_(None)))


def ask(
    connection: Connection,
    purpose: str,
    at: datetime,
    *,
    email: str | None = None,
    person: str | None = None,
) -> None:
    """Owe a link by mail, to whoever has the address or to a person. Whether there is one is asked later."""
    row = {"id": f"link.{secrets.token_hex(16)}", "purpose": purpose, "person": person, "email": email}
    refuse_nul(row)
    connection.put(LinkRequestRow, [row | outbox.fresh(at)])


def claim(connection: Connection, now: datetime, *, limit: int, lease: timedelta) -> tuple[Claimed, ...]:
    """Take what is due and free, oldest first, for as long as the lease; others pass it over."""
    ids = outbox.take(connection, LinkRequestRow, now, limit=limit, lease=lease, among=true())
    columns = [getattr(LinkRequestRow, name) for name in Claimed.__dataclass_fields__]
    found = select(*columns).where(col(LinkRequestRow.id).in_(ids))
    return tuple(Claimed(*row) for row in connection.execute(found.order_by(col(LinkRequestRow.id))))


def settle(
    connection: Connection,
    claimed: Claimed,
    status: str,
    *,
    at: datetime,
    next_attempt: datetime | None = None,
    error: str = "",
) -> bool:
    """Write what became of it: sent, failed (with the next attempt) or dead. False if the claim has ended."""
    own = claimed.id, claimed.fence
    return outbox.settle(
        connection, LinkRequestRow, *own, status, at=at, next_attempt=next_attempt, error=error
    )


def forget(connection: Connection, before: datetime) -> int:
    """Forget links that ended, and requests that were settled, before that day."""
    over = connection.execute(delete(LinkRow).where(col(LinkRow.expires_at) < before)).rowcount
    settled = (col(LinkRequestRow.status).in_(("sent", "dead")), col(LinkRequestRow.created_at) < before)
    return over + connection.execute(delete(LinkRequestRow).where(*settled)).rowcount


def _good(secret: str, purposes: Collection[str], at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(LinkRow.digest) == digest(secret),
        col(LinkRow.purpose).in_(purposes),
        col(LinkRow.used_at).is_(None),
        col(LinkRow.expires_at) > at,
    )
