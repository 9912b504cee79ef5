"""Who may see a case, and why. Law: records/policy.py says the same as a filter of queries.

A role's `sees` in the definition says: all, own_party and portfolio see what their mandate is for (a Party,
a region, everything); assigned sees the cases in which the person holds or held a task; pipeline sees parked
cases. Whoever holds an open task in a role, or may take one that anybody in the role may take, sees the case
of it. A mandate that has ended shows nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec import Struct

from workflow.errors import Phrase
from workflow.rules.case import Case, Task
from workflow.rules.commands import Actor
from workflow.rules.definition import Definition

AT_WORK = ("open", "frozen")
WHOLE_SCOPE = {
    "all": Phrase("this role sees every case"),
    "own_party": Phrase("this role sees the cases of its own Party"),
    "portfolio": Phrase("this role sees the cases of its portfolio"),
}
_PARKED = Phrase("this role sees the cases that are parked, and this one is")
_NOTHING = {
    "assigned": Phrase("this role sees the cases in which the person has or had a task; here there is none"),
    "pipeline": Phrase("this role sees the cases that are parked; this one is not"),
    "none": Phrase("this role sees only the cases in which there is work for it; here there is none"),
}


class Held(Struct, frozen=True):
    """A mandate of whatever time, from its first day to its last (None: it has none yet)."""

    id: str
    person: str
    role: str
    party: str | None
    region: str | None
    since: date
    until: date | None


class Ground(Struct, frozen=True):
    """What one mandate means for a case: whether it shows it, and why or why not."""

    mandate: str
    role: str
    shows: bool
    why: Phrase


def may_see(definition: Definition, case: Case, actor: Actor) -> bool:
    """`actor.roles` are those that the person's valid mandates give for the case's Party and region."""
    roles = actor.roles & definition.format.roles.keys()
    return any(_of_role(definition, case, actor.person, role)[0] for role in roles)


def ground(definition: Definition, case: Case, held: Held, today: date) -> Ground:
    """Why this mandate shows the case on that day, or does not."""
    missing = _missing(definition, case, held, today)
    shows, why = (False, missing) if missing else _of_role(definition, case, held.person, held.role)
    return Ground(held.id, held.role, shows, why)


def _missing(definition: Definition, case: Case, held: Held, today: date) -> Phrase | None:
    """Why a mandate says nothing of a case at all."""
    if held.since > today:
        return Phrase("it begins on {day}", {"day": held.since})
    if held.until is not None and held.until < today:
        return Phrase("it ended on {day}", {"day": held.until})
    for own, other in ((held.party, case.party), (held.region, case.region)):
        if own not in (None, other):
            return Phrase("it is for {own}, and the case is of {other}", {"own": own, "other": other})
    if held.role not in definition.format.roles:
        return Phrase("'{key}' knows no such role", {"key": definition.key})
    return None


def _of_role(definition: Definition, case: Case, person: str, role: str) -> tuple[bool, Phrase]:
    sees = definition.format.roles[role].sees
    if sees in WHOLE_SCOPE:
        return True, WHOLE_SCOPE[sees]
    if sees == "pipeline" and definition.format.states[case.state].category == "parked":
        return True, _PARKED
    mine = [task for task in case.tasks if task.person == person]
    if sees == "assigned" and mine:
        return True, Phrase("the person has or had task {no} '{task}' in it", _named(mine[-1]))
    free = [task for task in case.tasks if task.person is None and task.assigned_by is None]
    for task in mine + free:
        if task.role == role and task.status in AT_WORK:
            return True, Phrase("task {no} '{task}' is work for this role", _named(task))
    return False, _NOTHING[sees]


def _named(task: Task) -> dict[str, Any]:
    return {"no": task.no, "task": task.name}
