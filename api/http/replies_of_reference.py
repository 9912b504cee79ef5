"""What the API says about definitions, Parties, calendars, persons and notices."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.http.replies import Label, StateReply


class DefinitionSummary(BaseModel):
    """One version of a definition. `digest` is of its logic, and pinned at first use."""

    key: str
    version: int
    digest: str
    languages: list[str]
    initial: str = Field(description="the state that a case begins in")


class DefinitionsReply(BaseModel):
    items: list[DefinitionSummary]


class FormReply(Label):
    """A form with its JSON Schema (2020-12)."""

    model_config = ConfigDict(populate_by_name=True)

    form_schema: dict[str, Any] = Field(alias="schema")


class TransitionReply(Label):
    """What a trigger does: from which states, with which form, under which conditions."""

    sources: list[str] = Field(description="`any open` stands for all states not in draft or closed")
    form: str | None
    guards: list[Label]


class DefinitionReply(DefinitionSummary):
    roles: list[Label]
    states: list[StateReply]
    transitions: list[TransitionReply]
    tasks: list[Label]
    clocks: list[Label]
    forms: list[FormReply]


class PartyReply(BaseModel):
    """A State (or regional organisation) bound by the treaty.

    An unverified date keeps its mark and blocks nothing.
    """

    code: str
    iso3: str | None
    names: dict[str, str]
    electoral_group: str | None
    region: str | None
    language: str | None
    ldc: bool
    lldc: bool
    sids: bool
    deposited_on: date | None
    instrument: str | None
    in_force_on: date | None
    date_status: Literal["verified", "unverified"]
    calendar: str | None


class CalendarSummary(BaseModel):
    code: str
    kind: Literal["office", "party"]
    name: str
    zone: str
    listed: bool = Field(description="false: no list of holidays is known, only weekends are days off")


class CalendarsReply(BaseModel):
    items: list[CalendarSummary]


class DayReply(BaseModel):
    """A day that is not what its weekday says."""

    day: date
    name: str
    worked: bool
    estimated: bool = Field(description="the date is not certain yet")
    source: Literal["library", "own"]


class CalendarReply(CalendarSummary):
    """`weekend` are weekdays (Monday is 0); `sessions` the dates on which bodies meet."""

    weekend: list[int]
    hours: list[list[str]]
    cut_off: str
    first_year: int | None
    last_year: int | None
    days: list[DayReply]
    sessions: dict[str, list[date]]


class ChangedCases(BaseModel):
    """A calendar was changed, and the running clocks that count with it were derived anew."""

    calendar: str
    cases: int = Field(description="in how many cases a clock moved; each has an audit entry that says so")


class ConflictReply(BaseModel):
    """A conflict of interest with a Party; `withdrawn_at` null: it stands."""

    party: str
    declared_at: datetime
    withdrawn_at: datetime | None


class ConflictsReply(BaseModel):
    items: list[ConflictReply]


class LetterOfDesignationReply(BaseModel):
    """The letter by which somebody was designated; `digest` is the SHA-256 of its content."""

    model_config = ConfigDict(from_attributes=True)

    reference: str
    date: date
    digest: str | None


class MandateReply(BaseModel):
    """The dated right to act in a role; `until` is its last day."""

    id: str
    role: str
    party: str | None
    region: str | None
    since: date
    until: date | None
    granted_by: str | None
    reason: str
    letter: LetterOfDesignationReply | None


class TokenReply(BaseModel):
    """A bearer token without the token: that is told once, when it is made.

    `id` is the beginning of its digest.
    """

    id: str
    label: str
    scope: Literal["read", "act", "administer"]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None


class NewToken(BaseModel):
    """A new bearer token. It is told this once and never again."""

    id: str
    token: str | None = Field(description="null in a repeated answer")
    label: str
    scope: Literal["read", "act", "administer"]
    expires_at: datetime | None


class PersonReply(BaseModel):
    """An account."""

    id: str
    name: str
    title: str | None
    language: str
    email: str | None
    nationalities: list[str]
    conflicts: list[str] = Field(description="Parties that the person declared a conflict with")
    demonstration: bool


class PersonWithMandates(PersonReply):
    mandates: list[MandateReply]


class NoticeReply(BaseModel):
    """A message owed to a person, and what became of it."""

    id: str
    case: str
    kind: Literal["reminder", "escalation", "notice", "letter"]
    template: str
    person: str
    letter: str | None
    status: Literal["pending", "failed", "sent", "dead", "bounced", "read", "historic", "dropped"]
    subject: str | None
    created_at: datetime
    next_attempt_at: datetime
    attempts: int
    sent_at: datetime | None
    read_at: datetime | None
    error: str


class BulletinReply(BaseModel):
    """An issue of a periodic list as it was owed to a person, and what became of it; not what it tells."""

    id: str
    definition: str
    name: str
    issue: date
    person: str
    about: str | None = Field(
        description="set on the news that the issue did not reach somebody: who that is"
    )
    language: str
    subject: str
    status: Literal["pending", "failed", "sent", "dead"]
    created_at: datetime
    next_attempt_at: datetime
    attempts: int
    sent_at: datetime | None
    error: str
