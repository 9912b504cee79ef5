"""Who may see a case and why, for administrators: the policy's answer, mandate by mandate."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path

from api.http.actions import told as told_action
from api.http.bodies import CaseId
from api.http.declared import ADMINISTRATION_OF_ONE
from api.http.doors import AdministratorsDoor
from api.http.identity import TheCaller
from api.http.replies_of_administration import ExplainedReply, GroundReply, SeerReply, SeersReply, WhyReply
from api.http.replies_of_reference import LetterOfDesignationReply
from api.http.wings import Wing
from workflow.errors import NotFound
from workflow.records import persons
from workflow.records.databases.protocol import Connection
from workflow.rules.definition import Definition
from workflow.rules.sight import Ground
from workflow.runtime import grounds
from workflow.runtime.reasons import labelled
from workflow.runtime.refusals import phrase

Person = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$", description="a person's id", examples=["amina"])
]

router = Wing(prefix="/api/cases/{case_id}/access", tags=["persons"], route_class=AdministratorsDoor)


@router.get("", operation_id="list_access", summary="Who may see it?", responses=ADMINISTRATION_OF_ONE)
def list_access(caller: TheCaller, case_id: CaseId) -> SeersReply:
    """For administrators: everybody who may see the case today, with the mandates that show it to them."""
    caller.administrate()
    engine = caller.engine
    definition, seers = caller.read(
        lambda connection: grounds.who(connection, engine.library, case_id, engine.today())
    )
    return SeersReply(
        items=[
            SeerReply(
                person=one.person,
                name=one.name,
                mandates=[
                    GroundReply(**_told(definition, ground, caller.language)) for ground in one.grounds
                ],
            )
            for one in seers
        ]
    )


@router.get("/{person_id}", operation_id="explain_access", summary="Why?", responses=ADMINISTRATION_OF_ONE)
def explain_access(caller: TheCaller, case_id: CaseId, person_id: Person) -> WhyReply:
    """For administrators: why a person may see the case or not, and what they may do in it now."""
    caller.administrate()
    engine, language = caller.engine, caller.language

    def read(connection: Connection) -> grounds.Why:
        if persons.get(connection, person_id) is None:
            raise NotFound("There is no person '{person}'; /api/persons lists them.", person=person_id)
        return grounds.why(connection, engine.library, case_id, person_id, engine.now(), engine.today())

    found = caller.read(read)
    return WhyReply(
        sees=found.sees,
        mandates=[_explained(found, one, language) for one in found.grounds],
        actions=[told_action(found.view, one, language) for one in found.actions],
    )


def _explained(found: grounds.Why, ground: Ground, language: str) -> ExplainedReply:
    letter = found.letters.get(ground.mandate)
    told = letter and LetterOfDesignationReply.model_validate(letter, from_attributes=True)
    return ExplainedReply(**_told(found.view.definition, ground, language), letter=told)


def _told(definition: Definition, ground: Ground, language: str) -> dict[str, Any]:
    return {
        "mandate": ground.mandate,
        "role": ground.role,
        "for_person": ground.for_,
        "sees": ground.shows,
        "why": phrase(labelled(definition, ground.why, language), language),
    }
