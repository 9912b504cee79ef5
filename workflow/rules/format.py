"""The format of a definition: what may stand in `definition.yaml`.

One pydantic model per construct; its JSON Schema is published.

These values are also what the engine reads at run time; expressions stay texts here and are compiled beside
(definition.py).
"""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema
from typing_extensions import TypeAliasType

from workflow.rules.durations import Duration, Offset

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
    Field(description="one event, or several: the latest of them counts"),
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


class Role(Part):
    """A role that persons act in through mandates."""

    side: Literal["party", "secretariat", "expert", "donor", "body", "public"]
    sees: Literal["own_party", "portfolio", "assigned", "all", "pipeline", "none"]
    above: Name | None = Field(
        None, description="the role that is told when nobody holds this one, and escalated to"
    )


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


class Fact(Part):
    """A flat, typed name that guards, choices and letters may use.

    It has exactly one source; `else` serves when that is absent.
    """

    type: FactType
    from_: str | None = Field(None, alias="from", description="form.field: of the latest accepted answer")
    each: str | None = Field(None, description="task.field: a list, one per ended instance")
    of: list[Name] | None = Field(
        None, description="with `each`: only instances that ended with these outcomes"
    )
    count: list[EventName] | None = Field(
        None, description="how often these events happened; the present event counts"
    )
    on: list[EventName] | None = Field(None, description="the date of the latest of these events")
    who: list[EventName] | None = Field(
        None, description="the person of the latest of these triggers or task outcomes"
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


class Session(Part):
    """A deadline of the next session of a body, with papers some time before."""

    session: Name
    papers: DurationText | None = None
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
    fire: Name | None = None
    outcome: Name | None = None


def _span_kind(value: Any) -> str:
    return "session" if isinstance(value, (dict, Session)) else "length"


Span = Annotated[
    Annotated[DurationText, Tag("length")] | Annotated[Session, Tag("session")], Discriminator(_span_kind)
]


class Duty(Part):
    """By when something must be done, who is reminded, and what silence means.

    Without `silence` nothing is ever assumed.
    """

    within: Choice[Span] | None = None
    at: OffsetText | None = Field(None, description="for a series: an offset from the instance's anchor")
    calendar: Literal["secretariat", "party"] = "secretariat"
    ladder: Choice[Name | None] = None
    silence: Choice[Silence | None] = None


Recipient = Annotated[
    str,
    Field(
        description="a role, a fact of type person, `holder` (of the ball or task), `actor`, "
        "or `task NAME` (holders of its open instances)"
    ),
]


class OpenTask(Part):
    """Open a task."""

    open: Name
    count: Choice[int | Name] = Field(1, description="a number, or an integer fact: how many instances")
    person: Name | None = Field(
        None, description="a fact of type person, or list of person (one instance each)"
    )


class EndTask(Part):
    """End the open instances of a task (those the transition is `about`, if it names one) with an outcome."""

    end: Name
    outcome: Name


class FireTrigger(Part):
    """Fire a trigger as the engine, in the same decision."""

    fire: Name


class Extend(Part):
    """Give a running state, task or spanning clock more time."""

    extend: Name
    by: Choice[DurationText] | None = None
    days: Name | None = Field(None, description="an integer fact: this many calendar days")
    until: Name | None = Field(None, description="a date fact: the new due date")


class SetEmergency(Part):
    """Switch the case to emergency or back; running clocks derive their budgets anew."""

    set_emergency: bool


class SendLetter(Part):
    """Write a letter of the definition and owe it to its recipients."""

    letter: Choice[Code | None]


class Notify(Part):
    """Owe a message to someone."""

    notify: Recipient | list[Recipient]
    message: Name = "notice"


class OpenAnotherCase(Part):
    """Open another case of the same Party, linked to this one, with copies of accepted forms as drafts."""

    open_case: Name
    copy_forms: list[Name] = Field(default_factory=list, alias="copy")


_EFFECTS = ("open", "end", "fire", "extend", "set_emergency", "letter", "notify", "open_case")


def _effect(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((key for key in _EFFECTS if key in value), None)
    return next((key for key in _EFFECTS if hasattr(value, key)), None)


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


class Rung(Part):
    """A reminder or an escalation at an offset from a due date.

    `every` repeats the last rung until the duty is done.
    """

    at: Choice[OffsetText]
    notify: Recipient | list[Recipient] | None = None
    escalate_to: Choice[Name] | None = None
    message: Name | None = Field(
        None, description="default: reminder before the due date, overdue after, escalation"
    )
    then: Then = Field(default_factory=list)
    longer_than: DurationText | None = Field(
        None, description="only for budgets longer than this, in the same unit"
    )
    every: DurationText | None = None


class SpanningClock(Part):
    """A clock over several states: it counts while the state's `clock` runs, from an event until events."""

    budget: Choice[DurationText]
    from_: EventName | list[EventName] = Field(alias="from")
    until: list[EventName]
    calendar: Literal["secretariat", "party"] = "secretariat"
    ladder: Choice[Name | None] = None


class Holder(Part):
    """Who has a task or may fire a trigger."""

    role: Choice[Name] | None = Field(None, description="a role, or a fact of type role")
    person: Name | None = Field(None, description="a fact of type person")
    next_of: Name | None = Field(
        None, description="a fact, list of person: the first who has not held this task since it was set"
    )
    count: Choice[int | Name] = 1
    assigned_by: Name | None = Field(
        None, description="the role that names the person; until then the task waits for one"
    )
    except_: list[str] = Field(
        default_factory=list,
        alias="except",
        description="`nationals`, `conflicted`, `holders of TASK`, `who TRIGGER`",
    )


def _by_kind(value: Any) -> str:
    return "name" if isinstance(value, str) else "holder"


WhoItem = Annotated[Annotated[Name, Tag("name")] | Annotated[Holder, Tag("holder")], Discriminator(_by_kind)]


def _who_kind(value: Any) -> str:
    return "list" if isinstance(value, list) else "one"


Who = Annotated[
    Annotated[WhoItem, Tag("one")] | Annotated[list[WhoItem], Tag("list")], Discriminator(_who_kind)
]


class State(Part):
    """A place in the definition. `ball`: a role, `task`, or `[task, role]`; none for category closed."""

    category: Literal["draft", "open", "waiting", "parked", "suspended", "closed"]
    ball: Choice[Name | list[Name] | None] = None
    clock: Literal["runs", "held", "none"] = "none"
    interrupts: bool = False
    due: Duty | None = None
    enter: Then = Field(default_factory=list)


class Outcome(Part):
    """How a task may end.

    The first outcome asks for the task's form; the others take it if given, unless they say otherwise.
    """

    form: Name | None = Field(None, description="the form that this outcome asks for; null for none")
    by: Who | None = Field(None, description="default: whoever holds the task")
    guard: dict[Name, Cel] = Field(default_factory=dict)
    then: Then = Field(default_factory=list)


def _outcome_kind(value: Any) -> str:
    return "outcome" if isinstance(value, (dict, Outcome)) else "then"


OutcomeOrThen = Annotated[
    Annotated[Then, Tag("then")] | Annotated[Outcome, Tag("outcome")], Discriminator(_outcome_kind)
]


class Series(Part):
    """One scheduled instance per offset from an event."""

    from_: EventName = Field(alias="from")
    at: list[DurationText]


class TaskKind(Part):
    """Work asked of a role or a person inside a case."""

    for_: WhoItem = Field(alias="for")
    form: Name | None = None
    opens: OffsetText | None = Field(
        None, description="for a series: when the instance opens, from its anchor"
    )
    due: Duty | None = None
    given: Then = Field(
        default_factory=list, description="when an instance opens, or is given to the person it waited for"
    )
    clock: Literal["runs", "held", "none"] | None = Field(
        None, description="overrides the state's while it has the ball"
    )
    side_work: bool = Field(False, description="side work never takes the ball")
    outcomes: dict[Name, OutcomeOrThen]
    all_ended: Then = Field(default_factory=list)
    nobody: Then | None = None
    outlives_state: bool = False
    series: Series | None = None


class Confirm(Part):
    """A second person confirms before anything moves; silence refuses unless it says otherwise."""

    by: WhoItem
    within: Choice[DurationText] | None = None
    ladder: Name | None = None
    silence: Literal["refused"] | None = None


def _from_kind(value: Any) -> str:
    return "list" if isinstance(value, list) else "any" if value == "any open" else "one"


Sources = Annotated[
    Annotated[Literal["any open"], Tag("any")]
    | Annotated[Name, Tag("one")]
    | Annotated[list[Name], Tag("list")],
    Discriminator(_from_kind),
]


class Transition(Part):
    """What may be done: a trigger, from states, to a state (or back to what was interrupted; without target
    it stays).
    """

    trigger: Name
    from_: Sources = Field(
        alias="from", description="states; `any open` stands for all not in draft or closed"
    )
    to: Choice[Name] | None = Field(None, description="a state, `interrupted`, or a choice of states")
    by: Who
    form: Name | None = None
    guard: dict[Name, Cel] = Field(default_factory=dict)
    letter: Choice[Code | None] = None
    then: Then = Field(default_factory=list)
    confirm: Choice[Confirm | None] = None
    about: Name | None = Field(None, description="a task: the caller names one open instance")


class Opening(Part):
    """How a case begins: who may open it, on which form, under which conditions."""

    by: Who
    form: Name | None = None
    guard: dict[Name, Cel] = Field(default_factory=dict)


class LetterKind(Part):
    """A letter: the role that signs it, who receives it, who gets a copy.

    Its text stands in letters/CODE.LANGUAGE.md.
    """

    from_: Name = Field(alias="from")
    to: list[Recipient]
    copies: list[Recipient] = Field(default_factory=list)


class Definition(Part):
    """What one kind of case may do. The first state is where a case begins."""

    key: Name
    version: Annotated[int, Field(ge=1)]
    languages: Annotated[list[str], Field(min_length=1)]
    number: str = Field(
        description="as TA-{year}-{serial:04}: given when the case first leaves category draft"
    )
    opening: Opening
    corrections: Who | None = Field(
        None, description="who may correct accepted answers, with a reason; default: nobody"
    )
    undo: Who | None = Field(
        None, description="who may take back the last act of another person; default: nobody"
    )
    roles: dict[Name, Role]
    facts: dict[Name, Fact] = Field(default_factory=dict)
    ladders: dict[Name, list[Rung]] = Field(default_factory=dict)
    clocks: dict[Name, SpanningClock] = Field(default_factory=dict)
    states: dict[Name, State]
    tasks: dict[Name, TaskKind] = Field(default_factory=dict)
    transitions: list[Transition]
    letters: dict[Code, LetterKind] = Field(default_factory=dict)
