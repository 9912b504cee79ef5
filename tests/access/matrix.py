"""The table matrix.yaml, read: what is expected of each person, operation and state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.access.playing import LONG_AGO, Mandated

FILE = Path(__file__).parent / "matrix.yaml"
STATUS: Mapping[str, tuple[int, ...]] = {
    "seen": (200,),
    "card": (200,),
    "as far as seen": (200, 404),
    "allowed": (200, 201),
    "not now": (409,),
    "not allowed": (403,),
    "not there": (404,),
    "unknown": (401,),
}
ON_CASES = ("read", "part", "whole", "step", "name", "correct", "undo", "file")
REGIONS = ("Africa", "Asia and the Pacific")
NOWHERE = "0" * 32
"""The id of no case."""
PARTS = {"part": "as far as seen", "whole": "not allowed"}
"""What is answered to those who do not see all of a case."""
EVERYTHING = ("secretariat", "auditor")
IDLE = {"open": "not allowed", "administer": "not allowed", "oversee": "not allowed"}


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    who: str
    told: Mapping[str, Any]

    @property
    def known(self) -> bool:
        return self.who != "anonymous" and not self.told.get("disabled")

    def expects(self, group: str, state: str) -> str:
        """The answer to an operation of this group on a case in this state."""
        if not self.known:
            return "unknown"
        if group not in ON_CASES:
            return str(self.told.get(group, IDLE.get(group, "allowed")))
        read = _of(self.told.get("read", {}), state, "not there")
        if group == "read" or read == "not there":
            return read
        if group in PARTS:
            return "seen" if read == "seen" and self.told["sees"] in EVERYTHING else PARTS[group]
        return _of(self.told.get(group, {}), state, "not allowed")

    @property
    def person(self) -> Mandated:
        place = self.told.get("for")
        region = place if place in REGIONS else None
        since, until = self.told.get("since", LONG_AGO), self.told.get("until")
        party = None if region else place
        return Mandated(
            self.who,
            self.told.get("holds"),
            party,
            region,
            _day(since),
            until and _day(until),
            self.told.get("disabled", False),
            self.told.get("stands_in_for"),
        )


@cache
def table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    return found


def rows() -> list[Row]:
    return [Row(one["who"], one) for one in table()["people"]]


def group_of(operation: str) -> str:
    return next(name for name, group in table()["operations"].items() if operation in group["http"])


def named(kind: str) -> Iterator[str]:
    """Every operation (`http`) or command (`cli`) as often as it stands in the table."""
    for group in table()["operations"].values():
        yield from group[kind]


def _of(answers: Mapping[str, str], state: str, otherwise: str) -> str:
    return answers.get(state, answers.get("otherwise", otherwise))


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
