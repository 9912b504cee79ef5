"""By when: duties, what silence means, ladders and spanning clocks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from workflow.rules.format.effects import Then
from workflow.rules.format.words import (
    Choice,
    ClosingText,
    DurationText,
    EventName,
    Name,
    OffsetText,
    Part,
    Recipient,
)


class Session(Part):
    """A deadline of the next session of a body, with papers some time before."""

    session: Name = Field(description="the body that meets; its dates stand in the office's calendar")
    papers: DurationText | None = Field(
        None, description="the papers are due so long before the session, and that is the deadline"
    )
    closes: ClosingText | None = Field(
        None, description="the hour of that day at which it closes, with its zone; default: the day's end"
    )
    at_most: DurationText | None = Field(
        None, description="the deadline is not later than this after the start"
    )


class Silence(Part):
    """What is assumed when nobody acts: on a state it fires a trigger, on a task it ends it with an
    outcome.
    """

    after: DurationText | None = Field(
        None, description="how long after the due date; without it, at the due date"
    )
    fire: Name | None = Field(None, description="on a state: the trigger that the engine fires")
    outcome: Name | None = Field(None, description="on a task: the outcome it ends with")


def _span_kind(value: Any) -> str:
    return "session" if isinstance(value, (dict, Session)) else "length"


Span = Annotated[
    Annotated[DurationText, Tag("length")] | Annotated[Session, Tag("session")], Discriminator(_span_kind)
]


class Duty(Part):
    """By when something must be done, who is reminded, and what silence means.

    Without `silence` nothing is ever assumed.
    """

    within: Choice[Span] | None = Field(None, description="how long there is, or the session to be ready for")
    counts_from: Name | None = Field(
        None,
        description="a fact of type date: the time allowed counts from that day, once it is known, and not "
        "from the day on which the duty begins; nothing is due before the duty begins",
    )
    at: OffsetText | None = Field(None, description="for a series: an offset from the instance's anchor")
    calendar: Literal["secretariat", "party"] = Field(
        "secretariat", description="whose days off move the due date"
    )
    ladder: Choice[Name | None] = Field(None, description="who is reminded; null says that nobody is")
    silence: Choice[Silence | None] = Field(
        None, description="what is assumed when nobody acts; without it nothing ever is"
    )


class Rung(Part):
    """A reminder or an escalation at an offset from a due date.

    `every` repeats the last rung until the duty is done.
    """

    at: Choice[OffsetText] = Field(description="when, counted from the rolled due date")
    notify: Recipient | list[Recipient] | None = Field(None, description="who is reminded")
    escalate_to: Choice[Name] | None = Field(
        None, description="the role that is told; if nobody holds it, the one above"
    )
    message: Name | None = Field(
        None, description="default: reminder before the due date, overdue after, escalation"
    )
    then: Then = Field(default_factory=list, description="what else happens then")
    longer_than: DurationText | None = Field(
        None, description="only for budgets longer than this, in the same unit"
    )
    every: DurationText | None = Field(
        None, description="the last rung of a ladder repeats so often until the duty is done"
    )


class SpanningClock(Part):
    """A clock over several states: it counts while the state's `clock` runs, from an event until events."""

    budget: Choice[DurationText] = Field(description="how long there is in all")
    from_: EventName | list[EventName] = Field(alias="from", description="the event that starts it")
    until: list[EventName] = Field(description="the events that stop it")
    calendar: Literal["secretariat", "party"] = Field(
        "secretariat", description="whose days off move the due date"
    )
    ladder: Choice[Name | None] = Field(None, description="who is reminded; null says that nobody is")
