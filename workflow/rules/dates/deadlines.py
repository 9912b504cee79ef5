"""When a duty is due. THE LAW: a due date is the n-th counting day after day 0 that no hold covers.

A hold covers the days after the day of holding up to and with the day of resuming: (held, resumed]. Held days
are a union, so their order, overlap and splitting change nothing, and holding and resuming on one day is
nothing. What counts: for working days the working days of the duty's calendar, for days and months every day.
Months are as many days as lie between day 0 and the same day of the later month, clipped to its end. A result
on a day off rolls forward, once, last. The due instant is the end of that day in the secretariat's zone,
whoever has the duty. Working hours count in instants, within office hours.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TypeVar

from msgspec import Struct

from workflow.rules.dates import hours
from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.durations import Duration, Unit

T = TypeVar("T", date, datetime)
Days = tuple[date, date]


class Hold(Struct, frozen=True):
    """The clock stood still from one moment to another (None: it still does), by whose act and why."""

    from_: datetime
    to: datetime | None
    by: str
    why: str


class Extension(Struct, frozen=True):
    """More time, given at a moment by a person for a reason."""

    by: Duration
    at: datetime
    person: str
    reason: str


class Terms(Struct, frozen=True):
    """All that a due date is derived from: a budget, or a fixed date (a session) that no hold moves.

    `closing`: the instant of the fixed date at which it ends, where that is not the end of the day.
    `floor`: the result is never before this date, used where a running budget is shortened.
    `told`: day 0 is a date that the answers tell, and nothing is due before the clock started.
    """

    budget: Duration | None
    day0: date
    started_at: datetime
    fixed: date | None = None
    holds: tuple[Hold, ...] = ()
    extensions: tuple[Extension, ...] = ()
    floor: date | None = None
    closing: datetime | None = None
    told: bool = False

    @property
    def held(self) -> bool:
        return bool(self.holds) and any(hold.to is None for hold in self.holds)

    @property
    def starts_on(self) -> date:
        """The day from which it counts: a fixed date (never before day 0), else day 0."""
        return self.day0 if self.fixed is None else max(self.fixed, self.day0)


def day_zero(
    at: datetime, unit: Unit, calendar: Calendar, secretariat: Calendar, *, by_timer: bool = False
) -> date:
    """The day from which a new clock counts (PROCEDURE C.5.2); `calendar` is the duty's.

    For working days, what comes after the secretariat's cut-off or on a day off of the calendar counts from
    the next working day. A clock begun by a timer (`at` is the timer's due instant) counts from that timer's
    day.
    """
    local = at.astimezone(secretariat.tz)
    if by_timer or unit is not Unit.WORKING_DAYS:
        return local.date()
    late = local.time() > secretariat.cut_off
    return calendar.nth_after(local.date(), 1) if late else calendar.roll(local.date())


def due(terms: Terms, calendar: Calendar, secretariat: Calendar) -> datetime | None:
    """The last instant (UTC) that is in time; None while the clock is held. `calendar` is the duty's."""
    if terms.held:
        return None
    end = landing(terms, calendar, secretariat)
    return end if isinstance(end, datetime) else secretariat.end_of_day(rolled(terms, end, calendar))


def landing(terms: Terms, calendar: Calendar, secretariat: Calendar) -> date | datetime:
    """Where the count ends, before it rolls: a date, or an instant if working hours were counted last."""
    ends: list[date | datetime] = [terms.closing or terms.starts_on]
    ends += (end for _, _, end in counts(terms, calendar, secretariat))
    end = ends[-1]
    day = secretariat.date_of(end) if isinstance(end, datetime) else end
    return terms.floor if terms.floor is not None and terms.floor > day else end


def counts(
    terms: Terms, calendar: Calendar, secretariat: Calendar
) -> Iterator[tuple[Duration, date, date | datetime]]:
    """Each length that is counted, with the day it counts from and the day (or instant) at which it ends."""
    spans, day = held_days(terms, secretariat), terms.starts_on
    start = terms.started_at if terms.fixed is None else None
    for leg in legs(terms):
        before = day
        if leg.unit is Unit.WORKING_HOURS:
            start = start or secretariat.end_of_day(day)
            start = hours.after(calendar, start, timedelta(hours=leg.amount), held_moments(terms))
            day = secretariat.date_of(start)
        else:
            start, day = None, count_on(day, leg, calendar, spans)
        yield leg, before, start or day


def rolled(terms: Terms, day: date, calendar: Calendar) -> date:
    """A counted day rolls to the next working day; a date that was fixed (a session) stays what it is."""
    return day if day == terms.fixed and not terms.extensions else calendar.roll(day)


def legs(terms: Terms) -> tuple[Duration, ...]:
    """The budget and its extensions: one unit adds up, another counts on from where the first ends."""
    first = () if terms.budget is None or terms.fixed is not None else (terms.budget,)
    if not terms.extensions:
        return first
    sums: dict[Unit, int] = {}
    for part in (*first, *(extension.by for extension in terms.extensions)):
        sums[part.unit] = sums.get(part.unit, 0) + part.amount
    return tuple(Duration(amount, unit) for unit, amount in sums.items())


def count_on(day: date, leg: Duration, calendar: Calendar, spans: Sequence[Days]) -> date:
    """The n-th counting day after `day` that no span covers."""
    working = leg.unit is Unit.WORKING_DAYS
    left = (add_months(day, leg.amount) - day).days if leg.unit is Unit.MONTHS else leg.amount
    for held, resumed in spans if left else ():
        if resumed <= day:
            continue
        free = count_days(day, held, calendar, working=working) if held > day else 0
        if held > day and free >= left:
            break
        left, day = left - free, resumed
    return calendar.nth_after(day, left) if working else day + timedelta(days=left)


def count_days(after: date, until: date, calendar: Calendar, *, working: bool) -> int:
    return calendar.count(after, until) if working else (until - after).days


def add_months(day: date, months: int) -> date:
    """The same day of a later month, clipped to the month's end; `months` may be negative."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def held_days(terms: Terms, secretariat: Calendar, now: datetime | None = None) -> list[Days]:
    """The holds as (day of holding, day of resuming], merged and in order; an open one lasts until `now`."""
    if not terms.holds:
        return []
    return merged(
        (secretariat.date_of(start), secretariat.date_of(end)) for start, end in held_moments(terms, now)
    )


def held_moments(terms: Terms, now: datetime | None = None) -> list[tuple[datetime, datetime]]:
    ends = ((hold.from_, hold.to or now) for hold in terms.holds)
    return merged((start, end) for start, end in ends if end is not None) if terms.holds else []


def merged(spans: Iterable[tuple[T, T]]) -> list[tuple[T, T]]:
    """The union of half-open spans, in order, without empty ones."""
    union: list[tuple[T, T]] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        else:
            union.append((start, end))
    return union
