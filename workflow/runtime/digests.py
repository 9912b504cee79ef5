"""Digests: what waits for a person about deadlines, in one message.

Law: a person is reminded not more than once a day, and not on a quiet day; an escalation goes at once.

A day begins at eight in the morning where the person's calendar is; on its weekends and holidays nobody is
reminded. Escalations wait only until the timers that have come are fired, so that those of three days go as
one message. What is alone goes as itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import structlog

from workflow.records import reminders, settings, timers
from workflow.records.databases.protocol import Connection
from workflow.records.notices import Claimed
from workflow.rules.dates.calendars import Calendar
from workflow.runtime.engine import Engine
from workflow.runtime.sending import Sender

MORNING = time(8)
PERSONS = 50

log = structlog.get_logger()


class Digests:
    """Sends each person's reminders and escalations together. Any number may run, in any number of
    processes.
    """

    def __init__(self, engine: Engine, sender: Sender, *, lease: timedelta) -> None:
        self._engine = engine
        self._database = engine.database
        self._sender = sender
        self._lease = lease

    def send_due(self) -> int:
        """Send the digests that may go now; says for how many persons something was done.

        Nothing while timers that have come are still to be fired: what they remind of belongs into it.
        """
        now = self._engine.now()
        waiting = self._database.reading(lambda connection: _waiting(connection, now))
        return sum(self._send(person, now) for person in waiting)

    def _send(self, person: str, now: datetime) -> bool:
        put_off, claimed = self._database.writing(lambda connection: self._take(connection, person, now))
        if claimed:
            self._sender.send_together(claimed)
        return bool(put_off or claimed)

    def _take(self, connection: Connection, person: str, now: datetime) -> tuple[int, Sequence[Claimed]]:
        today = self._engine.today()
        calendar = reminders.calendar_of(connection, person, today)
        begun, tomorrow = morning(calendar, now), next_morning(calendar, now)
        reminders.lock(connection, person)
        put_off = reminders.put_off(connection, person, now, morning=begun, until=tomorrow)
        return put_off, reminders.claim(connection, person, now, today, self._lease)


def morning(calendar: Calendar, now: datetime) -> datetime | None:
    """When the day began on which the person works; None before that, and on a quiet day."""
    day = calendar.date_of(now)
    begun = calendar.instant(day, MORNING)
    return begun if begun <= now and calendar.is_working(day) else None


def next_morning(calendar: Calendar, now: datetime) -> datetime:
    """The next time a day begins on which the person works."""
    today = calendar.date_of(now)
    day = today if now < calendar.instant(today, MORNING) else today + timedelta(days=1)
    return calendar.instant(calendar.roll(day), MORNING)


def _waiting(connection: Connection, now: datetime) -> list[str]:
    coming = timers.next_at(connection)
    still_firing = coming is not None and coming <= now
    if still_firing or settings.is_on(connection, settings.SENDING_PAUSED):
        return []
    return reminders.waiting(connection, now, PERSONS)
