"""Bulletins: lists of open cases that go out again and again, owed to persons.

Law: one a person and issue, whoever asks. Its text is fixed when it is owed, so that sent twice it is the
same. A claim is a lease with a fence, as that of a notice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select, text, update
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person, valid_on
from workflow.records.policy import Filter
from workflow.records.tables import METADATA, BulletinRow, CaseRow, ClockRow, MandateRow, PartyRow, PersonRow

_BULLETIN = METADATA.tables["bulletin"]
_KEY = ("definition", "name", "issue", "person")


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
    """What is owed: an issue for a person, in their words."""

    definition: str
    name: str
    issue: date
    person: str
    language: str
    subject: str
    body: str


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
    """Everybody who holds one of the roles on that day, wherever."""
    holding = select(col(MandateRow.person)).where(col(MandateRow.role).in_(roles), valid_on(today))
    columns = [getattr(PersonRow, name) for name in ("id", "name", "language", "email")]
    found = select(*columns).where(col(PersonRow.id).in_(holding)).order_by(col(PersonRow.id))
    return tuple(Person(*row) for row in connection.execute(found))


def owe(connection: Connection, issues: Iterable[Issue], at: datetime) -> None:
    """Owe these issues; one that is owed already stays as it is."""
    fresh = {"status": "pending", "created_at": at, "next_attempt_at": at}
    fresh |= {"attempts": 0, "fence": 0, "error": ""}
    rows = [asdict(issue) | fresh for issue in issues]
    if rows:
        connection.execute(connection.insert(_BULLETIN).on_conflict_do_nothing(), rows)


def claim(connection: Connection, now: datetime, *, limit: int, lease: timedelta) -> tuple[Claimed, ...]:
    """Take what is due and free, oldest first, for as long as the lease; others pass it over."""
    free = or_(col(BulletinRow.lease_until).is_(None), col(BulletinRow.lease_until) <= now)
    issue = [getattr(BulletinRow, name) for name in Issue.__slots__]
    claimed = [getattr(BulletinRow, name) for name in ("fence", "attempts", "created_at")]
    due = (
        select(*issue, *claimed, col(PersonRow.name), col(PersonRow.email))
        .join(PersonRow, col(PersonRow.id) == col(BulletinRow.person))
        .where(_waiting(), col(BulletinRow.next_attempt_at) <= now, free)
        .order_by(col(BulletinRow.next_attempt_at))
        .limit(limit)
        .with_for_update(skip_locked=True, of=BulletinRow)
    )
    found = [
        Claimed(Issue(*row[: len(issue)]), row[len(issue)] + 1, *row[len(issue) + 1 :])
        for row in connection.execute(due)
    ]
    for one in found:
        taken = {"lease_until": now + lease, "fence": one.fence}
        connection.execute(update(BulletinRow).where(_own(one.issue)).values(taken))
    return tuple(found)


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
    outcome = {
        "status": status,
        "attempts": claimed.attempts + 1,
        "lease_until": None,
        "next_attempt_at": next_attempt or col(BulletinRow.next_attempt_at),
        "sent_at": at if status == "sent" else None,
        "error": error[:2000],
    }
    own = and_(_own(claimed.issue), col(BulletinRow.fence) == claimed.fence, _waiting())
    return connection.execute(update(BulletinRow).where(own).values(outcome)).rowcount == 1


def _own(issue: Issue) -> Filter:
    return and_(*(getattr(BulletinRow, name) == getattr(issue, name) for name in _KEY))


def _waiting() -> Filter:
    # Written out, not as parameters: only so can the partial index serve.
    return and_(text("bulletin.status IN ('pending', 'failed')"))
