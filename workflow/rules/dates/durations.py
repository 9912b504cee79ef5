"""Lengths of time and offsets. The law: working days, working hours, calendar days and months never mix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Literal, cast

from workflow.errors import BadDuration, Phrase


class Unit(StrEnum):
    WORKING_DAYS = "working days"
    WORKING_HOURS = "working hours"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Duration:
    """So many of one unit. Zero is a length too: "at once"."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read "15 working days" or "1 month". Raises BadDuration."""
        match = _DURATION.fullmatch(text.strip())
        if not match:
            raise BadDuration(_hint(text))
        amount, unit = int(match["amount"]), _UNITS[" ".join(match["unit"].split())]
        if amount > _MOST[unit]:
            params = {"text": text, "most": _MOST[unit], "unit": unit}
            raise BadDuration(
                Phrase("'{text}' is longer than a hundred years; at most {most} {unit}", params)
            )
        return cls(amount, unit)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit.value[:-1] if self.amount == 1 else self.unit.value}"


@dataclass(frozen=True, slots=True)
class Offset:
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
    word = " ".join(text.split()[1:]).lower()
    if word in ("week", "weeks"):
        return Phrase(
            "'{text}': weeks are not counted here; 2 weeks is '14 days' or '10 working days'", {"text": text}
        )
    near = get_close_matches(word, _UNITS, n=1)
    if near and re.fullmatch("[0-9]+", text.split()[0]):
        params = {"text": text, "near": f"{text.split()[0]} {near[0]}"}
        return Phrase("'{text}' is not a duration; did you mean '{near}'?", params)
    return Phrase(
        "'{text}' is not a duration; write a whole number and a unit: working days, working hours, days or "
        "months, for example '15 working days'",
        {"text": text},
    )


_UNITS = {name: unit for unit in Unit for name in (unit.value, unit.value[:-1])}
_MOST = {Unit.WORKING_DAYS: 26_000, Unit.WORKING_HOURS: 210_000, Unit.DAYS: 36_525, Unit.MONTHS: 1_200}
_DURATION = re.compile(r"(?P<amount>[0-9]{1,9})\s+(?P<unit>(working\s+(day|hour)|day|month)s?)")
_OFFSET = re.compile(r"(?P<anchor>due|anchor|half)(\s*(?P<sign>[+-])\s*(?P<duration>\S.*))?")
