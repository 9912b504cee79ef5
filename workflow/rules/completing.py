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
from workflow.rules.holders import capacity, has_task, in_place_of, left_to, may, roles, warrant, warrant_for
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
    declaring.check_reason(allowed[0], command)
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
    winner = _winner(ledger, command, allowed[0], overdue=late)
    confirm = ledger.facts(overdue=late).pick(winner.transition.confirm)
    if confirm is not None:
        ledger.values = before
        ledger.changed()
        confirming.propose(ledger, confirm, command, form)
        return
    if form:
        ledger.file(form, command.data or {}, "accepted", task=command.task, reason=command.reason)
    if winner.transition.declares_conflict:
        tasks.stand_aside(ledger, command.trigger, roles(ledger, winner.transition.by)[0])
    moves.carry_out(ledger, winner, task=command.task)


def complete(ledger: Ledger, command: Complete) -> None:
    """End a task with one of its outcomes."""
    task = the_task(ledger, command.task)
    if task.trigger is not None:
        confirming.settle(ledger, task, command)
        return
    if task.name not in ledger.definition.format.tasks:
        check_open(task)  # Who stood aside left it; it was never open.
    kind = ledger.definition.format.tasks[task.name]
    outcome = _outcome(kind, command.outcome)
    _check_theirs(ledger, task, outcome.by, command)
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
        if outcome.by is None
        else warrant(ledger, outcome.by, command.actor),
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
    known = ledger.definition.format.roles
    namer = task.assigned_by or (known[task.role].above if task.role in known else None)
    namer = left_to(ledger, namer, ()) if namer in known else namer
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


def _winner(ledger: Ledger, command: Advance, first: fmt.Transition, *, overdue: bool) -> moves.Candidate:
    """The transition that is taken. The entry, noted for the first one, is of its warrant and role then."""
    winner = moves.chosen(
        ledger, command.trigger, moves.candidates(ledger, command.trigger, command.actor, overdue=overdue)
    )
    by = winner.transition.by
    if winner.transition is not first:
        under = warrant(ledger, by, command.actor)
        ledger.entries[-1] = replace(
            ledger.entries[-1], mandate=under.mandate, on_behalf_of=under.on_behalf_of
        )
    acting = capacity(ledger, by, command.actor)
    if acting is not None and (role := in_place_of(ledger, by, acting)) is not None:
        ledger.remark(in_place_of=role)
    _check_about(ledger, winner.transition, command.task)
    return winner


def _check_about(ledger: Ledger, transition: fmt.Transition, no: int | None) -> None:
    if transition.about is None:
        return
    openings = [task.no for task in tasks.unfinished(ledger, transition.about)]
    if no not in openings:
        which = ", ".join(map(str, openings)) or Phrase("none is open")
        params = {"name": transition.about, "which": which}
        raise Malformed((Fault("/task", Phrase("name one open task '{name}': {which}", params)),))


def _check_theirs(ledger: Ledger, task: Task, by: fmt.Who | None, command: Complete) -> None:
    """Raises NotAllowed where the outcome is for others: it is for `by`, else for whoever has the task."""
    if by is not None:
        if not may(ledger, by, command.actor):
            raise exceptions.outcome_refused(ledger, task, command.outcome, by, command.actor)
        return
    if not has_task(ledger, task, command.actor):
        raise exceptions.task_refused(ledger, task, command.actor)
    declaring.check_task(ledger, task, command)


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
