"""What a change of the person in a role means for a case: what names the former one names the new one.

Law: what waits for the role follows by itself; here goes over what is held by name, and the news of it.
"""

from __future__ import annotations

from workflow.rules import moves, turns
from workflow.rules.case import Task
from workflow.rules.commands import HandOver
from workflow.rules.correspondence import tell_handed_over
from workflow.rules.ledger import Ledger
from workflow.rules.replacing import replace

TO_BE_DONE = ("scheduled", "open", "frozen")


def hand_over(ledger: Ledger, command: HandOver) -> None:
    """Where nothing is the role's or the former person's there is nothing to record."""
    if command.role not in ledger.definition.format.roles:
        return
    tasks = [task for task in ledger.tasks.values() if _is_theirs(task, command)]
    turn = turns.ball(ledger)
    waiting = turn.role == command.role and turn.person in (None, command.old)
    if not (tasks or waiting or command.drafts or command.owed):
        return
    ledger.note(moves.entry(ledger, "hand_over"))
    ledger.remark(handed_over={"role": command.role, "from": command.old, "to": command.new})
    if tasks:
        ledger.remark(tasks=[task.no for task in tasks])
    if command.drafts:
        ledger.remark(drafts=list(command.drafts))
    for task in tasks:
        # What somebody declared of themselves says nothing of another.
        ledger.put_task(replace(task, person=command.new, declared_at=None))
    ledger.relieved = command.old
    tell_handed_over(ledger, command.role, command.new, [task for task in tasks if task.status == "open"])


def _is_theirs(task: Task, command: HandOver) -> bool:
    return task.status in TO_BE_DONE and (task.role, task.person) == (command.role, command.old)
