"""What the API takes: one closed model per request. Never table classes: those do not validate."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Header, Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

EARLIEST = 1900


class Body(BaseModel):
    """A request body: closed to fields that are not declared."""

    model_config = ConfigDict(extra="forbid")


def _plausible(moment: datetime) -> datetime:
    if not EARLIEST <= moment.year < 9999:
        raise ValueError(f"A time before {EARLIEST} or after 9998 is not one of this programme")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]
Name = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=100, description="a name of the definition")
]
PartyCode = Annotated[
    str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2; EU is the European Union")
]
Number = Annotated[int, Field(ge=1, le=2_147_483_647)]
Reason = Annotated[str, Field(max_length=4000, description="free text, kept in the audit")]
Data = Annotated[
    dict[str, Any], Field(description="what the form asks for; its schema stands with the action")
]
Received = Annotated[
    Moment | None,
    Field(
        description="when the letter or call came in, not later than now; default: now",
        examples=["2026-03-02T10:00:00+01:00"],
    ),
]

CaseId = Annotated[
    str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$", description="a case's id")
]
TaskNo = Annotated[int, Path(ge=1, le=2_147_483_647, description="the number of a task in its case")]
DryRun = Annotated[bool, Query(description="say what would happen, and change nothing")]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,200}$",
        description="a text of your own: the same key with the same request gets the same answer, done once",
        examples=["2f1c-submit"],
    ),
]


class Opening(Body):
    """Open a case for a Party."""

    definition: Name
    version: Number | None = Field(None, description="default: the newest")
    party: PartyCode
    answers: dict[Name, Data] = Field(default_factory=dict, description="first drafts, by form")
    parent: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = Field(
        None, description="the case that this one follows"
    )
    received_at: Received = None


class Transition(Body):
    """Fire a trigger; `data` is the answer to its form, `task` the instance it is about."""

    trigger: Name
    data: Data | None = None
    task: Number | None = None
    received_at: Received = None
    reason: Reason = ""


class Completion(Body):
    """End a task with one of its outcomes."""

    outcome: Name
    data: Data | None = None
    received_at: Received = None
    reason: Reason = ""


class Assignment(Body):
    """Give a task to a person."""

    person: Annotated[str, Field(min_length=1, max_length=64)]
    received_at: Received = None
    reason: Reason = ""


class Revision(Body):
    """Save a draft of a form, or correct accepted answers (then with a reason).

    `task` for a task's own form.
    """

    data: Data
    task: Number | None = None
    received_at: Received = None
    reason: Reason = ""
