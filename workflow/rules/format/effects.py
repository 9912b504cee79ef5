"""The closed set of effects."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from workflow.rules.format.words import Choice, Code, DurationText, Name, Part, Recipient


class OpenTask(Part):
    """Open a task."""

    open: Name = Field(description="the task")
    count: Choice[int | Name] = Field(1, description="a number, or an integer fact: how many instances")
    person: Name | None = Field(
        None, description="a fact of type person, or list of person (one instance each)"
    )


class EndTask(Part):
    """End the open instances of a task (those the transition is `about`, if it names one) with an outcome."""

    end: Name = Field(description="the task")
    outcome: Name = Field(description="the outcome that its open instances end with")


class FireTrigger(Part):
    """Fire a trigger as the engine, in the same decision."""

    fire: Name = Field(description="the trigger; a transition of it must be `by: engine`")


class Extend(Part):
    """Give a running state, task or spanning clock more time."""

    extend: Name = Field(description="a state, task or clock with a due date")
    by: Choice[DurationText] | None = Field(None, description="so much more time")
    days: Name | None = Field(None, description="an integer fact: this many calendar days")
    until: Name | None = Field(None, description="a date fact: the new due date")
    reason: Name | None = Field(None, description="a text fact: why; default: the reason of the act itself")


class SetEmergency(Part):
    """Switch the case to emergency or back; running clocks derive their budgets anew."""

    set_emergency: bool = Field(description="true switches to emergency, false back")


class SendLetter(Part):
    """Write a letter of the definition and owe it to its recipients."""

    letter: Choice[Code | None] = Field(description="the letter's code; null for none")


class Notify(Part):
    """Owe a message to someone."""

    notify: Recipient | list[Recipient] = Field(description="who gets the message")
    message: Name = Field("notice", description="which message: messages/NAME.LANGUAGE.md")


class OpenAnotherCase(Part):
    """Open another case of the same Party, linked to this one, with copies of accepted forms as drafts."""

    open_case: Name = Field(description="the key of the definition")
    copy_forms: list[Name] = Field(
        default_factory=list,
        alias="copy",
        description="the forms whose answers the new case begins with, as drafts",
    )


EFFECTS = ("open", "end", "fire", "extend", "set_emergency", "letter", "notify", "open_case")


def _effect(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((key for key in EFFECTS if key in value), None)
    return next((key for key in EFFECTS if hasattr(value, key)), None)


Effect = Annotated[
    Annotated[OpenTask, Tag("open")]
    | Annotated[EndTask, Tag("end")]
    | Annotated[FireTrigger, Tag("fire")]
    | Annotated[Extend, Tag("extend")]
    | Annotated[SetEmergency, Tag("set_emergency")]
    | Annotated[SendLetter, Tag("letter")]
    | Annotated[Notify, Tag("notify")]
    | Annotated[OpenAnotherCase, Tag("open_case")],
    Discriminator(_effect),
]


Then = Choice[list[Effect]]
