"""Sign-ins by a provider that are under way. Law: each is known by digests only, and is taken once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.statements import insert
from workflow.records.tables import FlowRow

LIFE = timedelta(minutes=10)

_TAKE = """
DELETE FROM flow WHERE state = ? AND browser = ? AND provider = ? AND expires_at > ?
RETURNING return_to, person
"""


@dataclass(frozen=True, slots=True)
class Pending:
    """What the flow is for: `person` links an account of theirs; nobody yet: a sign-in."""

    provider: str
    return_to: str
    person: str | None = None


def keep(connection: Connection, state: str, browser: str, pending: Pending, at: datetime) -> None:
    """Keep it for its life, and let go of those that are over."""
    connection.execute(delete(FlowRow).where(col(FlowRow.expires_at) <= at))
    row = (_digest(state), _digest(browser), pending.provider, pending.return_to, pending.person)
    connection.write(insert(FlowRow), [(*row, connection.moment(at + LIFE))])


def take(connection: Connection, state: str, browser: str, provider: str, at: datetime) -> Pending | None:
    """The flow that this browser began with this provider; from now on there is none.

    Of two that come at once one finds it. Another browser, or another provider, neither finds nor ends it.
    """
    asked = (_digest(state), _digest(browser), provider, connection.moment(at))
    rows = connection.rows(_TAKE, asked)
    return Pending(provider, *rows[0]) if rows else None


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
