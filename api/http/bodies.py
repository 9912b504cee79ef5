"""What the API takes: one closed model per request. Never table classes: those do not validate."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from fastapi import Header, Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

EARLIEST, LATEST = 1900, 2200
WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}")


class Body(BaseModel):
    """A request body: closed to fields that are not declared."""

    model_config = ConfigDict(extra="forbid")


def example(**fields: Any) -> ConfigDict:
    """What the OpenAPI page shows."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


def _written_out(value: Any) -> Any:
    """A date or time is text: a bare number would be read as seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and not WRITTEN.match(value)):
        raise PydanticCustomError("written_out", "a date or time is text")
    return value


def _plausible(value: Any) -> Any:
    if not EARLIEST <= value.year <= LATEST:
        years = {"earliest": EARLIEST, "latest": LATEST}
        raise PydanticCustomError("implausible", "not of this programme", years)
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_plausible)]
Day = Annotated[date, BeforeValidator(_written_out), AfterValidator(_plausible)]
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
        description="when the letter or call came in; for the secretariat, with a reason; default: now",
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

    model_config = example(definition="technical_assistance", party="KE")

    definition: Name
    version: Number | None = Field(None, description="default: the newest")
    party: PartyCode
    answers: dict[Name, Data] = Field(default_factory=dict, description="first drafts, by form")
    parent: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = Field(
        None, description="the case that this one follows"
    )
    received_at: Received = None
    reason: Reason = ""


class Act(Body):
    """What every act on a case may say of itself."""

    received_at: Received = None
    reason: Reason = ""


class Transition(Act):
    """Fire a trigger; `data` is the answer to its form, `task` the instance it is about."""

    model_config = example(trigger="withdraw", data={"reason": "The programme has changed."})

    trigger: Name
    data: Data | None = None
    task: Number | None = None


class Completion(Act):
    """End a task with one of its outcomes."""

    model_config = example(outcome="no_objection", data={"comment": "None."})

    outcome: Name
    data: Data | None = None


class Declaration(Act):
    """Declare whether there is a conflict of interest; `data` is the answer to the form of one."""

    model_config = example(conflict=False)

    conflict: bool
    data: Data | None = None


class Assignment(Act):
    """Give a task to a person."""

    model_config = example(person="elena")

    person: Annotated[str, Field(min_length=1, max_length=64)]


class Revision(Act):
    """Save a draft of a form, or correct accepted answers (then with a reason).

    `task` for a task's own form.
    """

    model_config = example(data={"title": "A register of artists"})

    data: Data
    task: Number | None = None
