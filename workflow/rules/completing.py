"""Acts of persons on a case: firing a trigger, completing and assigning tasks, proposing and confirming.

Checks, then effects.

Refusals come in one order: role, shape of the answers, revision, state, guards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from workflow.errors import BadAnswers, Fault, GuardRefused, Malformed, NotAllowed, NotFound, NotNow, Stale
from workflow.rules import clocks, effects, moves, tasks
from workflow.rules import format as fmt
from workflow.rules.case import Task
from workflow.rules.commands import Advance, Assign, Complete
from workflow.rules.definition import Definition
from workflow.rules.guards import Verdict, refusals
from workflow.rules.holders import Seat, excluded, has_task, holders, mandate, may, role_of
from workflow.rules.ledger import Ledger

CONFIRM = "confirm_"


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
        mandate=mandate(ledger, allowed[0].by, command.actor),
    )
    ledger.note(entry)
    if form:
        ledger.take(form, command.data or {})
    late = clocks.is_overdue(ledger, clocks.of_state(ledger))
    judged = moves.candidates(ledger, command.trigger, command.actor, overdue=late)
    winner = moves.chosen(ledger, command.trigger, judged)
    if winner.transition is not allowed[0]:
        under = mandate(ledger, winner.transition.by, command.actor)
        ledger.entries[-1] = replace(entry, mandate=under)
    _check_about(ledger, winner.transition, command.task)
    confirm = ledger.facts(overdue=late).pick(winner.transition.confirm)
    if confirm is not None:
        ledger.values = before
        ledger.changed()
        _propose(ledger, confirm, command, form)
        return
    if form:
        ledger.file(form, command.data or {}, "accepted", task=command.task, reason=command.reason)
    moves.carry_out(ledger, winner, task=command.task)


def complete(ledger: Ledger, command: Complete) -> None:
    """End a task with one of its outcomes."""
    task = the_task(ledger, command.task)
    if task.trigger is not None:
        _settle_proposal(ledger, task, command)
        return
    kind = ledger.definition.format.tasks[task.name]
    outcome = _outcome(kind, command.outcome)
    who = outcome.by
    if not (may(ledger, who, command.actor) if who is not None else has_task(ledger, task, command.actor)):
        raise _not_theirs(task)
    form = _form_of(kind, outcome, command)
    check_form(ledger, form, command.data)
    check_revision(ledger, command.expected)
    _check_open(task)
    act = f"{task.name}.{command.outcome}"
    entry = moves.entry(
        ledger,
        act,
        task=task.no,
        form=form,
        data=command.data,
        reason=command.reason,
        mandate=mandate(ledger, who or task.role, command.actor),
    )
    ledger.note(entry)
    late = clocks.is_overdue(ledger, clocks.of_task(ledger, task.no))
    if form:
        ledger.accept(form, command.data or {}, task=task.no, reason=command.reason)
    if reasons := refusals(ledger, outcome.guard, overdue=late):
        raise GuardRefused(act, reasons)
    if late:
        ledger.remark(late=True)
    _claim(ledger, task)
    effects.finish(ledger, task.no, command.outcome, command.data)


def assign(ledger: Ledger, command: Assign) -> None:
    """Give a task to a person. By the role that names persons for it, else by a role above the task's own."""
    task = the_task(ledger, command.task)
    kind = ledger.definition.format.tasks.get(task.name)
    namer = task.assigned_by or ledger.definition.format.roles[task.role].above
    if namer not in command.actor.roles:
        raise NotAllowed(
            "Naming somebody for '{task}' is for: {roles}.", task=task.name, roles=namer or "nobody"
        )
    _check_candidate(ledger, task, kind, command)
    check_revision(ledger, command.expected)
    if task.status == "ended":
        _check_open(task)
    under = mandate(ledger, namer, command.actor)
    ledger.note(moves.entry(ledger, "assign", task=task.no, reason=command.reason, mandate=under))
    tasks.assign(ledger, task, command.candidate.person)
    ledger.remark(person=command.candidate.person, task=task.no)


def the_task(ledger: Ledger, no: int) -> Task:
    task = ledger.tasks.get(no)
    if task is None:
        known = ", ".join(str(item.no) for item in tasks.unfinished(ledger)) or "none"
        raise NotFound("There is no task {no} in this case; open tasks: {known}.", no=no, known=known)
    return task


def form_of_trigger(definition: Definition, state: str, trigger: str) -> str | None:
    """The form that a trigger asks for from a state; None where it asks for none, or does not leave it."""
    here = definition.ways.get((state, trigger), ())
    return here[0][1].form if here else None


def form_of_outcome(kind: fmt.TaskKind, name: str) -> str | None:
    """The form that an outcome asks for: its own, or for the first outcome the task's."""
    outcome = kind.outcomes.get(name)
    if isinstance(outcome, fmt.Outcome) and "form" in outcome.model_fields_set:
        return outcome.form
    return kind.form if name == next(iter(kind.outcomes)) else None


def check_form(
    ledger: Ledger, form: str | None, data: Mapping[str, Any] | None, *, shape: bool = False
) -> None:
    """Raises Malformed with a pointer to each field; `shape` asks only that what is there is right."""
    if form is None:
        if data:
            raise Malformed((Fault("/data", "no form is asked for here; send no data"),))
        return
    checked = ledger.definition.forms[form]
    faults = (checked.shape_faults if shape else checked.faults)({} if data is None else data)
    if faults:
        raise BadAnswers(form, faults)


def check_revision(ledger: Ledger, expected: int | None) -> None:
    if expected is not None and expected != ledger.before.revision:
        raise Stale(expected, ledger.before.revision)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for a misspelt word, to be appended to a sentence."""
    names = list(known)
    near = get_close_matches(word, names, n=1)
    return f"; did you mean '{near[0]}'?" if near else f"; there are: {', '.join(names) or 'none'}"


def _options(ledger: Ledger, trigger: str) -> list[fmt.Transition]:
    """The trigger's transitions from here; where there are none, all of them, so that roles and shapes are
    judged first.
    """
    every = ledger.definition.transitions.get(trigger)
    if every is None:
        hint = nearest(trigger, ledger.definition.transitions)
        raise Malformed((Fault("/trigger", f"there is no trigger '{trigger}'{hint}"),))
    here = ledger.definition.ways.get((ledger.state, trigger), ())
    return [transition for _, transition in here] or list(every)


def _check_about(ledger: Ledger, transition: fmt.Transition, no: int | None) -> None:
    if transition.about is None:
        return
    openings = [task.no for task in tasks.unfinished(ledger, transition.about)]
    if no not in openings:
        which = ", ".join(map(str, openings)) or "none is open"
        raise Malformed((Fault("/task", f"name one open task '{transition.about}': {which}"),))


def _propose(ledger: Ledger, confirm: fmt.Confirm, command: Advance, form: str | None) -> None:
    """File the answers and ask the second person; nothing moves till it is confirmed."""
    name = f"{CONFIRM}{command.trigger}"
    if tasks.unfinished(ledger, name):
        raise NotNow("'{trigger}' already waits for its confirmation.", trigger=command.trigger)
    ledger.entries[-1] = replace(ledger.entries[-1], act=f"{command.trigger}.proposed")
    if form:
        ledger.file(form, command.data or {}, "filed", task=command.task, reason=command.reason)
    role = role_of(ledger.facts(), holders(confirm.by)[0]) or ""
    under = ledger.entries[-1].mandate
    filed: dict[str, Any] = {"by": command.actor.person, "mandate": under, "task": command.task}
    filed |= {"form": form, "data": command.data}
    tasks.seat(ledger, name, Seat(role), trigger=command.trigger, values=filed)


def _settle_proposal(ledger: Ledger, task: Task, command: Complete) -> None:
    if command.outcome not in ("confirmed", "refused"):
        raise Malformed((Fault("/outcome", "a proposal is 'confirmed' or 'refused'"),))
    if not has_task(ledger, task, command.actor) or command.actor.person == task.values["by"]:
        raise _not_theirs(task)
    check_form(ledger, None, command.data)
    check_revision(ledger, command.expected)
    _check_open(task)
    act, under = f"{task.name}.{command.outcome}", mandate(ledger, task.role, command.actor)
    ledger.note(moves.entry(ledger, act, task=task.no, reason=command.reason, mandate=under))
    _claim(ledger, task)
    effects.finish(ledger, task.no, command.outcome)
    if command.outcome == "confirmed":
        _confirmed(ledger, task, command.reason)


def _confirmed(ledger: Ledger, task: Task, reason: str) -> None:
    """Check the guards again and fire with the filed answers, as the act of the person who proposed it."""
    trigger, filed = task.trigger or "", task.values
    entry = moves.entry(
        ledger,
        trigger,
        person=filed["by"],
        form=filed["form"],
        data=filed["data"],
        reason=reason,
        mandate=filed["mandate"],
    )
    ledger.note(entry)
    ledger.remark(confirmed_by=ledger.actor.person)
    if filed["form"]:
        ledger.accept(filed["form"], filed["data"] or {}, task=filed["task"])
    here = ledger.definition.ways.get((ledger.state, trigger), ())
    judged = [
        moves.Candidate(place, transition, Verdict(True, refusals(ledger, transition.guard, overdue=False)))
        for place, transition in here
    ]
    moves.carry_out(ledger, moves.chosen(ledger, trigger, judged), task=filed["task"])


def _outcome(kind: fmt.TaskKind, name: str) -> fmt.Outcome:
    if name not in kind.outcomes:
        raise Malformed((Fault("/outcome", f"there is no outcome '{name}'{nearest(name, kind.outcomes)}"),))
    found = kind.outcomes[name]
    return found if isinstance(found, fmt.Outcome) else fmt.Outcome.model_construct(then=found)


def _form_of(kind: fmt.TaskKind, outcome: fmt.Outcome, command: Complete) -> str | None:
    takes = "form" not in outcome.model_fields_set and bool(command.data)
    return kind.form if takes else form_of_outcome(kind, command.outcome)


def _check_open(task: Task) -> None:
    if task.status == "open":
        return
    how = {
        "ended": f"ended as '{task.outcome}'",
        "scheduled": f"opens on {task.opens_at}",
        "frozen": "is frozen now",
    }
    raise NotNow("Task {no} '{name}' {how}.", no=task.no, name=task.name, how=how[task.status])


def _not_theirs(task: Task) -> NotAllowed:
    holder = f"{task.role} who holds it" if task.person else task.role
    if task.person is None and task.assigned_by:
        holder = f"the {task.role} whom the {task.assigned_by} has yet to name"
    return NotAllowed("Task {no} '{name}' is for: {holder}.", no=task.no, name=task.name, holder=holder)


def _check_candidate(ledger: Ledger, task: Task, kind: fmt.TaskKind | None, command: Assign) -> None:
    candidate = command.candidate
    rule = excluded(ledger, holders(kind.for_)[0], candidate) if kind else None
    if task.role not in candidate.roles:
        problem = f"this person does not hold the role '{task.role}' for this case"
    elif rule is not None:
        problem = f"this person is excepted from '{task.name}': {rule}"
    else:
        return
    raise Malformed((Fault("/person", problem),))


def _claim(ledger: Ledger, task: Task) -> None:
    """Whoever completes a role's task is its holder from now on."""
    if task.person is None:
        ledger.put_task(replace(task, person=ledger.actor.person))
