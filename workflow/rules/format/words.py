"""What the constructs are made of: names, expressions, durations, offsets, choices."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema
from typing_extensions import TypeAliasType

from workflow.errors import BadDuration
from workflow.rules.dates.closings import Closing
from workflow.rules.dates.durations import Duration, Offset

T = TypeVar("T")


class Part(BaseModel):
    """A part of a definition: frozen, and closed to keys that are not declared."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True
    )


Name = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="a word in lower case, with underscores")
]


Code = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", description="the code of a letter, as L02")]


Cel = Annotated[str, Field(min_length=1, description="a CEL expression over declared facts")]


EventName = Annotated[
    str,
    Field(
        pattern=r"^(enter |leave )?[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$",
        description="`enter S`, `leave S`, a trigger, or `task.outcome`",
    ),
]


EventNames = Annotated[
    list[EventName],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    Field(
        description="one event, or several: the latest of them counts",
        json_schema_extra={"type": ["string", "array"]},
    ),
]


DurationText = Annotated[
    Duration,
    BeforeValidator(lambda value: Duration.parse(value) if isinstance(value, str) else value),
    WithJsonSchema(
        {"type": "string", "examples": ["15 working days", "30 days", "6 months", "4 working hours"]}
    ),
]


OffsetText = Annotated[
    Offset,
    BeforeValidator(lambda value: Offset.parse(value) if isinstance(value, str) else value),
    WithJsonSchema(
        {"type": "string", "examples": ["due - 3 working days", "anchor + 30 days", "half", "due"]}
    ),
]


FOR_EVER: Final = "for_ever"

KeptText = Annotated[
    Duration | Literal["for_ever"],
    BeforeValidator(
        lambda value: Duration.parse(value) if isinstance(value, str) and value != FOR_EVER else value
    ),
    WithJsonSchema({"type": "string", "examples": ["120 months", "30 days", FOR_EVER]}),
]


DateText = Annotated[
    date,
    BeforeValidator(lambda value: _date(value) if isinstance(value, str) else value),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-03-02"]}),
]


ClosingText = Annotated[
    Closing,
    BeforeValidator(lambda value: Closing.parse(value) if isinstance(value, str) else value),
    WithJsonSchema({"type": "string", "examples": ["17:00", "17:00 Europe/London"]}),
]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadDuration(f"'{text}' is no date; write it as 2026-03-02") from None


class When(Part, Generic[T]):
    """One branch of a choice: the first whose `when` is true gives its `is`; the last has no `when`."""

    when: Cel | None = None
    is_: T = Field(alias="is")


def is_choice(value: Any) -> bool:
    """Whether a raw or parsed value is a choice: a list whose first item has the key `is`."""
    return (
        isinstance(value, list)
        and bool(value)
        and (isinstance(value[0], When) or (isinstance(value[0], dict) and "is" in value[0]))
    )


def _kind(value: Any) -> str:
    return "choice" if is_choice(value) else "value"


# An alias with its own parameter, for only so does the type of the branches reach pydantic.
Choice = TypeAliasType(
    "Choice",
    Annotated[
        Annotated[T, Tag("value")] | Annotated[list[When[T]], Tag("choice")],
        Discriminator(_kind),
    ],
    type_params=(T,),
)


Recipient = Annotated[
    str,
    Field(
        description="a role, a fact of type person, `holder` (of the ball or task), `actor`, "
        "or `task NAME` (holders of its open instances)"
    ),
]
