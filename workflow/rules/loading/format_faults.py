"""What does not follow the format, in plain words: pydantic's errors, each at its place in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

from pydantic import Tag, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import TypeAliasType

from workflow.errors import DefinitionFault
from workflow.rules import format as fmt
from workflow.rules.loading.nodes import Path, Tree
from workflow.rules.loading.sources import meant, nearest


def faults(
    tree: Tree,
    error: ValidationError,
    root: type[fmt.Part] = fmt.Definition,
    origin: Callable[[Path], Path] = lambda path: path,
) -> Iterator[DefinitionFault]:
    """A fault for every error in a file of the format `root`, at the key or value it speaks of.

    `origin` tells where in the file a part stands, where the error is not of the file as it is.
    """
    told: dict[Path, str] = {}
    for details in error.errors(include_url=False):
        path = origin(path_of(details["loc"], root))
        if tree.is_unread(path):
            continue
        if details["type"] == "extra_forbidden":
            yield _unknown_key(tree, path, details["loc"], root)
        elif details["type"] == "missing":
            yield tree.fault(path, f"'{details['loc'][-1]}' is missing here")
        else:
            message = _message(details)
            told[path] = f"{told[path]}, or {message}" if path in told and message != told[path] else message
    for path, message in told.items():
        yield tree.fault(path, message)


def unknown_keys(
    tree: Tree, error: ValidationError, root: type[fmt.Part] = fmt.Definition
) -> list[DefinitionFault]:
    """A fault for every key of a file of the format `root` that there is not."""
    unknown = (one["loc"] for one in error.errors(include_url=False) if one["type"] == "extra_forbidden")
    return [_unknown_key(tree, path_of(loc, root), loc, root) for loc in unknown]


def path_of(loc: tuple[str | int, ...], root: type[fmt.Part] = fmt.Definition) -> Path:
    """The place in the file: pydantic's path without its own steps, the names of a union's members."""
    kinds: list[Any] = [root]
    path: list[str | int] = []
    for step in loc:
        tagged = [inner for kind in kinds for inner in _tagged(kind, step)]
        if not tagged and (isinstance(step, int) or not _PYDANTICS_OWN.fullmatch(step)):
            path.append(step)
        kinds = tagged or [inner for kind in kinds for inner in _within(kind, step)]
    return tuple(path)


def _unknown_key(tree: Tree, path: Path, loc: tuple[str | int, ...], root: type[fmt.Part]) -> DefinitionFault:
    hint = nearest(str(path[-1]), known_at(loc, root))
    return tree.key_fault(path, f"there is no key '{path[-1]}' here{hint}")


def _message(details: ErrorDetails) -> str:
    given, context = details["input"], details.get("ctx", {})
    if "error" in context:
        problems = getattr(context["error"], "faults", ())
        return problems[0].message if problems else str(context["error"])
    if details["type"] == "literal_error":
        options = [part.strip("'") for part in context["expected"].replace(" or ", ", ").split(", ")]
        return f"'{given}' cannot stand here; it is one of {', '.join(options)}{_meant(str(given), options)}"
    if details["type"] == "string_pattern_mismatch":
        return f"'{given}' cannot stand here; {_PATTERNS[context['pattern']]}"
    if details["type"].startswith("union_tag"):
        return "this is no effect; there is open, end, fire, extend, set_emergency, letter, notify, open_case"
    return _PLAIN.get(details["type"], details["msg"])


def _meant(given: str, options: list[str]) -> str:
    near = meant(given, options, 0.6)
    return f"; did you mean '{near}'?" if near else ""


def known_at(loc: tuple[str | int, ...], root: type[fmt.Part] = fmt.Definition) -> list[str]:
    """The keys that the part at `loc` may have."""
    kinds: list[Any] = [root]
    for step in loc[:-1]:
        tagged = [inner for kind in kinds for inner in _tagged(kind, step)]
        kinds = tagged or [inner for kind in kinds for inner in _within(kind, step)]
    return [key for kind in kinds for part in _members(kind) if _is_part(part) for key in keys(part)]


def keys(part: type[fmt.Part]) -> dict[str, Any]:
    """The keys of a part as they stand in a file, with what may stand under each."""
    return {field.alias or name: field.annotation for name, field in part.model_fields.items()}


def _tagged(kind: Any, step: str | int) -> Iterator[Any]:
    """The member of a union that pydantic calls `step`."""
    for member in _members(kind):
        if get_origin(member) is Annotated:
            inner, *marks = get_args(member)
            if any(isinstance(mark, Tag) and mark.tag == step for mark in marks):
                yield inner


def _within(kind: Any, step: str | int) -> Iterator[Any]:
    """What may stand under a key or in a list."""
    for member in _members(kind):
        inner = get_args(member)[0] if get_origin(member) is Annotated else member
        if get_origin(inner) is list and isinstance(step, int):
            yield get_args(inner)[0]
        elif get_origin(inner) is dict:
            yield get_args(inner)[1]
        elif _is_part(inner) and step in keys(inner):
            yield keys(inner)[str(step)]


def _members(kind: Any) -> tuple[Any, ...]:
    """The members of a union, those of unions within it included; else the kind itself."""
    if isinstance(origin := get_origin(kind), TypeAliasType):
        return _members_of_choice(*get_args(kind))
    inner = get_args(kind)[0] if origin is Annotated and not _has_tag(kind) else kind
    if get_origin(inner) in (Union, UnionType):
        return tuple(one for member in get_args(inner) for one in _members(member))
    return (inner,)


def _members_of_choice(kind: Any) -> tuple[Any, ...]:
    """A choice is the only alias; what its branches hold does not reach pydantic's class by substitution."""
    annotated, listed, branch = cast(Any, Annotated), cast(Any, list), cast(Any, fmt.When)
    return annotated[kind, Tag("value")], annotated[listed[branch[kind]], Tag("choice")]


def _has_tag(kind: Any) -> bool:
    return any(isinstance(mark, Tag) for mark in get_args(kind)[1:])


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, fmt.Part)


# As "int", "constrained-str" or "function-before[…]": which member of an untagged union it tried.
_PYDANTICS_OWN = re.compile(r"int|str|constrained-str|function-.*|.*\[.*\]")
_NAME = "a name is a word in lower case, as needs_assessment"
_EVENT = "an event is 'enter STATE', 'leave STATE', a trigger, or 'task.outcome'"
_PATTERNS = {
    r"^[a-z][a-z0-9_]*$": _NAME,
    r"^[A-Za-z][A-Za-z0-9_]*$": "the code of a letter is a word, as L02",
    r"^(enter |leave )?[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$": _EVENT,
}
_PLAIN = {
    "model_type": "a group of keys must stand here",
    "dict_type": "a group of names must stand here",
    "list_type": "a list must stand here",
    "string_type": "a text must stand here",
    "int_type": "a whole number must stand here",
    "int_parsing": "a whole number must stand here",
    "bool_type": "true or false must stand here",
    "bool_parsing": "true or false must stand here",
    "too_short": "this list must not be empty",
    "string_too_short": "this text must not be empty",
}
