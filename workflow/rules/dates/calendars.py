"""Which days an office works.

The law: a day is worked unless it is in the weekend or a day off; a working date wins over both.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from workflow.errors import BrokenCalendar

SATURDAY_SUNDAY = frozenset({5, 6})
OFFICE_HOURS = ((time(9), time(12, 30)), (time(13, 30), time(17)))
_EMPTY: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Calendar:
    """An office's days, hours and sessions.

    `weekend` holds weekdays (Monday is 0), `days_off` names each holiday, `working_dates` are worked although
    they fall into the weekend, `sessions` are the dates on which a body meets. `listed` is False where no
    list of holidays is known, `years` are the first and last year that the list covers.
    """

    name: str
    zone: str = "Europe/Paris"
    weekend: frozenset[int] = SATURDAY_SUNDAY
    days_off: Mapping[date, str] = field(default_factory=lambda: _EMPTY)
    working_dates: frozenset[date] = frozenset()
    hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    cut_off: time = time(17)
    sessions: Mapping[str, tuple[date, ...]] = field(default_factory=lambda: _EMPTY)
    listed: bool = True
    years: tuple[int, int] | None = None
    tz: ZoneInfo = field(init=False, repr=False, compare=False)
    _week: _Week = field(init=False, repr=False, compare=False)
    _lost: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _gained: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.weekend < frozenset(range(7)):
            raise BrokenCalendar(f"calendar '{self.name}': the weekend must leave a day to work; Monday is 0")
        if not any(start < end for start, end in self.hours):
            raise BrokenCalendar(
                f"calendar '{self.name}': the office must open at some hour, for example 09:00-17:00"
            )
        week, worked = _Week.without(self.weekend), self.working_dates
        lost = {day.toordinal() for day in self.days_off if day not in worked}
        object.__setattr__(self, "tz", ZoneInfo(self.zone))
        object.__setattr__(self, "_week", week)
        object.__setattr__(self, "_lost", tuple(sorted(day for day in lost if week.has(day))))
        gained = (day.toordinal() for day in worked)
        object.__setattr__(self, "_gained", tuple(sorted(day for day in gained if not week.has(day))))

    def is_working(self, day: date) -> bool:
        if day in self.working_dates:
            return True
        return day.weekday() not in self.weekend and day not in self.days_off

    def why_off(self, day: date) -> str | None:
        """The holiday's name, "weekend", or None on a working day."""
        return None if self.is_working(day) else self.days_off.get(day, "weekend")

    def roll(self, day: date) -> date:
        """The day itself if it is worked, else the next one that is."""
        return day if self.is_working(day) else self.nth_after(day, 1)

    def nth_after(self, day: date, n: int) -> date:
        """The n-th working day after `day`; for n = 0 the day itself, worked or not."""
        if n <= 0:
            return day
        start = day.toordinal()
        wanted, lost = self._upto(start) + n, bisect_right(self._lost, start)
        gained = bisect_right(self._gained, start)
        while True:
            number = self._week.day(wanted + lost - gained)
            lost, before = bisect_right(self._lost, number), lost
            if lost == before:
                break
        if bisect_right(self._gained, number) > gained:
            return self._walk(start, n, 1)
        return date.fromordinal(number)

    def nth_before(self, day: date, n: int) -> date:
        """The n-th working day before `day`; for n = 0 the day itself, worked or not."""
        return self._walk(day.toordinal(), n, -1)

    def count(self, after: date, until: date) -> int:
        """How many working days come after `after`, up to and with `until`."""
        return self._upto(until.toordinal()) - self._upto(after.toordinal())

    def date_of(self, at: datetime) -> date:
        return at.astimezone(self.tz).date()

    def instant(self, day: date, at: time) -> datetime:
        """That time of that day here, in UTC. A time that the clocks skip comes later by what they skip."""
        return _instant(day, at, self.tz)

    def later(self, at: datetime, days: timedelta) -> datetime:
        """The same time of day here, so many days later, in UTC."""
        local = at.astimezone(self.tz)
        return self.instant(local.date() + days, local.time())

    def end_of_day(self, day: date) -> datetime:
        """The last second of that day here, in UTC: 23:59:59, but where the clocks change at midnight."""
        return _end_of_day(day, self.tz)

    def openings(self, day: date) -> list[tuple[datetime, datetime]]:
        """The office hours of that day as instants; none on a day off."""
        if not self.is_working(day):
            return []
        return [(self.instant(day, start), self.instant(day, end)) for start, end in self.hours]

    def _upto(self, number: int) -> int:
        """Working days from day number 1 up to this one."""
        off = bisect_right(self._lost, number) - bisect_right(self._gained, number)
        return self._week.upto(number) - off

    def _walk(self, number: int, n: int, step: int) -> date:
        while n > 0:
            number += step
            n -= self.is_working(date.fromordinal(number))
        return date.fromordinal(number)


@dataclass(frozen=True, slots=True)
class _Week:
    """Arithmetic on day numbers (`date.toordinal`, 1 is a Monday) in weeks of the same working days."""

    worked: tuple[int, ...]
    sums: tuple[int, ...]

    @classmethod
    def without(cls, weekend: frozenset[int]) -> _Week:
        worked = tuple(day + 1 for day in range(7) if day not in weekend)
        return cls(worked, tuple(sum(day <= last for day in worked) for last in range(7)))

    def has(self, number: int) -> bool:
        return (number - 1) % 7 + 1 in self.worked

    def upto(self, number: int) -> int:
        weeks, rest = divmod(number, 7)
        return weeks * len(self.worked) + self.sums[rest]

    def day(self, count: int) -> int:
        """The day number that brings `upto` to `count`."""
        weeks, rest = divmod(count - 1, len(self.worked))
        return weeks * 7 + self.worked[rest]


# Finding the offset of a zone costs more than all the counting, and few days are asked for often.
@lru_cache(maxsize=8192)
def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


@lru_cache(maxsize=8192)
def _end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Where the clocks go back over midnight the second 23:59:59 ends the day; where they go forward over it,
    the second before. A date that the zone left out (Samoa, 30 December 2011) ends with the next one.
    """
    last = datetime.combine(day, time(23, 59, 59), zone)
    end = last.replace(fold=1).astimezone(UTC)
    return last.astimezone(UTC) if end.astimezone(zone).date() < day else end
