"""What is wrong with an expression, in plain words: the CEL library's messages told with place and remedy."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

BUILT_IN = (
    "has",
    "size",
    "double",
    "int",
    "string",
    "exists",
    "all",
    "filter",
    "map",
    "startsWith",
    "contains",
)


@dataclass(frozen=True, slots=True)
class RawFault:
    """One fault as CEL tells it, with its line and column (from 1) in the expression's text."""

    line: int
    column: int
    message: str


def read(text: str) -> tuple[RawFault, ...]:
    """Every fault in an error text of the CEL library."""
    found = (RawFault(int(m["line"]), int(m["column"]), m["message"].strip()) for m in _FAULT.finditer(text))
    return tuple(dict.fromkeys(found))


def explain(
    text: str, raw: RawFault, facts: Collection[str], functions: Collection[str]
) -> tuple[int, int, str]:
    """(line, column, what is wrong and what would be right) for one fault of the expression `text`."""
    if unknown := _UNDECLARED.match(raw.message):
        return _unknown_name(text, raw, unknown["name"], facts, functions)
    if mixed := _MISMATCH.match(raw.message):
        return raw.line, raw.column, _mixed_types(mixed["name"], mixed["types"])
    if syntax := _SYNTAX.match(raw.message):
        return raw.line, raw.column, _broken_syntax(syntax["what"])
    return raw.line, raw.column, raw.message


def fit_literal(text: str, raws: tuple[RawFault, ...]) -> str | None:
    """The text with an integer literal beside a number written as a number; None if that is not the fault."""
    for raw in raws:
        mixed = _MISMATCH.match(raw.message)
        if mixed and mixed["types"] in ("double, int", "int, double"):
            at = sum(len(line) + 1 for line in text.split("\n")[: raw.line - 1]) + raw.column - 1
            operator = mixed["name"].strip("_")
            beside = (
                _AFTER.match(text, at + len(operator))
                if mixed["types"] == "double, int"
                else _BEFORE.search(text, 0, at)
            )
            if beside:
                return f"{text[: beside.end(1)]}.0{text[beside.end(1) :]}"
    return None


def before_fitting(text: str, fitted: str, raw: RawFault) -> RawFault:
    """The fault with its column in the text as it was written, without what was put into it to fit."""
    line, wanted = text.split("\n")[raw.line - 1], fitted.split("\n")[raw.line - 1]
    column = 0
    for place in range(min(raw.column - 1, len(wanted))):
        # What was put in is always a ".0" that the written line does not have there.
        column += column < len(line) and line[column] == wanted[place]
    return RawFault(raw.line, column + 1, raw.message)


def a_type(name: str) -> str:
    return f"{'an' if name[0] in 'aeio' else 'a'} {name}"


def _unknown_name(
    text: str, raw: RawFault, name: str, facts: Collection[str], functions: Collection[str]
) -> tuple[int, int, str]:
    called = text.split("\n")[raw.line - 1][raw.column - 1 : raw.column] == "("
    name = name.removeprefix("has__")
    known = [*functions, *BUILT_IN] if called else sorted(facts)
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known) or 'none'}"
    column = raw.column - len(name) if called else raw.column
    return raw.line, column, f"there is no {'function' if called else 'fact'} '{name}'; {hint}"


def _mixed_types(name: str, types: str) -> str:
    told = [_ours(part) for part in types.split(", ")]
    operator = name.strip("_@")
    if name == "_?_:_":
        return (
            f"both sides of '? :' must have one type; here they are {a_type(told[1])} and {a_type(told[2])}"
        )
    if set(told) == {"integer", "number"}:
        return f"'{operator}' does not mix an integer and a number; write 60.0 for 60, or double(name)"
    if operator.isidentifier() and operator != "in":
        return f"{operator}() cannot take {', '.join(a_type(one) for one in told)}"
    return f"'{operator}' cannot stand between {' and '.join(a_type(one) for one in told)}"


def _ours(cel_type: str) -> str:
    if inner := re.fullmatch(r"list\((.*)\)", cel_type):
        return f"list of {_ours(inner[1])}"
    return _OUR_WORDS.get(cel_type.removeprefix("google.protobuf.").lower(), cel_type)


def _broken_syntax(what: str) -> str:
    if "input '<EOF>'" in what:
        return "the expression ends too early"
    if found := re.search(r"(?:input|at:|token) '?(.+?)'?(?: expecting|$)", what):
        return f"'{found[1]}' cannot stand here"
    return what


_OUR_WORDS = {
    "bool": "boolean",
    "int": "integer",
    "double": "number",
    "string": "text",
    "timestamp": "date",
    "duration": "span of time",
    "dyn": "mixture",
}
_FAULT = re.compile(
    r"ERROR: <input>:(?P<line>\d+):(?P<column>\d+): (?P<message>[^\n]*?)(?: \[INVALID_ARGUMENT\])?(?:\n|$)"
)
_UNDECLARED = re.compile(r"undeclared reference to '(?P<name>\w+)'")
_MISMATCH = re.compile(r"found no matching overload for '(?P<name>[^']+)' applied to '\((?P<types>.*)\)'")
_SYNTAX = re.compile(r"Syntax error: (?P<what>.*)")
_AFTER = re.compile(r"\s*-?\s*(\d+)(?![\w.])")
_BEFORE = re.compile(r"(?<![\w.])(\d+)\s*$")
