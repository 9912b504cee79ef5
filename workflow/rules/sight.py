"""Who may see a case, and why. Law: records/policy.py says the same as a filter of queries.

Whoever declared a conflict of interest, in the case or with its Party, sees nothing of it. Whoever has no
other ground than tasks on which they have yet to declare sees its card (rules/conflicts.py).

A role's `sees` in the definition says: all, own_party and portfolio see what their mandate is for (a Party,
a region, everything); assigned sees the cases in which the person has a task in that role that has not ended,
or is engaged by one that has (`engages` of the task); pipeline sees parked cases. Whoever holds an open task
in a role, or may take one that anybody in the role may take, sees the case of it. A mandate that has ended
shows nothing. Whoever stands in for somebody sees by what is lent to them, in which the work of the absent
person is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from msgspec import Struct

from workflow.errors import Phrase
from workflow.rules.case import Case, Task
from workflow.rules.commands import Actor
from workflow.rules.conflicts import in_person, is_out, undeclared
from workflow.rules.definition import Definition

AT_WORK = ("open", "frozen")
WHOLE_SCOPE = {
    "all": Phrase("this role sees every case"),
    "own_party": Phrase("this role sees the cases of its own Party"),
    "portfolio": Phrase("this role sees the cases of its portfolio"),
}
_OUT = Phrase("the person declared a conflict of interest with its Party, or in it")
_IN_PERSON = Phrase("what this role does it does in person; nobody stands in for it")
_PARKED = Phrase("this role sees the cases that are parked, and this one is")
_NOTHING = {
    "assigned": Phrase("this role sees the cases in which the person has a task now; here there is none"),
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


class Lent(Held, frozen=True, kw_only=True):
    """A mandate as a stand-in has it: for whom, by which delegation, in which definition if only there."""

    for_person: str
    via: str
    definition: str | None = None


class _Sight(Struct, frozen=True):
    """Whether something shows a case, and why or why not; not `whole`: its card and no more."""

    shows: bool
    why: Phrase
    whole: bool = True


class Ground(Struct, frozen=True):
    """What one mandate means for a case: whether it shows it, and why or why not; `for_` is for whom somebody
    has it who stands in.
    """

    mandate: str
    role: str
    shows: bool
    why: Phrase
    for_: str | None = None


def may_see(definition: Definition, case: Case, actor: Actor) -> bool:
    """`actor.roles` are those that the person's valid mandates give for the case's Party and region."""
    return any(one.shows for one in _of_roles(definition, case, actor))


def only_card(definition: Definition, case: Case, actor: Actor) -> bool:
    """Whether what they see is the card and no more, until they declare."""
    shown = [one for one in _of_roles(definition, case, actor) if one.shows]
    return bool(shown) and not any(one.whole for one in shown)


def shows(definition: Definition, case: Case, person: str, role: str) -> bool:
    """Whether it is this role of the person's that shows them more than the card: by its scope, or by a task
    of it on which nothing is to be declared any more.
    """
    sees = definition.format.roles[role].sees
    parked = sees == "pipeline" and definition.format.states[case.state].category == "parked"
    if sees in WHOLE_SCOPE or parked:
        return True
    return any(not undeclared(definition, task) for task, _ in _tasks(case, person, role, sees))


def shows_to_somebody(definition: Definition, case: Case, role: str) -> bool:
    """Whether there can be somebody in the role to whom it shows the case as it stands."""
    held = (task.person or "" for task in case.tasks if task.role == role)
    return any(shows(definition, case, person, role) for person in ("", *held))


def ground(
    definition: Definition, case: Case, held: Held, today: date, conflicts: frozenset[str] = frozenset()
) -> Ground:
    """Why this mandate shows the case on that day, or does not. `conflicts` are the Parties that its holder
    declared a conflict of interest with.
    """
    missing = _missing(definition, case, held, today)
    for_ = held.for_person if isinstance(held, Lent) else None
    acting = Actor(held.person, frozenset(), conflicts=conflicts, for_=for_)
    if missing is None and is_out(case, acting):
        missing = _OUT
    sight = _Sight(False, missing) if missing else _of_role(definition, case, acting, held.role)
    return Ground(held.id, held.role, sight.shows, sight.why, for_)


def _missing(definition: Definition, case: Case, held: Held, today: date) -> Phrase | None:
    """Why a mandate says nothing of a case at all."""
    if held.until is not None and held.until < held.since:
        return Phrase("it was taken back before it counted")
    if held.since > today:
        return Phrase("it begins on {day}", {"day": held.since})
    if held.until is not None and held.until < today:
        return Phrase("it ended on {day}", {"day": held.until})
    for own, other in ((held.party, case.party), (held.region, case.region)):
        if own not in (None, other):
            return Phrase("it is for {own}, and the case is of {other}", {"own": own, "other": other})
    if isinstance(held, Lent) and held.definition not in (None, case.definition):
        return Phrase("it is lent for requests of the kind '{key}' only", {"key": held.definition})
    if held.role not in definition.format.roles:
        return Phrase("'{key}' knows no such role", {"key": definition.key})
    return None


def _of_roles(definition: Definition, case: Case, actor: Actor) -> Iterator[_Sight]:
    return (
        _of_role(definition, case, one, role)
        for one in actor.each
        if not is_out(case, one)
        for role in one.roles & definition.format.roles.keys()
    )


def _of_role(definition: Definition, case: Case, actor: Actor, role: str) -> _Sight:
    if actor.for_ is not None and role in in_person(definition):
        return _Sight(False, _IN_PERSON)
    sees = definition.format.roles[role].sees
    if sees in WHOLE_SCOPE:
        return _Sight(True, WHOLE_SCOPE[sees])
    if sees == "pipeline" and definition.format.states[case.state].category == "parked":
        return _Sight(True, _PARKED)
    undecided: Task | None = None
    for task, why in _tasks(case, actor.for_ or actor.person, role, sees):
        if not undeclared(definition, task):
            return _Sight(True, why)
        undecided = undecided or task
    if undecided is not None:
        return _Sight(True, _card_of(undecided), whole=False)
    return _Sight(False, _NOTHING[sees])


def _tasks(case: Case, person: str, role: str, sees: str) -> Iterator[tuple[Task, Phrase]]:
    """The tasks that show the case to somebody in the role, the latest first of those that are their own."""
    mine = [task for task in case.tasks if task.person == person and task.role == role]
    if sees == "assigned":
        for task in reversed(mine):
            if task.status != "ended":
                yield task, Phrase("the person has task {no} '{task}' in it", _named(task))
            elif task.engaged:
                yield task, Phrase("the person is engaged in it by task {no} '{task}'", _named(task))
    free = [one for one in case.tasks if one.person is None and one.assigned_by is None and one.role == role]
    work = (task for task in mine + free if task.status in AT_WORK)
    yield from ((task, Phrase("task {no} '{task}' is work for this role", _named(task))) for task in work)


def _card_of(task: Task) -> Phrase:
    return Phrase(
        "only its card: on task {no} '{task}' nobody declared yet whether there is a conflict of interest",
        _named(task),
    )


def _named(task: Task) -> dict[str, Any]:
    return {"no": task.no, "task": task.name}
