"""Conflicts of interest: who has yet to declare, and who is out of a case.

Law: whoever gets a task that asks for it declares first, and till then sees the card of the case and no more.
Whoever declared a conflict, in the case or with a Party that asks, is out of it: does nothing there, is given
nothing, sees nothing and is told nothing. What is declared is declared, and done, in person.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from workflow.rules.case import Case, Task
from workflow.rules.commands import Actor
from workflow.rules.definition import Definition


def undeclared(definition: Definition, task: Task) -> bool:
    """Whether nobody has declared on a task that asks for it."""
    return task.declared_at is None and conflict_outcome(definition, task.name) is not None


def conflict_outcome(definition: Definition, name: str) -> str | None:
    """The outcome by which whoever has the task declares a conflict; None where nothing is to be declared."""
    kind = definition.format.tasks.get(name)
    return None if kind is None or kind.declares is None else kind.declares.conflict


@cache
def in_person(definition: Definition) -> frozenset[str]:
    """The roles in which nobody stands in for anybody: those whose tasks ask for a declaration."""
    asking = (kind.for_ for kind in definition.format.tasks.values() if kind.declares is not None)
    named = (who if isinstance(who, str) else who.role for who in asking)
    return frozenset(role for role in named if isinstance(role, str))


def is_out(case: Case, actor: Actor) -> bool:
    """Whether they declared a conflict in the case or with its Party, or whom they stand in for."""
    return case.party in actor.conflicts or not gone(case.tasks).isdisjoint(actor.persons)


def gone(tasks: Iterable[Task]) -> frozenset[str]:
    """Who declared a conflict on one of these tasks."""
    return frozenset(task.person for task in tasks if task.conflicted and task.person is not None)
