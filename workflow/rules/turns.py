"""Whose turn it is: the ball of the state, or the open task that has it.

Law: a turn that nobody in its role can take is the next one's above that has somebody left; what a Party does
is done by nobody else.
"""

from __future__ import annotations

from msgspec import Struct

from workflow.rules.case import Task
from workflow.rules.holders import holders, left_to, role_named, role_of
from workflow.rules.ledger import Ledger

NATIONALS = ("nationals",)


class Ball(Struct, frozen=True):
    """Whose turn it is: a role, the person if one is named, the number of the task that gives the turn.

    `instead_of` is the role whose turn it would be, had it anybody left.
    """

    role: str | None = None
    person: str | None = None
    task: int | None = None
    instead_of: str | None = None


def ball(ledger: Ledger) -> Ball:
    """Whose turn it is. A task that waits for a name is the turn of whoever names it."""
    choice = ledger.facts().pick(ledger.place.ball)
    for name in choice if isinstance(choice, list) else [choice]:
        if name != "task":
            role = role_named(ledger.facts(), name)
            return Ball() if role is None else _turn(ledger, role, None)
        if (task := ball_task(ledger)) is not None:
            if task.person is not None:
                return Ball(task.role, task.person, task.no)
            return _turn(ledger, task.assigned_by or task.role, task.no)
    return Ball()


def ball_task(ledger: Ledger) -> Task | None:
    """The open task opened last that is not side work."""
    kinds = ledger.definition.format.tasks
    open_ones = [task for task in ledger.tasks.values() if task.status == "open"]
    main = [task for task in open_ones if task.name not in kinds or not kinds[task.name].side_work]
    return max(main, key=lambda task: (task.opened_at, task.no), default=None)


def _turn(ledger: Ledger, role: str, task: int | None) -> Ball:
    now = _in_role(ledger, role)
    return Ball(now, None, task, None if now == role else role)


def _in_role(ledger: Ledger, role: str) -> str:
    """Whose turn it is where it is a role's: with all in it out of the case, the next one's above; so too
    with all in it nationals, where the state has them decide something.
    """
    known = ledger.definition.format.roles.get(role)
    if known is None or known.side == "party":
        return role
    without = left_to(ledger, role, NATIONALS)
    return without if without != role and _decides(ledger, role) else left_to(ledger, role, ())


def _decides(ledger: Ledger, role: str) -> bool:
    """Whether the role has something to do in the present state from which nationals are kept out."""
    leaving = ledger.definition.leaving.get(ledger.state, ())
    asked = (holder for item in leaving for holder in holders(item.by) if "nationals" in holder.except_)
    return any(role_of(ledger.facts(), holder) == role for holder in asked)
