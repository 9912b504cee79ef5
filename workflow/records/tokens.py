"""The tokens by which persons are known. Law: a token is kept as its digest only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update
from sqlmodel import col

from workflow.errors import Malformed
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person, get, unknown
from workflow.records.tables import TokenRow
from workflow.records.values import loaded


@dataclass(frozen=True, slots=True)
class Token:
    """A token without the token. `id` is the beginning of its digest."""

    id: str
    person: str
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None


def new(
    connection: Connection, person: str, at: datetime, *, label: str = "", expires_at: datetime | None = None
) -> tuple[str, str]:
    """Make a token: its id, and the token itself, which nobody can tell again.

    Raises Malformed for an unknown person.
    """
    token = f"cw_{secrets.token_urlsafe(32)}"
    keep(connection, person, token, at, label=label, expires_at=expires_at)
    return digest(token)[:12], token


def keep(
    connection: Connection,
    person: str,
    token: str,
    at: datetime,
    *,
    label: str = "",
    expires_at: datetime | None = None,
) -> None:
    """Let a given token (of the demonstration) stand for the person.

    Raises Malformed for an unknown person.
    """
    if get(connection, person) is None:
        raise Malformed((unknown(person),))
    row = {
        "digest": digest(token),
        "person": person,
        "label": label,
        "created_at": at,
        "expires_at": expires_at,
    }
    connection.put(TokenRow, [row])


def bearer(connection: Connection, token: str, at: datetime) -> Person | None:
    """Who it is; None if the token is unknown, revoked or expired.

    Asked with every request, so in the driver's own SQL.
    """
    rows = connection.rows(_OF_TOKEN, (digest(token), connection.moment(at)))
    if not rows:
        return None
    person, name, language, email, nationalities, conflicts, demonstration, title = rows[0]
    return Person(
        person,
        name,
        language,
        email,
        tuple(loaded(nationalities)),
        tuple(loaded(conflicts)),
        bool(demonstration),
        title,
    )


def of_person(connection: Connection, person: str) -> tuple[Token, ...]:
    """All tokens of the person, latest first."""
    found = select(*_TOKEN).where(col(TokenRow.person) == person).order_by(col(TokenRow.created_at).desc())
    return tuple(Token(row[0][:12], *row[1:]) for row in connection.execute(found))


def revoke(connection: Connection, person: str, token: str, at: datetime) -> bool:
    """End a token of the person, named by its id; False if there is none."""
    own = (col(TokenRow.person) == person, col(TokenRow.digest).startswith(token, autoescape=True))
    revoked = update(TokenRow).where(*own, col(TokenRow.revoked_at).is_(None)).values(revoked_at=at)
    return len(token) >= 12 and connection.execute(revoked).rowcount == 1


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


_OF_TOKEN = f"""
SELECT {", ".join(f"p.{name}" for name in Person.__slots__)}
FROM token t JOIN person p ON p.id = t.person
WHERE t.digest = ? AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?)
"""
_TOKEN = [getattr(TokenRow, "digest" if name == "id" else name) for name in Token.__slots__]
