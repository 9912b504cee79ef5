"""Who may see which case, as a filter of queries. Law: it leaves what rules/sight.py shows of each.

Who looks after the installation is told here too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from sqlalchemy import and_, exists, false, func, or_, select, true, union_all
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col

from workflow.errors import NotAllowed
from workflow.records.tables import CaseRow, ClockRow, TaskRow
from workflow.rules.case import Mandate
from workflow.rules.commands import ADMINISTRATOR, AUDITOR
from workflow.rules.conflicts import conflict_outcome, in_person
from workflow.rules.definition import Definition
from workflow.rules.sight import AT_WORK, WHOLE_SCOPE

Filter = ColumnElement[bool]
Version = tuple[str, int]
ClockSight = tuple[str, frozenset[str] | None, frozenset[str]]


def administers(mandates: Iterable[Mandate]) -> bool:
    """`mandates` are those valid today."""
    return any(mandate.role == ADMINISTRATOR for mandate in mandates)


def check_administers(mandates: Iterable[Mandate]) -> None:
    """Raises NotAllowed for all but administrators."""
    if not administers(mandates):
        raise NotAllowed("This is for the role 'administrator'.")


def check_oversees(mandates: Iterable[Mandate]) -> None:
    """Raises NotAllowed for all but administrators and auditors."""
    if not any(mandate.role in (ADMINISTRATOR, AUDITOR) for mandate in mandates):
        raise NotAllowed("This is for the roles 'administrator' and 'auditor'.")


def visible(person: str, mandates: Iterable[Mandate], definitions: Iterable[Definition]) -> Filter:
    """The filter on `CaseRow` that leaves what the person may see; `mandates` are those valid today."""
    known = tuple(definitions)
    sights, personal = _sights(known), {(one.key, one.version): in_person(one) for one in known}
    parts = [
        and_(_of_definitions(theirs), _in_scope(mandate), *_seen(mandate.for_ or person, mandate.role, sees))
        for mandate in mandates
        for sees, versions in sights[mandate.role].items()
        if (theirs := _lending(mandate, versions, personal))
    ]
    return and_(or_(*parts), not_gone(person)) if parts else false()


def usable(mandates: Iterable[Mandate], definitions: Iterable[Definition]) -> list[Mandate]:
    """The mandates without those that are lent in a role in which everything is done in person."""
    personal = {role for one in definitions for role in in_person(one)}
    return [one for one in mandates if one.for_ is None or one.role not in personal]


def visible_clocks(person: str, mandates: Iterable[Mandate], definitions: Collection[Definition]) -> Filter:
    """The filter on `ClockRow` with its `CaseRow` that leaves the clocks which the person may see."""
    sights = _clock_sights(definitions)
    personal = {(one.key, one.version): in_person(one) for one in definitions}
    parts = [
        and_(_of_definitions(theirs), _in_scope(mandate), _seen_clocks(person, mandate, sight))
        for mandate in mandates
        for sight, versions in sights[mandate.role].items()
        if (theirs := _lending(mandate, versions, personal))
    ]
    return and_(or_(*parts), not_gone(person)) if parts else false()


def listed(
    person: str,
    mandates: Collection[Mandate],
    definitions: Iterable[Definition],
    told: tuple[Definition, Collection[str]],
) -> Filter:
    """What a periodic list tells a person: what they may see and, where it is addressed in full to a role of
    theirs, every case of its definition in the mandate's scope. Of these the list's line is all they get.
    """
    definition, in_full = told
    theirs = [one for one in mandates if one.role in in_full and one.definition in (None, definition.key)]
    scopes = [_in_scope(mandate) for mandate in theirs]
    own = (col(CaseRow.definition) == definition.key, not_gone(person))
    whole = and_(*own, or_(*scopes)) if scopes else false()
    return or_(visible(person, mandates, definitions), whole)


def not_gone(person: str) -> Filter:
    """Leaves out the cases in which they declared a conflict of interest."""
    gone = select(col(TaskRow.case_id)).where(col(TaskRow.person) == person, col(TaskRow.conflicted))
    return col(CaseRow.id).not_in(gone)


def unconflicted(mandate: Mandate) -> Filter:
    """Leaves out the cases of the Parties that its holder declared a conflict of interest with, or whom they
    stand in for, and those that this one is out of.
    """
    free = col(CaseRow.party).not_in(mandate.conflicts) if mandate.conflicts else true()
    return free if mandate.for_ is None else and_(free, not_gone(mandate.for_))


def _sights(definitions: Iterable[Definition]) -> defaultdict[str, dict[str, list[tuple[str, int]]]]:
    """By role: what it sees, in which versions of which definitions."""
    found: defaultdict[str, dict[str, list[tuple[str, int]]]] = defaultdict(dict)
    for definition in definitions:
        for name, role in definition.format.roles.items():
            found[name].setdefault(role.sees, []).append((definition.key, definition.version))
    return found


def _clock_sights(definitions: Iterable[Definition]) -> defaultdict[str, dict[ClockSight, list[Version]]]:
    """By role: what it sees, of which tasks the clocks, and which tasks ask for a declaration first, in which
    versions of which definitions.
    """
    found: defaultdict[str, dict[ClockSight, list[Version]]] = defaultdict(dict)
    for definition in definitions:
        asking = frozenset(name for name in definition.format.tasks if conflict_outcome(definition, name))
        for name, role in definition.format.roles.items():
            known = role.sees, definition.audiences.clocks(definition.audiences.of_role[name]), asking
            found[name].setdefault(known, []).append((definition.key, definition.version))
    return found


def _seen_clocks(person: str, mandate: Mandate, sight: ClockSight) -> Filter:
    """Whose a task is sees its clock; the others that the audience sees, whoever has nothing to declare."""
    sees, tasks, asking = sight
    holder, role = mandate.for_ or person, mandate.role
    mine = or_(
        col(TaskRow.person) == person,
        and_(col(TaskRow.person) == holder, col(TaskRow.role) == role),
        and_(col(TaskRow.person).is_(None), func.coalesce(TaskRow.assigned_by, TaskRow.role) == role),
    )
    told = true() if tasks is None else _of_task(col(TaskRow.name).in_(sorted(tasks - {""})))
    if tasks is not None and "" in tasks:
        told = or_(col(ClockRow.task).is_(None), told)
    return or_(
        and_(true(), *_seen(holder, role, sees, asking), told),
        and_(true(), *_seen(holder, role, sees), _of_task(mine)),
    )


def _of_task(which: Filter) -> Filter:
    """The clocks of such tasks."""
    here = (col(TaskRow.case_id) == col(ClockRow.case_id), col(TaskRow.no) == col(ClockRow.task))
    return exists().where(*here, which)


def _lending(
    mandate: Mandate, versions: Iterable[Version], personal: Mapping[Version, Collection[str]]
) -> list[Version]:
    """The versions in which the mandate gives its role: lent, nowhere where it is done in person only."""
    here = [one for one in versions if mandate.definition in (None, one[0])]
    return here if mandate.for_ is None else [one for one in here if mandate.role not in personal[one]]


def _of_definitions(versions: Iterable[tuple[str, int]]) -> Filter:
    by_key: dict[str, list[int]] = {}
    for key, version in versions:
        by_key.setdefault(key, []).append(version)
    one = (
        and_(col(CaseRow.definition) == key, col(CaseRow.version).in_(those)) for key, those in by_key.items()
    )
    return or_(*one)


def _in_scope(mandate: Mandate) -> Filter:
    party = true() if mandate.party is None else col(CaseRow.party) == mandate.party
    region = true() if mandate.region is None else col(CaseRow.region) == mandate.region
    return and_(party, region, unconflicted(mandate))


def _seen(person: str, role: str, sees: str, asking: frozenset[str] = frozenset()) -> Iterator[Filter]:
    """What of the mandate's scope is seen; nothing more to ask where all of it is. Tasks that are `asking`
    count once it was declared on them that there is no conflict of interest.
    """
    if sees in WHOLE_SCOPE:
        return
    declared = or_(col(TaskRow.name).not_in(sorted(asking)), col(TaskRow.declared_at).is_not(None))
    mine = col(TaskRow.person) == person
    of_role = col(TaskRow.role) == role if not asking else and_(col(TaskRow.role) == role, declared)
    at_work = and_(of_role, col(TaskRow.status).in_(AT_WORK))
    # The first three as the index of free tasks says them, so that it is used.
    free = and_(
        col(TaskRow.person).is_(None),
        col(TaskRow.assigned_by).is_(None),
        col(TaskRow.ended_at).is_(None),
        at_work,
    )
    if sees == "assigned":
        kept = or_(col(TaskRow.ended_at).is_(None), col(TaskRow.engaged))
        yield _has_task(and_(mine, of_role, kept), free)
    elif sees == "pipeline":
        yield or_(col(CaseRow.category) == "parked", _has_task(and_(mine, at_work), free))
    else:
        yield _has_task(and_(mine, at_work), free)


def _has_task(*ways: Filter) -> Filter:
    """A task of any of these kinds, each found by an index of its own; an OR of them is found by none."""
    found = union_all(*(select(col(TaskRow.case_id)).where(way) for way in ways))
    return col(CaseRow.id).in_(found)
