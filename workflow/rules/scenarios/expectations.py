"""What a scenario expects, held against the case as it stands. Every expectation that is not met is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.rules.actions import actions
from workflow.rules.case import Clock
from workflow.rules.commands import ENGINE
from workflow.rules.decision import Decision
from workflow.rules.ledger import Ledger
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.sources import nearest
from workflow.rules.scenarios.stepping import Stage, instances
from workflow.rules.scenarios.walks import Expect
from workflow.rules.turns import ball

Unmet = Iterator[tuple[Path, str]]


@dataclass(slots=True)
class Seen:
    """What came of the decisions since the step before."""

    acts: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    opened: list[str] = field(default_factory=list)

    def add(self, decision: Decision) -> None:
        self.acts += [entry.act for entry in decision.entries]
        self.letters += [letter.code for letter in decision.letters]
        self.told |= {notice.person for notice in decision.notices}
        self.opened += [case.definition for case in decision.opened]


def unmet(expect: Expect, stage: Stage, seen: Seen) -> Unmet:
    """(key, what is expected and what is) for everything that is not as expected."""
    for key in (key for key in Expect.model_fields if key in expect.model_fields_set):
        yield from _CHECKS[key](getattr(expect, key), stage, seen)


def _same(key: str, expected: Any, actual: Any) -> Unmet:
    if expected != actual:
        yield (key,), f"expected {key} {_shown(expected)}; it is {_shown(actual)}"


def _ball(expected: str | None, stage: Stage, _: Seen) -> Unmet:
    turn = ball(_ledger(stage))
    if expected not in (turn.role, turn.person):
        actual = f"{turn.role or 'nobody'}{f', {turn.person}' if turn.person else ''}"
        yield ("ball",), f"expected the ball with {expected or 'nobody'}; it is with {actual}"


def _due(expected: Mapping[str, str | None], stage: Stage, _: Seen) -> Unmet:
    for name, date in expected.items():
        clocks = _clocks(stage, name)
        if not clocks:
            known = {clock.name for clock in stage.case.clocks}
            yield ("due", name), f"no clock of '{name}' is going{nearest(name, known)}"
        dues = list(dict.fromkeys(_told(stage, clock.due, date) for clock in clocks))
        if clocks and dues != [date]:
            told = ", ".join(one or "held" for one in dues)
            yield ("due", name), f"expected '{name}' due {date or '(held)'}; it is {told}"


def _stopped(expected: list[str], stage: Stage, _: Seen) -> Unmet:
    for place, name in enumerate(expected):
        if _clocks(stage, name):
            yield ("stopped", place), f"the clock of '{name}' is still going"


def _tasks(expected: Mapping[str, int | str | list[str]], stage: Stage, _: Seen) -> Unmet:
    for name, wanted in expected.items():
        actual = [
            task.outcome if task.status == "ended" else task.status for task in instances(stage.case, name)
        ]
        if isinstance(wanted, int):
            count = actual.count("open")
            if count != wanted:
                yield ("tasks", name), f"expected {wanted} open '{name}'; there are {count}"
        elif (listed := [wanted] if isinstance(wanted, str) else wanted) != actual:
            told = ", ".join(str(one) for one in actual) or "none"
            yield ("tasks", name), f"expected '{name}' {', '.join(listed)}; it is {told}"


def _holder(expected: Mapping[str, str | None], stage: Stage, _: Seen) -> Unmet:
    for name, person in expected.items():
        having = [task.person for task in instances(stage.case, name) if task.status != "ended"]
        if person not in having:
            told = ", ".join(one or "nobody yet" for one in having) or "no such task is open"
            yield ("holder", name), f"expected '{name}' with {person or 'nobody yet'}; {told}"


def _told_to(expected: list[str], stage: Stage, seen: Seen) -> Unmet:
    for place, name in enumerate(expected):
        if stage.people.person(name, ("expect", "told", place)) not in seen.told:
            told = ", ".join(sorted(seen.told)) or "nobody"
            yield ("told", place), f"expected a message to {name}; told were: {told}"


def _not_told(expected: list[str], stage: Stage, seen: Seen) -> Unmet:
    for place, name in enumerate(expected):
        if stage.people.person(name, ("expect", "not_told", place)) in seen.told:
            yield ("not_told", place), f"{name} got a message"


def _can(expected: Mapping[str, list[str]], stage: Stage, _: Seen) -> Unmet:
    for name, triggers in expected.items():
        allowed = _allowed(stage, name, "can")
        for place, trigger in enumerate(triggers):
            if trigger not in allowed:
                told = ", ".join(sorted(allowed)) or "nothing"
                yield ("can", name, place), f"{name} may not do '{trigger}' now; allowed: {told}"


def _cannot(expected: Mapping[str, list[str]], stage: Stage, _: Seen) -> Unmet:
    for name, triggers in expected.items():
        allowed = _allowed(stage, name, "cannot")
        for place, trigger in enumerate(triggers):
            if trigger in allowed:
                yield ("cannot", name, place), f"{name} may do '{trigger}' now"


def _facts(expected: Mapping[str, Any], stage: Stage, _: Seen) -> Unmet:
    facts = _ledger(stage).facts()
    for name, value in expected.items():
        if (actual := _plain(facts[name])) != value:
            yield ("facts", name), f"expected {name} {_shown(value)}; it is {_shown(actual)}"


def _allowed(stage: Stage, name: str, key: str) -> set[str]:
    actor = stage.people.actor(name, ("expect", key, name))
    found = actions(stage.definition, stage.case, actor, stage.now, stage.office)
    return {action.name for action in found if action.kind == "trigger" and action.allowed}


def _clocks(stage: Stage, name: str) -> list[Clock]:
    return [clock for clock in stage.case.clocks if clock.status != "stopped" and clock.name == name]


def _told(stage: Stage, due: datetime | None, expected: str | None) -> str | None:
    """The due time as precisely as it is expected: a date, or a date and time, in the office's zone."""
    if due is None:
        return None
    local = due.astimezone(stage.office.secretariat.tz).replace(tzinfo=None)
    return local.isoformat(" ", "minutes") if expected and len(expected) > 10 else local.date().isoformat()


def _ledger(stage: Stage) -> Ledger:
    return Ledger(stage.definition, stage.case, stage.office, now=stage.now, actor=ENGINE, moment=stage.now)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(str(one) for one in value)}]"
    return "none" if value is None else f"'{value}'"


_CHECKS: Mapping[str, Callable[[Any, Stage, Seen], Unmet]] = {
    "state": lambda value, stage, _: _same("state", value, stage.case.state),
    "ball": _ball,
    "due": _due,
    "stopped": _stopped,
    "tasks": _tasks,
    "holder": _holder,
    "letters": lambda value, _, seen: _same("letters", value, seen.letters),
    "told": _told_to,
    "not_told": _not_told,
    "acts": lambda value, _, seen: _same("acts", value, seen.acts),
    "can": _can,
    "cannot": _cannot,
    "facts": _facts,
    "number": lambda value, stage, _: _same("number", value, stage.case.number),
    "emergency": lambda value, stage, _: _same("emergency", value, stage.case.emergency),
    "opened": lambda value, _, seen: _same("opened", value, seen.opened),
}
