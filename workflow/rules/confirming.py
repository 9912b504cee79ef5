"""A second person confirms: the first act files its answers and asks, nothing moves till the answer comes."""

from __future__ import annotations

from typing import Any

from workflow.errors import Fault, Malformed, NotAllowed, NotNow, Phrase
from workflow.rules import effects, moves, tasks
from workflow.rules import format as fmt
from workflow.rules.audiences import CONFIRM
from workflow.rules.case import Task
from workflow.rules.checks import check_form, check_open, check_revision
from workflow.rules.commands import Advance, Complete
from workflow.rules.exceptions import task_refused
from workflow.rules.exclusions import is_out
from workflow.rules.guards import Verdict, refusals
from workflow.rules.holders import Seat, Warrant, has_task, holders, left_to, role_of, warrant_for
from workflow.rules.ledger import Ledger
from workflow.rules.replacing import replace

OUT_SINCE = Phrase(
    "whoever proposed this has declared a conflict of interest since; "
    "refuse it, and somebody else may propose it"
)


def propose(ledger: Ledger, confirm: fmt.Confirm, command: Advance, form: str | None) -> None:
    """File the answers and ask the second person; nothing moves till it is confirmed."""
    name = f"{CONFIRM}{command.trigger}"
    if tasks.unfinished(ledger, name):
        raise NotNow("'{trigger}' already waits for its confirmation.", trigger=command.trigger)
    ledger.entries[-1] = replace(ledger.entries[-1], act=f"{command.trigger}.proposed")
    if form:
        ledger.file(form, command.data or {}, "filed", task=command.task, reason=command.reason)
    holder, entry = holders(confirm.by)[0], ledger.entries[-1]
    named = role_of(ledger.facts(), holder) or ""
    role = left_to(ledger, named, holder.except_, besides={command.actor.person, entry.on_behalf_of or ""})
    filed: dict[str, Any] = {"by": command.actor.person, "mandate": entry.mandate, "task": command.task}
    filed |= {"for": entry.on_behalf_of}
    filed |= {"form": form, "data": command.data, "except": holder.except_}
    tasks.seat(ledger, name, Seat(role), trigger=command.trigger, values=filed)


def settle(ledger: Ledger, task: Task, command: Complete) -> None:
    if command.outcome not in ("confirmed", "refused"):
        raise Malformed((Fault("/outcome", "a proposal is 'confirmed' or 'refused'"),))
    if not has_task(ledger, task, command.actor):
        raise task_refused(ledger, task, command.actor)
    if (since := barred(ledger, task, command.outcome)) is not None:
        raise NotAllowed("This cannot be confirmed: {why}.", why=since)
    check_form(ledger, None, command.data)
    if command.outcome == "refused" and not command.reason.strip():
        raise Malformed((Fault("/reason", "say why it is refused"),))
    check_revision(ledger, command.expected)
    check_open(task)
    act, under = f"{task.name}.{command.outcome}", warrant_for(ledger, task, command.actor)
    ledger.note(moves.entry(ledger, act, task=task.no, reason=command.reason, under=under))
    tasks.claim(ledger, task)
    effects.finish(ledger, task.no, command.outcome)
    if command.outcome == "confirmed":
        _confirmed(ledger, task, command.reason)


def barred(ledger: Ledger, task: Task, outcome: str) -> Phrase | None:
    """Why nobody may confirm a proposal: it would be the act of somebody who is out of the case."""
    return OUT_SINCE if outcome == "confirmed" and is_out(ledger, task.values["by"]) else None


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
        under=Warrant(filed["mandate"], filed["for"]),
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
