"""Why a duty is due when it is, step by step. Steps are data: a code, an English template (the key of its
translations) and parameters (dates, times, durations, texts) that whoever shows them puts into words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import Any

from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.deadlines import (
    Hold,
    Terms,
    add_months,
    counts,
    due,
    held_days,
    legs,
    rolled,
)
from workflow.rules.dates.durations import Duration, Unit
from workflow.rules.dates.offsets import consumed

TEXTS = {
    "day0": "Day 0 is {day}, the day of the event.",
    "late": "It came on {day} at {time}, after the cut-off at {cut_off}; "
    "working days count from the next working day.",
    "came_off": "It came on {day}, a day off ({reason}); working days count from the next working day.",
    "day0_told": "Day 0 is {day}, as the answers tell.",
    "day0_moved": "Day 0 is {day}.",
    "allowed": "The time allowed is {length}.",
    "fixed": "The date is fixed: {day}.",
    "months": "{length} after {start} is {day}: {days}.",
    "months_clipped": "{length} after {start} is {day}, the end of that shorter month: {days}.",
    "office_hours": "Only office hours count: {hours}.",
    "off": "{day} is not counted: {reason}.",
    "off_run": "{first} to {last} are not counted: {reason}.",
    "held": "Held on {first} by {by} ({why}), going on after {last}: {days} not counted.",
    "held_nothing": "Held and let go on the same day, {first}, by {by} ({why}): nothing changes.",
    "held_open": "Held since {first} by {by} ({why}): there is no due date until it goes on.",
    "used": "Used up so far: {used}.",
    "extended": "{length} more, given on {day} by {by}: {why}.",
    "ends": "The count ends on {day}.",
    "floor": "It is not before {day}, the day on which the time allowed was shortened.",
    "floor_told": "It is not before {day}, the day on which that was told.",
    "moved": "{day} is a day off ({reason}); the date moves on.",
    "due": "Due on {day} at {time} ({zone}).",
    "local": "In {zone} it is then {day}, {time}.",
    "unlisted": "No list of holidays is known for calendar {calendar}; only weekends are days off.",
    "beyond": "The holidays of calendar {calendar} are known from {first_year} to {last_year} only.",
}
NO_REASON = "no reason given"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation. `text` is the English template, `params` fill its places."""

    code: str
    text: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The due instant (UTC; None while held) and the steps that lead to it."""

    due: datetime | None
    steps: tuple[Step, ...]


def explain(terms: Terms, calendar: Calendar, secretariat: Calendar) -> Explanation:
    """The same answer as `due`, with its reasons in the order of time."""
    instant = due(terms, calendar, secretariat)
    steps = [*_start(terms, calendar, secretariat), *_allowed(terms, calendar)]
    if instant is None:
        steps += [*_in_order(_acts(terms, calendar, secretariat)), *_used(terms, calendar, secretariat)]
        return Explanation(None, tuple(steps))
    day, counted = _count(terms, calendar, secretariat)
    steps += _in_order([*counted, *_acts(terms, calendar, secretariat)])
    steps += [*_rolling(terms, day, calendar, secretariat), *_end(instant, calendar, secretariat)]
    return Explanation(instant, (*steps, *_notes(terms, instant, calendar)))


def _step(code: str, **params: Any) -> Step:
    return Step(code, TEXTS[code], params)


Dated = tuple[date, Step]


def _in_order(steps: list[Dated]) -> list[Step]:
    return [step for _, step in sorted(steps, key=lambda dated: dated[0])]


def _start(terms: Terms, calendar: Calendar, secretariat: Calendar) -> Iterator[Step]:
    came = terms.started_at.astimezone(secretariat.tz)
    day = came.date()
    if terms.told or terms.day0 == day:
        yield _step("day0_told" if terms.told else "day0", day=terms.day0)
        return
    if reason := calendar.why_off(day):
        yield _step("came_off", day=day, reason=reason)
    elif came.time() > secretariat.cut_off:
        yield _step("late", day=day, time=came.time(), cut_off=secretariat.cut_off)
    yield from (step for _, step in _days_off(day, terms.day0 - timedelta(days=1), calendar))
    yield _step("day0_moved", day=terms.day0)


def _allowed(terms: Terms, calendar: Calendar) -> Iterator[Step]:
    if terms.fixed is not None:
        yield _step("fixed", day=terms.fixed)
    elif terms.budget is not None:
        yield _step("allowed", length=terms.budget)
    if any(leg.unit is Unit.WORKING_HOURS for leg in legs(terms)):
        yield _step("office_hours", hours=calendar.hours)


def _acts(terms: Terms, calendar: Calendar, secretariat: Calendar) -> list[Dated]:
    """What persons did to the clock: holds and extensions."""
    working = any(leg.unit is Unit.WORKING_DAYS for leg in legs(terms))
    acts = [_hold(hold, calendar, secretariat, working) for hold in terms.holds]
    for extension in terms.extensions:
        day = secretariat.date_of(extension.at)
        why = extension.reason or NO_REASON
        acts.append((day, _step("extended", length=extension.by, day=day, by=extension.person, why=why)))
    return acts


def _hold(hold: Hold, calendar: Calendar, secretariat: Calendar, working: bool) -> Dated:
    first, why = secretariat.date_of(hold.from_), hold.why or NO_REASON
    if hold.to is None:
        return first, _step("held_open", first=first, by=hold.by, why=why)
    last = secretariat.date_of(hold.to)
    if last <= first:
        return first, _step("held_nothing", first=first, by=hold.by, why=why)
    days = calendar.count(first, last) if working else (last - first).days
    lost = Duration(days, Unit.WORKING_DAYS if working else Unit.DAYS)
    return first, _step("held", first=first, last=last, by=hold.by, why=why, days=lost)


def _used(terms: Terms, calendar: Calendar, secretariat: Calendar) -> Iterator[Step]:
    first = legs(terms)[:1]
    held_since = [hold.from_ for hold in terms.holds if hold.to is None]
    if first:
        unit = Unit.DAYS if first[0].unit is Unit.MONTHS else first[0].unit
        used = consumed(terms, calendar, secretariat, min(held_since))
        yield _step("used", used=Duration(used, unit))


def _count(terms: Terms, calendar: Calendar, secretariat: Calendar) -> tuple[date, list[Dated]]:
    """The day on which the count ends, and what it passed over."""
    steps: list[Dated] = []
    spans, day = held_days(terms, secretariat), terms.starts_on
    for leg, start, end in counts(terms, calendar, secretariat):
        day = secretariat.date_of(end) if isinstance(end, datetime) else end
        steps += _passed(leg, start, day, calendar, spans)
    return day, steps


def _passed(
    leg: Duration, start: date, end: date, calendar: Calendar, spans: list[tuple[date, date]]
) -> list[Dated]:
    if leg.unit is Unit.MONTHS:
        return [(start, _months(leg, start))]
    if leg.unit is Unit.DAYS:
        return []
    held = [*spans, (end, end)]
    edges = [(start, start), *((max(first, start), min(last, end)) for first, last in held if last >= start)]
    free = ((before[1], after[0]) for before, after in pairwise(edges))
    return [step for first, last in free for step in _days_off(first, min(last, end), calendar)]


def _months(leg: Duration, start: date) -> Step:
    day = add_months(start, leg.amount)
    code = "months" if day.day == start.day else "months_clipped"
    return _step(code, length=leg, start=start, day=day, days=Duration((day - start).days, Unit.DAYS))


def _days_off(after: date, until: date, calendar: Calendar) -> Iterator[Dated]:
    """The days off after one date up to another, neighbours with the same reason together."""
    days = (after + timedelta(days=n) for n in range(1, (until - after).days + 1))
    for reason, group in groupby(days, calendar.why_off):
        run = list(group)
        if reason and len(run) == 1:
            yield run[0], _step("off", day=run[0], reason=reason)
        elif reason:
            yield run[0], _step("off_run", first=run[0], last=run[-1], reason=reason)


def _rolling(terms: Terms, day: date, calendar: Calendar, secretariat: Calendar) -> Iterator[Step]:
    if legs(terms):
        yield _step("ends", day=day)
    if terms.floor is not None and terms.floor > day:
        day = terms.floor
        yield _step("floor_told" if terms.told else "floor", day=day)
    elif _by_hours(terms):
        return
    end = rolled(terms, day, calendar)
    while day < end:
        yield _step("moved", day=day, reason=calendar.why_off(day))
        day += timedelta(days=1)


def _by_hours(terms: Terms) -> bool:
    return any(leg.unit is Unit.WORKING_HOURS for leg in legs(terms)[-1:])


def _end(instant: datetime, calendar: Calendar, secretariat: Calendar) -> Iterator[Step]:
    end, there = instant.astimezone(secretariat.tz), instant.astimezone(calendar.tz)
    yield _step("due", day=end.date(), time=_clock(end), zone=secretariat.zone)
    if end.utcoffset() != there.utcoffset():
        yield _step("local", zone=calendar.zone, day=there.date(), time=_clock(there))


def _clock(moment: datetime) -> time:
    return moment.time().replace(microsecond=0, fold=0)


def _notes(terms: Terms, instant: datetime, calendar: Calendar) -> Iterator[Step]:
    if not calendar.listed:
        yield _step("unlisted", calendar=calendar.name)
    elif calendar.years:
        first, last = calendar.years
        if terms.day0.year < first or instant.year > last:
            yield _step("beyond", calendar=calendar.name, first_year=first, last_year=last)
