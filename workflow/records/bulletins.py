"""Bulletins: lists of open cases that go out again and again, owed to persons.

Law: one a person and issue, whoever asks. Its text is fixed when it is owed, so that sent twice it is the
same. A claim is a lease with a fence (outbox.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, func, select, true
from sqlmodel import col

from workflow.records import outbox
from workflow.records.authority import AUTHORITY, valid_on
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person
from workflow.records.policy import Filter
from workflow.records.tables import METADATA, BulletinRow, CaseRow, ClockRow, PartyRow, PersonRow

_BULLETIN = METADATA.tables["bulletin"]


@dataclass(frozen=True, slots=True)
class Line:
    """An open case as a bulletin tells it; `due` is its earliest running deadline."""

    number: str
    party: str
    party_names: Mapping[str, str]
    state: str
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Issue:
    """What is owed: an issue for a person, in their words; or the news that it did not reach `about`."""

    definition: str
    name: str
    issue: date
    person: str
    language: str
    subject: str
    body: str
    about: str | None = None

    @property
    def id(self) -> str:
        """The same for the same issue, reader and news, whoever owes it."""
        named = (self.definition, self.name, self.issue.isoformat(), self.person, self.about or "")
        return f"bulletin.{sha256('/'.join(named).encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Claimed:
    """An issue that is to be sent now. `fence` proves the claim."""

    issue: Issue
    fence: int
    attempts: int
    created_at: datetime
    reader: str
    email: str | None


def open_cases(connection: Connection, definition: str, visible: Filter) -> tuple[Line, ...]:
    """The open cases of a definition that are visible, by number; no drafts, and none that rest."""
    due = select(func.min(ClockRow.due)).where(
        col(ClockRow.case_id) == col(CaseRow.id), col(ClockRow.status) == "running"
    )
    columns = (col(CaseRow.number), col(CaseRow.party), col(PartyRow.names), col(CaseRow.state))
    rows = select(*columns, due.scalar_subquery()).join(PartyRow, col(PartyRow.code) == col(CaseRow.party))
    wanted = rows.where(
        col(CaseRow.definition) == definition,
        ~col(CaseRow.closed),
        ~col(CaseRow.historic),
        col(CaseRow.category) != "draft",
        visible,
    )
    return tuple(Line(*row) for row in connection.execute(wanted.order_by(col(CaseRow.number))))


def readers(connection: Connection, roles: Collection[str], today: date) -> tuple[Person, ...]:
    """Everybody who holds one of the roles on that day, wherever, or stands in for one who does."""
    holding = select(AUTHORITY.c.person).where(AUTHORITY.c.role.in_(roles), valid_on(today))
    columns = [getattr(PersonRow, name) for name in ("id", "name", "language", "email")]
    found = select(*columns).where(col(PersonRow.id).in_(holding)).order_by(col(PersonRow.id))
    return tuple(Person(*row) for row in connection.execute(found))


def owe(connection: Connection, issues: Iterable[Issue], at: datetime) -> None:
    """Owe these issues; one that is owed already stays as it is."""
    rows = [asdict(issue) | {"id": issue.id} | outbox.fresh(at) for issue in issues]
    if rows:
        connection.execute(connection.insert(_BULLETIN).on_conflict_do_nothing(), rows)


def claim(connection: Connection, now: datetime, *, limit: int, lease: timedelta) -> tuple[Claimed, ...]:
    """Take what is due and free, oldest first, for as long as the lease; others pass it over."""
    ids = outbox.take(connection, BulletinRow, now, limit=limit, lease=lease, among=true())
    if not ids:
        return ()
    issue = [getattr(BulletinRow, name) for name in Issue.__slots__]
    claimed = [getattr(BulletinRow, name) for name in ("fence", "attempts", "created_at")]
    rows = connection.execute(
        select(*issue, *claimed, col(PersonRow.name), col(PersonRow.email))
        .join(PersonRow, col(PersonRow.id) == col(BulletinRow.person))
        .where(col(BulletinRow.id).in_(ids))
        .order_by(col(BulletinRow.next_attempt_at), col(BulletinRow.id))
    )
    return tuple(Claimed(Issue(*row[: len(issue)]), *row[len(issue) :]) for row in rows)


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
    own = claimed.issue.id, claimed.fence
    return outbox.settle(connection, BulletinRow, *own, status, at=at, next_attempt=next_attempt, error=error)


def replay(connection: Connection, bulletin: str, at: datetime) -> bool:
    """Send a dead one once more, just as it was, with all attempts before it. False if it is not dead."""
    return outbox.replay(connection, BulletinRow, bulletin, at)


def get(connection: Connection, bulletin: str) -> Mapping[str, Any] | None:
    """What became of one, without what it tells."""
    row = connection.execute(outcomes().where(col(BulletinRow.id) == bulletin)).mappings().one_or_none()
    return dict(row) if row is not None else None


def outcomes() -> Select[Any]:
    """What became of bulletins. Not what they tell: that is for their readers alone."""
    return select(*(column for column in _BULLETIN.columns if column.name != "body"))
