"""What is to become of closed cases' personal values, for administrators: when they go, or why they stay."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.http.declared import LISTING_FOR_ADMINISTRATORS
from api.http.doors import AdministratorsDoor
from api.http.identity import TheCaller
from api.http.pages import AskedPage
from api.http.replies import Listed
from api.http.wings import Wing
from workflow.runtime.retention import Retention

Status = Literal["due", "later", "for ever", "erased", "legal hold", "unfinished task", "demonstration"]

router = Wing(prefix="/api/retention", tags=["persons"], route_class=AdministratorsDoor)


class StandingReply(BaseModel):
    """A closed case: in which state it ended, the day of its last entry, and when its personal values go."""

    case: str
    number: str | None
    state: str
    since: date
    period: str = Field(examples=["10 years"])
    until: date | None = Field(description="the first day on which they may go")
    status: Status = Field(description="due, later, erased; or what keeps them")


@router.get(
    "",
    operation_id="list_retention",
    summary="When do personal values of closed cases go?",
    responses=LISTING_FOR_ADMINISTRATORS,
)
def list_retention(
    caller: TheCaller,
    response: Response,
    asked: AskedPage,
    due: Annotated[bool, Query(description="only what is due now; a page may be short then")] = False,
) -> Listed[StandingReply]:
    """For administrators: the longest ended first. The worker erases at night what is due."""
    caller.administrate()
    found, standings = Retention(caller.engine).listed(asked.place, due=due)
    asked.link(response, found)
    return Listed(items=[StandingReply.model_validate(one, from_attributes=True) for one in standings])
