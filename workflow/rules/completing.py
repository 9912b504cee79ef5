"""Acts of persons on a case: firing a trigger, completing and assigning tasks. Checks, then effects.

Law: refusals come in one order: role, shape of the answers, revision, state, guards.
"""

from __future__ import annotations

from workflow.errors import Fault, GuardRefused, Malformed, NotAllowed, Phrase
from workflow.rules import clocks, confirming, declaring, effects, exceptions, moves, tasks
from workflow.rules import format as fmt
from workflow.rules.asked import form_of_outcome
from workflow.rules.case import Task
from workflow.rules.checks import (
    check_form,
    check_open,
    check_revision,
    given_by_people,
    nearest,
    the_task,
)
from workflow.rules.commands import Actor, Advance, Assign, Complete
from workflow.rules.exclusions import excepted
from workflow.rules.guards import refusals
from workflow.rules.holders import capacity, has_task, in_place_of, left_to, may, warrant, warrant_for
from workflow.rules.ledger import Ledger
from workflow.rules.replacing import replace


def advance(ledger: Ledger, command: Advance) -> None:
    """Fire a trigger, or propose it where a second person has to confirm."""
    options = _options(ledger, command.trigger)
    allowed = [item for item in options if may(ledger, item.by, command.actor)]
    if not allowed:
        raise moves.not_allowed(ledger, command.trigger, options)
    form = allowed[0].form
    check_form(ledger, form, command.data)
    check_revision(ledger, command.expected)
    before = dict(ledger.values)
    entry = moves.entry(
        ledger,
        command.trigger,
        task=command.task,
        form=form,
        data=command.data,
        reason=command.reason,
        under=warrant(ledger, allowed[0].by, command.actor),
    )
    ledger.note(entry)
    if form:
        ledger.take(form, command.data or {})
    late = clocks.is_overdue(ledger, clocks.of_state(ledger))
    judged = moves.candidates(ledger, command.trigger, command.actor, overdue=late)
    winner = moves.chosen(ledger, command.trigger, judged)
    if winner.transition is not allowed[0]:
        under = warrant(ledger, winner.transition.by, command.actor)
        ledger.entries[-1] = replace(entry, mandate=under.mandate, on_behalf_of=under.on_behalf_of)
    acting = capacity(ledger, winner.transition.by, command.actor)
    if acting is not None and (role := in_place_of(ledger, winner.transition.by, acting)) is not None:
        ledger.remark(in_place_of=role)
    _check_about(ledger, winner.transition, command.task)
    confirm = ledger.facts(overdue=late).pick(winner.transition.confirm)
    if confirm is not None:
        ledger.values = before
        ledger.changed()
        confirming.propose(ledger, confirm, command, form)
        return
    if form:
        ledger.file(form, command.data or {}, "accepted", task=command.task, reason=command.reason)
    moves.carry_out(ledger, winner, task=command.task)


def complete(ledger: Ledger, command: Complete) -> None:
    """End a task with one of its outcomes."""
    task = the_task(ledger, command.task)
    if task.trigger is not None:
        confirming.settle(ledger, task, command)
        return
    kind = ledger.definition.format.tasks[task.name]
    outcome = _outcome(kind, command.outcome)
    who = outcome.by
    if who is None and not has_task(ledger, task, command.actor):
        raise exceptions.task_refused(ledger, task, command.actor)
    if who is not None and not may(ledger, who, command.actor):
        raise exceptions.outcome_refused(ledger, task, command.outcome, who, command.actor)
    if who is None:
        declaring.check_task(ledger, task, command)
    form = _form_of(kind, outcome, command)
    check_form(ledger, form, command.data)
    check_revision(ledger, command.expected)
    check_open(task)
    act = f"{task.name}.{command.outcome}"
    entry = moves.entry(
        ledger,
        act,
        task=task.no,
        form=form,
        data=command.data,
        reason=command.reason,
        under=warrant_for(ledger, task, command.actor)
        if who is None
        else warrant(ledger, who, command.actor),
    )
    ledger.note(entry)
    late = clocks.is_overdue(ledger, clocks.of_task(ledger, task.no))
    if form:
        ledger.accept(form, command.data or {}, task=task.no, reason=command.reason)
    if reasons := refusals(ledger, outcome.guard, overdue=late):
        raise GuardRefused(act, reasons)
    if late:
        ledger.remark(late=True)
    tasks.claim(ledger, task)
    effects.finish(ledger, task.no, command.outcome, command.data)


def assign(ledger: Ledger, command: Assign) -> None:
    """Give a task to a person. By the role that names persons for it, else by a role above the task's own."""
    task = the_task(ledger, command.task)
    namer = check_namer(ledger, task, command.actor)
    _check_candidate(ledger, task, command)
    check_revision(ledger, command.expected)
    if task.status == "ended":
        check_open(task)
    under = warrant(ledger, namer, command.actor)
    ledger.note(moves.entry(ledger, "assign", task=task.no, reason=command.reason, under=under))
    tasks.assign(ledger, task, command.candidate.person)
    ledger.remark(person=command.candidate.person, task=task.no)


def check_namer(ledger: Ledger, task: Task, actor: Actor) -> str:
    """The role by which the actor may name somebody for the task. Raises NotAllowed."""
    roles = ledger.definition.format.roles
    namer = task.assigned_by or (roles[task.role].above if task.role in roles else None)
    namer = left_to(ledger, namer, ()) if namer in roles else namer
    if namer is None or namer not in actor.roles:
        raise NotAllowed(
            "Naming somebody for '{task}' is for: {roles}.", task=task.name, roles=namer or Phrase("nobody")
        )
    return namer


def _options(ledger: Ledger, trigger: str) -> list[fmt.Transition]:
    """The trigger's transitions from here; where there are none, all of them, so that roles and shapes are
    judged first.
    """
    every = ledger.definition.transitions.get(trigger)
    if every is None:
        params = {"name": trigger, "hint": nearest(trigger, ledger.definition.transitions)}
        raise Malformed((Fault("/trigger", Phrase("there is no trigger '{name}'{hint}", params)),))
    here = ledger.definition.ways.get((ledger.state, trigger), ())
    return [transition for _, transition in here] or list(every)


def _check_about(ledger: Ledger, transition: fmt.Transition, no: int | None) -> None:
    if transition.about is None:
        return
    openings = [task.no for task in tasks.unfinished(ledger, transition.about)]
    if no not in openings:
        which = ", ".join(map(str, openings)) or Phrase("none is open")
        params = {"name": transition.about, "which": which}
        raise Malformed((Fault("/task", Phrase("name one open task '{name}': {which}", params)),))


def _outcome(kind: fmt.TaskKind, name: str) -> fmt.Outcome:
    if name not in kind.outcomes:
        params = {"name": name, "hint": nearest(name, given_by_people(kind))}
        raise Malformed((Fault("/outcome", Phrase("there is no outcome '{name}'{hint}", params)),))
    found = kind.outcomes[name]
    return found if isinstance(found, fmt.Outcome) else fmt.Outcome.model_construct(then=found)


def _form_of(kind: fmt.TaskKind, outcome: fmt.Outcome, command: Complete) -> str | None:
    takes = "form" not in outcome.model_fields_set and bool(command.data)
    return kind.form if takes else form_of_outcome(kind, command.outcome)


def _check_candidate(ledger: Ledger, task: Task, command: Assign) -> None:
    candidate = command.candidate
    rule = excepted(ledger, task, candidate)
    if task.role not in candidate.roles:
        problem = Phrase("this person does not hold the role '{role}' for this case", {"role": task.role})
    elif rule is not None:
        params = {"task": task.name, "why": exceptions.told(rule)}
        problem = Phrase("'{task}' is not for this person: {why}", params)
    else:
        return
    raise Malformed((Fault("/person", problem),))
