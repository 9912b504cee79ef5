"""Who sees what, as a table that people can read: a line per group, a column per audience."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from workflow.rules import format as fmt
from workflow.rules.definition import Definition

YES, NO = "yes", ""


class Line(Struct, frozen=True):
    """A group: what belongs to it, in words, and whether each audience sees it: "yes", "", or a condition."""

    group: str
    holds: tuple[str, ...]
    seen: tuple[str, ...]


def audiences_of(definition: Definition) -> tuple[str, ...]:
    """In the definition's order; those that it declares none for as they are presumed."""
    known = definition.audiences.outlooks
    return tuple(definition.format.audiences or sorted(known))


def lines(definition: Definition) -> tuple[Line, ...]:
    """The engine's own groups first, then the definition's in its order."""
    known = definition.audiences
    named = definition.format.groups or dict.fromkeys(sorted(known.forms.values()))
    groups = dict.fromkeys([*fmt.OWN_GROUPS, *named])
    return tuple(
        Line(
            group,
            tuple(_holds(definition, group)),
            tuple(_seen(definition, name, group) for name in audiences_of(definition)),
        )
        for group in groups
    )


def never_named(definition: Definition) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The roles whose persons are withheld, each with the audiences that never learn them."""
    roles = definition.format.roles.items()
    return tuple((name, tuple(role.blind)) for name, role in roles if role.blind)


def _holds(definition: Definition, group: str) -> Iterator[str]:
    if group in fmt.OWN_GROUPS:
        yield fmt.OWN_GROUPS[group]
    for name, form in definition.forms.items():
        if definition.audiences.forms.get(name) == group:
            yield _title(form.schema, name)
        for pointer, marked in form.groups:
            if marked == group:
                yield f"{_title(form.schema, name)}: {_field(form.schema, pointer)}"
    letters = [code for code, letter in definition.format.letters.items() if letter.group == group]
    if letters and group != fmt.LETTERS:
        yield f"letters {', '.join(letters)}"


def _seen(definition: Definition, audience: str, group: str) -> str:
    outlook = definition.audiences.outlooks[audience]
    if outlook.whole:
        return NO if group in outlook.hidden else YES
    if group in outlook.groups:
        return YES
    return next((when for one, when in outlook.under if one == group), NO)


def _title(schema: Any, name: str) -> str:
    return str(schema.get("title") or name.replace("_", " "))


def _field(schema: Any, pointer: str) -> str:
    """The titles on the way to a field."""
    told, place = [], schema
    for step in pointer.split("/")[1:]:
        place = place.get("items", {}) if step == "*" else place.get("properties", {}).get(step, {})
        if step != "*":
            told.append(_title(place, step))
    return ", ".join(told)
