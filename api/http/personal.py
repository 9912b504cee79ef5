"""What is kept about a person, for themselves; erasing a person; and who of the secretariat read what."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.http.bodies import Body, CaseId, Key, example
from api.http.declared import (
    ADMINISTERING_ONE,
    ADMINISTRATION_OF_ONE,
    LISTING,
    LISTING_FOR_ADMINISTRATORS,
    READING,
)
from api.http.doors import AdministratorsDoor, Door, OverseersDoor
from api.http.idempotency import once
from api.http.identity import TheCaller
from api.http.pages import AskedPage
from api.http.replies import Listed
from api.http.wings import Wing
from workflow.errors import NotFound
from workflow.records import lists, readings
from workflow.records.databases.protocol import Connection
from workflow.records.erasing_persons import erase_person
from workflow.records.pages import Row
from workflow.runtime.own_data import FORMAT, own_data

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$", description="a person's id")]
Why = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1000,
        pattern=r"\S",
        description="kept for ever in the administration's log, so it names nobody",
    ),
]

me = Wing(prefix="/api/me", tags=["work"], route_class=Door)
persons = Wing(prefix="/api/persons/{person_id}", tags=["persons"], route_class=AdministratorsDoor)
of_case = Wing(prefix="/api/cases/{case_id}/readings", tags=["persons"], route_class=OverseersDoor)


class OwnDataReply(BaseModel):
    """Everything that is kept about a person, without secrets; docs/reference/personal-data.md tells each
    part. Of other people it tells nothing.
    """

    format: Literal["caseway.person/1"] = FORMAT
    at: datetime
    person: dict[str, Any]
    mandates: list[dict[str, Any]]
    delegations: list[dict[str, Any]]
    declared_conflicts: list[dict[str, Any]]
    identities: list[dict[str, Any]]
    sessions: list[dict[str, Any]]
    tokens: list[dict[str, Any]]
    acts: list[dict[str, Any]] = Field(description="audit entries: which act, when, in which case")
    tasks: list[dict[str, Any]]
    files: list[dict[str, Any]]
    readings: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    bulletins: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    named_in: list[dict[str, Any]] = Field(description="answers that name the person by the id")
    administration: list[dict[str, Any]]


class ReadingReply(BaseModel):
    """The first time on that day that a person of the secretariat read a case in detail."""

    person: str
    case: str
    day: date
    first_at: datetime
    door: str = Field(description="http, or shell for the command line", examples=["http"])


class ErasureBody(Body):
    """Why a person is erased."""

    model_config = example(reason="Asked for by letter of 2 March 2026.")

    reason: Why


class ErasedReply(BaseModel):
    person: str
    name: str = Field(description="what stands in place of the name", examples=["Erased person 7f3a"])


@me.get("/data", operation_id="get_own_data", summary="All that is kept about me", responses=READING)
def get_own_data(caller: TheCaller) -> OwnDataReply:
    """One JSON document, to be kept or taken elsewhere."""
    person, now = caller.id, caller.engine.now()
    return OwnDataReply(**caller.read(lambda connection: own_data(connection, person, now)))


@me.get("/readings", operation_id="list_own_readings", summary="Which cases I read", responses=LISTING)
def list_own_readings(caller: TheCaller, response: Response, asked: AskedPage) -> Listed[ReadingReply]:
    """What the log of readings has of the caller, the latest first."""
    person, place = caller.id, asked.place
    found = caller.read(lambda connection: readings.by_person(connection, person, place))
    asked.link(response, found)
    return Listed(items=[_reading(row) for row in found.rows])


@persons.get(
    "/data",
    operation_id="get_data_of_person",
    summary="All that is kept about them",
    responses=ADMINISTRATION_OF_ONE,
)
def get_data(caller: TheCaller, person_id: Id) -> OwnDataReply:
    """For administrators, to hand it to the person."""
    caller.administrate()
    now = caller.engine.now()
    return OwnDataReply(**caller.read(lambda connection: own_data(connection, person_id, now)))


@persons.post(
    "/erasure",
    operation_id="erase_person",
    summary="Erase a person for ever",
    responses=ADMINISTERING_ONE,
)
def erase(caller: TheCaller, person_id: Id, body: ErasureBody, key: Key = None) -> ErasedReply:
    """Facts, messages, tokens and sessions go; what they did stays, under their id. Refused while they hold
    a mandate, have a task or the ball, or a legal hold stands.
    """
    by, engine = caller.administrate(), caller.engine
    now, today = engine.now(), engine.today()

    def work(connection: Connection) -> dict[str, Any]:
        neutral = erase_person(connection, person_id, by=by, at=now, today=today, reason=body.reason)
        return {"person": person_id, "name": neutral}

    return ErasedReply(**once(caller, key, {"erase": person_id, **body.model_dump()}, work))


@of_case.get(
    "",
    operation_id="list_readings",
    summary="Who of the secretariat read it",
    responses={**LISTING_FOR_ADMINISTRATORS, **ADMINISTRATION_OF_ONE},
)
def list_readings(
    caller: TheCaller, response: Response, case_id: CaseId, asked: AskedPage
) -> Listed[ReadingReply]:
    """For administrators and auditors: once per person and day, the latest first."""
    caller.oversee()
    place = asked.place
    case, found = caller.read(
        lambda connection: (lists.case(connection, case_id), readings.of_case(connection, case_id, place))
    )
    if case is None:
        raise NotFound("There is no case '{case}'.", case=case_id)
    asked.link(response, found)
    return Listed(items=[_reading(row) for row in found.rows])


def _reading(row: Row) -> ReadingReply:
    return ReadingReply(**{**row, "case": row["case_id"]})
