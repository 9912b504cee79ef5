"""Who may see a case, why, and what they may do in it: the policy's answer, mandate by mandate.

Law: whoever is told this has to be judged by the caller.
"""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from workflow.records import cases, persons
from workflow.records.databases.protocol import Connection
from workflow.rules.actions import Action, actions
from workflow.rules.case import Mandate
from workflow.rules.commands import Actor
from workflow.rules.definition import Definition
from workflow.rules.sight import Ground, ground, may_see
from workflow.runtime.library import Library
from workflow.runtime.requests import View, actor_of


class Why(Struct, frozen=True):
    """`grounds` are all mandates that the person has or had, latest first; `actions` what leaves the present
    state or ends an open task, allowed or not, as far as the person sees the case at all.
    """

    view: View
    sees: bool
    grounds: tuple[Ground, ...]
    actions: tuple[Action, ...]


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
    found = {
        one.person: frozenset(one.conflicts) for one in reaching if may_see(definition, case, _alone(one))
    }
    able = dict(sorted(found.items()))
    named = persons.readers(connection, able)
    shown = {
        person: tuple(
            one
            for one in (
                ground(definition, case, held, today, conflicts)
                for held in persons.mandates(connection, person)
            )
            if one.shows
        )
        for person, conflicts in able.items()
    }
    return definition, tuple(Seer(person, named[person].name, shown[person]) for person in able)


def why(
    connection: Connection, library: Library, case_id: str, person: str, now: datetime, today: date
) -> Why:
    """Raises NotFound where there is no such case."""
    loaded = cases.load(connection, case_id, library.get, today=today, persons=(person,))
    definition, case, office = loaded.definition, loaded.case, loaded.office
    assert case is not None, "a case that is there was loaded"
    actor = actor_of(office, person, case.party, case.region)
    sees = may_see(definition, case, actor)
    held = persons.mandates(connection, person)
    return Why(
        view=View(case, office, definition, actor),
        sees=sees,
        grounds=tuple(ground(definition, case, one, today, actor.conflicts) for one in held),
        actions=actions(definition, case, actor, now, office) if sees else (),
    )


def _alone(mandate: Mandate) -> Actor:
    """The person by this mandate alone."""
    return Actor(mandate.person, frozenset((mandate.role,)), conflicts=frozenset(mandate.conflicts))
