"""The clocks of a case: what is due when, and how each date came about, line by line."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from api.http.declared import SEEING_CASE
from api.http.doors import Door
from api.http.identity import Caller
from api.http.looking import TheCase
from api.http.preconditions import etag
from api.http.replies import ClockReply, ClocksReply, ExplainedClock
from api.http.wings import Wing
from workflow.errors import NotFound
from workflow.records import persons
from workflow.rules.case import Clock
from workflow.rules.dates.explanations import explain
from workflow.runtime.engine import View
from workflow.runtime.explaining import named, people_in, sentences

router = Wing(prefix="/api/cases/{case_id}/clocks", tags=["cases"], route_class=Door)


@router.get("", operation_id="list_clocks", summary="The clocks that run or are held", responses=SEEING_CASE)
def list_clocks(case: TheCase, response: Response) -> ClocksReply:
    view = case.view
    etag(response, view.case.revision)
    return ClocksReply(items=[ClockReply(**_told(case.caller, view, clock)) for clock in view.case.clocks])


@router.get(
    "/{clock_no}", operation_id="explain_clock", summary="One clock, explained", responses=SEEING_CASE
)
def explain_clock(
    case: TheCase,
    response: Response,
    clock_no: Annotated[int, Path(ge=1, le=2_147_483_647, description="the number of a clock in its case")],
) -> ExplainedClock:
    """With its holds, holidays and extensions, and who made them."""
    view, caller = case.view, case.caller
    clock = view.case.clock(clock_no)
    if clock is None:
        raise NotFound("There is no clock {no} that runs or is held in this case.", no=clock_no)
    etag(response, view.case.revision)
    office = view.office
    explanation = explain(clock.terms, office.calendar(clock.calendar), office.secretariat)
    known = caller.read(lambda connection: persons.readers(connection, people_in(explanation)))
    people = {person: reader.name for person, reader in known.items()}
    said = named(explanation, people, view.definition, caller.language)
    return ExplainedClock(**_told(caller, view, clock), steps=list(sentences(said, caller.language)))


def _told(caller: Caller, view: View, clock: Clock) -> dict[str, object]:
    due = clock.due
    return {
        "no": clock.no,
        "subject": clock.subject,
        "name": clock.name,
        "label": view.definition.label(f"{_KINDS[clock.subject]}.{clock.name}", caller.language),
        "calendar": clock.calendar,
        "status": clock.status,
        "task": clock.task,
        "due": due,
        "due_local": due.astimezone(view.office.calendar(clock.calendar).tz) if due else None,
        "fires_at": clock.fires_at,
        "overdue": due is not None and due < caller.engine.now(),
    }


_KINDS = {"state": "state", "task": "task", "span": "clock"}
