"""Drafts, corrections of accepted answers, and undoing the last act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from workflow.errors import Fault, Malformed, NotAllowed, NotNow, Phrase
from workflow.rules import clocks, declaring, holders, moves, resting, turns
from workflow.rules import format as fmt
from workflow.rules.case import Case, Clock, Office, Task
from workflow.rules.checks import check_form, check_revision, nearest, the_task
from workflow.rules.commands import ENGINE, Revise, Undo
from workflow.rules.conflicts import conflict_outcome, undeclared
from workflow.rules.correspondence import news, tell_author
from workflow.rules.decision import Decision
from workflow.rules.definition import Definition
from workflow.rules.eyes import eyes
from workflow.rules.ledger import Ledger
from workflow.rules.rehearsing import sees_why
from workflow.rules.replacing import replace

UNDO_WITHIN = timedelta(hours=24)


def begin_with(ledger: Ledger, form: str, data: Mapping[str, Any]) -> None:
    """Keep a first draft of a form that whoever opens the case may send from there, or that the engine
    copies; what is there must have the right shape.
    """
    pointer, by_engine = f"/answers/{form}", "engine" in ledger.actor.roles
    _known_form(ledger, form, pointer)
    if not by_engine and form not in (theirs := _first_forms(ledger)):
        params = {"form": form, "forms": ", ".join(theirs) or Phrase("none")}
        said = Phrase("a case does not begin with the form '{form}'; you may send: {forms}", params)
        raise Malformed((Fault(pointer, said),))
    check_form(ledger, form, data, shape=True)
    ledger.file(form, data, "draft", person=ENGINE.person if by_engine else None)


def revise(ledger: Ledger, command: Revise) -> None:
    """Save a draft; with a reason, correct answers that were accepted."""
    _known_form(ledger, command.form)
    if command.reason and _accepted(ledger, command.form):
        _correct(ledger, command)
        return
    who = _asked_of(ledger, command)
    if who is None:
        raise _why_not(ledger, command)
    if command.task is not None:
        declaring.check_task(ledger, the_task(ledger, command.task), command)
    check_form(ledger, command.form, command.data, shape=True)
    check_revision(ledger, command.expected)
    under = _warrant(ledger, who, command)
    entry = moves.entry(
        ledger, "revise", task=command.task, form=command.form, data=command.data, under=under
    )
    ledger.note(entry)
    ledger.file(command.form, command.data, "draft", task=command.task)


def undo(definition: Definition, case: Case, command: Undo, now: datetime, office: Office) -> Decision:
    """Take the last act back: state, clocks and tasks as before it.

    Numbers that were given out stay given.
    """
    ledger = Ledger(definition, case, office, now=now, actor=command.actor, moment=now)
    declaring.check(ledger, command)
    _check_undo(ledger, command)
    check_revision(ledger, command.expected)
    before = command.before
    under = holders.warrant(ledger, definition.format.undo, command.actor)
    ledger.note(moves.entry(ledger, "undo", reason=command.reason, under=under))
    ledger.remark(undoes=before.entry + 1)
    resting.return_to_rest(ledger, before)
    ledger.state, ledger.entered_at, ledger.emergency = before.state, before.entered_at, before.emergency
    ledger.values, ledger.events = dict(before.values), list(before.events)
    ledger.frames = list(before.frames)
    _restore_tasks(ledger, before)
    _restore_clocks(ledger, before)
    ledger.changed()
    ball = turns.ball(ledger)
    ledger.remark(ball=ball.role, holder=ball.person)
    if command.actor.person != command.act_person:
        tell_author(ledger, command.act_person, _as_whom(ledger, command))
    decision, correction = ledger.decision(ball.role, ball.person), news(ledger)
    return replace(decision, undoes=before.entry + 1, correction=correction)


def _known_form(ledger: Ledger, form: str, pointer: str = "/form") -> None:
    if form not in ledger.definition.forms:
        params = {"name": form, "hint": nearest(form, ledger.definition.forms)}
        raise Malformed((Fault(pointer, Phrase("there is no form '{name}'{hint}", params)),))


def _first_forms(ledger: Ledger) -> list[str]:
    """The form that cases begin with, and those that this person may send from the first state."""
    leaving = ledger.definition.leaving.get(ledger.state, ())
    theirs = [item.form for item in leaving if holders.may(ledger, item.by, ledger.actor)]
    return [form for form in dict.fromkeys([ledger.definition.format.opening.form, *theirs]) if form]


def _accepted(ledger: Ledger, form: str) -> bool:
    """Whether answers were accepted, as far as the actor may know."""
    own = eyes(ledger.definition, ledger.before, ledger.actor, ledger.office, ledger.now)
    return f"@{form}" in ledger.values and own.form(form)


def _correct(ledger: Ledger, command: Revise) -> None:
    by = ledger.definition.format.corrections
    if by is None or not holders.may(ledger, by, command.actor):
        roles = ", ".join(holders.roles(ledger, by)) if by is not None else Phrase("nobody")
        raise NotAllowed("Correcting accepted answers is for: {roles}.", roles=roles)
    check_form(ledger, command.form, command.data)
    check_revision(ledger, command.expected)
    entry = moves.entry(
        ledger,
        "revise",
        form=command.form,
        data=command.data,
        reason=command.reason,
        under=holders.warrant(ledger, by, command.actor),
    )
    ledger.note(entry)
    ledger.accept(command.form, command.data, task=command.task, reason=command.reason)


def _asked_of(ledger: Ledger, command: Revise) -> fmt.Who | None:
    """Of whom the form is asked, if it belongs to something that this person could do now."""
    if command.task is not None:
        task = the_task(ledger, command.task)
        theirs = command.form in _forms_of(ledger, task) and holders.has_task(ledger, task, command.actor)
        return task.role if theirs else None
    asking = [item for item in ledger.definition.leaving.get(ledger.state, ()) if item.form == command.form]
    return next((item.by for item in asking if holders.may(ledger, item.by, command.actor)), None)


def _warrant(ledger: Ledger, who: fmt.Who, command: Revise) -> holders.Warrant:
    if command.task is None:
        return holders.warrant(ledger, who, command.actor)
    return holders.warrant_for(ledger, the_task(ledger, command.task), command.actor)


def _why_not(ledger: Ledger, command: Revise) -> NotAllowed | NotNow | Malformed:
    if _accepted(ledger, command.form):
        return Malformed((Fault("/reason", "these answers were accepted; a correction needs a reason"),))
    leaving = [item for item in ledger.definition.leaving.get(ledger.state, ()) if item.form == command.form]
    if leaving:
        return moves.not_allowed(ledger, leaving[0].trigger, leaving)
    return NotNow("Form '{form}' is not asked for in state '{state}'.", form=command.form, state=ledger.state)


def _forms_of(ledger: Ledger, task: Task) -> set[str | None]:
    kind = ledger.definition.format.tasks.get(task.name)
    if kind is None:
        return set()
    outcomes = (item.form for item in kind.outcomes.values() if isinstance(item, fmt.Outcome))
    return {kind.form, *outcomes}


def _check_undo(ledger: Ledger, command: Undo) -> None:
    by = ledger.definition.format.undo
    others = by is not None and holders.may(ledger, by, command.actor)
    if command.actor.person != command.act_person and not others:
        raise NotAllowed("The last act is taken back by the same person or: {roles}.", roles=_others(ledger))
    if ledger.now - command.act_at > UNDO_WITHIN:
        raise NotNow("The last act was on {at}; it can be taken back within 24 hours.", at=command.act_at)
    if command.before.revision + 1 != ledger.before.revision:
        raise NotNow("Something has happened since that act; it can no longer be taken back.")
    own = eyes(ledger.definition, command.before, command.actor, ledger.office, ledger.now)
    if not sees_why(own, command.before, command.act, command.act_task):
        raise NotAllowed(
            "What followed from this depends on what you do not see; it is taken back by: {roles}.",
            roles=_others(ledger),
        )
    if (task := _declared(ledger, command.before)) is not None:
        raise NotNow(
            "What was declared on task {no} '{task}' stands; if there is a conflict of interest after all, "
            "declare it with the outcome '{outcome}'.",
            no=task.no,
            task=task.name,
            outcome=conflict_outcome(ledger.definition, task.name),
        )


def _others(ledger: Ledger) -> str | Phrase:
    """Who takes back what others did."""
    by = ledger.definition.format.undo
    return ", ".join(holders.roles(ledger, by)) if by is not None else Phrase("nobody else")


def _declared(ledger: Ledger, before: Case) -> Task | None:
    """The task on which the last act declared that there is no conflict of interest."""
    owed = {task.no for task in before.tasks if task.status == "open" and undeclared(ledger.definition, task)}
    done = (task for task in ledger.before.tasks if task.no in owed and task.declared_at is not None)
    return next(done, None)


def _as_whom(ledger: Ledger, command: Undo) -> str | None:
    """The role by which somebody else takes the act back."""
    by = ledger.definition.format.undo
    named = holders.roles(ledger, by) if by is not None else ()
    return next((role for role in named if role in command.actor.roles), None)


def _restore_tasks(ledger: Ledger, before: Case) -> None:
    known = {task.no: task for task in before.tasks}
    for task in list(ledger.tasks.values()):
        if task.no not in known:
            ledger.put_task(_undone(ledger, task))
        elif known[task.no] != task:
            ledger.put_task(known[task.no])


def _undone(ledger: Ledger, task: Task) -> Task:
    entry = ledger.entry_no
    return replace(
        task,
        status="ended",
        outcome="undone",
        ended_at=ledger.now,
        ended_entry=entry,
        opens_at=None,
        conflicted=False,
    )


def _restore_clocks(ledger: Ledger, before: Case) -> None:
    known = {clock.no: clock for clock in before.clocks}
    clocks.stop(ledger, _strangers(ledger.clocks.values(), known))
    for clock in before.clocks:
        ledger.put_clock(clock)


def _strangers(present: Iterable[Clock], known: Mapping[int, Clock]) -> list[Clock]:
    return [clock for clock in present if clock.no not in known]
