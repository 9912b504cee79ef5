"""What the API says about work: what is due, what is mine to do, what may be done and why not."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.replies import ReasonReply


class DeadlineReply(BaseModel):
    """A running clock with its case."""

    due: datetime
    overdue: bool
    fires_at: datetime | None = Field(description="the next reminder, escalation or silence")
    subject: Literal["state", "task", "span"]
    name: str
    label: str
    no: int
    task: int | None
    case_id: str
    case_number: str | None
    case_definition: str
    case_version: int
    case_party: str
    case_state: str
    case_ball_role: str | None
    case_ball_person: str | None


class WorkReply(BaseModel):
    """Something that is mine to do: the ball of a case, or a task. `no` and `name` are the task's."""

    kind: Literal["ball", "task"]
    case_id: str
    no: int | None
    name: str | None
    label: str
    role: str | None
    person: str | None
    due: datetime | None
    overdue: bool
    number: str | None
    definition: str
    version: int
    party: str
    region: str | None
    state: str
    emergency: bool
    revision: int


class ActionReply(BaseModel):
    """Something that can be done, or the reasons why not.

    `roles` say whose it is, `about` names the task it is of.
    """

    model_config = ConfigDict(populate_by_name=True)

    kind: Literal["trigger", "outcome", "declare", "assign"]
    name: str
    label: str
    allowed: bool
    roles: list[str]
    task: int | None
    about: str | None
    form: str | None
    form_schema: dict[str, Any] | bool | None = Field(
        alias="schema", description="the JSON Schema (2020-12) of what `data` must be"
    )
    reasons: list[ReasonReply]
    candidates: str | None = Field(
        description="of `assign`, where it is the reader's: the address that lists whom it can be given to"
    )


class ActionsReply(BaseModel):
    items: list[ActionReply]


class CandidateReply(BaseModel):
    """Somebody who holds the task's role here; `reason` says why they are not eligible."""

    id: str
    name: str
    language: str
    open_tasks: int
    eligible: bool
    reason: str | None


class CandidatesReply(BaseModel):
    items: list[CandidateReply]
