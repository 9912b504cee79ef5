"""Facts: the only names that guards, choices and letters may speak of."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from workflow.rules.format.words import Cel, EventName, EventNames, Name, Part, When

FactType = Literal[
    "boolean",
    "integer",
    "number",
    "text",
    "date",
    "role",
    "person",
    "list of boolean",
    "list of integer",
    "list of number",
    "list of text",
    "list of date",
    "list of role",
    "list of person",
]

EVENT_REGISTERS = ("earlier_events", "line_events")
"""The registers that count events, which a definition names, in other cases of its own."""


class Fact(Part):
    """A flat, typed name that guards, choices and letters may use.

    It has exactly one source; `else` serves when that is absent.
    """

    type: FactType = Field(description="what kind of value it has")
    from_: str | None = Field(None, alias="from", description="form.field: of the latest accepted answer")
    each: str | None = Field(None, description="task.field: a list, one per ended instance")
    of: list[Name] | None = Field(
        None, description="with `each`: only instances that ended with these outcomes"
    )
    count: list[EventName] | None = Field(
        None,
        description="how often these events happened; the present event counts. "
        f"With the register {' or '.join(EVENT_REGISTERS)}: how often they happened in other cases",
    )
    on: list[EventName] | None = Field(None, description="the date of the latest of these events")
    who: list[EventName] | None = Field(
        None, description="the person who caused the latest of these events; the engine is nobody"
    )
    since: EventNames | None = Field(
        None, description="with `each` and `count`: only after the latest of these events"
    )
    register_: str | None = Field(
        None, alias="register", description="a register of the secretariat, by name"
    )
    cel: Cel | None = Field(None, description="an expression over other facts")
    choice: list[When[Any]] | None = Field(None, description="a choice over other facts")
    else_: Any = Field(None, alias="else", description="the value when the source has none")
