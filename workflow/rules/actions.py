"""What may a person do now, and why not: every trigger, every open task, each with its form or its reasons.

Writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from workflow.errors import Phrase, Reason
from workflow.rules import clocks, exceptions, moves, tasks
from workflow.rules import format as fmt
from workflow.rules.asked import form_of_outcome
from workflow.rules.audiences import CONFIRM
from workflow.rules.case import Case, Office, Task
from workflow.rules.commands import Actor
from workflow.rules.confirming import barred
from workflow.rules.conflicts import conflict_outcome, undeclared
from workflow.rules.declaring import owes
from workflow.rules.definition import Definition
from workflow.rules.exclusions import is_out
from workflow.rules.guards import refusals
from workflow.rules.holders import has_task, may, only_engine, roles
from workflow.rules.ledger import Ledger
from workflow.rules.sight import only_card

FIRST = Phrase("first declare whether you have a conflict of interest")
PROPOSED = "waits_for_confirmation"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done in this state, for one person.

    `kind`: trigger, outcome, declare or assign. `name` is the trigger or the outcome; `task` the instance it
    is of.
    `roles` say whose it is, `excepted` why it is not this person's though of their role; `reasons` are the
    guards that say no. A guard on answers that are yet to be
    given is judged when they are.
    """

    kind: str
    name: str
    allowed: bool
    form: str | None = None
    task: int | None = None
    about: str | None = None
    roles: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    excepted: Phrase | None = None


def actions(
    definition: Definition, case: Case, actor: Actor, now: datetime, office: Office
) -> tuple[Action, ...]:
    """Everything that leaves the present state or ends an open task, allowed or not. Till they have declared,
    those who see no more than the card are told of that only. Who declared a conflict of interest with any
    Party that asks is offered nothing.
    """
    ledger = Ledger(definition, case, office, now=now, actor=actor, moment=now)
    if is_out(ledger, actor.person):
        return ()
    if only_card(definition, case, actor):
        return tuple(_of_declarations(ledger))
    return (*_of_triggers(ledger), *_of_tasks(ledger))


def _of_triggers(ledger: Ledger) -> Iterator[Action]:
    for trigger in moves.possible(ledger):
        here = [item for _, item in ledger.definition.ways[ledger.state, trigger]]
        if any(not only_engine(item.by) for item in here):
            judged = [_judge(ledger, item) for item in here]
            yield max(judged, key=lambda action: (action.allowed, bool(action.reasons)))


def _judge(ledger: Ledger, item: fmt.Transition) -> Action:
    theirs = may(ledger, item.by, ledger.actor)
    late = clocks.is_overdue(ledger, clocks.of_state(ledger))
    reasons = refusals(ledger, _judgeable(ledger, item.guard, item.form), overdue=late) if theirs else ()
    if theirs and tasks.unfinished(ledger, f"{CONFIRM}{item.trigger}"):
        reasons = (*reasons, Reason(PROPOSED))
    return Action(
        kind="trigger",
        name=item.trigger,
        allowed=theirs and not reasons,
        form=item.form,
        about=item.about,
        roles=roles(ledger, item.by),
        reasons=reasons,
        excepted=None if theirs else exceptions.from_act(ledger, item.by, ledger.actor),
    )


def _of_declarations(ledger: Ledger) -> Iterator[Action]:
    for task in tasks.unfinished(ledger):
        if owes(ledger, task, ledger.actor):
            yield _declaration(task)
            yield from (action for action in _outcomes(ledger, task) if action.allowed)


def _declaration(task: Task) -> Action:
    return Action("declare", "declare", True, task=task.no, about=task.name, roles=(task.role,))


def _of_tasks(ledger: Ledger) -> Iterator[Action]:
    for task in tasks.unfinished(ledger):
        if task.status == "open":
            if owes(ledger, task, ledger.actor):
                yield _declaration(task)
            yield from _outcomes(ledger, task)
            if task.person is None and task.assigned_by is not None:
                yield _assignment(ledger, task, task.assigned_by)


def _outcomes(ledger: Ledger, task: Task) -> Iterator[Action]:
    kind = ledger.definition.format.tasks.get(task.name)
    if kind is None:
        for name in ("confirmed", "refused"):
            theirs = has_task(ledger, task, ledger.actor)
            if theirs and (since := barred(ledger, task, name)) is not None:
                yield Action("outcome", name, False, None, task.no, task.name, (task.role,), (), since)
                continue
            yield _outcome(ledger, task, name, None, theirs, (), (task.role,))
        return
    conflict = conflict_outcome(ledger.definition, task.name)
    for name, found in kind.outcomes.items():
        outcome = found if isinstance(found, fmt.Outcome) else fmt.Outcome.model_construct(then=found)
        form, who = form_of_outcome(kind, name), outcome.by
        if who is not None and only_engine(who):
            continue
        theirs = has_task(ledger, task, ledger.actor) if who is None else may(ledger, who, ledger.actor)
        if theirs and who is None and undeclared(ledger.definition, task) and name != conflict:
            yield Action("outcome", name, False, form, task.no, task.name, (task.role,), (), FIRST)
            continue
        late = clocks.is_overdue(ledger, clocks.of_task(ledger, task.no))
        guard = _judgeable(ledger, outcome.guard, form)
        reasons = refusals(ledger, guard, overdue=late) if theirs else ()
        named = (task.role,) if who is None else roles(ledger, who)
        yield _outcome(ledger, task, name, form, theirs, reasons, named, who)


def _outcome(
    ledger: Ledger,
    task: Task,
    name: str,
    form: str | None,
    theirs: bool,
    reasons: tuple[Reason, ...],
    named: tuple[str, ...],
    who: fmt.Who | None = None,
) -> Action:
    excepted = None
    if not theirs and who is None:
        excepted = exceptions.from_task(ledger, task, ledger.actor)
    elif not theirs and who is not None:
        excepted = exceptions.from_act(ledger, who, ledger.actor)
    return Action(
        kind="outcome",
        name=name,
        allowed=theirs and not reasons,
        form=form,
        task=task.no,
        about=task.name,
        roles=named,
        reasons=reasons,
        excepted=excepted,
    )


def _assignment(ledger: Ledger, task: Task, namer: str) -> Action:
    allowed = namer in ledger.actor.roles
    return Action("assign", "assign", allowed, task=task.no, about=task.name, roles=(namer,))


def _judgeable(ledger: Ledger, guard: Mapping[str, str], form: str | None) -> dict[str, str]:
    """The guards that do not wait for answers of the form that this act asks for."""
    return {name: text for name, text in guard.items() if not _waits(ledger, text, form, frozenset())}


def _waits(ledger: Ledger, text: str, form: str | None, seen: frozenset[str]) -> bool:
    return form is not None and any(
        _reads(ledger, name, form, seen) for name in ledger.definition.expressions[text].names
    )


def _reads(ledger: Ledger, name: str, form: str, seen: frozenset[str]) -> bool:
    fact = ledger.definition.format.facts.get(name)
    if fact is None or name in seen:
        return False
    if fact.from_ is not None:
        return fact.from_.partition(".")[0] == form
    texts = [fact.cel] if fact.cel else [when.when for when in fact.choice or () if when.when]
    return any(_waits(ledger, text, form, seen | {name}) for text in texts)
