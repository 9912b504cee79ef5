"""Why a person may see a case or not, and what they may do in it: the policy's answer, mandate by mandate."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from workflow.records import cases, persons
from workflow.records.databases.protocol import Connection
from workflow.rules.actions import Action, actions
from workflow.rules.definition import Definition
from workflow.rules.sight import Ground, ground, may_see
from workflow.runtime.library import Library
from workflow.runtime.requests import actor_of


class Why(Struct, frozen=True):
    """`grounds` are all mandates that the person has or had, latest first; `actions` what leaves the present
    state or ends an open task, allowed or not, as far as the person sees the case at all.
    """

    definition: Definition
    sees: bool
    grounds: tuple[Ground, ...]
    actions: tuple[Action, ...]


def why(
    connection: Connection, library: Library, case_id: str, person: str, now: datetime, today: date
) -> Why:
    """Raises NotFound where there is no such case. Whoever is told this has to be judged by the caller."""
    loaded = cases.load(connection, case_id, library.get, today=today, persons=(person,))
    definition, case, office = loaded.definition, loaded.case, loaded.office
    assert case is not None, "a case that is there was loaded"
    actor = actor_of(office, person, case.party, case.region)
    sees = may_see(definition, case, actor)
    held = persons.mandates(connection, person)
    return Why(
        definition=definition,
        sees=sees,
        grounds=tuple(ground(definition, case, one, today) for one in held),
        actions=actions(definition, case, actor, now, office) if sees else (),
    )
