"""Transitions of a case are a resource: POST makes one, GET is the history, DELETE of the last takes it
back.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.http import bodies
from api.http.bodies import CaseId, DryRun, Key
from api.http.declared import CHANGING_CASE, LISTING_OF_ONE, WRITING_CASE
from api.http.doors import Door
from api.http.identity import TheCaller
from api.http.pages import AskedPage
from api.http.preconditions import IfMatch, expected
from api.http.receipts import answered, answers_in
from api.http.replies import EntryReply, Listed, ReceiptReply
from api.http.wings import Wing
from api.http.wording import refusals_in_words
from workflow.records.trail import trail

router = Wing(prefix="/api/cases/{case_id}/transitions", tags=["cases"], route_class=Door)


@router.post(
    "", operation_id="advance_case", summary="Fire a trigger", status_code=201, responses=WRITING_CASE
)
def advance(
    caller: TheCaller,
    response: Response,
    case_id: CaseId,
    body: bodies.Transition,
    if_match: IfMatch = None,
    key: Key = None,
    dry_run: DryRun = False,
) -> ReceiptReply:
    """The answer says what was done; `GET /api/cases/{case_id}/actions` says what may be done next."""
    with answers_in("/data"), refusals_in_words(caller, case_id):
        receipt = caller.engine.advance(
            case_id,
            body.trigger,
            by=caller.id,
            data=body.data,
            task=body.task,
            expected=expected(if_match, dry_run=dry_run),
            received_at=body.received_at,
            reason=body.reason,
            key=key,
            dry_run=dry_run,
        )
    return answered(response, receipt)


@router.get("", operation_id="list_transitions", summary="The history", responses=LISTING_OF_ONE)
def list_transitions(
    caller: TheCaller, response: Response, case_id: CaseId, asked: AskedPage
) -> Listed[EntryReply]:
    """Every act on the case from the first, timers' included. Personal values that were erased are null."""
    caller.see(case_id)
    place = asked.place
    found = caller.read(lambda connection: trail(connection, case_id, place))
    asked.link(response, found)
    return Listed(items=[EntryReply(**row) for row in found.rows])


@router.delete(
    "/last", operation_id="undo_transition", summary="Take the last act back", responses=CHANGING_CASE
)
def undo(
    caller: TheCaller,
    response: Response,
    case_id: CaseId,
    reason: Annotated[str, Query(max_length=4000, description="kept in the audit")] = "",
    if_match: IfMatch = None,
    key: Key = None,
    dry_run: DryRun = False,
) -> ReceiptReply:
    """Within 24 hours, by the same person or a supervisor, while nothing depends on it.

    A new audit entry says so.
    """
    with refusals_in_words(caller, case_id):
        receipt = caller.engine.undo(
            case_id,
            by=caller.id,
            expected=expected(if_match, dry_run=dry_run),
            reason=reason,
            key=key,
            dry_run=dry_run,
        )
    return answered(response, receipt)
