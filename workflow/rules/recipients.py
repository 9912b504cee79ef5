"""Whom a message goes to."""

from __future__ import annotations

from workflow.rules.case import Task
from workflow.rules.exclusions import is_out, kept_out
from workflow.rules.holders import above, in_role, left_to, mandates_in, stays, unique
from workflow.rules.ledger import Ledger
from workflow.rules.turns import ball


def persons(ledger: Ledger, recipient: str, task: Task | None = None) -> tuple[str, ...]:
    """The persons a message for `recipient` goes to: a role, a fact of type person, `holder`, `actor` or
    `task NAME`.
    """
    if recipient == "actor":
        return () if ledger.actor.person == "engine" else _still_in(ledger, ledger.actor.person)
    if recipient == "holder":
        return _holder(ledger, task)
    if recipient.startswith("task "):
        named = recipient.removeprefix("task ")
        return unique(person for item in _latest(ledger, named) for person in _of_task(ledger, item))
    if recipient in ledger.facts():
        person = ledger.facts()[recipient]
        return () if person is None else _still_in(ledger, person)
    return in_role(ledger, left_to(ledger, recipient, ()))


def reachable(ledger: Ledger, role: str | None) -> tuple[str, tuple[str, ...]] | None:
    """The first role from this one upwards that somebody holds, with its persons."""
    while role is not None:
        if found := in_role(ledger, role):
            return role, found
        role = ledger.definition.format.roles[role].above
    return None


def _holder(ledger: Ledger, task: Task | None) -> tuple[str, ...]:
    if task is not None:
        return _of_task(ledger, task)
    turn = ball(ledger)
    if turn.person is not None:
        return (turn.person,)
    return () if turn.role is None else in_role(ledger, turn.role)


def _of_task(ledger: Ledger, task: Task) -> tuple[str, ...]:
    """Who has it, or names who will; of a role, those who are not kept out of it."""
    if task.person is not None and not is_out(ledger, task.person):
        return (task.person,)
    if task.person is not None or task.assigned_by is not None:
        return in_role(ledger, left_to(ledger, task.assigned_by or above(ledger, task), ()))
    rules, besides = kept_out(ledger, task)
    held = mandates_in(ledger, task.role)
    left = [mandate.person for mandate in held if stays(ledger, mandate, rules, besides)]
    return unique(left) or in_role(ledger, task.role)


def _latest(ledger: Ledger, name: str) -> list[Task]:
    """The open instances of a task, or the one that ended last."""
    named = [task for task in ledger.tasks.values() if task.name == name]
    return [task for task in named if task.status == "open"] or named[-1:]


def _still_in(ledger: Ledger, person: str) -> tuple[str, ...]:
    return () if is_out(ledger, person) else (person,)
