"""Declaring to have no conflict of interest, and what nobody does before. Who has one says so by the outcome
of the task that is named for it.
"""

from __future__ import annotations

from workflow.errors import Fault, Malformed, NotAllowed, NotNow, Phrase
from workflow.rules import exceptions, moves, tasks
from workflow.rules import format as fmt
from workflow.rules.asked import form_of_outcome
from workflow.rules.case import Task
from workflow.rules.checks import check_open, check_revision, the_task
from workflow.rules.commands import Act, Actor, Advance, Assign, Complete, Declare, Revise, Undo
from workflow.rules.conflicts import conflict_outcome, undeclared
from workflow.rules.exclusions import is_out
from workflow.rules.holders import has_task, warrant_for
from workflow.rules.ledger import Ledger
from workflow.rules.replacing import replace
from workflow.rules.sight import only_card

IN_THE_FORM = Phrase("leave this out: it is read with the history; the form of the declaration is not")


def declare(ledger: Ledger, command: Declare) -> None:
    """Keep with the task that whoever has it declared to have no conflict of interest, and when."""
    task = the_task(ledger, command.task)
    if not has_task(ledger, task, command.actor):
        raise exceptions.task_refused(ledger, task, command.actor)
    if conflict_outcome(ledger.definition, task.name) is None:
        raise asks_for_none(task)
    check_revision(ledger, command.expected)
    check_open(task)
    if task.declared_at is not None:
        params = {"no": task.no, "task": task.name, "at": task.declared_at}
        raise NotNow("On task {no} '{task}' this was declared on {at}.", **params)
    under = warrant_for(ledger, task, command.actor)
    ledger.note(moves.entry(ledger, "declare", task=task.no, reason=command.reason, under=under))
    tasks.claim(ledger, task)
    ledger.put_task(replace(ledger.tasks[task.no], declared_at=ledger.moment))


def check(ledger: Ledger, command: Advance | Assign | Complete | Declare | Revise | Undo) -> None:
    """Raises NotAllowed for whoever is out of the case, and for who sees no more than its card till they have
    declared and does something else.
    """
    actor = command.actor
    if is_out(ledger, actor.person):
        raise NotAllowed(
            "You declared a conflict of interest with this Party, or in this case; nothing in it is for you."
        )
    if not _declares(ledger, command) and only_card(ledger.definition, ledger.before, actor):
        owed = (task for task in ledger.before.tasks if owes(ledger, task, actor))
        if (first := next(owed, None)) is None:
            raise NotAllowed("You see the card of this case and no more; nothing in it is for you now.")
        raise _first(first)


def check_task(ledger: Ledger, task: Task, command: Complete | Revise) -> None:
    """Raises NotAllowed where who has the task does anything with it but declare; and Malformed where the
    reason of a conflict is told outside its form.
    """
    if _declares(ledger, command):
        _check_no_reason(command)
    elif undeclared(ledger.definition, task):
        raise _first(task)


def check_reason(transition: fmt.Transition, command: Advance) -> None:
    """Raises Malformed where the reason of a conflict is told outside its form."""
    if transition.declares_conflict:
        _check_no_reason(command)


def _check_no_reason(command: Act) -> None:
    if command.reason:
        raise Malformed((Fault("/reason", IN_THE_FORM),))


def _first(task: Task) -> NotAllowed:
    return NotAllowed(
        "First declare on task {no} '{task}' whether you have a conflict of interest "
        "(POST .../tasks/{no}/declaration, or `caseway declare`).",
        no=task.no,
        task=task.name,
    )


def asks_for_none(task: Task) -> NotNow:
    return NotNow("Task {no} '{task}' asks for no declaration.", no=task.no, task=task.name)


def owes(ledger: Ledger, task: Task, actor: Actor) -> bool:
    """Whether the person has yet to declare on this task, which is theirs."""
    return task.status == "open" and undeclared(ledger.definition, task) and has_task(ledger, task, actor)


def _declares(ledger: Ledger, command: Act | Undo) -> bool:
    """Whether the act declares, one way or the other, or prepares the form of a conflict."""
    if isinstance(command, Declare):
        return True
    if not isinstance(command, Complete | Revise) or command.task is None:
        return False
    task = ledger.before.task(command.task)
    conflict = conflict_outcome(ledger.definition, task.name) if task else None
    if task is None or conflict is None:
        return False
    if isinstance(command, Complete):
        return command.outcome == conflict
    return command.form == form_of_outcome(ledger.definition.format.tasks[task.name], conflict)
