"""Who acts: roles, and who holds a task or may fire a trigger."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from workflow.rules.format.words import Choice, Name, Part


class Role(Part):
    """A role that persons act in through mandates."""

    side: Literal["party", "secretariat", "expert", "donor", "body", "public"] = Field(
        description="whom the role speaks for"
    )
    sees: Literal["own_party", "portfolio", "assigned", "all", "pipeline", "none"] = Field(
        description="which cases somebody in this role may see"
    )
    judges: bool | None = Field(
        None,
        description="it appraises or decides: every act and task of it keeps out the nationals of the Party "
        "that asks; default: a role of an expert or a body does, any other does not",
    )
    above: Name | None = Field(
        None, description="the role that is told when nobody holds this one, and escalated to"
    )
    second_factor: bool = Field(
        False, description="whether who holds it signs in with a second factor or not at all"
    )
    designation: Literal["letter", "none"] = Field(
        "none",
        description="what a mandate needs: `letter`: the reference and date of the letter that designates",
    )
    audience: Name | None = Field(
        None, description="the audience that it is of; default: its side, and of a body the secretariat"
    )
    blind: list[Name] = Field(
        default_factory=list,
        description="audiences that never learn who acts in this role: names are withheld from them",
    )


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
        description="who may not: `nationals`, `conflicted`, `holders of TASK`, `who TRIGGER`; a task or a "
        "confirmation that so leaves nobody in the role goes to the role above",
    )


def _by_kind(value: Any) -> str:
    return "name" if isinstance(value, str) else "holder"


WhoItem = Annotated[Annotated[Name, Tag("name")] | Annotated[Holder, Tag("holder")], Discriminator(_by_kind)]


def _who_kind(value: Any) -> str:
    return "list" if isinstance(value, list) else "one"


Who = Annotated[
    Annotated[WhoItem, Tag("one")] | Annotated[list[WhoItem], Tag("list")], Discriminator(_who_kind)
]
