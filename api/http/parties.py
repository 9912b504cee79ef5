"""Parties: the States and organisations bound by the treaty. Administrators complete the list."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from api.http.bodies import Key
from api.http.bodies_of_administration import PartyBody
from api.http.declared import ADMINISTERING, LISTING, READING_ONE
from api.http.doors import AdministratorsDoor, Door
from api.http.faults import in_query
from api.http.idempotency import once
from api.http.identity import TheCaller
from api.http.pages import AskedPage
from api.http.replies import Listed
from api.http.replies_of_reference import PartyReply
from api.http.wings import Wing
from workflow.errors import NotFound
from workflow.records import lists, parties
from workflow.records.databases.protocol import Connection
from workflow.records.parties import Party
from workflow.runtime import filters

Code = Annotated[str, Path(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2, as KE")]

router = Wing(prefix="/api/parties", tags=["reference"], route_class=Door)
administration = Wing(prefix="/api/parties", tags=["reference"], route_class=AdministratorsDoor)


@router.get("", operation_id="list_parties", summary="The Parties by their code", responses=LISTING)
def list_parties(
    caller: TheCaller,
    response: Response,
    asked: AskedPage,
    region: Annotated[
        str | None, Query(max_length=100, description="of this region", examples=["Africa"])
    ] = None,
    group: Annotated[str | None, Query(max_length=20, description="of this electoral group")] = None,
) -> Listed[PartyReply]:
    """A date marked `unverified` could not be checked; it blocks nothing."""
    caller.known()
    place = asked.place
    with in_query():
        caller.read(lambda connection: filters.check_parties(connection, region=region, group=group))
    found = caller.read(
        lambda connection: lists.parties(connection, place, region=region, electoral_group=group)
    )
    asked.link(response, found)
    return Listed(items=[PartyReply(**row) for row in found.rows])


@router.get("/{code}", operation_id="get_party", summary="One Party", responses=READING_ONE)
def get_party(caller: TheCaller, code: Code) -> PartyReply:
    found = caller.read(lambda connection: parties.find(connection, code))
    if found is None:
        raise NotFound("'{code}' is not the code of a Party; /api/parties lists them.", code=code)
    return PartyReply.model_validate(found, from_attributes=True)


@administration.put(
    "/{code}", operation_id="put_party", summary="Add or correct a Party", responses=ADMINISTERING
)
def put_party(caller: TheCaller, code: Code, body: PartyBody, key: Key = None) -> PartyReply:
    """For administrators. The facts take the place of those known."""
    caller.administrate()
    party = Party(code=code, **body.model_dump())

    def work(connection: Connection) -> dict[str, object]:
        parties.put(connection, [party])
        caller.note(connection, "put_party", f"party:{code}")
        return PartyReply.model_validate(party, from_attributes=True).model_dump(mode="json")

    return PartyReply(**once(caller, key, {"party": code, **body.model_dump()}, work))
