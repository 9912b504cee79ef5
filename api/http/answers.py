"""Answers to forms: every version is kept. PUT saves a draft, or corrects what was accepted."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from api.http import bodies
from api.http.bodies import CaseId, DryRun, Key
from api.http.declared import CHANGING_CASE, LISTING_OF_ONE
from api.http.doors import Door
from api.http.identity import TheCaller
from api.http.pages import AskedPage
from api.http.preconditions import IfMatch, expected
from api.http.receipts import answered, answers_in
from api.http.replies import AnswerReply, Listed, ReceiptReply
from api.http.wings import Wing
from api.http.wording import refusals_in_words
from workflow.records import lists

Form = Annotated[
    str, Path(pattern=r"^[a-z][a-z0-9_]*$", max_length=100, description="a form of the definition")
]

router = Wing(prefix="/api/cases/{case_id}/answers", tags=["cases"], route_class=Door)


@router.get("", operation_id="list_answers", summary="Every version of all answers", responses=LISTING_OF_ONE)
def list_answers(
    caller: TheCaller, response: Response, case_id: CaseId, asked: AskedPage
) -> Listed[AnswerReply]:
    """The newest first."""
    caller.see(case_id)
    place = asked.place
    found = caller.read(lambda connection: lists.answers(connection, case_id, place))
    asked.link(response, found)
    return Listed(items=[AnswerReply(**row) for row in found.rows])


@router.get(
    "/{form}",
    operation_id="list_versions",
    summary="The versions of one form's answers",
    responses=LISTING_OF_ONE,
)
def list_versions(
    caller: TheCaller, response: Response, case_id: CaseId, form: Form, asked: AskedPage
) -> Listed[AnswerReply]:
    """The newest first; none if nobody has answered yet."""
    caller.see(case_id)
    place = asked.place
    found = caller.read(lambda connection: lists.answers(connection, case_id, place, form=form))
    asked.link(response, found)
    return Listed(items=[AnswerReply(**row) for row in found.rows])


@router.put(
    "/{form}", operation_id="revise_answers", summary="Save a draft, or correct", responses=CHANGING_CASE
)
def revise(
    caller: TheCaller,
    response: Response,
    case_id: CaseId,
    form: Form,
    body: bodies.Revision,
    if_match: IfMatch = None,
    key: Key = None,
    dry_run: DryRun = False,
) -> ReceiptReply:
    """A draft must have the right shape and need not be complete.

    Correcting accepted answers needs a reason.
    """
    with answers_in("/data"), refusals_in_words(caller, case_id):
        receipt = caller.engine.revise(
            case_id,
            form,
            body.data,
            by=caller.id,
            task=body.task,
            expected=expected(if_match, dry_run=dry_run),
            received_at=body.received_at,
            reason=body.reason,
            key=key,
            dry_run=dry_run,
        )
    return answered(response, receipt)
