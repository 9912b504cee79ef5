"""Denials, for administrators and auditors: who asked for what they may not see or do."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from starlette.responses import Response

from api.http.declared import LISTING_FOR_ADMINISTRATORS
from api.http.doors import OverseersDoor
from api.http.identity import TheCaller
from api.http.pages import AskedPage
from api.http.replies import Listed
from api.http.replies_of_administration import DenialReply
from api.http.wings import Wing
from workflow.records import denials
from workflow.records.pages import Row

Status = Literal["401", "403", "404"]

router = Wing(prefix="/api/denials", tags=["persons"], route_class=OverseersDoor)


@router.get(
    "",
    operation_id="list_denials",
    summary="Who was refused what, latest first",
    responses=LISTING_FOR_ADMINISTRATORS,
)
def list_denials(
    caller: TheCaller,
    response: Response,
    asked: AskedPage,
    person: Annotated[str | None, Query(max_length=64, description="refused to this person")] = None,
    operation: Annotated[
        str | None, Query(max_length=60, description="of this operation", examples=["get_case"])
    ] = None,
    status: Annotated[Status | None, Query(description="with this answer")] = None,
) -> Listed[DenialReply]:
    """For administrators and auditors. One row counts an hour; `asked` is the id as it was asked for, whether
    or not there is such a thing.
    """
    caller.oversee()
    place, answered = asked.place, None if status is None else int(status)
    found = caller.read(
        lambda connection: denials.listed(
            connection, place, person=person, operation=operation, status=answered
        )
    )
    asked.link(response, found)
    return Listed(items=[_told(row) for row in found.rows])


def _told(row: Row) -> DenialReply:
    return DenialReply(**{**row, "person": row["person"] or None, "source": row["source"] or None})
