"""Counting in working hours. The law: only office hours count, and none that a hold covers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from workflow.rules.dates.calendars import Calendar

Moments = Sequence[tuple[datetime, datetime]]
_DAY = timedelta(days=1)


def after(calendar: Calendar, start: datetime, length: timedelta, held: Moments = ()) -> datetime:
    """The instant at which so much office time has passed since `start`; a full day ends when it closes."""
    if not length:
        return start
    for opens, closes in _worked(calendar, start, held):
        if closes - opens >= length:
            return opens + length
        length -= closes - opens
    raise AssertionError("an office always opens again")


def before(calendar: Calendar, end: datetime, length: timedelta) -> datetime:
    """The instant from which so much office time is left until `end`."""
    day = calendar.date_of(end)
    while length:
        for opens, closes in reversed(calendar.openings(day)):
            closes = min(closes, end)
            if closes - opens >= length:
                return closes - length
            length -= max(closes - opens, timedelta())
        day -= _DAY
    return end


def between(calendar: Calendar, start: datetime, end: datetime, held: Moments = ()) -> timedelta:
    """How much office time lies between two instants."""
    total = timedelta()
    for opens, closes in _worked(calendar, start, held):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total


def _worked(calendar: Calendar, start: datetime, held: Moments) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of office time from `start` on, for ever, without `held` (merged and in order)."""
    day = calendar.date_of(start)
    while True:
        for opens, closes in calendar.openings(day):
            if closes > start:
                yield from _free(max(opens, start), closes, held)
        day += _DAY


def _free(opens: datetime, closes: datetime, held: Moments) -> Iterator[tuple[datetime, datetime]]:
    for stops, resumes in held:
        if resumes <= opens or stops >= closes:
            continue
        if stops > opens:
            yield opens, stops
        opens = resumes
    if opens < closes:
        yield opens, closes
