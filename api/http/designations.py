"""Designations: a Party's letter names another focal point, or whoever else acts for it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel

from api.http.bodies import Key
from api.http.bodies_of_administration import DesignationBody
from api.http.declared import ADMINISTERING
from api.http.doors import AdministratorsDoor
from api.http.idempotency import once
from api.http.identity import TheCaller
from api.http.wings import Wing
from workflow.records.databases.protocol import Connection
from workflow.runtime.designating import Designated, Designation, HandingOver, designate

Code = Annotated[str, Path(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2, as KE")]

router = Wing(prefix="/api/parties/{code}/designations", tags=["persons"], route_class=AdministratorsDoor)


class EndedReply(BaseModel):
    """A mandate that ends as somebody else is designated, and its last day."""

    id: str
    person: str
    until: date | None


class DesignationReply(BaseModel):
    """`mandate` is the new one; `former` are those whose tasks and drafts go over on the first day."""

    mandate: str
    person: str
    role: str
    party: str
    since: date
    ended: list[EndedReply]
    former: list[str]


@router.post(
    "",
    operation_id="designate",
    summary="Let somebody take over from a Party's focal point",
    status_code=201,
    responses=ADMINISTERING,
)
def make(caller: TheCaller, code: Code, body: DesignationBody, key: Key = None) -> DesignationReply:
    """The former one's mandate ends with the day before. On the first day what is theirs in open cases of the
    Party goes over: at once if that is today, else by the worker.
    """
    by, said = caller.administrate(), body.model_dump()
    asked = Designation(code, body.person, body.since, body.letter.letter, body.role, body.reason)

    def work(connection: Connection) -> dict[str, Any]:
        return _reply(designate(connection, caller.engine, by, asked)).model_dump(mode="json")

    told = once(caller, key, {"designation for": code, **said}, work)
    HandingOver(caller.engine).work()
    return DesignationReply(**told)


def _reply(made: Designated) -> DesignationReply:
    ended = [EndedReply(id=one.id, person=one.person, until=one.until) for one in made.ended]
    return DesignationReply(
        mandate=made.mandate.id,
        person=made.mandate.person,
        role=made.mandate.role,
        party=made.mandate.party or "",
        since=made.mandate.since,
        ended=ended,
        former=[one.old for one in made.hand_overs],
    )
