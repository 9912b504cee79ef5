"""The outbox: claiming what is to be sent, and keeping what became of it.

Law: a claim is a lease with a fence. Who comes back with an old fence is not believed; what was claimed by
one who died is free when the lease ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, literal, not_, or_, select, text, update
from sqlalchemy.sql.elements import TextClause
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.policy import Filter
from workflow.records.tables import (
    METADATA,
    CalendarRow,
    CaseRow,
    LetterRow,
    MandateRow,
    NoticeRow,
    PartyRow,
    PersonRow,
)

LEASE = timedelta(seconds=30)
_NOTICE = METADATA.tables["notice"]
_FRESH = {"attempts": 0, "fence": 0, "error": ""}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice with all that its text is made of.

    `fence` proves the claim; `letter_texts` are {language: {subject, body}}; `of_party` says
    whether the person acts for the case's Party.
    """

    id: str
    fence: int
    attempts: int
    case_id: str
    entry: int
    kind: str
    template: str
    data: Mapping[str, Any]
    letter: str | None
    letter_texts: Mapping[str, Any] | None
    created_at: datetime
    definition: str
    version: int
    party: str
    party_names: Mapping[str, str]
    party_zone: str
    person: str
    name: str
    language: str
    email: str | None
    of_party: bool


def claim(
    connection: Connection,
    now: datetime,
    *,
    limit: int,
    lease: timedelta = LEASE,
    among: Filter | None = None,
) -> tuple[Claimed, ...]:
    """Take what is due and free, oldest first, for as long as the lease; others pass it over.

    Without `among` all but those about deadlines, which go together with others of their person
    (reminders.py).
    """
    free = or_(col(NoticeRow.lease_until).is_(None), col(NoticeRow.lease_until) <= now)
    wanted = not_(about_deadlines()) if among is None else among
    due = select(col(NoticeRow.id)).where(
        still_waiting(), col(NoticeRow.next_attempt_at) <= now, free, wanted
    )
    oldest = due.order_by(col(NoticeRow.next_attempt_at), col(NoticeRow.id)).limit(limit)
    ids = connection.execute(oldest.with_for_update(skip_locked=True)).scalars().all()
    if not ids:
        return ()
    taken = {"lease_until": now + lease, "fence": col(NoticeRow.fence) + 1}
    connection.execute(update(NoticeRow).where(col(NoticeRow.id).in_(ids)).values(taken))
    rows = connection.execute(
        _claimed()
        .where(col(NoticeRow.id).in_(ids))
        .order_by(col(NoticeRow.next_attempt_at), col(NoticeRow.id))
    )
    return tuple(Claimed(*row) for row in rows)


def settle(
    connection: Connection,
    notice_id: str,
    fence: int,
    status: str,
    *,
    at: datetime,
    subject: str | None = None,
    channel: str | None = None,
    next_attempt: datetime | None = None,
    error: str = "",
) -> bool:
    """Write what became of a claimed notice: sent, failed (with the next attempt), dead or bounced.

    False if the claim is not valid any more.
    """
    outcome = {
        "status": status,
        "attempts": col(NoticeRow.attempts) + 1,
        "lease_until": None,
        "subject": subject,
        "channel": channel,
        "error": error[:2000],
        "next_attempt_at": next_attempt or col(NoticeRow.next_attempt_at),
        "sent_at": at if status == "sent" else None,
    }
    own = and_(col(NoticeRow.id) == notice_id, col(NoticeRow.fence) == fence, still_waiting())
    return connection.execute(update(NoticeRow).where(own).values(outcome)).rowcount == 1


def owe(
    connection: Connection,
    notice_id: str,
    about: Claimed,
    *,
    person: str,
    kind: str,
    template: str,
    data: Mapping[str, Any],
    at: datetime,
) -> None:
    """Owe a further notice because of what became of one; nothing where it is owed already."""
    row = {"id": notice_id, "case_id": about.case_id, "entry": about.entry, "person": person, "kind": kind}
    row |= {
        "template": template,
        "data": dict(data),
        "status": "pending",
        "created_at": at,
        "next_attempt_at": at,
    }
    connection.execute(connection.insert(_NOTICE).on_conflict_do_nothing(), row | _FRESH)


def bounce(connection: Connection, notice_id: str, error: str = "") -> bool:
    """A sent notice came back. False if it is not one that was sent."""
    return _move(connection, notice_id, ["sent"], {"status": "bounced", "error": error[:2000]})


def read(connection: Connection, notice_id: str, person: str, at: datetime) -> bool:
    """The person has read it, however it was to be sent. False if it is not theirs or was read before."""
    own = and_(col(NoticeRow.id) == notice_id, col(NoticeRow.person) == person)
    unread = and_(own, col(NoticeRow.status).in_(["pending", "failed", "sent", "dead", "bounced"]))
    return connection.execute(update(NoticeRow).where(unread).values(status="read", read_at=at)).rowcount == 1


def replay(connection: Connection, notice_id: str, at: datetime) -> bool:
    """Send a dead or bounced notice once more, with all attempts before it. False if it is neither."""
    fresh = {"status": "pending", "attempts": 0, "next_attempt_at": at, "error": "", "lease_until": None}
    return _move(connection, notice_id, ["dead", "bounced"], fresh)


def whole(connection: Connection, notice_id: str) -> Claimed | None:
    """A notice with all that its text is made of, unclaimed."""
    row = connection.execute(_claimed().where(col(NoticeRow.id) == notice_id)).one_or_none()
    return Claimed(*row) if row is not None else None


def get(connection: Connection, notice_id: str) -> Mapping[str, Any] | None:
    """One notice as it stands."""
    row = connection.execute(select(NoticeRow).where(col(NoticeRow.id) == notice_id)).mappings().one_or_none()
    return dict(row) if row is not None else None


def counted(connection: Connection, visible: Filter | None = None) -> dict[str, int]:
    """How many notices there are of each status (of the cases that are visible)."""
    rows = select(col(NoticeRow.status), func.count()).group_by(NoticeRow.status)
    if visible is not None:
        rows = rows.join(CaseRow, col(CaseRow.id) == col(NoticeRow.case_id)).where(visible)
    return {str(status): int(number) for status, number in connection.execute(rows)}


def about_deadlines() -> Filter:
    """The condition of being a reminder or an escalation."""
    return col(NoticeRow.kind).in_(["reminder", "escalation"])


def still_waiting() -> TextClause:
    """The condition of being tried, now or later."""
    # Written out, not as parameters: only so can the partial index serve.
    return text("notice.status IN ('pending', 'failed')")


def _move(connection: Connection, notice_id: str, statuses: list[str], values: Mapping[str, Any]) -> bool:
    own = and_(col(NoticeRow.id) == notice_id, col(NoticeRow.status).in_(statuses))
    return connection.execute(update(NoticeRow).where(own).values(values)).rowcount == 1


def _claimed() -> Select[Any]:
    """The columns in the order of the fields of `Claimed`."""
    own = ("id", "fence", "attempts", "case_id", "entry", "kind", "template", "data", "letter")
    notice = [getattr(NoticeRow, name) for name in own]
    case = [getattr(CaseRow, name) for name in ("definition", "version", "party")]
    party = [col(PartyRow.names), func.coalesce(CalendarRow.zone, literal("UTC"))]
    person = [getattr(PersonRow, name) for name in ("id", "name", "language", "email")]
    letter = and_(
        col(LetterRow.case_id) == col(NoticeRow.case_id), col(LetterRow.reference) == col(NoticeRow.letter)
    )
    acts = and_(col(MandateRow.person) == col(NoticeRow.person), col(MandateRow.party) == col(CaseRow.party))
    of_party = exists().where(acts).correlate(NoticeRow, CaseRow)
    return (
        select(*notice, col(LetterRow.texts), col(NoticeRow.created_at), *case, *party, *person, of_party)
        .join(CaseRow, col(CaseRow.id) == col(NoticeRow.case_id))
        .join(PartyRow, col(PartyRow.code) == col(CaseRow.party))
        .join(PersonRow, col(PersonRow.id) == col(NoticeRow.person))
        .outerjoin(CalendarRow, col(CalendarRow.code) == func.coalesce(PartyRow.calendar, PartyRow.code))
        .outerjoin(LetterRow, letter)
    )
