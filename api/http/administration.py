"""The administration's log, for administrators and auditors: who changed accounts, mandates and the like."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import Query
from starlette.responses import Response

from api.http.declared import LISTING_FOR_ADMINISTRATORS
from api.http.doors import OverseersDoor
from api.http.identity import TheCaller
from api.http.pages import AskedPage
from api.http.replies import Listed
from api.http.replies_of_administration import AdministrationReply
from api.http.wings import Wing
from workflow.records import administration

router = Wing(prefix="/api/administration", tags=["persons"], route_class=OverseersDoor)


@router.get(
    "",
    operation_id="list_administration",
    summary="What administrators did, newest first",
    responses=LISTING_FOR_ADMINISTRATORS,
)
def list_administration(
    caller: TheCaller,
    response: Response,
    asked: AskedPage,
    subject: Annotated[
        str | None, Query(max_length=200, description="about this", examples=["person:amina"])
    ] = None,
    by: Annotated[str | None, Query(max_length=64, description="done by this person")] = None,
) -> Listed[AdministrationReply]:
    """Each entry continues the hash of the one before it; `caseway verify` recomputes them."""
    caller.oversee()
    place = asked.place
    found = caller.read(lambda connection: administration.entries(connection, place, subject=subject, by=by))
    asked.link(response, found)
    return Listed(
        items=[AdministrationReply(**{**row, "data": orjson.loads(row["data"])}) for row in found.rows]
    )
