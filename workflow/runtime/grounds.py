"""Who may see a case, why, and what they may do in it: the policy's answer, mandate by mandate.

Law: whoever is told this has to be judged by the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from workflow.records import cases, delegations, persons
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Letter
from workflow.rules.acting import actor_in
from workflow.rules.actions import Action, actions
from workflow.rules.case import Mandate, Office
from workflow.rules.commands import Actor
from workflow.rules.definition import Definition
from workflow.rules.sight import Ground, Held, Lent, ground, may_see
from workflow.runtime.library import Library
from workflow.runtime.requests import View


class Why(Struct, frozen=True):
    """`grounds` are all mandates that the person has or had, latest first; `actions` what leaves the present
    state or ends an open task, allowed or not, as far as the person sees the case at all; `letters` those of
    designation, by the mandate.
    """

    view: View
    sees: bool
    grounds: tuple[Ground, ...]
    actions: tuple[Action, ...]
    letters: Mapping[str, Letter]


class Seer(Struct, frozen=True):
    """Somebody who may see a case; `grounds` are those of their mandates that show it."""

    person: str
    name: str
    grounds: tuple[Ground, ...]


def who(
    connection: Connection, library: Library, case_id: str, today: date
) -> tuple[Definition, tuple[Seer, ...]]:
    """Everybody who may see the case today, by their id. Raises NotFound where there is no such case."""
    loaded = cases.load(connection, case_id, library.get, today=today)
    definition, case = loaded.definition, loaded.case
    assert case is not None, "a case that is there was loaded"
    reaching = persons.reaching(connection, case.party, case.region, today)
    here = [one for one in reaching if one.definition in (None, case.definition)]
    able = sorted({one.person for one in here if may_see(definition, case, _alone(one))})
    conflicts = {(one.id, one.person, one.via): frozenset(one.conflicts) for one in here}
    named = persons.readers(connection, able)
    shown = {
        person: tuple(
            one
            for one in (
                ground(definition, case, held, today, conflicts.get(_key(held), frozenset()))
                for held in _held(connection, person)
            )
            if one.shows
        )
        for person in able
    }
    return definition, tuple(Seer(person, named[person].name, shown[person]) for person in able)


def why(
    connection: Connection, library: Library, case_id: str, person: str, now: datetime, today: date
) -> Why:
    """Raises NotFound where there is no such case."""
    loaded = cases.load(connection, case_id, library.get, today=today, persons=(person,))
    definition, case, office = loaded.definition, loaded.case, loaded.office
    assert case is not None, "a case that is there was loaded"
    actor = actor_in(office, person, case)
    sees = may_see(definition, case, actor)
    held = _held(connection, person)
    return Why(
        view=View(case, office, definition, actor),
        sees=sees,
        grounds=tuple(ground(definition, case, one, today, _conflicts(office, one)) for one in held),
        actions=actions(definition, case, actor, now, office) if sees else (),
        letters=_letters(connection, held),
    )


def _letters(connection: Connection, held: tuple[Held, ...]) -> Mapping[str, Letter]:
    granted = (persons.mandate(connection, one) for one in {one.id for one in held})
    return {one.id: one.letter for one in granted if one is not None and one.letter is not None}


def _conflicts(office: Office, held: Held) -> frozenset[str]:
    """The Parties that its holder, or whom they stand in for, declared a conflict of interest with."""
    both = (held.person, held.for_person) if isinstance(held, Lent) else (held.person,)
    return frozenset(code for one in both for code in office.conflicts.get(one, ()))


def _alone(mandate: Mandate) -> Actor:
    """The person by this mandate alone."""
    conflicts = frozenset(mandate.conflicts)
    return Actor(mandate.person, frozenset((mandate.role,)), conflicts=conflicts, for_=mandate.for_)


def _held(connection: Connection, person: str) -> tuple[Held, ...]:
    """Their own mandates, then those that are lent to them."""
    return (*persons.mandates(connection, person), *delegations.lent_to(connection, person))


def _key(held: Held) -> tuple[str, str, str | None]:
    return held.id, held.person, held.via if isinstance(held, Lent) else None
