"""The format of a definition: what may stand in `definition.yaml`.

One pydantic model per construct; its JSON Schema is published. These values are also what the engine reads at
run time; expressions stay texts here and are compiled beside (definition.py).
"""

from workflow.rules.format.definition import Bulletin, Definition, LetterKind
from workflow.rules.format.duties import Duty, Rung, Session, Silence, Span, SpanningClock
from workflow.rules.format.effects import (
    EFFECTS,
    Effect,
    EndTask,
    Extend,
    FireTrigger,
    Notify,
    OpenAnotherCase,
    OpenTask,
    SendLetter,
    SetEmergency,
    Then,
)
from workflow.rules.format.facts import EVENT_REGISTERS, Fact, FactType
from workflow.rules.format.people import Holder, Role, Who, WhoItem
from workflow.rules.format.steps import (
    Confirm,
    Opening,
    Outcome,
    OutcomeOrThen,
    Series,
    Sources,
    State,
    TaskKind,
    Transition,
)
from workflow.rules.format.words import (
    Cel,
    Choice,
    Code,
    DurationText,
    EventName,
    EventNames,
    Name,
    OffsetText,
    Part,
    Recipient,
    When,
    is_choice,
)

__all__ = [
    "EFFECTS",
    "EVENT_REGISTERS",
    "Bulletin",
    "Cel",
    "Choice",
    "Code",
    "Confirm",
    "Definition",
    "DurationText",
    "Duty",
    "Effect",
    "EndTask",
    "EventName",
    "EventNames",
    "Extend",
    "Fact",
    "FactType",
    "FireTrigger",
    "Holder",
    "LetterKind",
    "Name",
    "Notify",
    "OffsetText",
    "OpenAnotherCase",
    "OpenTask",
    "Opening",
    "Outcome",
    "OutcomeOrThen",
    "Part",
    "Recipient",
    "Role",
    "Rung",
    "SendLetter",
    "Series",
    "Session",
    "SetEmergency",
    "Silence",
    "Sources",
    "Span",
    "SpanningClock",
    "State",
    "TaskKind",
    "Then",
    "Transition",
    "When",
    "Who",
    "WhoItem",
    "is_choice",
]
