"""From a step of a scenario to the command it stands for, with the task it means and the answers it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.errors import GuardRefused, Malformed, NotAllowed, NotFound, NotNow, Refusal, Stale
from workflow.rules import format as fmt
from workflow.rules.case import Case, Office, Task
from workflow.rules.commands import Actor, Advance, Assign, Command, Complete, Declare, Revise, Undo
from workflow.rules.decision import Decision
from workflow.rules.definition import Definition
from workflow.rules.scenarios.people import Missed, People
from workflow.rules.scenarios.walks import Step

__all__ = ["Missed", "Stage", "command_for", "refused_as"]


@dataclass(frozen=True, slots=True)
class Stage:
    """The case as it stands at a moment of a scenario, and what surrounds it. `last` is the act before."""

    definition: Definition
    case: Case
    office: Office
    now: datetime
    people: People
    examples: Mapping[str, Any]
    last: Decision | None


def command_for(step: Step, stage: Stage, received: datetime | None) -> Command | None:
    """The command of a step; None when it only waits or expects. Raises Missed."""
    verb = next((verb for verb in _VERBS if getattr(step, verb)), None)
    if verb is None:
        return None
    actor = stage.people.actor(step.by or "", ("by",))
    return _VERBS[verb](step, stage, actor, received)


def refused_as(refusal: Refusal) -> tuple[str, ...]:
    """What a scenario may call a refusal: the guards that said no, or a word for its kind."""
    if isinstance(refusal, GuardRefused):
        return tuple(reason.guard for reason in refusal.reasons)
    kinds = (
        (NotAllowed, "role"),
        (NotNow, "state"),
        (Malformed, "form"),
        (Stale, "stale"),
        (NotFound, "missing"),
    )
    return tuple(word for kind, word in kinds if isinstance(refusal, kind)) or (type(refusal).__name__,)


def instances(case: Case, name: str) -> list[Task]:
    """All instances of a task, in the order of opening."""
    return sorted((task for task in case.tasks if task.name == name), key=lambda task: task.no)


def _advance(step: Step, stage: Stage, actor: Actor, received: datetime | None) -> Advance:
    trigger = step.do or ""
    here = [item for item in stage.definition.leaving.get(stage.case.state, ()) if item.trigger == trigger]
    transition = next(iter(here or stage.definition.transitions.get(trigger, ())), None)
    form = transition.form if transition else None
    about = transition.about if transition else None
    no = _instance(step, stage, about, None).no if about else None
    data = _answers(step, stage, form)
    return Advance(actor, trigger, data, no, received_at=received, reason=step.reason)


def _complete(step: Step, stage: Stage, actor: Actor, received: datetime | None) -> Complete:
    name = step.complete or ""
    task = _instance(step, stage, name, actor)
    data = _answers(step, stage, _form_of(stage, name, step))
    return Complete(actor, task.no, step.outcome or "", data, received_at=received, reason=step.reason)


def _declare(step: Step, stage: Stage, actor: Actor, received: datetime | None) -> Declare:
    task = _instance(step, stage, step.declare or "", actor)
    return Declare(actor, task.no, received_at=received, reason=step.reason)


def _assign(step: Step, stage: Stage, actor: Actor, received: datetime | None) -> Assign:
    task = _instance(step, stage, step.assign or "", None, waiting=True)
    candidate = stage.people.actor(step.to or "", ("to",))
    return Assign(actor, task.no, candidate, received_at=received, reason=step.reason)


def _save(step: Step, stage: Stage, actor: Actor, received: datetime | None) -> Revise:
    form = step.save or ""
    task = next((task for task in stage.case.tasks if _asks(stage, task, form)), None)
    data = _answers(step, stage, form) or {}
    return Revise(actor, form, data, task.no if task else None, received_at=received, reason=step.reason)


def _undo(step: Step, stage: Stage, actor: Actor, received: datetime | None) -> Undo:
    if stage.last is None or stage.last.before is None:
        raise Missed(("undo",), "there is no act to take back")
    entry = stage.last.entries[0]
    before = stage.last.before
    return Undo(actor, before, entry.act, entry.task, entry.person, entry.at, reason=step.reason)


def _instance(step: Step, stage: Stage, name: str, actor: Actor | None, *, waiting: bool = False) -> Task:
    """The instance that a step means: by its number; else the actor's own open one, else the first."""
    found = instances(stage.case, name)
    if step.number is not None:
        if step.number > len(found):
            raise Missed(("number",), f"there are {len(found)} instances of '{name}'")
        return found[step.number - 1]
    if not found:
        open_now = ", ".join(dict.fromkeys(task.name for task in stage.case.tasks if task.status == "open"))
        raise Missed((), f"there is no task '{name}' in this case; open now: {open_now or 'none'}")
    going_on = [task for task in found if task.status == "open"] or [
        task for task in found if task.status != "ended"
    ]
    if waiting:
        going_on = [task for task in going_on if task.person is None] or going_on
    own = [task for task in going_on if actor is not None and task.person == actor.person]
    free = [task for task in going_on if task.person is None]
    return next(iter([*own, *free, *going_on, found[-1]]))


def _form_of(stage: Stage, name: str, step: Step) -> str | None:
    kind = stage.definition.format.tasks.get(name)
    if kind is None or step.outcome not in kind.outcomes:
        return None
    outcome = kind.outcomes[step.outcome]
    if isinstance(outcome, fmt.Outcome) and "form" in outcome.model_fields_set:
        return outcome.form
    asked = step.outcome == next(iter(kind.outcomes)) or step.with_ or step.exactly
    return kind.form if asked else None


def _asks(stage: Stage, task: Task, form: str) -> bool:
    kind = stage.definition.format.tasks.get(task.name)
    return kind is not None and kind.form == form and task.status == "open"


def _answers(step: Step, stage: Stage, form: str | None) -> Mapping[str, Any] | None:
    """The answers of a step: exactly those given, or the form's example with those given on top."""
    if step.exactly is not None:
        return step.exactly
    if form is None:
        return step.with_
    return {**stage.examples.get(form, {}), **(step.with_ or {})}


_Verb = Callable[[Step, Stage, Actor, datetime | None], Command]
_VERBS: Mapping[str, _Verb] = {
    "do": _advance,
    "complete": _complete,
    "declare": _declare,
    "assign": _assign,
    "save": _save,
    "undo": _undo,
}
