"""Whom a task may be given to, and what keeps the others out. Law: judged as the act of naming is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflow.rules.checks import check_open, the_task
from workflow.rules.commands import Actor
from workflow.rules.completing import check_namer
from workflow.rules.exclusions import excepted
from workflow.rules.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who holds the task's role for this case. `exception` keeps them out; None lets them in."""

    person: str
    exception: str | None = None


def role_sought(ledger: Ledger, no: int) -> str:
    """The role of whoever may have the task. Raises NotFound, NotNow, and NotAllowed for who may not name."""
    task = the_task(ledger, no)
    check_namer(ledger, task, ledger.actor)
    if task.status == "ended":
        check_open(task)
    return task.role


def candidates(ledger: Ledger, no: int, actors: Iterable[Actor]) -> tuple[Candidate, ...]:
    """Those of these persons who hold the role for this case."""
    task = the_task(ledger, no)
    holding = (actor for actor in actors if task.role in actor.roles)
    return tuple(Candidate(actor.person, excepted(ledger, task, actor)) for actor in holding)
