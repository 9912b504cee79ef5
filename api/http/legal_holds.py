"""Legal holds, for administrators: while one stands, nothing of the case or person is erased."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.http.bodies import Body, Key, example
from api.http.declared import ADMINISTERING_ONE, LISTING_FOR_ADMINISTRATORS
from api.http.doors import AdministratorsDoor
from api.http.idempotency import once
from api.http.identity import TheCaller
from api.http.pages import AskedPage
from api.http.replies import Listed
from api.http.wings import Wing
from workflow.records import legal_holds
from workflow.records.databases.protocol import Connection
from workflow.records.legal_holds import LegalHold

HoldId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="a legal hold's id")]
Why = Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S", description="why")]

router = Wing(prefix="/api/legal-holds", tags=["persons"], route_class=AdministratorsDoor)


class LegalHoldBody(Body):
    """Over a case or over a person: one of them is named."""

    model_config = example(person="amina", reason="A complaint is before a court.")

    case: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")] | None = None
    person: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")] | None = None
    reason: Why


class LegalHoldReply(BaseModel):
    """A legal hold; it stands until it is lifted."""

    id: str
    case: str | None
    person: str | None
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None
    lifted_reason: str


@router.get(
    "",
    operation_id="list_legal_holds",
    summary="What is kept from being erased",
    responses=LISTING_FOR_ADMINISTRATORS,
)
def list_legal_holds(
    caller: TheCaller,
    response: Response,
    asked: AskedPage,
    lifted: Annotated[bool, Query(description="also those that were lifted")] = False,
) -> Listed[LegalHoldReply]:
    """The newest first."""
    caller.administrate()
    place = asked.place
    found = caller.read(lambda connection: legal_holds.listed(connection, place, lifted=lifted))
    asked.link(response, found)
    return Listed(items=[LegalHoldReply(**{**row, "case": row["case_id"]}) for row in found.rows])


@router.post(
    "",
    operation_id="place_legal_hold",
    summary="Keep a case or a person from being erased",
    status_code=201,
    responses=ADMINISTERING_ONE,
)
def place(caller: TheCaller, body: LegalHoldBody, key: Key = None) -> LegalHoldReply:
    """One over a person keeps the account and every case in which they had a part."""
    by, said, now = caller.administrate(), body.model_dump(), caller.engine.now()

    def work(connection: Connection) -> dict[str, Any]:
        placed = legal_holds.place(connection, by=by, at=now, **said)
        return LegalHoldReply(**_told(placed)).model_dump(mode="json")

    return LegalHoldReply(**once(caller, key, {"legal hold": said}, work))


@router.delete(
    "/{hold_id}", operation_id="lift_legal_hold", summary="Lift a legal hold", responses=ADMINISTERING_ONE
)
def lift(
    caller: TheCaller,
    hold_id: HoldId,
    reason: Annotated[str, Query(min_length=1, max_length=1000, pattern=r"\S", description="why")],
    key: Key = None,
) -> LegalHoldReply:
    """What is due then goes with the next run of the worker. The row stays."""
    by, now = caller.administrate(), caller.engine.now()

    def work(connection: Connection) -> dict[str, Any]:
        lifted = legal_holds.lift(connection, hold_id, by=by, at=now, reason=reason)
        return LegalHoldReply(**_told(lifted)).model_dump(mode="json")

    return LegalHoldReply(**once(caller, key, {"lift": hold_id, "reason": reason}, work))


def _told(hold: LegalHold) -> dict[str, Any]:
    return {**asdict(hold), "case": hold.case_id}
