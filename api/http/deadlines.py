"""Deadlines: one explained from outside any case, and those of all the cases that the reader may see."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.http.bodies import Moment
from api.http.cases import OfDefinition, OfParty, State, check_filters
from api.http.declared import LISTING, OPEN
from api.http.doors import Door, OpenDoor
from api.http.faults import in_query
from api.http.house import TheHouse
from api.http.identity import Caller, TheCaller
from api.http.languages import TheLanguage
from api.http.pages import AskedPage
from api.http.replies import ExplanationReply, Listed
from api.http.replies_of_work import DeadlineReply
from api.http.wings import Wing
from workflow.errors import BadDuration, Fault, Malformed, Phrase
from workflow.records import calendars, lists
from workflow.records.cases import SECRETARIAT
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Row
from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.durations import Duration
from workflow.runtime import reading
from workflow.runtime.explaining import explain_deadline, read_time

# A plus that nobody encoded arrives as a space.
LOST_PLUS = re.compile(r" (?=\d\d:?\d\d$)")

router = Wing(prefix="/api/deadlines", tags=["work"], route_class=Door)
explained = Wing(prefix="/api/deadlines/explain", tags=["work"], route_class=OpenDoor)


@explained.get(
    "", operation_id="explain_deadline", summary="When would this be due, and why?", responses=OPEN
)
def explain(
    house: TheHouse,
    start: Annotated[
        str,
        Query(
            alias="from",
            description="when it begins, with its offset from UTC",
            examples=["2026-03-02T10:00:00+01:00"],
            json_schema_extra={"format": "date-time"},
        ),
    ],
    within: Annotated[
        str,
        Query(
            max_length=40,
            description="working days, working hours, days or months",
            examples=["15 working days"],
        ),
    ],
    calendar: Annotated[
        str,
        Query(
            min_length=1,
            max_length=40,
            description="an office's name, or a Party's ISO code",
            examples=["KE"],
        ),
    ] = SECRETARIAT,
    *,
    language: TheLanguage,
) -> ExplanationReply:
    """Counted with the calendars as they stand here, holidays that were added or removed included."""
    with in_query():
        length, moment = _length(within), read_time(LOST_PLUS.sub("+", start), "/from")
        duty, office = house.engine.database.reading(lambda connection: _calendars(connection, calendar))
        answer = explain_deadline(moment, length, duty, office, language)
    return ExplanationReply(due=answer.due, steps=list(answer.steps))


def _length(text: str) -> Duration:
    try:
        return Duration.parse(text)
    except BadDuration as fault:
        raise Malformed((Fault("/within", fault.faults[0].said),)) from None


def _calendars(connection: Connection, code: str) -> tuple[Calendar, Calendar]:
    return calendars.load(connection, code), calendars.load(connection, SECRETARIAT)


@router.get("", operation_id="list_deadlines", summary="What is due, soonest first", responses=LISTING)
def list_deadlines(
    caller: TheCaller,
    response: Response,
    asked: AskedPage,
    since: Annotated[Moment | None, Query(description="due at this moment or later")] = None,
    until: Annotated[
        Moment | None, Query(description="due before this moment; now gives what is overdue")
    ] = None,
    state: State = None,
    party: OfParty = None,
    definition: OfDefinition = None,
) -> Listed[DeadlineReply]:
    """Across all cases that the caller may see; held clocks have no date and are not listed."""
    seen, place = caller.visible_clocks(), asked.place
    check_filters(caller, state=state, party=party, definition=definition)
    if since and until and since > until:
        late = Phrase(
            "This is before `since`, {since}; nothing can be due then.", {"since": since.isoformat()}
        )
        raise Malformed((Fault("query:until", late),))
    found = caller.read(
        lambda connection: lists.deadlines(
            connection, seen, place, since=since, until=until, state=state, party=party, definition=definition
        )
    )
    asked.link(response, found)
    return Listed(items=[_told(caller, row) for row in found.rows])


def _told(caller: Caller, row: Row) -> DeadlineReply:
    library = caller.engine.library
    row = reading.listed_deadline(library, caller.id, caller.mandates, row)
    definition = library.get(row["case_definition"], row["case_version"])
    kind = "clock" if row["subject"] == "span" else row["subject"]
    return DeadlineReply(
        **row,
        label=definition.label(f"{kind}.{row['name']}", caller.language),
        overdue=row["due"] < caller.engine.now(),
    )
