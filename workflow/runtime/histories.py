"""The form of a recorded history: JSON Lines, a line per act. Law: every faulty line is named.

A line with `case` is an act. A line with `person` and without `case` introduces a person. Empty lines and
lines that begin with # are passed over. The acts of all cases of a file make one story: they are played in
the order of their times, and at the same time in the order of their lines.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from workflow.errors import BrokenHistory
from workflow.records.persons import TITLE
from workflow.rules.texts import nul_faults

# What pydantic says is kept where it already says what would be right.
WORDS: Mapping[str, str] = {
    "missing": "this is needed",
    "extra_forbidden": "a line has no such field",
    "timezone_aware": "a time needs its offset, as 2012-03-02T10:00:00+01:00 or 2012-03-02T09:00:00Z",
    "datetime_parsing": "write a time with its offset, as 2012-03-02T10:00:00+01:00",
    "datetime_from_date_parsing": "write a time with its offset, as 2012-03-02T10:00:00+01:00",
    "string_type": "write a text",
}
# So many lines, and not one of a history: the rest will be no better.
FEW = 5
NO_HISTORY = (
    "No line of it is one of a history. A history is JSON Lines, a line per act: "
    '{"case": "K-1", "at": "2026-03-02T10:00:00+01:00", "role": "coordinator", "trigger": "accept"}'
)
KINDS = ("open", "trigger", "outcome", "declare", "assign", "revise", "undo")


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Text = Annotated[str, Field(min_length=1, max_length=500)]
Title = Annotated[str, Field(pattern=TITLE)]
Data = dict[str, Any]


class LetterLine(_Line):
    """The letter by which somebody was designated."""

    reference: Text
    date: date
    digest: Text | None = None


class MandateLine(_Line):
    """The dated right to act in a role: for a Party, for a region, or for all."""

    role: Text
    party: Text | None = None
    region: Text | None = None
    from_: date = Field(alias="from")
    until: date | None = None
    letter: LetterLine | None = None


class DelegationLine(_Line):
    """Who stood in for a person, from a first day to a last one: in one role and kind of request or all."""

    stand_in: Text
    from_: date = Field(alias="from")
    until: date
    role: Text | None = None
    definition: Text | None = None


class PersonLine(_Line):
    """A person of the history. `title` is the form of address; `demonstration` marks one who is invented."""

    person: Text
    name: Text
    language: Text = "en"
    email: Text | None = None
    title: Title | None = None
    nationalities: tuple[Text, ...] = ()
    conflicts: tuple[Text, ...] = ()
    mandates: tuple[MandateLine, ...] = ()
    delegations: tuple[DelegationLine, ...] = ()
    demonstration: bool = False


class Opening(_Line):
    """For which Party a case is opened, and its first drafts by form. `demonstration`: it is invented.

    `until`: the history of this case ends at this instant; what falls due later is not played.
    """

    party: Text
    region: Text | None = None
    answers: dict[str, Data] = Field(default_factory=dict)
    parent: Text | None = None
    until: AwareDatetime | None = None
    demonstration: bool = False


class ActLine(_Line):
    """One act: exactly one of `open`, `trigger`, `outcome`, `declare` or `assign` (of a task), `revise` and
    `undo`.

    The one who acts is a `person`, or whoever held the `role` then. `on_behalf_of` is told by exports; what
    counts is the delegation. `task` names a task, `no` one of its instances. `rested_since`: a recorded
    history of the case had ended at this instant; from there up to this act, which woke it, it rested.
    """

    case: Text
    at: AwareDatetime
    definition: Text | None = None
    version: int | None = None
    person: Text | None = None
    role: Text | None = None
    on_behalf_of: Text | None = None
    open: Opening | None = None
    trigger: Text | None = None
    task: Text | None = None
    no: int | None = None
    outcome: Text | None = None
    declare: bool = False
    assign: Text | None = None
    revise: Text | None = None
    undo: bool = False
    data: Data | None = None
    reason: str = ""
    received_at: AwareDatetime | None = None
    rested_since: AwareDatetime | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> ActLine:
        said = [name for name in KINDS if getattr(self, name)]
        if len(said) != 1:
            found = " and ".join(said) or "none"
            raise ValueError(f"say one of {', '.join(KINDS[:-1])} or {KINDS[-1]}; this line says {found}")
        if (self.person is None) == (self.role is None):
            raise ValueError("say either the person or the role that acts")
        if said[0] in ("outcome", "declare", "assign") and self.task is None:
            raise ValueError(f"name the task that '{said[0]}' belongs to")
        if self.open and not self.definition:
            raise ValueError("an opening names its definition")
        if self.rested_since and (self.open or self.rested_since > self.at):
            raise ValueError("'rested_since' is of an act after the opening, and not later than its 'at'")
        return self

    @property
    def kind(self) -> str:
        return next(name for name in KINDS if getattr(self, name))

    @property
    def verb(self) -> str:
        """What is done, in a word or two, as a person would look for it."""
        if self.trigger or self.open or self.undo:
            return self.trigger or ("open" if self.open else "undo")
        how = self.outcome or ("declare" if self.declare else "assign")
        return f"revise {self.revise}" if self.revise else f"{self.task}.{how}"


PARTS: Mapping[str, type[_Line]] = {"open": Opening, "mandates": MandateLine, "delegations": DelegationLine}


@dataclass(frozen=True, slots=True)
class Act:
    """An act with its place in the file. `key` is the same whenever the same line is read again."""

    line: int
    key: str
    said: ActLine


@dataclass(frozen=True, slots=True)
class History:
    """Persons in the order of the file, with their lines; acts in the order in which they are played."""

    persons: tuple[PersonLine, ...]
    acts: tuple[Act, ...]
    person_lines: tuple[int, ...]

    @property
    def cases(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(act.said.case for act in self.acts))


def read(lines: Iterable[bytes | str]) -> History:
    """Read a whole history. Raises BrokenHistory with every faulty line; of what is none, with a few."""
    found: list[PersonLine | ActLine | None] = []
    faults: list[str] = []
    for number, text in enumerate(lines, start=1):
        try:
            found.append(_said(text))
        except ValueError as error:
            faults.append(f"line {number}: {_fault(error)}")
        if len(faults) == FEW and not any(found):
            break
    if faults:
        raise BrokenHistory("\n".join([*faults, *([] if any(found) else [NO_HISTORY])]))
    return arranged(found)


def arranged(lines: Iterable[PersonLine | ActLine | None]) -> History:
    """The lines of a file (None: a comment) as a history, in the order in which it is played."""
    persons: list[PersonLine] = []
    acts: list[Act] = []
    places: list[int] = []
    seen: Counter[str] = Counter()
    for number, said in enumerate(lines, start=1):
        if isinstance(said, PersonLine):
            persons.append(said)
            places.append(number)
        elif said is not None:
            acts.append(Act(number, _key(said, seen), said))
    in_order = sorted(acts, key=lambda act: (act.said.at, act.line))
    return History(tuple(persons), tuple(in_order), tuple(places))


def write(line: PersonLine | ActLine) -> bytes:
    """One line of a history: what is not said is left out."""
    return orjson.dumps(line.model_dump(mode="json", by_alias=True, exclude_defaults=True)) + b"\n"


def _said(text: bytes | str) -> PersonLine | ActLine | None:
    text = text.strip()
    if not text or text[:1] in (b"#", "#"):
        return None
    value = orjson.loads(text)
    if not isinstance(value, Mapping):
        raise ValueError("a line is a JSON object")
    if faults := tuple(nul_faults(value)):
        raise ValueError("; ".join(f"{fault.pointer}: {fault.message}" for fault in faults))
    return ActLine.model_validate(value) if "case" in value else PersonLine.model_validate(value)


def _key(said: ActLine, seen: Counter[str]) -> str:
    """A digest of what the line says; the second time that a file says the very same, it is another act."""
    digest = hashlib.sha256(write(said)).hexdigest()[:32]
    seen[digest] += 1
    return f"history:{digest}:{seen[digest]}"


def _fault(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return f"this is not JSON: {error}" if isinstance(error, orjson.JSONDecodeError) else str(error)
    return "; ".join(_one_fault(fault, error.title) for fault in error.errors())


def _one_fault(fault: ErrorDetails, line: str) -> str:
    place = ".".join(map(str, fault["loc"]))
    plain = WORDS.get(fault["type"]) or fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        plain += _nearest_field(fault["loc"], line)
    return f"{place}: {plain}" if place else plain


def _nearest_field(place: tuple[int | str, ...], line: str) -> str:
    """The field that was meant, among those of the part that the unknown one stands in."""
    whole: type[_Line] = ActLine if line == ActLine.__name__ else PersonLine
    part = PARTS.get(str(place[0]), whole) if len(place) > 1 else whole
    known = ["case", *(field.alias or name for name, field in part.model_fields.items())]
    near = get_close_matches(str(place[-1]), known, n=1)
    return f"; did you mean '{near[0]}'?" if near else ""
