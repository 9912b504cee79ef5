"""What a person's new nationality or conflict of interest means for a case: who may no longer have a task
gives it back, and a turn that nobody in the role can take goes up. Law: who gives tasks is told, not why.
"""

from __future__ import annotations

from workflow.rules import effects, holders, moves, turns
from workflow.rules import format as fmt
from workflow.rules.case import Task
from workflow.rules.commands import Actor, Reconsider
from workflow.rules.conflicts import conflict_outcome
from workflow.rules.correspondence import tell_ball, tell_conflict, tell_task, tell_unheld
from workflow.rules.exclusions import found_since
from workflow.rules.ledger import Ledger
from workflow.rules.replacing import replace


def reconsider(ledger: Ledger, command: Reconsider) -> None:
    """Without anything that changes there is nothing to record."""
    before, tasks = command.ball, _at_work(ledger)
    lost = [task for task in tasks if task.person == command.person and _kept_out(ledger, task)]
    raised = [(task, up) for task in tasks if (up := _raised(ledger, task)) != task]
    now = turns.ball(ledger)
    if not lost and not raised and before == (now.role, now.person):
        return
    ledger.note(moves.entry(ledger, "reconsider"))
    for task in lost:
        _give_back(ledger, task)
    for task, up in raised:
        ledger.put_task(up)
        if task.status == "open":
            tell_task(ledger, up)
    _pass_on(ledger, before)


def _at_work(ledger: Ledger) -> list[Task]:
    return [task for task in ledger.tasks.values() if task.status in ("open", "frozen")]


def _kept_out(ledger: Ledger, task: Task) -> bool:
    known = (one.nationalities for one in ledger.office.mandates if one.person == task.person)
    person = Actor(task.person or "", frozenset(), frozenset(code for codes in known for code in codes))
    return found_since(ledger, task, person) is not None


def _give_back(ledger: Ledger, task: Task) -> None:
    """What is somebody's by what the case says of them ends as conflicted, so that the next one has it; where
    nothing is declared on it, it stays theirs, though not theirs to do.
    """
    holder, conflict = _holder(ledger, task), conflict_outcome(ledger.definition, task.name)
    chosen = holder is not None and (holder.person is not None or holder.next_of is not None)
    if chosen and conflict is not None:
        effects.finish(ledger, task.no, conflict)
        return
    tell_conflict(ledger, task)
    if not chosen:
        ledger.put_task(_raised(ledger, replace(task, person=None, declared_at=None)))


def _raised(ledger: Ledger, task: Task) -> Task:
    """The task where it belongs now, if nobody has it: with the role above where all in its own are out."""
    if task.person is not None:
        return task
    holder = _holder(ledger, task)
    if holder is not None and holder.assigned_by is not None and task.assigned_by is not None:
        return replace(task, assigned_by=holders.left_to(ledger, holder.assigned_by, ()))
    return replace(task, role=holders.left_to(ledger, task.role, holder.except_ if holder else ()))


def _holder(ledger: Ledger, task: Task) -> fmt.Holder | None:
    kind = ledger.definition.format.tasks.get(task.name)
    return None if kind is None else holders.holders(kind.for_)[0]


def _pass_on(ledger: Ledger, before: tuple[str | None, str | None]) -> None:
    now = turns.ball(ledger)
    if before == (now.role, now.person) or now.role is None:
        return
    ledger.remark(ball=now.role, holder=now.person)
    if now.instead_of is not None:
        ledger.remark(instead_of=now.instead_of)
    if now.task is None:
        tell_ball(ledger, now.role)
    if now.person is None:
        tell_unheld(ledger, now.role)
