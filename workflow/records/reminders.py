"""Messages about deadlines that wait for one person: reminders and escalations.

Law: what waits for one person at the same time goes as one message, however many workers ask.

The person's row is locked while it is settled who sends, so two workers never send the same. Reminders go at
most once a day; an escalation waits for nothing, and takes the reminders with it that may go.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col

from workflow.records import calendars, notices, outbox
from workflow.records.authority import AUTHORITY, OWN, valid_on
from workflow.records.cases import SECRETARIAT
from workflow.records.databases.protocol import Connection
from workflow.records.notices import Claimed
from workflow.records.tables import NoticeRow, PartyRow, PersonRow
from workflow.rules.dates.calendars import Calendar

MOST = 1000


def waiting(connection: Connection, now: datetime, limit: int) -> list[str]:
    """The persons for whom a message waits that could go now, the longest waiting first."""
    oldest = func.min(col(NoticeRow.next_attempt_at))
    wanted = select(col(NoticeRow.person)).where(notices.about_deadlines(), outbox.due(NoticeRow, now))
    ordered = wanted.group_by(col(NoticeRow.person)).order_by(oldest, col(NoticeRow.person))
    return list(connection.execute(ordered.limit(limit)).scalars())


def calendar_of(connection: Connection, person: str, today: date) -> Calendar:
    """The calendar whose weekends are quiet for the person: their Party's, else the secretariat's."""
    code = func.coalesce(col(PartyRow.calendar), col(PartyRow.code))
    own = select(code).join_from(AUTHORITY, PartyRow, AUTHORITY.c.party == col(PartyRow.code))
    mine = own.where(AUTHORITY.c.person == person, OWN, valid_on(today)).order_by(AUTHORITY.c.since.desc())
    found = connection.execute(mine.limit(1)).scalar() or SECRETARIAT
    return calendars.current(connection, found)


def lock(connection: Connection, person: str) -> None:
    """Whoever settles what is sent to the person holds this until the commit."""
    # Only against others who would send: what is written for the person meanwhile goes on.
    own = select(col(PersonRow.id)).where(col(PersonRow.id) == person).with_for_update(key_share=True)
    connection.execute(own).all()


def put_off(
    connection: Connection, person: str, now: datetime, *, morning: datetime | None, until: datetime
) -> int:
    """Let reminders wait that may not go now: a digest went, or is going, since `morning`, or it is None.

    Says how many. What a worker took that died is left: it is sent again as it was.
    """
    own = and_(col(NoticeRow.person) == person, col(NoticeRow.kind) == "reminder")
    if morning is not None and not _went(connection, own, morning, now):
        return 0
    untaken = and_(own, outbox.due(NoticeRow, now), col(NoticeRow.lease_until).is_(None))
    return connection.execute(update(NoticeRow).where(untaken).values(next_attempt_at=until)).rowcount


def claim(
    connection: Connection, person: str, now: datetime, today: date, lease: timedelta
) -> tuple[Claimed, ...]:
    """Take all that waits for the person; nothing while another worker is sending to them.

    What a worker took that died is taken again just as it was, so that it is the same message.
    """
    own = and_(col(NoticeRow.person) == person, notices.about_deadlines())
    if _is_there(connection, own, col(NoticeRow.lease_until) > now):
        return ()
    left = select(func.min(col(NoticeRow.lease_until))).where(own, outbox.waiting(NoticeRow))
    ended = connection.execute(left).scalar()
    among = own if ended is None else and_(own, col(NoticeRow.lease_until) == ended)
    return notices.claim(connection, now, today, limit=MOST, lease=lease, among=among)


def _went(connection: Connection, own: ColumnElement[bool], morning: datetime, now: datetime) -> bool:
    sent = and_(col(NoticeRow.status) == "sent", col(NoticeRow.sent_at) >= morning)
    return _is_there(connection, own, or_(sent, col(NoticeRow.lease_until) > now))


def _is_there(connection: Connection, *conditions: ColumnElement[bool]) -> bool:
    return connection.execute(select(col(NoticeRow.id)).where(*conditions).limit(1)).first() is not None
