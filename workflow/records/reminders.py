"""Reminders that wait for their person's digest.

Law: one digest per person and day, however many workers ask.

The person's row is locked while it is settled who makes the digest, so two workers never make two.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col

from workflow.records import calendars, notices
from workflow.records.cases import SECRETARIAT
from workflow.records.databases.protocol import Connection
from workflow.records.notices import Claimed
from workflow.records.persons import valid_on
from workflow.records.tables import CalendarRow, MandateRow, NoticeRow, PartyRow, PersonRow
from workflow.rules.dates.calendars import Calendar

MOST = 200


def waiting(connection: Connection, now: datetime, limit: int) -> list[str]:
    """The persons for whom a reminder waits that could go now, the longest waiting first."""
    oldest = func.min(col(NoticeRow.next_attempt_at))
    wanted = select(col(NoticeRow.person)).where(_due(now)).group_by(col(NoticeRow.person))
    return list(connection.execute(wanted.order_by(oldest, col(NoticeRow.person)).limit(limit)).scalars())


def calendar_of(connection: Connection, person: str, today: date) -> Calendar:
    """The calendar whose weekends are quiet for the person: their Party's, else the secretariat's."""
    code = func.coalesce(col(PartyRow.calendar), col(PartyRow.code))
    own = select(code).join_from(MandateRow, PartyRow, col(MandateRow.party) == col(PartyRow.code))
    mine = own.where(col(MandateRow.person) == person, valid_on(today)).order_by(col(MandateRow.since).desc())
    found = connection.execute(mine.limit(1)).scalar() or SECRETARIAT
    edition = connection.execute(
        select(col(CalendarRow.edition)).where(col(CalendarRow.code) == found)
    ).scalar()
    return calendars.remembered(connection, found, edition)


def claim(
    connection: Connection, person: str, now: datetime, *, morning: datetime, lease: timedelta
) -> tuple[Claimed, ...]:
    """Take all reminders of the person that wait; none where a digest went, or is going, since `morning`.

    What a worker took that died is taken again just as it was, so that its digest is the same message.
    """
    # Only against other digests: what is written for the person meanwhile goes on.
    lock = select(col(PersonRow.id)).where(col(PersonRow.id) == person).with_for_update(key_share=True)
    connection.execute(lock).all()
    sent = and_(col(NoticeRow.status) == "sent", col(NoticeRow.sent_at) >= morning)
    going = col(NoticeRow.lease_until) > now
    own = and_(col(NoticeRow.person) == person, col(NoticeRow.kind) == "reminder")
    if connection.execute(select(col(NoticeRow.id)).where(own, or_(sent, going)).limit(1)).first():
        return ()
    left = select(func.min(col(NoticeRow.lease_until))).where(own, notices.still_waiting())
    ended = connection.execute(left).scalar()
    among = own if ended is None else and_(own, col(NoticeRow.lease_until) == ended)
    return notices.claim(connection, now, limit=MOST, lease=lease, among=among)


def put_off(connection: Connection, person: str, now: datetime, until: datetime) -> int:
    """Let the person's waiting reminders wait until then; says how many."""
    own = and_(col(NoticeRow.person) == person, _due(now))
    return connection.execute(update(NoticeRow).where(own).values(next_attempt_at=until)).rowcount


def _due(now: datetime) -> ColumnElement[bool]:
    free = or_(col(NoticeRow.lease_until).is_(None), col(NoticeRow.lease_until) <= now)
    return and_(
        notices.still_waiting(),
        col(NoticeRow.kind) == "reminder",
        col(NoticeRow.next_attempt_at) <= now,
        free,
    )
