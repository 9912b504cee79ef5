"""What the API says to administrators about their own acts, and about who may see a case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from api.http.replies_of_reference import LetterOfDesignationReply
from api.http.replies_of_work import ActionReply


class GroundReply(BaseModel):
    """What one mandate of a person means for a case; `why` in words. `for_person`: they stand in for its
    holder.
    """

    mandate: str
    role: str
    for_person: str | None
    sees: bool
    why: str


class SeerReply(BaseModel):
    """Somebody who may see the case, by these mandates."""

    person: str
    name: str
    mandates: list[GroundReply]


class SeersReply(BaseModel):
    items: list[SeerReply]


class ExplainedReply(GroundReply):
    """With the letter of designation, where there is one."""

    letter: LetterOfDesignationReply | None


class WhyReply(BaseModel):
    """Why a person may see a case or not: each mandate that they have or had; and what they may do in it."""

    sees: bool
    mandates: list[ExplainedReply]
    actions: list[ActionReply] = Field(description="empty where the person does not see the case")


class HeldReply(BaseModel):
    """A mandate of today. `for_person` and `via`: somebody stands in for its holder, by this delegation; then
    `definition` is the one kind of request that it is lent for, or null for all.
    """

    id: str
    person: str
    name: str
    role: str
    party: str | None
    region: str | None
    since: date
    until: date | None
    for_person: str | None
    via: str | None
    definition: str | None


class CoveredReply(BaseModel):
    """A Party, and who of a role has it."""

    party: str
    region: str | None
    persons: list[str]


class GapsReply(BaseModel):
    """The Parties that nobody of a role has, and those that several have."""

    role: str
    nobody: list[CoveredReply]
    several: list[CoveredReply]


class AdministrationReply(BaseModel):
    """One entry of the administration's log."""

    no: int
    at: datetime
    person: str = Field(description="who did it: the id of an account, or `(owner)` of the installation")
    act: str = Field(examples=["grant_mandate"])
    subject: str = Field(examples=["person:amina"])
    data: dict[str, Any]
    reason: str
    previous: str
    hash: str


class DenialReply(BaseModel):
    """What was refused to somebody in an hour, and how often."""

    hour: datetime
    person: str | None = Field(description="null: nobody who is known here")
    source: str | None = Field(description="the network that it came from, where no person is known")
    operation: str = Field(examples=["get_case"])
    asked: str = Field(description="the id as it was asked for, cut to 100 signs; `*` stands for many")
    status: int = Field(examples=[404])
    first_at: datetime
    last_at: datetime
    count: int = Field(description="where no person is known, at least so many")
