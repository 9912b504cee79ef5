"""The sessions of persons who signed in. Law: a session is kept as a digest only; one that ended is gone.

It ends after LIFE in any case, after IDLE without a request, and with whatever calls an `end`.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import delete, select, update
from sqlmodel import col

from workflow.errors import Malformed
from workflow.records.databases.protocol import Connection, Words
from workflow.records.persons import Person, get, of_row, unknown
from workflow.records.tables import AccountSessionRow
from workflow.records.tokens import digest
from workflow.rules.texts import refuse_nul

LIFE = timedelta(hours=12)
IDLE = timedelta(hours=2)
COARSE = timedelta(minutes=10)
"""How old `seen_at` may be before it is written anew."""
ID = 12
"""How many characters of the digest name a session to its owner."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who asks, and what their session is worth. `stale`: that it was used is to be written again."""

    person: Person
    digest: str
    method: str
    factor_given: bool
    factor_enrolled: bool
    factor_demanded: bool
    stale: bool

    @property
    def id(self) -> str:
        return self.digest[:ID]

    @property
    def whole(self) -> bool:
        """False: it is good for giving, or enrolling, the second factor and nothing else."""
        return self.factor_given or not (self.factor_enrolled or self.factor_demanded)


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its owner sees it."""

    id: str
    method: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    factor_at: datetime | None
    source: str
    agent: str


def new(
    connection: Connection,
    person: str,
    at: datetime,
    *,
    method: str,
    source: str,
    agent: str = "",
    factor_at: datetime | None = None,
) -> tuple[str, str]:
    """Begin a session: its id, and its secret, which nobody can tell again.

    `method` says how the person signed in, `source` from where. `factor_at`: a second factor was given too.
    Raises Malformed for an unknown person.
    """
    if get(connection, person) is None:
        raise Malformed((unknown(person),))
    secret = f"cs_{secrets.token_urlsafe(32)}"
    row = {
        "digest": digest(secret),
        "person": person,
        "method": method,
        "created_at": at,
        "seen_at": at,
        "expires_at": at + LIFE,
        "factor_at": factor_at,
        "source": source[:64],
        "agent": agent[:120],
    }
    refuse_nul(row)
    connection.put(AccountSessionRow, [row])
    return digest(secret)[:ID], secret


def find(
    connection: Connection, secret: str, at: datetime, today: date, demanding: Collection[str]
) -> Session | None:
    """Whose session it is; None if it is unknown, ended, expired, idle, or its person disabled.

    `demanding` are the roles that ask for a second factor. Asked with every request, so in the driver's own
    SQL.
    """
    parameters = (
        digest(secret),
        connection.listed(sorted(demanding)),
        today.isoformat(),
        today.isoformat(),
        connection.moment(at - COARSE),
        digest(secret),
        connection.moment(at),
        connection.moment(at - IDLE),
    )
    rows = connection.rows(_of_session(connection.words), parameters)
    if not rows:
        return None
    known, method, given, enrolled, demanded, stale, *person = rows[0]
    return Session(of_row(person), known, method, bool(given), bool(enrolled), bool(demanded), bool(stale))


def renew(connection: Connection, known: Session, at: datetime, *, factor: bool = False) -> str | None:
    """Put a new secret in place of a session's; None where it has ended meanwhile.

    `factor`: the second factor was given now. It ends no later than before.
    """
    own = col(AccountSessionRow.digest) == known.digest
    kept = select(*_KEPT).where(own).with_for_update()
    row = connection.execute(kept).mappings().one_or_none()
    if row is None or connection.execute(delete(AccountSessionRow).where(own)).rowcount != 1:
        return None
    secret = f"cs_{secrets.token_urlsafe(32)}"
    given = {"factor_at": at} if factor else {}
    connection.put(AccountSessionRow, [{**row, **given, "digest": digest(secret), "seen_at": at}])
    return secret


def seen(connection: Connection, digests: Collection[str], at: datetime) -> None:
    """Write that these sessions were used."""
    used = update(AccountSessionRow).where(col(AccountSessionRow.digest).in_(digests))
    connection.execute(used.values(seen_at=at))


def of_person(connection: Connection, person: str, at: datetime) -> tuple[Listed, ...]:
    """The sessions that are open, latest first."""
    open_now = (col(AccountSessionRow.expires_at) > at, col(AccountSessionRow.seen_at) > at - IDLE)
    found = select(*_LISTED).where(col(AccountSessionRow.person) == person, *open_now)
    rows = connection.execute(found.order_by(col(AccountSessionRow.created_at).desc()))
    return tuple(Listed(row[0][:ID], *row[1:]) for row in rows)


def end(connection: Connection, person: str, session: str) -> bool:
    """End a session of the person, named by its id; False if there is none."""
    own = col(AccountSessionRow.digest).startswith(session, autoescape=True)
    ended = delete(AccountSessionRow).where(col(AccountSessionRow.person) == person, own)
    return len(session) >= ID and connection.execute(ended).rowcount == 1


def end_all(connection: Connection, person: str, *, but: str | None = None) -> int:
    """End all sessions of the person, but for the one with this digest; how many there were."""
    others = col(AccountSessionRow.digest) != (but or "")
    ended = delete(AccountSessionRow).where(col(AccountSessionRow.person) == person, others)
    return connection.execute(ended).rowcount


def forget(connection: Connection, at: datetime) -> int:
    """Forget those that are over by themselves."""
    over = (col(AccountSessionRow.expires_at) <= at) | (col(AccountSessionRow.seen_at) <= at - IDLE)
    return connection.execute(delete(AccountSessionRow).where(over)).rowcount


@cache
def _of_session(words: Words) -> str:
    # Told the person by a query of its own, the view is searched by it; by the join, it would be scanned.
    person = "(SELECT person FROM session WHERE digest = ?)"
    demanded = (
        f"EXISTS (SELECT 1 FROM authority held WHERE held.person = {person} "
        f"AND {words.member.format('held.role')} AND held.since <= {words.day} "
        f"AND (held.until IS NULL OR held.until >= {words.day}))"
    )
    return (
        "SELECT s.digest, s.method, s.factor_at IS NOT NULL, f.confirmed_at IS NOT NULL, "
        f"{{demanded}}, s.seen_at < {words.moment}, "
        f"{', '.join(f'p.{name}' for name in Person.__slots__)} "
        "FROM session s JOIN person p ON p.id = s.person LEFT JOIN factor f ON f.person = s.person "
        f"WHERE s.digest = ? AND s.expires_at > {words.moment} AND s.seen_at > {words.moment} "
        "AND p.disabled_at IS NULL AND NOT p.demonstration"
    ).format(demanded=demanded)


_LISTED = [
    getattr(AccountSessionRow, "digest" if name == "id" else name) for name in Listed.__dataclass_fields__
]
_KEPT = [getattr(AccountSessionRow, name) for name in AccountSessionRow.model_fields]
