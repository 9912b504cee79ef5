"""Who stands in for whom: for everybody their own, for administrators and those above them a person's."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.http.bodies import Body, Day, Key, Reason, example
from api.http.bodies_of_administration import PersonId, RoleName
from api.http.declared import ADMINISTERING, LISTING, LISTING_FOR_ADMINISTRATORS
from api.http.doors import Door
from api.http.idempotency import once
from api.http.identity import Caller, TheCaller
from api.http.pages import Asked, AskedPage
from api.http.replies import Listed
from api.http.wings import Wing
from workflow.records import delegations
from workflow.records.databases.protocol import Connection
from workflow.records.delegations import Delegation
from workflow.runtime import absences
from workflow.runtime.absences import Absence

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$", description="a person's id")]
Part = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
On = Annotated[Day | None, Query(description="the first day on which it counts no more; default: today")]

own = Wing(prefix="/api/me/delegations", tags=["persons"], route_class=Door)
router = Wing(prefix="/api/persons", tags=["persons"], route_class=Door)


class DelegationBody(Body):
    """Who stands in, from a first day to a last one, both included; in one role and kind of request."""

    model_config = example(stand_in="amina", since="2026-12-01", until="2026-12-18", role="coordinator")

    stand_in: PersonId
    since: Day
    until: Day
    role: RoleName | None = None
    definition: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=100)] | None = None
    reason: Reason = ""


class DelegationReply(BaseModel):
    """`last` is the last day on which it counts; `ended_on` the day from which it was ended early."""

    id: str
    absent: str
    stand_in: str
    role: str | None
    definition: str | None
    since: date
    until: date
    last: date
    set_by: str
    set_at: datetime
    reason: str
    ended_on: date | None
    ended_by: str | None


@own.get(
    "",
    operation_id="list_my_delegations",
    summary="Who stands in for me, and for whom I do",
    responses=LISTING,
)
def list_mine(caller: TheCaller, response: Response, asked: AskedPage) -> Listed[DelegationReply]:
    """Also those that are over or still to come, the latest first."""
    return _listed(caller, response, asked, caller.id)


@own.post(
    "",
    operation_id="delegate_mine",
    summary="Let somebody stand in for me",
    status_code=201,
    responses=ADMINISTERING,
)
def delegate_mine(caller: TheCaller, body: DelegationBody, key: Key = None) -> DelegationReply:
    return _made(caller, caller.id, body, key)


@own.delete(
    "/{delegation_id}",
    operation_id="end_my_delegation",
    summary="Let a delegation end early",
    responses=ADMINISTERING,
)
def end_mine(caller: TheCaller, delegation_id: Part, on: On = None, key: Key = None) -> DelegationReply:
    """It is never deleted: the audit speaks of what was done by it."""
    return _ended(caller, delegation_id, on, key)


@router.get(
    "/{person_id}/delegations",
    operation_id="list_delegations",
    summary="Who stands in for a person, and for whom they do",
    responses=LISTING_FOR_ADMINISTRATORS,
)
def list_of(
    caller: TheCaller, response: Response, person_id: Id, asked: AskedPage
) -> Listed[DelegationReply]:
    _check_over(caller, person_id)
    return _listed(caller, response, asked, person_id)


@router.post(
    "/{person_id}/delegations",
    operation_id="delegate",
    summary="Let somebody stand in for a person",
    status_code=201,
    responses=ADMINISTERING,
)
def delegate(caller: TheCaller, person_id: Id, body: DelegationBody, key: Key = None) -> DelegationReply:
    return _made(caller, person_id, body, key)


@router.delete(
    "/{person_id}/delegations/{delegation_id}",
    operation_id="end_delegation",
    summary="Let a person's delegation end early",
    responses=ADMINISTERING,
)
def end_of(
    caller: TheCaller, person_id: Id, delegation_id: Part, on: On = None, key: Key = None
) -> DelegationReply:
    _check_over(caller, person_id)
    return _ended(caller, delegation_id, on, key)


def _check_over(caller: Caller, person: str) -> None:
    administering = caller.may_administer
    caller.read(
        lambda connection: absences.check_over(
            connection, caller.engine, caller.id, person, None, administering=administering
        )
    )


def _listed(caller: Caller, response: Response, asked: Asked, person: str) -> Listed[DelegationReply]:
    place = asked.place
    found = caller.read(lambda connection: delegations.listed(connection, place, person))
    asked.link(response, found)
    return Listed(items=[_reply(Delegation(**row)) for row in found.rows])


def _made(caller: Caller, absent: str, body: DelegationBody, key: str | None) -> DelegationReply:
    caller.dispose()
    said = body.model_dump()
    asked = Absence(absent=absent, **said)

    def work(connection: Connection) -> dict[str, Any]:
        made = absences.delegate(connection, caller.engine, caller.id, asked)
        return _reply(made).model_dump(mode="json")

    return DelegationReply(**once(caller, key, {"delegation of": absent, **said}, work))


def _ended(caller: Caller, delegation: str, on: date | None, key: str | None) -> DelegationReply:
    caller.dispose()

    def work(connection: Connection) -> dict[str, Any]:
        ended = absences.end(connection, caller.engine, caller.id, delegation, on)
        return _reply(ended).model_dump(mode="json")

    return DelegationReply(**once(caller, key, {"end of delegation": delegation, "on": on}, work))


def _reply(one: Delegation) -> DelegationReply:
    return DelegationReply.model_validate(one, from_attributes=True)
