"""Transitions of a case are a resource: POST makes one, GET is the history, DELETE of the last takes it
back.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.http import bodies
from api.http.acts import TheAct
from api.http.declared import CHANGING_CASE, LISTING_OF_ONE, WRITING_CASE
from api.http.doors import Door
from api.http.looking import TheCase
from api.http.pages import AskedPage
from api.http.replies import EntryReply, Listed, ReceiptReply
from api.http.wings import Wing
from workflow.runtime import reading

router = Wing(prefix="/api/cases/{case_id}/transitions", tags=["cases"], route_class=Door)


@router.post(
    "", operation_id="advance_case", summary="Fire a trigger", status_code=201, responses=WRITING_CASE
)
def advance(act: TheAct, response: Response, body: bodies.Transition) -> ReceiptReply:
    """The answer says what was done; `GET /api/cases/{case_id}/actions` says what may be done next."""
    engine, by = act.caller.engine, act.caller.id
    return act.done(
        response,
        body,
        lambda manner: engine.advance(
            act.case, body.trigger, by=by, data=body.data, task=body.task, manner=manner
        ),
    )


@router.get("", operation_id="list_transitions", summary="The history", responses=LISTING_OF_ONE)
def list_transitions(case: TheCase, response: Response, asked: AskedPage) -> Listed[EntryReply]:
    """Every act on the case from the first, timers' included, as far as the reader's audience sees it.

    Personal values that were erased are null.
    """
    found = case.read(lambda connection, eyes: reading.history(connection, eyes, case.id, asked.place))
    asked.link(response, found)
    return Listed(items=[EntryReply(**row) for row in found.rows])


@router.delete(
    "/last", operation_id="undo_transition", summary="Take the last act back", responses=CHANGING_CASE
)
def undo(
    act: TheAct,
    response: Response,
    reason: Annotated[str, Query(max_length=4000, description="kept in the audit")] = "",
) -> ReceiptReply:
    """Within 24 hours, by the same person or a supervisor, while nothing depends on it.

    A new audit entry says so.
    """
    engine, by = act.caller.engine, act.caller.id
    body = bodies.Act(reason=reason)
    return act.done(response, body, lambda manner: engine.undo(act.case, by=by, manner=manner))
