"""What a scenario names, held against its definition before it is played: every fault is told at once.

Law: values that break the format are passed over; of these format_faults.py tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflow.errors import Refusal
from workflow.rules import format as fmt
from workflow.rules.audiences import CONFIRM
from workflow.rules.loading.labels import guards
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.sources import nearest

Found = Iterator[tuple[Path, str]]
NUMBERED = re.compile(r"_[0-9]+$")
"""What a second person of a role is called by: reader_2."""
VERBS = ("do", "complete", "declare", "assign", "save", "undo")
KINDS_OF_REFUSAL = ("role", "state", "form", "stale", "missing")


def naming_faults(format: fmt.Definition, forms: Collection[str], scenario: Any) -> Found:
    """(path, what is wrong) for every name, time and act of a scenario's value that its definition denies."""
    if not isinstance(scenario, dict):
        return
    names = Names.of(format, forms, scenario)
    yield from _head(names, scenario)
    for path, step in _listed(scenario.get("walk"), ("walk",)):
        if isinstance(step, dict):
            yield from _step(names, step, path)


@dataclass(frozen=True, slots=True)
class Names:
    """Every name that a scenario may use, by its kind."""

    known: Mapping[str, Collection[str]]
    outcomes: Mapping[str, Collection[str]]
    people: Collection[str]
    roles: Collection[str]

    @classmethod
    def of(cls, format: fmt.Definition, forms: Collection[str], scenario: Mapping[str, Any]) -> Names:
        confirmed = {f"{CONFIRM}{item.trigger}" for item in format.transitions if item.confirm is not None}
        outcomes = {name: tuple(task.outcomes) for name, task in format.tasks.items()}
        outcomes |= dict.fromkeys(confirmed, ("confirmed", "refused"))
        known: dict[str, Collection[str]] = {
            "trigger": {item.trigger for item in format.transitions},
            "task": outcomes.keys(),
            "state": format.states.keys(),
            "clock": {*format.states, *outcomes, *format.clocks},
            "form": forms,
            "letter": format.letters.keys(),
            "fact": {*format.facts, "emergency", "overdue", "today"},
            "register": {name for name, fact in format.facts.items() if fact.register_ is not None},
            "refusal": {*guards(format), *KINDS_OF_REFUSAL, *_names_of(Refusal)},
        }
        named = scenario.get("persons")
        people = {*format.roles, *(named if isinstance(named, dict) else ())}
        return cls(known, outcomes, people, format.roles.keys())

    def miss(self, kind: str, name: str) -> str | None:
        """What is said of a name that there is not."""
        if kind == "person":
            there = name in self.people or NUMBERED.sub("", name) in self.roles
            return None if there else f"there is nobody called '{name}' here{nearest(name, self.people)}"
        if kind == "role":
            return None if name in self.roles else f"there is no role '{name}'{nearest(name, self.roles)}"
        if kind == "time":
            told = f"'{name}' is no time; write 2026-03-02 10:00, or a date alone for noon"
            return None if _is_time(name) else told
        if kind == "date":
            return None if _is_date(name) else f"'{name}' is no date; write it as 2026-03-02"
        known = self.known[kind]
        return None if name in known else f"there is no {_CALLED[kind].format(name)}{nearest(name, known)}"


def _head(names: Names, scenario: Mapping[str, Any]) -> Found:
    yield from _each(names, "time", scenario.get("start"), ("start",))
    yield from _each(names, "person", scenario.get("opened_by"), ("opened_by",))
    yield from _each(names, "person", scenario.get("conflicts"), ("conflicts",))
    for path, person in _grouped(scenario.get("persons"), ("persons",)):
        yield from _each(names, "role", person.get("roles") if isinstance(person, dict) else person, path)
    yield from _keys(names, "register", scenario.get("registers"), ("registers",))
    yield from _keys(names, "date", scenario.get("days_off"), ("days_off",))
    for path, dates in _grouped(scenario.get("sessions"), ("sessions",)):
        yield from _each(names, "date", dates, path)


def _step(names: Names, step: Mapping[str, Any], path: Path) -> Found:
    yield from _act(step, path)
    # A step may try what there is not, to see it refused.
    tried = step.get("refused") in ("missing", "form")
    for key, kind in _IN_A_STEP.items():
        if not (tried and key in VERBS):
            yield from _each(names, kind, step.get(key), (*path, key))
    if not tried:
        yield from _outcomes(names, step.get("complete"), step.get("outcome"), (*path, "outcome"), ())
    yield from _keys(names, "register", step.get("registers"), (*path, "registers"))
    if isinstance(expect := step.get("expect"), dict):
        yield from _expect(names, expect, (*path, "expect"))


def _act(step: Mapping[str, Any], path: Path) -> Found:
    """A step has one act at most, and all that the act needs."""
    given = [verb for verb in VERBS if step.get(verb)]
    if len(given) > 1:
        yield (*path, given[1]), f"one act a step: this has {' and '.join(given)}"
    if given and "by" not in step:
        yield path, "say who acts: `by`"
    if "complete" in given and "outcome" not in step:
        yield (*path, "complete"), "say how it ends: `outcome`"
    if "assign" in given and "to" not in step:
        yield (*path, "assign"), "say to whom: `to`"


def _expect(names: Names, expect: Mapping[str, Any], path: Path) -> Found:
    for key, kind in _LISTED_IN_EXPECT.items():
        yield from _each(names, kind, expect.get(key), (*path, key))
    for key, kind in _KEYS_IN_EXPECT.items():
        yield from _keys(names, kind, expect.get(key), (*path, key))
    for key, kind in _VALUES_IN_EXPECT.items():
        for where, value in _grouped(expect.get(key), (*path, key)):
            yield from _each(names, kind, value, where)
    for where, value in _grouped(expect.get("tasks"), (*path, "tasks")):
        yield from _outcomes(names, where[-1], value, where, _STANDINGS)


def _outcomes(names: Names, task: Any, value: Any, path: Path, besides: Collection[str]) -> Found:
    """Outcomes of a task that there is; of one that there is not, that is told already."""
    if isinstance(task, str) and task in names.outcomes:
        known = (*names.outcomes[task], *besides)
        for where, name in _texts(value, path):
            if name not in known:
                yield where, f"'{task}' has no outcome '{name}'{nearest(name, names.outcomes[task])}"


def _each(names: Names, kind: str, value: Any, path: Path) -> Found:
    for where, name in _texts(value, path):
        if told := names.miss(kind, name):
            yield where, told


def _keys(names: Names, kind: str, value: Any, path: Path) -> Found:
    for where, _ in _grouped(value, path):
        if told := names.miss(kind, str(where[-1])):
            yield where, told


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    yield from ((where, item) for where, item in _listed(value, path) if isinstance(item, str))


def _listed(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, list):
        yield from (((*path, place), item) for place, item in enumerate(value))


def _grouped(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        yield from (((*path, key), item) for key, item in value.items())


def _names_of(kind: type[Refusal]) -> Iterator[str]:
    for inner in kind.__subclasses__():
        yield inner.__name__
        yield from _names_of(inner)


def _is_time(text: str) -> bool:
    return _is_date(text) if len(text) == len("2026-03-02") else _reads(datetime.fromisoformat, text)


def _is_date(text: str) -> bool:
    return _reads(date.fromisoformat, text)


def _reads(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


_CALLED = {kind: f"{kind} '{{}}'" for kind in ("trigger", "task", "state", "clock", "letter", "fact", "form")}
_CALLED |= {"register": "fact '{}' that asks a register", "refusal": "guard '{}'"}
_IN_A_STEP = {"at": "time", "wait_until": "time", "received": "time", "do": "trigger", "complete": "task"}
_IN_A_STEP |= {
    "declare": "task",
    "assign": "task",
    "save": "form",
    "by": "person",
    "to": "person",
    "refused": "refusal",
}
_LISTED_IN_EXPECT = {"state": "state", "ball": "person", "stopped": "clock", "letters": "letter"}
_LISTED_IN_EXPECT |= {"told": "person", "not_told": "person"}
_KEYS_IN_EXPECT = {"due": "clock", "tasks": "task", "holder": "task", "facts": "fact"}
_KEYS_IN_EXPECT |= {"can": "person", "cannot": "person"}
_VALUES_IN_EXPECT = {"due": "time", "holder": "person", "can": "trigger", "cannot": "trigger"}
_STANDINGS = ("open", "frozen", "scheduled", "overtaken", "undone")
