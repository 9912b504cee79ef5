"""Answers to forms: every version is kept. PUT saves a draft, or corrects what was accepted."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from api.http import bodies
from api.http.acts import TheAct
from api.http.declared import CHANGING_CASE, LISTING_OF_ONE
from api.http.doors import Door
from api.http.looking import TheCase
from api.http.pages import AskedPage
from api.http.replies import AnswerReply, Listed, ReceiptReply
from api.http.wings import Wing
from workflow.runtime import reading

Form = Annotated[
    str, Path(pattern=r"^[a-z][a-z0-9_]*$", max_length=100, description="a form of the definition")
]

router = Wing(prefix="/api/cases/{case_id}/answers", tags=["cases"], route_class=Door)


@router.get("", operation_id="list_answers", summary="Every version of all answers", responses=LISTING_OF_ONE)
def list_answers(case: TheCase, response: Response, asked: AskedPage) -> Listed[AnswerReply]:
    """The newest first; without the forms and fields that the reader's audience does not see."""
    found = case.read(lambda connection, eyes: reading.answers(connection, eyes, case.id, asked.place))
    asked.link(response, found)
    return Listed(items=[AnswerReply(**row) for row in found.rows])


@router.get(
    "/{form}",
    operation_id="list_versions",
    summary="The versions of one form's answers",
    responses=LISTING_OF_ONE,
)
def list_versions(case: TheCase, response: Response, form: Form, asked: AskedPage) -> Listed[AnswerReply]:
    """The newest first; none if nobody has answered yet, or the reader does not see it."""
    found = case.read(
        lambda connection, eyes: reading.answers(connection, eyes, case.id, asked.place, form=form)
    )
    asked.link(response, found)
    return Listed(items=[AnswerReply(**row) for row in found.rows])


@router.put(
    "/{form}", operation_id="revise_answers", summary="Save a draft, or correct", responses=CHANGING_CASE
)
def revise(act: TheAct, response: Response, form: Form, body: bodies.Revision) -> ReceiptReply:
    """A draft must have the right shape and need not be complete.

    Correcting accepted answers needs a reason.
    """
    engine, by = act.caller.engine, act.caller.id
    return act.done(
        response,
        body,
        lambda manner: engine.revise(act.case, form, body.data, by=by, task=body.task, manner=manner),
    )
