"""Who sees what: the groups that an audience sees, and the engine's own among them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from workflow.rules.format.words import Cel, Name, Part

CARD, PERSONS, DEADLINES, HISTORY, LETTERS = "card", "persons", "deadlines", "history", "letters"

OWN_GROUPS = {
    CARD: "number, Party, state, whose turn it is, since when: seen by whoever may see the case",
    PERSONS: "the names of those who act",
    DEADLINES: "the clocks of the states and those that span states, explained",
    HISTORY: "every step that the case took, when and by whom; tasks and answers as far as they are seen",
    LETTERS: "the letters that are of no other group; what was written to a person that person sees",
}
"""The groups that every definition has. Forms may be put into them, too."""


class SeenGroup(Part):
    """A group that is seen only while a condition holds."""

    group: Name = Field(description="the group")
    when: Cel = Field(description="the condition, as of a consent: a CEL expression over declared facts")


class AllBut(Part):
    """All groups but some."""

    all_but: list[Name] = Field(description="the groups that are not seen")


def _item_kind(value: Any) -> str:
    return "name" if isinstance(value, str) else "group"


SeenItem = Annotated[
    Annotated[Name, Tag("name")] | Annotated[SeenGroup, Tag("group")], Discriminator(_item_kind)
]


def _seen_kind(value: Any) -> str:
    if isinstance(value, list):
        return "list"
    return "all" if isinstance(value, str) else "but"


Seen = Annotated[
    Annotated[Literal["all"], Tag("all")]
    | Annotated[AllBut, Tag("but")]
    | Annotated[list[SeenItem], Tag("list")],
    Discriminator(_seen_kind),
]
