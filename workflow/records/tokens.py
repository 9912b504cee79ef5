"""The tokens by which persons are known. Law: a token is kept as its digest only.

Its scope is the most that may be done with it: read; act too, on cases; or administer too. What its person
may not do it never allows.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from sqlalchemy import select, update
from sqlmodel import col

from workflow.errors import Malformed
from workflow.records.databases.protocol import Connection, Words
from workflow.records.persons import Person, check_welcome, get, of_row, unknown
from workflow.records.tables import TokenRow
from workflow.records.values import moment

USUAL_LIFE = timedelta(days=90)
COARSE = timedelta(minutes=10)
"""How old `used_at` may be before it is written anew."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who asks with a token. `stale`: that it was used is to be written again."""

    person: Person
    digest: str
    scope: str
    expires_at: datetime | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Token:
    """A token without the token. `id` is the beginning of its digest."""

    id: str
    person: str
    label: str
    scope: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None


def new(
    connection: Connection,
    person: str,
    at: datetime,
    *,
    label: str = "",
    scope: str = "act",
    expires_at: datetime | None = None,
) -> tuple[str, str]:
    """Make a token: its id, and the token itself, which nobody can tell again.

    Without `expires_at` it is good for USUAL_LIFE. Raises Malformed for an unknown person, NotNow for one who
    was erased or is disabled.
    """
    check_welcome(connection, person)
    token = f"cw_{secrets.token_urlsafe(32)}"
    keep(connection, person, token, at, label=label, scope=scope, expires_at=expires_at or at + USUAL_LIFE)
    return digest(token)[:12], token


def keep(
    connection: Connection,
    person: str,
    token: str,
    at: datetime,
    *,
    label: str = "",
    scope: str = "administer",
    expires_at: datetime | None = None,
) -> None:
    """Let a given token (of a test) stand for the person, without an end where none is given.

    Raises Malformed for an unknown person.
    """
    if get(connection, person) is None:
        raise Malformed((unknown(person),))
    row = {
        "digest": digest(token),
        "person": person,
        "label": label,
        "scope": scope,
        "created_at": at,
        "expires_at": expires_at,
    }
    connection.put(TokenRow, [row])


def bearer(connection: Connection, token: str, at: datetime) -> Bearer | None:
    """Who it is; None if the token is unknown, revoked or expired, or its person disabled.

    Asked with every request, so in the driver's own SQL.
    """
    parameters = (connection.moment(at - COARSE), digest(token), connection.moment(at))
    rows = connection.rows(_of_token(connection.words), parameters)
    if not rows:
        return None
    known, scope, ends, stale, *person = rows[0]
    ends = moment(ends) if isinstance(ends, str) else ends
    return Bearer(of_row(person), known, scope, ends, bool(stale))


def used(connection: Connection, digests: Collection[str], at: datetime) -> None:
    """Write that these tokens were used."""
    connection.execute(update(TokenRow).where(col(TokenRow.digest).in_(digests)).values(used_at=at))


def of_person(connection: Connection, person: str) -> tuple[Token, ...]:
    """All tokens of the person, latest first."""
    found = select(*_TOKEN).where(col(TokenRow.person) == person)
    ordered = found.order_by(col(TokenRow.created_at).desc(), col(TokenRow.digest).desc())
    return tuple(Token(row[0][:12], *row[1:]) for row in connection.execute(ordered))


def revoke(connection: Connection, person: str, token: str, at: datetime) -> bool:
    """End a token of the person, named by its id; False if there is none."""
    own = (col(TokenRow.person) == person, col(TokenRow.digest).startswith(token, autoescape=True))
    revoked = update(TokenRow).where(*own, col(TokenRow.revoked_at).is_(None)).values(revoked_at=at)
    return len(token) >= 12 and connection.execute(revoked).rowcount == 1


def revoke_all(connection: Connection, person: str, at: datetime) -> int:
    """End all tokens of the person; how many there were."""
    own = (col(TokenRow.person) == person, col(TokenRow.revoked_at).is_(None))
    return connection.execute(update(TokenRow).where(*own).values(revoked_at=at)).rowcount


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@cache
def _of_token(words: Words) -> str:
    return (
        f"SELECT t.digest, t.scope, t.expires_at, (t.used_at IS NULL OR t.used_at < {words.moment}), "
        f"{', '.join(f'p.{name}' for name in Person.__slots__)} "
        "FROM token t JOIN person p ON p.id = t.person WHERE t.digest = ? AND t.revoked_at IS NULL "
        f"AND (t.expires_at IS NULL OR t.expires_at > {words.moment}) AND p.disabled_at IS NULL"
    )


_TOKEN = [getattr(TokenRow, "digest" if name == "id" else name) for name in Token.__slots__]
