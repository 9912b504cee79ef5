"""Instants told from a deadline: rungs, silence, openings, halves; what is used up; the next session.

The law: offsets count from the rolled due date. Rungs come at 08:00 of their day in the secretariat's zone,
silence in the last second of its day, so that an act in the last minute is in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from workflow.errors import NoSession
from workflow.rules.dates import hours
from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.deadlines import (
    Terms,
    add_months,
    count_days,
    count_on,
    held_days,
    held_moments,
    landing,
    legs,
)
from workflow.rules.dates.durations import Duration, Offset, Unit

MORNING = time(8)


def offset_instant(
    offset: Offset,
    due: datetime,
    terms: Terms,
    calendar: Calendar,
    secretariat: Calendar,
    at: time | None = MORNING,
) -> datetime:
    """When a rung (at 08:00), a silence rule (`at` None: the last second of the day) or an opening comes.

    `due` is the due instant, or the anchor's for an offset from the anchor. `calendar` is the duty's. Working
    hours are exact and take no time of day. It may come before the clock began: such a rung is the caller's
    to drop.
    """
    length = offset.duration
    if offset.anchor == "half":
        return _half(due, terms, calendar, secretariat, at)
    if at is None and (length is None or not length.amount):
        return due
    if length is not None and length.unit is Unit.WORKING_HOURS:
        shift = hours.before if offset.sign < 0 else hours.after
        return shift(calendar, due, timedelta(hours=length.amount))
    day = secretariat.date_of(due)
    return _moment(shifted(day, length, offset.sign, calendar) if length else day, secretariat, at)


def shifted(day: date, length: Duration, sign: int, calendar: Calendar) -> date:
    """So many days or months before or after a date; it does not roll."""
    if length.unit is Unit.WORKING_DAYS:
        return calendar.nth_before(day, length.amount) if sign < 0 else calendar.nth_after(day, length.amount)
    if length.unit is Unit.MONTHS:
        return add_months(day, sign * length.amount)
    return day + timedelta(days=sign * length.amount)


def consumed(terms: Terms, calendar: Calendar, secretariat: Calendar, at: datetime) -> int:
    """How much is used up by the end of that day, in the budget's unit (months as days, only whole hours)."""
    if _unit(terms) is Unit.WORKING_HOURS:
        held = held_moments(terms, at)
        return int(hours.between(calendar, terms.started_at, at, held) / timedelta(hours=1))
    return _counted(terms, terms.day0, secretariat.date_of(at), calendar, secretariat, at)


def days_until(terms: Terms, day: date, calendar: Calendar, secretariat: Calendar) -> Duration:
    """The extension that brings the end of the count, which has not rolled yet, to this date: to the day
    after a hold for a date within one, since no count ends there.
    """
    spans = held_days(terms, secretariat)
    day = next((last + timedelta(days=1) for first, last in spans if first < day <= last), day)
    end = landing(terms, calendar, secretariat)
    start = secretariat.date_of(end) if isinstance(end, datetime) else end
    held = sum(max((min(last, day) - max(first, start)).days, 0) for first, last in spans)
    return Duration((day - start).days - held, Unit.DAYS)


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session of a body and the last day for its papers."""

    held_on: date
    papers_by: date


def next_sitting(calendar: Calendar, session: str, day0: date, papers: Duration | None = None) -> Sitting:
    """The next session whose papers can still be handed in. Raises NoSession."""
    for held_on in sorted(calendar.sessions.get(session, ())):
        papers_by = shifted(held_on, papers, -1, calendar) if papers else held_on
        if papers_by >= day0:
            return Sitting(held_on, papers_by)
    known = ", ".join(sorted(calendar.sessions)) or "none"
    raise NoSession(
        "Calendar {calendar} has no session '{session}' that can be reached from {day0} on; "
        "add its next date with 'caseway calendar session'. Sessions known: {known}.",
        calendar=calendar.name,
        session=session,
        day0=day0.isoformat(),
        known=known,
    )


def session_due(
    calendar: Calendar, session: str, day0: date, papers: Duration | None, at_most: Duration | None = None
) -> date:
    """The date of papers for the next session (or its own), at most `at_most` after day 0.

    Where no session is known `at_most` alone decides; without it NoSession is raised.
    """
    latest = count_on(day0, at_most, calendar, ()) if at_most else None
    try:
        papers_by = next_sitting(calendar, session, day0, papers).papers_by
    except NoSession:
        if latest is None:
            raise
        return calendar.roll(latest)
    return papers_by if latest is None else min(papers_by, calendar.roll(latest))


def _half(
    due: datetime, terms: Terms, calendar: Calendar, secretariat: Calendar, at: time | None
) -> datetime:
    """The day on which half of the counting days are over, rounded up; for working hours half of them."""
    if _unit(terms) is Unit.WORKING_HOURS:
        held = held_moments(terms)
        half = hours.between(calendar, terms.started_at, due, held) / 2
        return hours.after(calendar, terms.started_at, half, held)
    days = _counted(terms, terms.day0, secretariat.date_of(due), calendar, secretariat, due)
    unit = Unit.WORKING_DAYS if _unit(terms) is Unit.WORKING_DAYS else Unit.DAYS
    spans = held_days(terms, secretariat)
    return _moment(count_on(terms.day0, Duration((days + 1) // 2, unit), calendar, spans), secretariat, at)


def _counted(
    terms: Terms, after: date, until: date, calendar: Calendar, secretariat: Calendar, now: datetime
) -> int:
    """Counting days after one date up to another that no hold covers."""
    if until <= after:
        return 0
    working = _unit(terms) is Unit.WORKING_DAYS
    days = count_days(after, until, calendar, working=working)
    for held, resumed in held_days(terms, secretariat, now):
        start, end = max(held, after), min(resumed, until)
        if start < end:
            days -= count_days(start, end, calendar, working=working)
    return days


def _unit(terms: Terms) -> Unit:
    return next((leg.unit for leg in legs(terms)), Unit.DAYS)


def _moment(day: date, secretariat: Calendar, at: time | None) -> datetime:
    return secretariat.end_of_day(day) if at is None else secretariat.instant(day, at)
