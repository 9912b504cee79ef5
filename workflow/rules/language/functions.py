"""The functions that expressions may call. The law: each gives a value, or says in words why it has none."""

from __future__ import annotations

import statistics
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Function:
    """A function with its typed signatures: (types of the parameters, type of the result)."""

    run: Callable[..., Any]
    signatures: tuple[tuple[tuple[str, ...], str], ...]


def highest(values: Sequence[Any]) -> Any:
    return max(_some(values, "highest"))


def lowest(values: Sequence[Any]) -> Any:
    return min(_some(values, "lowest"))


def latest(dates: Sequence[datetime]) -> datetime:
    return max(_some(dates, "latest"))


def earliest(dates: Sequence[datetime]) -> datetime:
    return min(_some(dates, "earliest"))


def total(values: Sequence[Any]) -> Any:
    return sum(values)


def mean(values: Sequence[float]) -> float:
    return float(statistics.fmean(_some(values, "mean")))


def median(values: Sequence[float]) -> float:
    return float(statistics.median(_some(values, "median")))


def months_after(start: datetime, months: int) -> datetime:
    """The same day so many months later, clipped to the month's end; a negative count goes back."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


def days_between(start: datetime, end: datetime) -> int:
    """How many days from the first date to the second; negative when the second is earlier."""
    return (end - start).days


def weekdays_between(start: datetime, end: datetime) -> int:
    """How many days from Monday to Friday follow the first date, up to the second and with it; holidays count
    too, for they are an office's. Negative when the second is earlier.
    """
    if end < start:
        return -weekdays_between(end, start)
    weeks, rest = divmod((end - start).days, 7)
    return weeks * 5 + sum((start.weekday() + day) % 7 < 5 for day in range(1, rest + 1))


def _some(values: Sequence[T], name: str) -> Sequence[T]:
    if not values:
        raise ValueError(f"{name} of an empty list")
    return values


_OVER_NUMBERS = ((("list of integer",), "integer"), (("list of number",), "number"))
_OVER_DATES = ((("list of date",), "date"),)
_TO_NUMBER = ((("list of integer",), "number"), (("list of number",), "number"))

FUNCTIONS = {
    "highest": Function(highest, _OVER_NUMBERS),
    "lowest": Function(lowest, _OVER_NUMBERS),
    "sum": Function(total, _OVER_NUMBERS),
    "mean": Function(mean, _TO_NUMBER),
    "median": Function(median, _TO_NUMBER),
    "latest": Function(latest, _OVER_DATES),
    "earliest": Function(earliest, _OVER_DATES),
    "months_after": Function(months_after, ((("date", "integer"), "date"),)),
    "days_between": Function(days_between, ((("date", "date"), "integer"),)),
    "weekdays_between": Function(weekdays_between, ((("date", "date"), "integer"),)),
}
