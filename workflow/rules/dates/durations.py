"""Lengths of time and offsets. The law: working days, working hours, calendar days and months never mix."""

from __future__ import annotations

import re
from difflib import get_close_matches
from enum import StrEnum
from typing import Literal, cast

from msgspec import Struct

from workflow.errors import BadDuration, Phrase


class Unit(StrEnum):
    WORKING_DAYS = "working days"
    WORKING_HOURS = "working hours"
    DAYS = "days"
    MONTHS = "months"


class Duration(Struct, frozen=True):
    """So many of one unit. Zero is a length too: "at once"."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read "15 working days" or "1 month". Raises BadDuration."""
        match = _DURATION.fullmatch(text.strip())
        if not match:
            raise BadDuration(_hint(text))
        unit = _UNITS[" ".join(match["unit"].split())]
        if _too_long(match["amount"], unit):
            raise BadDuration(_at_most(text, unit))
        return cls(int(match["amount"]), unit)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.value[:-1] if self.amount == 1 else self.unit.value}"


class Offset(Struct, frozen=True):
    """A place in time told from another one: the due date, a series' anchor, or half of the time allowed."""

    anchor: Literal["due", "anchor", "half"]
    duration: Duration | None = None
    sign: Literal[-1, 1] = 1

    @classmethod
    def parse(cls, text: str) -> Offset:
        """Read "due", "half", "due - 3 working days" or "anchor + 30 days". Raises BadDuration."""
        match = _OFFSET.fullmatch(text.strip())
        if not match:
            raise BadDuration(
                f"'{text}' is not an offset; write 'due', 'half', 'anchor' or, say, 'due - 3 working days'"
            )
        anchor = cast(Literal["due", "anchor", "half"], match["anchor"])
        if not match["sign"]:
            return cls(anchor)
        if anchor == "half":
            raise BadDuration(f"'{text}': half stands alone; count from 'due' or 'anchor' instead")
        return cls(anchor, Duration.parse(match["duration"]), -1 if match["sign"] == "-" else 1)

    @classmethod
    def after_due(cls, duration: Duration | None) -> Offset:
        """So long after the due date; None is the due date itself."""
        return cls("due", duration)

    def __str__(self) -> str:
        if self.duration is None:
            return self.anchor
        return f"{self.anchor} {'-' if self.sign < 0 else '+'} {self.duration}"


def _hint(text: str) -> Phrase:
    """What would be right instead, where it can be told."""
    number, _, word = " ".join(text.lower().split()).partition(" ")
    near = get_close_matches(word, _UNITS, n=1)
    meant = _ELSEWHERE.get(word.removesuffix("s")) or [(1, _UNITS[one]) for one in near]
    if not meant or not re.fullmatch("[0-9]+", number):
        return Phrase(
            "'{text}' is not a duration; write a whole number and a unit: working days, working hours, days "
            "or months, for example '15 working days'",
            {"text": text},
        )
    if _too_long(number, meant[0][1], meant[0][0]):
        return _at_most(text, meant[0][1])
    first, *others = (str(Duration(int(number) * times, unit)) for times, unit in meant)
    if not others:
        return Phrase("'{text}' is not a duration; did you mean '{near}'?", {"text": text, "near": first})
    params = {"text": text, "near": first, "other": others[0]}
    return Phrase("'{text}' is not a duration; did you mean '{near}' or '{other}'?", params)


def _too_long(number: str, unit: Unit, times: int = 1) -> bool:
    """Of what has more digits than any length may have the value is not asked."""
    digits = number.lstrip("0")
    return len(digits) > 9 or int(digits or "0") * times > _MOST[unit]


def _at_most(text: str, unit: Unit) -> Phrase:
    params = {"text": text, "most": _MOST[unit], "unit": unit}
    return Phrase("'{text}' is longer than a hundred years; at most {most} {unit}", params)


_UNITS = {name: unit for unit in Unit for name in (unit.value, unit.value[:-1])}
# What is counted elsewhere and not here: how many of which unit one of it is, the likeliest first.
_ELSEWHERE = {
    "hour": [(1, Unit.WORKING_HOURS)],
    "week": [(7, Unit.DAYS), (5, Unit.WORKING_DAYS)],
    "year": [(12, Unit.MONTHS)],
}
_MOST = {Unit.WORKING_DAYS: 26_000, Unit.WORKING_HOURS: 210_000, Unit.DAYS: 36_525, Unit.MONTHS: 1_200}
_DURATION = re.compile(r"(?P<amount>[0-9]+)\s+(?P<unit>(working\s+(day|hour)|day|month)s?)")
_OFFSET = re.compile(r"(?P<anchor>due|anchor|half)(\s*(?P<sign>[+-])\s*(?P<duration>\S.*))?")
