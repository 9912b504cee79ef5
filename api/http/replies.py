"""What the API says about cases: one model per thing, written for people who read the OpenAPI page."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field

T = TypeVar("T")


class FaultReply(BaseModel):
    """One thing wrong with a request: `pointer` into the body, or `in` and `name` of a parameter."""

    pointer: str | None = Field(None, description="JSON pointer into the body", examples=["/data/title"])
    in_: Literal["path", "query", "header", "cookie"] | None = Field(None, alias="in")
    name: str | None = None
    detail: str


class ReasonReply(BaseModel):
    """Why a guard said no: its name, the words of the definition for it, and the facts that it looked at."""

    guard: str
    text: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict)


class Problem(BaseModel):
    """RFC 9457 problem details. `errors` stand with 422, `reasons` with a refused guard."""

    type: str = Field(examples=["urn:caseway:problem:stale"])
    title: str
    status: int
    detail: str
    instance: str | None = None
    errors: list[FaultReply] | None = None
    reasons: list[ReasonReply] | None = None


class Listed(BaseModel, Generic[T]):
    """One page of a list; the Link header leads to the next, the previous and the first."""

    items: list[T]


class Label(BaseModel):
    """A name of the definition with the words for it in the reader's language."""

    name: str
    label: str


class StateReply(Label):
    category: Literal["draft", "open", "waiting", "parked", "suspended", "closed"]


class BallReply(BaseModel):
    """Whose turn it is.

    `person` is set where one person holds it; `held` is false when nobody holds the mandate.
    """

    role: str | None
    person: str | None = None


class DefinitionReference(BaseModel):
    key: str
    version: int


class CaseReply(BaseModel):
    """A case as it stands."""

    id: str
    number: str | None = Field(
        description="given when the case first leaves the drafts", examples=["TA-2026-0001"]
    )
    definition: DefinitionReference
    party: str
    region: str | None
    state: StateReply
    revision: int
    ball: BallReply
    emergency: bool
    closed: bool
    historic: bool
    demonstration: bool
    parent: str | None
    opened_at: datetime
    entered_at: datetime


class CaseNow(CaseReply):
    """A case as it stands, and whether anybody is there to play its ball."""

    ball_is_held: bool = Field(
        description="false: nobody holds the mandate for the ball; the role above was told"
    )
    erased_at: datetime | None = Field(
        None, description="when its personal values were erased, as its retention says"
    )


class TaskReply(BaseModel):
    """Work asked of a role or a person inside a case."""

    no: int
    name: str
    label: str
    status: Literal["scheduled", "open", "frozen", "ended"]
    role: str
    person: str | None
    assigned_by: str | None
    opened_in: str
    opened_at: datetime
    opens_at: datetime | None
    anchor: datetime | None
    outcome: str | None
    ended_at: datetime | None
    declares: bool = Field(description="whether whoever has it first declares on conflicts of interest")
    declared_at: datetime | None = Field(description="when they declared to have none")
    outcomes: list[str] = Field(description="how it may end")
    form: str | None = Field(description="the form that ending it asks for")


class TasksReply(BaseModel):
    items: list[TaskReply]


class ClockReply(BaseModel):
    """A stopwatch with a budget.

    `due` is None while it is held; `overdue` is told by the moment of asking.
    """

    no: int
    subject: Literal["state", "task", "span"]
    name: str
    label: str
    calendar: Literal["secretariat", "party"]
    status: Literal["running", "held", "stopped"]
    task: int | None
    due: datetime | None
    due_local: datetime | None = Field(description="the same in the duty holder's own zone")
    fires_at: datetime | None = Field(description="the next reminder, escalation or silence")
    overdue: bool


class ExplanationReply(BaseModel):
    """A deadline, explained line by line."""

    due: datetime | None
    steps: list[str]


class ClocksReply(BaseModel):
    items: list[ClockReply]


class ExplainedClock(ClockReply):
    steps: list[str] = Field(description="how the due date came about, line by line")


class EntryReply(BaseModel):
    """One audit entry: who did what, when, from which state to which, with what data, and why."""

    no: int
    act: str = Field(description="`step` where no more is told than that the case moved")
    person: str | None = Field(description="null where the reader does not learn who it was")
    mandate: str | None
    on_behalf_of: str | None = Field(description="the absent person in whose place `person` acted")
    at: datetime
    received_at: datetime | None
    before: str | None
    after: str
    task: int | None
    form: str | None
    data: dict[str, Any]
    erased: list[str] = Field(description="pointers into `data` of personal values that were erased")
    changes: dict[str, Any]
    reason: str
    hash: str | None = Field(description="of the chain; for those who see all of the case")


class ReceiptReply(BaseModel):
    """What one act did, or with `dry_run` would do. `repeated`: the stored answer to an Idempotency-Key."""

    case: str | None = Field(description="None where a dry run opens one, since there is none")
    number: str | None
    definition: str
    version: int
    party: str
    before: str | None
    state: str
    revision: int
    closed: bool
    emergency: bool
    ball_role: str | None
    ball_person: str | None
    entries: list[dict[str, Any]]
    tasks: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    letters: list[dict[str, Any]]
    texts: list[dict[str, Any]]
    notices: list[dict[str, Any]]
    opened: list[str]
    dry_run: bool
    repeated: bool


class AnswerReply(BaseModel):
    """One version of a form's answers."""

    form: str
    status: Literal["draft", "filed", "refused", "accepted"]
    task: int | None
    data: dict[str, Any]
    person: str | None
    at: datetime
    entry: int
    reason: str


class FileReply(BaseModel):
    """A file of a case. Forms name it by its `reference`; `kind` is the media type that its content shows."""

    reference: str
    digest: str
    name: str
    kind: str
    size: int
    person: str | None
    at: datetime
    erased_at: datetime | None = Field(None, description="when its name and content were erased")


class LetterReply(BaseModel):
    """A numbered formal notice with its text in the languages of its recipients."""

    reference: str
    code: str
    sender: str
    signer: str | None
    signed_for: str | None = Field(description="the absent person in whose place `signer` signs")
    recipients: list[str]
    copies: list[str]
    entry: int
    at: datetime
    texts: dict[str, Any]
    taken_back: int | None = Field(description="the audit entry that took back the act which wrote it")
