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

    side: Literal["party", "secretariat", "expert", "donor", "body", "public"] = Field(
        description="whom the role speaks for"
    )
    sees: Literal["own_party", "portfolio", "assigned", "all", "pipeline", "none"] = Field(
        description="which cases somebody in this role may see"
    )
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

    type: FactType = Field(description="what kind of value it has")
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

    session: Name = Field(description="the body that meets; its dates stand in the office's calendar")
    papers: DurationText | None = Field(
        None, description="the papers are due so long before the session, and that is the deadline"
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
    at: OffsetText | None = Field(None, description="for a series: an offset from the instance's anchor")
    calendar: Literal["secretariat", "party"] = Field(
        "secretariat", description="whose days off move the due date"
    )
    ladder: Choice[Name | None] = Field(None, description="who is reminded; null says that nobody is")
    silence: Choice[Silence | None] = Field(
        None, description="what is assumed when nobody acts; without it nothing ever is"
    )


Recipient = Annotated[
    str,
    Field(
        description="a role, a fact of type person, `holder` (of the ball or task), `actor`, "
        "or `task NAME` (holders of its open instances)"
    ),
]


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


class Holder(Part):
    """Who has a task or may fire a trigger."""

    role: Choice[Name] | None = Field(None, description="a role, or a fact of type role")
    person: Name | None = Field(None, description="a fact of type person")
    next_of: Name | None = Field(
        None, description="a fact, list of person: the first who has not held this task since it was set"
    )
    count: Choice[int | Name] = Field(
        1, description="how many instances are opened where the effect does not say"
    )
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

    category: Literal["draft", "open", "waiting", "parked", "suspended", "closed"] = Field(
        description="what kind of place it is"
    )
    ball: Choice[Name | list[Name] | None] = Field(
        None, description="whose turn it is: a role, `task` (who has the open task), or both"
    )
    clock: Literal["runs", "held", "none"] = Field(
        "none", description="what the spanning clocks do here: count, are held, or do not matter"
    )
    interrupts: bool = Field(
        False, description="entering it freezes where the case was, for `to: interrupted` to put back"
    )
    due: Duty | None = Field(None, description="by when something must be done here")
    enter: Then = Field(default_factory=list, description="what happens on entering")


class Outcome(Part):
    """How a task may end.

    The first outcome asks for the task's form; the others take it if given, unless they say otherwise.
    """

    form: Name | None = Field(None, description="the form that this outcome asks for; null for none")
    by: Who | None = Field(None, description="default: whoever holds the task")
    guard: dict[Name, Cel] = Field(default_factory=dict, description="by name: what must hold")
    then: Then = Field(default_factory=list, description="what happens")


def _outcome_kind(value: Any) -> str:
    return "outcome" if isinstance(value, (dict, Outcome)) else "then"


OutcomeOrThen = Annotated[
    Annotated[Then, Tag("then")] | Annotated[Outcome, Tag("outcome")], Discriminator(_outcome_kind)
]


class Series(Part):
    """One scheduled instance per offset from an event."""

    from_: EventName = Field(alias="from", description="the event that sets the anchors")
    at: list[DurationText] = Field(description="how long after it, one instance each")


class TaskKind(Part):
    """Work asked of a role or a person inside a case."""

    for_: WhoItem = Field(alias="for", description="who has it")
    form: Name | None = Field(None, description="the form that its first outcome asks for")
    opens: OffsetText | None = Field(
        None, description="for a series: when the instance opens, from its anchor"
    )
    due: Duty | None = Field(None, description="by when")
    given: Then = Field(
        default_factory=list, description="when an instance opens, or is given to the person it waited for"
    )
    clock: Literal["runs", "held", "none"] | None = Field(
        None, description="overrides the state's while it has the ball"
    )
    side_work: bool = Field(False, description="side work never takes the ball")
    outcomes: dict[Name, OutcomeOrThen] = Field(description="by name: how it may end, and what then happens")
    all_ended: Then = Field(default_factory=list, description="what happens when its last instance has ended")
    nobody: Then | None = Field(
        None, description="what happens when nobody is left; default: the role above has it"
    )
    outlives_state: bool = Field(False, description="it stays open when the state that opened it is left")
    series: Series | None = Field(None, description="scheduled instances, counted from an event")


class Confirm(Part):
    """A second person confirms before anything moves; silence refuses unless it says otherwise."""

    by: WhoItem = Field(description="who confirms; never the person who proposed")
    within: Choice[DurationText] | None = Field(None, description="how long there is to confirm")
    ladder: Name | None = Field(None, description="who is reminded")
    silence: Literal["refused"] | None = Field(None, description="what happens when nobody confirms in time")


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

    trigger: Name = Field(description="its name; of several that share it the first that passes is taken")
    from_: Sources = Field(
        alias="from", description="states; `any open` stands for all not in draft or closed"
    )
    to: Choice[Name] | None = Field(None, description="a state, `interrupted`, or a choice of states")
    by: Who = Field(description="who may")
    form: Name | None = Field(None, description="the form it asks for")
    guard: dict[Name, Cel] = Field(
        default_factory=dict, description="by name: what must hold; a refusal names those that do not"
    )
    letter: Choice[Code | None] = Field(None, description="the letter that is written")
    then: Then = Field(default_factory=list, description="what happens")
    confirm: Choice[Confirm | None] = Field(
        None, description="who must confirm before anything moves; null for nobody"
    )
    about: Name | None = Field(None, description="a task: the caller names one open instance")


class Opening(Part):
    """How a case begins: who may open it, on which form, under which conditions."""

    by: Who = Field(description="who may")
    form: Name | None = Field(None, description="a form whose draft the case begins with")
    guard: dict[Name, Cel] = Field(default_factory=dict, description="by name: what must hold")


class LetterKind(Part):
    """A letter: the role that signs it, who receives it, who gets a copy.

    Its text stands in letters/CODE.LANGUAGE.md.
    """

    from_: Name = Field(alias="from", description="the role that signs it")
    to: list[Recipient] = Field(description="who gets it")
    copies: list[Recipient] = Field(default_factory=list, description="who gets a copy")


class Definition(Part):
    """What one kind of case may do. The first state is where a case begins."""

    key: Name = Field(description="what it is called; its folder has the same name")
    version: Annotated[int, Field(ge=1)] = Field(description="1, 2, 3 …; its folder is v1, v2, v3 …")
    languages: Annotated[list[str], Field(min_length=1)] = Field(
        description="every label and letter exists in these; the first is fallen back on"
    )
    number: str = Field(
        description="as TA-{year}-{serial:04}: given when the case first leaves category draft"
    )
    opening: Opening = Field(description="how a case begins")
    corrections: Who | None = Field(
        None, description="who may correct accepted answers, with a reason; default: nobody"
    )
    undo: Who | None = Field(
        None, description="who may take back the last act of another person; default: nobody"
    )
    roles: dict[Name, Role] = Field(description="who acts")
    facts: dict[Name, Fact] = Field(
        default_factory=dict, description="what guards, choices and letters may speak of"
    )
    ladders: dict[Name, list[Rung]] = Field(
        default_factory=dict, description="by name: reminders and escalations, in their order"
    )
    clocks: dict[Name, SpanningClock] = Field(
        default_factory=dict, description="stopwatches over several states"
    )
    states: dict[Name, State] = Field(description="the places; a case begins in the first")
    tasks: dict[Name, TaskKind] = Field(
        default_factory=dict, description="work asked of somebody within a case"
    )
    transitions: list[Transition] = Field(description="what may be done")
    letters: dict[Code, LetterKind] = Field(default_factory=dict, description="by code: the formal letters")
