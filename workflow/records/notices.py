"""The outbox: claiming what is to be sent, and keeping what became of it.

Law: a claim is a lease with a fence (outbox.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, literal, not_, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from workflow.records import outbox
from workflow.records.authority import AUTHORITY, valid_on
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


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice with all that its text is made of.

    `fence` proves the claim; `letter_texts` are {language: {subject, body}}; `of_party` says
    whether the person acts for the case's Party; `absent` is the name of whom they stand in for.
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
    absent: str | None = None


def claim(
    connection: Connection,
    now: datetime,
    today: date,
    *,
    limit: int,
    lease: timedelta = LEASE,
    among: Filter | None = None,
) -> tuple[Claimed, ...]:
    """Take what is due and free, oldest first, for as long as the lease; others pass it over. What is owed to
    somebody who acts for nobody in the case any more is dropped. `today` is the office's day.

    Without `among` all but those about deadlines, which go together with others of their person
    (reminders.py).
    """
    wanted = not_(about_deadlines()) if among is None else among
    ids = outbox.take(connection, NoticeRow, now, limit=limit, lease=lease, among=wanted)
    if not ids:
        return ()
    taken = col(NoticeRow.id).in_(ids)
    gone = update(NoticeRow).where(taken, ~_reached(today)).values(status="dropped", lease_until=None)
    connection.execute(gone)
    rows = connection.execute(
        _claimed()
        .where(taken, outbox.waiting(NoticeRow))
        .order_by(col(NoticeRow.next_attempt_at), col(NoticeRow.id))
    )
    return tuple(Claimed(*row) for row in rows)


def are_owed(connection: Connection, case_id: str, person: str) -> bool:
    """Whether something is still to be sent to the person about the case."""
    unsent = (
        col(NoticeRow.case_id) == case_id,
        col(NoticeRow.person) == person,
        col(NoticeRow.status).in_(("pending", "failed")),
    )
    return connection.execute(select(col(NoticeRow.id)).where(*unsent).limit(1)).first() is not None


def is_shown(connection: Connection, notice_id: str, person: str, visible: Filter) -> bool:
    """Whether there is such a notice for the person, of a case that they may see."""
    own = select(col(NoticeRow.id)).join(CaseRow, col(CaseRow.id) == col(NoticeRow.case_id))
    own = own.where(col(NoticeRow.id) == notice_id, col(NoticeRow.person) == person, visible)
    return connection.execute(own).first() is not None


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
    said = {"subject": subject, "channel": channel}
    return outbox.settle(
        connection, NoticeRow, notice_id, fence, status, at=at, next_attempt=next_attempt, error=error, **said
    )


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
    row |= {"template": template, "data": dict(data)}
    connection.execute(connection.insert(_NOTICE).on_conflict_do_nothing(), row | outbox.fresh(at))


def bounce(connection: Connection, notice_id: str, error: str = "") -> bool:
    """A sent notice came back. False if it is not one that was sent."""
    own = and_(col(NoticeRow.id) == notice_id, col(NoticeRow.status) == "sent")
    marked = update(NoticeRow).where(own).values(status="bounced", error=error[:2000])
    return connection.execute(marked).rowcount == 1


def read(connection: Connection, notice_id: str, person: str, at: datetime) -> bool:
    """The person has read it, however it was to be sent. False if it is not theirs or was read before."""
    own = and_(col(NoticeRow.id) == notice_id, col(NoticeRow.person) == person)
    unread = and_(own, col(NoticeRow.status).in_(["pending", "failed", "sent", "dead", "bounced"]))
    return connection.execute(update(NoticeRow).where(unread).values(status="read", read_at=at)).rowcount == 1


def replay(connection: Connection, notice_id: str, at: datetime) -> bool:
    """Send a dead or bounced notice once more, with all attempts before it. False if it is neither."""
    return outbox.replay(connection, NoticeRow, notice_id, at, lost=("dead", "bounced"))


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


def _reached(today: date) -> Filter:
    """Whether somebody whom a notice is owed to may act that day, for themselves or for somebody absent, in a
    role that reaches its case. Who is disabled, or whose mandate has ended, may not.
    """
    party, region = AUTHORITY.c.party, AUTHORITY.c.region
    return (
        exists()
        .where(
            AUTHORITY.c.person == col(NoticeRow.person),
            valid_on(today),
            col(CaseRow.id) == col(NoticeRow.case_id),
            or_(party.is_(None), party == col(CaseRow.party)),
            or_(region.is_(None), region == col(CaseRow.region)),
        )
        .correlate(NoticeRow)
    )


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
    whose = func.coalesce(NoticeRow.for_person, NoticeRow.person)
    acts = and_(col(MandateRow.person) == whose, col(MandateRow.party) == col(CaseRow.party))
    absent = aliased(PersonRow)
    whom: list[Any] = [exists().where(acts).correlate(NoticeRow, CaseRow), col(absent.name)]
    return (
        select(*notice, col(LetterRow.texts), col(NoticeRow.created_at), *case, *party, *person, *whom)
        .join(CaseRow, col(CaseRow.id) == col(NoticeRow.case_id))
        .join(PartyRow, col(PartyRow.code) == col(CaseRow.party))
        .join(PersonRow, col(PersonRow.id) == col(NoticeRow.person))
        .outerjoin(CalendarRow, col(CalendarRow.code) == func.coalesce(PartyRow.calendar, PartyRow.code))
        .outerjoin(LetterRow, letter)
        .outerjoin(absent, col(absent.id) == col(NoticeRow.for_person))
    )
