"""Walking over a definition: every part with its path in the file. Defaults are not visited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workflow.rules import format as fmt
from workflow.rules.loading.nodes import Path


def walk(part: fmt.Part, path: Path = ()) -> Iterator[tuple[Path, fmt.Part]]:
    """The part itself and every part within it, outermost first."""
    yield path, part
    for key, value in fields(part):
        yield from _inner(value, (*path, key))


def fields(part: fmt.Part) -> Iterator[tuple[str, Any]]:
    """What is said in a part, under the keys of the file."""
    for name, field in type(part).model_fields.items():
        if name in part.model_fields_set:
            yield field.alias or name, getattr(part, name)


def choices(part: fmt.Part, path: Path) -> Iterator[tuple[Path, list[fmt.When[Any]]]]:
    """The choices that stand directly in a part, also those within lists and names of it."""
    for key, value in fields(part):
        yield from _choices(value, (*path, key))


def leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The plain values behind choices and lists: what may in the end stand there."""
    if isinstance(value, list):
        for place, item in enumerate(value):
            if isinstance(item, fmt.When):
                yield from leaves(item.is_, (*path, place, "is"))
            else:
                yield from leaves(item, (*path, place))
    else:
        yield path, value


def _inner(value: Any, path: Path) -> Iterator[tuple[Path, fmt.Part]]:
    if isinstance(value, fmt.Part):
        yield from walk(value, path)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _inner(item, (*path, place))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _inner(item, (*path, name))


def _choices(value: Any, path: Path) -> Iterator[tuple[Path, list[fmt.When[Any]]]]:
    if fmt.is_choice(value):
        yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _choices(item, (*path, name))
