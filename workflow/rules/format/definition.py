"""The whole of `definition.yaml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from workflow.rules.format.audiences import LETTERS, Seen
from workflow.rules.format.duties import Rung, SpanningClock
from workflow.rules.format.facts import Fact
from workflow.rules.format.people import Role, Who
from workflow.rules.format.steps import Opening, State, TaskKind, Transition
from workflow.rules.format.words import (
    Choice,
    Code,
    DateText,
    DurationText,
    KeptText,
    Name,
    Part,
    Recipient,
)


class LetterKind(Part):
    """A letter: the role that signs it, who receives it, who gets a copy.

    Its text stands in letters/CODE.LANGUAGE.md.
    """

    from_: Name = Field(alias="from", description="the role that signs it")
    to: list[Recipient] = Field(description="who gets it")
    copies: list[Recipient] = Field(default_factory=list, description="who gets a copy")
    group: Name = Field(LETTERS, description="the group it belongs to")
    discloses: list[Name] = Field(
        default_factory=list,
        description="groups of which it tells its readers what they do not see elsewhere: on purpose",
    )


class Bulletin(Part):
    """A list of the open cases that goes out again and again: to everybody in the roles, what they may see.

    Drafts, closed and historic cases are left out.
    """

    every: DurationText = Field(description="how often: so many days or months")
    from_: DateText = Field(
        alias="from", description="the first day; one that falls on a day off comes on the next working day"
    )
    to: list[Name] = Field(description="the roles that get it")
    in_full: list[Name] = Field(
        default_factory=list,
        description="those of them that are told of every case, also of what they may not see",
    )
    message: Name = Field("bulletin", description="its words: messages/NAME.LANGUAGE.md")


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
    requesting_parties: Name | None = Field(
        None,
        description="a fact, list of text: the codes of the Parties that ask, where several ask together",
    )
    roles: dict[Name, Role] = Field(description="who acts")
    audiences: dict[Name, Seen] = Field(
        default_factory=dict,
        description="by name: the groups that it sees, or `all`. Without any, the secretariat sees all, and "
        "everybody else the engine's own groups and the forms that their own side fills",
    )
    groups: dict[Name, list[Name]] = Field(
        default_factory=dict,
        description="by name: the forms that belong to it; every form belongs to one, and a field of it that "
        "is marked `x-group: NAME` to another one",
    )
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
    bulletins: dict[Name, Bulletin] = Field(
        default_factory=dict, description="by name: lists of open cases that go out again and again"
    )
    retention: dict[Name, Choice[KeptText]] = Field(
        default_factory=dict,
        description="by closed state: how long after its last entry a case that ended there keeps its "
        "personal values, in days or months, or `for_ever`; every closed state has one if a form has "
        "`x-personal` fields",
    )
