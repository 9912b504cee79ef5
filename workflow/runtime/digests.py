"""Digests: what a person is to be reminded of, in one message.

Law: never more than one a day, and none on a quiet day.

A day begins at eight in the morning where the person's calendar is; on its weekends and holidays nothing
goes. A single reminder goes as itself.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

import structlog

from workflow.records import reminders, settings, timers
from workflow.records.databases.protocol import Connection
from workflow.rules.dates.calendars import Calendar
from workflow.runtime.engine import Engine
from workflow.runtime.sending import Sender

MORNING = time(8)
PERSONS = 50

log = structlog.get_logger()


class Digests:
    """Sends each person's reminders together. Any number of them may run, in any number of processes."""

    def __init__(self, engine: Engine, sender: Sender, *, lease: timedelta) -> None:
        self._engine = engine
        self._database = engine.database
        self._sender = sender
        self._lease = lease

    def send_due(self) -> int:
        """Send the digests that may go now; says how many persons were looked at.

        Nothing while timers that have come are still to be fired: what they remind of belongs into it.
        """
        now = self._engine.now()
        waiting = self._database.reading(lambda connection: _waiting(connection, now))
        for person in waiting:
            self._send(person, now)
        return len(waiting)

    def _send(self, person: str, now: datetime) -> None:
        calendar = self._database.reading(
            lambda connection: reminders.calendar_of(connection, person, self._engine.today())
        )
        day = calendar.date_of(now)
        morning = calendar.instant(day, MORNING)
        if now < morning or not calendar.is_working(day):
            self._put_off(person, now, next_morning(calendar, now))
            return
        claimed = self._database.writing(
            lambda connection: reminders.claim(connection, person, now, morning=morning, lease=self._lease)
        )
        if claimed:
            # By the oldest: whoever takes over from a worker that died sends it under the same id.
            oldest = min((notice.created_at, notice.id) for notice in claimed)[1]
            self._sender.send_together(claimed, f"digest.{oldest}")
        else:
            self._put_off(person, now, next_morning(calendar, now))

    def _put_off(self, person: str, now: datetime, until: datetime) -> None:
        self._database.writing(lambda connection: reminders.put_off(connection, person, now, until))


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
