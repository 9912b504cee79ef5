"""Where a case can be and what is done there: states, tasks, transitions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from workflow.rules.format.duties import Duty
from workflow.rules.format.effects import Then
from workflow.rules.format.people import Who, WhoItem
from workflow.rules.format.words import Cel, Choice, Code, DurationText, EventName, Name, OffsetText, Part


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
    judges: bool | None = Field(
        None,
        description="it appraises or decides, and so must keep out nationals; default: where a role that "
        "judges has it, or facts choose whose it is",
    )
    guard: dict[Name, Cel] = Field(default_factory=dict, description="by name: what must hold")
    then: Then = Field(default_factory=list, description="what happens")


def _outcome_kind(value: Any) -> str:
    return "outcome" if isinstance(value, (dict, Outcome)) else "then"


OutcomeOrThen = Annotated[
    Annotated[Then, Tag("then")] | Annotated[Outcome, Tag("outcome")], Discriminator(_outcome_kind)
]


class Declares(Part):
    """Whoever gets the task says first whether they have a conflict of interest, and till then sees only the
    card of the case. What the outcome's form then tells is for nobody but the auditor.
    """

    conflict: Name = Field(
        description="the outcome that declares a conflict: it ends the task, and puts them out of the case"
    )


class Engages(Part):
    """Whoever had the task sees the case on after it has ended, though they have no open task: an expert from
    the acceptance till the work is done. For roles that see what is `assigned`; not after a conflict.
    """

    by: list[Name] = Field(
        default_factory=list, description="the outcomes that engage; default: however it ended"
    )
    until: list[EventName] = Field(description="the events that end it; with none, it is for good")


class Series(Part):
    """One scheduled instance per offset from an event. An interruption of the state freezes them too: each
    comes as many days later as it lasted, unless the task has `outlives_state`.
    """

    from_: EventName = Field(alias="from", description="the event that sets the anchors")
    at: list[DurationText] = Field(description="how long after it, one instance each")


class TaskKind(Part):
    """Work asked of a role or a person inside a case."""

    for_: WhoItem = Field(alias="for", description="who has it")
    judges: bool | None = Field(
        None,
        description="it appraises or decides, and so must keep out nationals; default: where a role that "
        "judges has it, or facts choose whose it is",
    )
    declares: Declares | None = Field(
        None, description="whoever gets it declares first whether they have a conflict of interest"
    )
    engages: Engages | None = Field(
        None, description="whoever had it sees the case on after it has ended; default: nobody does"
    )
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
    group: Name | None = Field(
        None, description="the group that it belongs to; default: that of its form, without one `history`"
    )


class Confirm(Part):
    """A second person confirms before anything moves, or refuses with a reason; whoever proposed is told.

    Its `ladder` and `silence` count from what is allowed `within`; without `silence` it waits on.
    """

    by: WhoItem = Field(description="who confirms; never the person who proposed")
    judges: bool | None = Field(
        None, description="it decides, and so must keep out nationals; default: it does"
    )
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
    judges: bool | None = Field(
        None,
        description="it appraises or decides, and so must keep out nationals; default: where a role that "
        "judges has it, or facts choose whose it is",
    )
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
    declares_conflict: bool = Field(
        False,
        description="whoever does it declares a conflict of interest by it and is out of the case: somebody "
        "who is to decide stands aside; what its form tells is for nobody but the auditor",
    )


class Opening(Part):
    """How a case begins: who may open it, on which form, under which conditions."""

    by: Who = Field(description="who may")
    form: Name | None = Field(None, description="a form whose draft the case begins with")
    guard: dict[Name, Cel] = Field(default_factory=dict, description="by name: what must hold")
