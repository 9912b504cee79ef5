"""Portfolios, for administrators: who has what today, and the Parties that nobody or several have."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.http.declared import ADMINISTRATION_OF_ONE, LISTING_FOR_ADMINISTRATORS
from api.http.doors import AdministratorsDoor
from api.http.faults import in_query
from api.http.identity import TheCaller
from api.http.pages import AskedPage
from api.http.replies import Listed
from api.http.replies_of_administration import GapsReply, HeldReply
from api.http.wings import Wing
from workflow.records import portfolios
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Page
from workflow.runtime import accounts

Role = Annotated[str | None, Query(max_length=100, examples=["coordinator"], description="of this role")]

router = Wing(prefix="/api/mandates", tags=["persons"], route_class=AdministratorsDoor)


@router.get(
    "", operation_id="list_mandates", summary="Who has what today?", responses=LISTING_FOR_ADMINISTRATORS
)
def list_mandates(
    caller: TheCaller,
    response: Response,
    asked: AskedPage,
    role: Role = None,
    party: Annotated[
        str | None, Query(max_length=10, examples=["KE"], description="that reach this Party")
    ] = None,
    region: Annotated[
        str | None, Query(max_length=200, examples=["Africa"], description="that reach into this region")
    ] = None,
) -> Listed[HeldReply]:
    """The mandates of today by role, region, Party and person. One for everywhere reaches every Party and
    region; who stands in for somebody is listed beside them.
    """
    caller.administrate()
    place, today = asked.place, caller.engine.today()

    def work(connection: Connection) -> Page:
        accounts.check_portfolio(connection, caller.engine.library, role=role, party=party, region=region)
        return portfolios.held(connection, place, today, role=role, party=party, region=region)

    with in_query():
        found = caller.read(work)
    asked.link(response, found)
    return Listed(items=[HeldReply.model_validate(row) for row in found.rows])


@router.get(
    "/gaps",
    operation_id="list_gaps",
    summary="Which Parties has nobody of a role, and which have several?",
    responses=ADMINISTRATION_OF_ONE,
)
def list_gaps(
    caller: TheCaller,
    role: Annotated[str, Query(max_length=100, examples=["coordinator"], description="of this role")],
) -> GapsReply:
    """By the mandates of today, without stand-ins."""
    caller.administrate()
    today = caller.engine.today()

    def work(connection: Connection) -> portfolios.Gaps:
        accounts.check_portfolio(connection, caller.engine.library, role=role)
        return portfolios.gaps(connection, role, today)

    with in_query():
        return GapsReply.model_validate(caller.read(work), from_attributes=True)
