"""Cases: opening one, finding them, and one as it stands."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query
from sqlalchemy import and_
from starlette.responses import Response

from api.http import bodies
from api.http.bodies import DryRun, Key
from api.http.declared import LISTING, OPENING, SEEING_CASE
from api.http.doors import Door
from api.http.faults import in_query
from api.http.identity import Caller, TheCaller
from api.http.looking import TheCase
from api.http.pages import AskedPage
from api.http.preconditions import etag
from api.http.receipts import answered, answers_in
from api.http.replies import (
    BallReply,
    CaseNow,
    CaseReply,
    DefinitionReference,
    Listed,
    ReceiptReply,
    StateReply,
)
from api.http.wings import Wing
from api.http.wording import opening_in_words
from workflow.records import erasing, lists
from workflow.records.pages import Row
from workflow.runtime import filters, reading
from workflow.runtime.engine import Manner

State = Annotated[
    str | None, Query(pattern=r"^[a-z][a-z0-9_]*$", max_length=100, description="in this state")
]
Category = Annotated[
    Literal["draft", "open", "waiting", "parked", "suspended", "closed"] | None,
    Query(description="in a state of this category"),
]
OfParty = Annotated[str | None, Query(pattern=r"^[A-Z]{2}$", description="of this Party", examples=["KE"])]
OfDefinition = Annotated[
    str | None, Query(pattern=r"^[a-z][a-z0-9_]*$", max_length=100, description="of this definition")
]
Number = Annotated[
    str | None, Query(min_length=1, max_length=60, description="with this number", examples=["TA-2026-0001"])
]

router = Wing(prefix="/api/cases", tags=["cases"], route_class=Door)


@router.post("", operation_id="open_case", summary="Open a case", status_code=201, responses=OPENING)
def open_case(
    caller: TheCaller, response: Response, body: bodies.Opening, key: Key = None, dry_run: DryRun = False
) -> ReceiptReply:
    """It begins in the definition's first state, as a draft with an id; the number comes with its
    submission.
    """
    with answers_in("/answers/{form}"), opening_in_words(caller, body.definition):
        receipt = caller.engine.open(
            body.definition,
            by=caller.id,
            party=body.party,
            version=body.version,
            answers=body.answers,
            parent=body.parent,
            manner=Manner(received_at=body.received_at, reason=body.reason, key=key, dry_run=dry_run),
        )
    if not receipt.rehearses_opening:
        response.headers["Location"] = f"/api/cases/{receipt.case}"
    return answered(response, receipt)


@router.get("", operation_id="list_cases", summary="Cases, newest first", responses=LISTING)
def list_cases(
    caller: TheCaller,
    response: Response,
    asked: AskedPage,
    state: State = None,
    category: Category = None,
    party: OfParty = None,
    definition: OfDefinition = None,
    number: Number = None,
    parent: Annotated[str | None, Query(max_length=64, description="that follow this case")] = None,
    unheld: Annotated[
        bool, Query(description="whose ball nobody holds a mandate for, but with a conflict of interest")
    ] = False,
) -> Listed[CaseReply]:
    """Only those that the caller may see."""
    seen, place = caller.visible(), asked.place
    check_filters(caller, state=state, party=party, definition=definition)
    if unheld:
        seen = and_(seen, ~lists.held(caller.engine.today()))
    found = caller.read(
        lambda connection: lists.cases(
            connection,
            seen,
            place,
            state=state,
            category=category,
            party=party,
            definition=definition,
            number=number,
            parent=parent,
        )
    )
    asked.link(response, found)
    library, person, mandates = caller.engine.library, caller.id, caller.mandates
    rows = (reading.listed_card(library, person, mandates, row) for row in found.rows)
    return Listed(items=[told(caller, row) for row in rows])


def check_filters(caller: Caller, *, state: str | None, party: str | None, definition: str | None) -> None:
    """Raises Malformed for a filter that no case can have."""
    library = caller.engine.library
    with in_query():
        caller.read(
            lambda connection: filters.check(
                connection, library, state=state, party=party, definition=definition
            )
        )


@router.get("/{case_id}", operation_id="get_case", summary="A case as it stands", responses=SEEING_CASE)
def get_case(case: TheCase, response: Response) -> CaseNow:
    """The ETag is its revision: send it as If-Match with what you do next."""
    today = case.caller.engine.today()
    row, held, erased = case.read(
        lambda connection, eyes: (
            reading.card(connection, eyes, case.id),
            lists.is_held(connection, case.id, today),
            erasing.erased_at(connection, case.id),
        )
    )
    etag(response, row["revision"])
    return CaseNow(**told(case.caller, row).model_dump(), ball_is_held=held, erased_at=erased)


def told(caller: Caller, row: Row) -> CaseReply:
    """A row of cases, with the words of its definition in the reader's language."""
    found: dict[str, Any] = dict(row)
    definition = caller.engine.library.get(row["definition"], row["version"])
    state = StateReply(
        name=row["state"],
        label=definition.label(f"state.{row['state']}", caller.language),
        category=row["category"],
    )
    ball = BallReply(role=row["ball_role"], person=row["ball_person"])
    reference = DefinitionReference(key=row["definition"], version=row["version"])
    return CaseReply(**found | {"state": state, "definition": reference, "ball": ball})
