"""Expressions of definitions, in CEL over declared facts. The law: what is not declared does not compile.

The only file that knows the CEL library. Each text is compiled twice: against typed functions, which finds
every fault with its place, and against untyped ones to run, since the library cannot tell overloads apart by
the type of a list's items.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

from workflow.errors import BadExpression, Undecided
from workflow.rules.language.expression_faults import a_type, before_fitting, explain, fit_literal, read
from workflow.rules.language.functions import FUNCTIONS, Function

ENGINE_FACTS: Mapping[str, str] = {"emergency": "boolean", "overdue": "boolean", "today": "date"}
_WORDS_OF_CEL = """
as break const continue else false for function has if import in let loop namespace null package return true
var void while
"""
SELDOM_THE_SAME = frozenset({"number", "person", "list of number", "list of person"})
"""Facts that hardly two cases share."""
RESERVED = frozenset(_WORDS_OF_CEL.split())


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression: its text, the facts it names and the type it gives (as list of date)."""

    text: str
    names: tuple[str, ...]
    type: str
    _answer: Callable[..., Any] = field(repr=False, compare=False)

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """The value over the facts that are there; dates come as `date` or ISO text and are given as `date`.

        Raises Undecided when a fact it cannot do without is absent, or it has no value (a division by zero).
        """
        # `when: emergency` is by far the commonest; CEL would only hand the fact back.
        if self.type == "boolean" and type(found := values.get(self.text)) is bool:
            return found
        try:
            return self._answer(*map(values.get, self.names))
        except RuntimeError as error:
            raise Undecided(self._absent(values), str(error)) from None

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it is true. What cannot be decided because a fact is absent does not hold."""
        try:
            return self.evaluate(values) is True
        except Undecided:
            return False

    def _absent(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(name for name in self.names if values.get(name) is None)


class Environment:
    """The facts that expressions may name, with their types; the engine's own are always among them."""

    def __init__(self, types: Mapping[str, str]) -> None:
        self.types = {**types, **ENGINE_FACTS}
        variables = {name: _cel_type(kind) for name, kind in self.types.items()}
        variables |= {f"has__{name}": cel.Type.BOOL for name in self.types}
        self._typed = cel.NewEnv(variables=variables, functions=_functions(_typed))
        self._untyped = cel.NewEnv(variables=variables, functions=_functions(_untyped))

    def compile(self, text: str, expected: str | None = None) -> Expression:
        """Compile a text that must give `expected`. Raises BadExpression with every fault and its place."""
        asked, prepared = _ask_for_presence(text)
        fitted, type_ = self._fit(prepared)
        if expected and not fits(type_, expected):
            raise BadExpression(((1, 1, f"this gives {a_type(type_)}; {a_type(expected)} is needed here"),))
        said = {*asked, *words(prepared)}
        names = tuple(name for name in self.types if name in said)
        program = self._untyped.compile(fitted)
        return Expression(
            text, names, type_, _answering(program, {name: self.types[name] for name in names}, asked)
        )

    def _fit(self, text: str) -> tuple[str, str]:
        """CEL mixes no integers and numbers: a literal beside a number is made one ("score > 60" is 60.0)."""
        attempt = text
        while True:
            try:
                return attempt, _type_name(self._typed.compile(attempt).return_type())
            except RuntimeError as error:
                raws = read(str(error))
            fitted = fit_literal(attempt, raws)
            if fitted is None:
                told = (before_fitting(text, attempt, raw) for raw in raws)
                raise BadExpression(tuple(explain(text, raw, self.types, FUNCTIONS) for raw in told))
            attempt = fitted


def words(text: str) -> set[str]:
    """The words that may be names of facts in a text, whatever else is wrong with it."""
    return {match["word"] for match in _WORDS.finditer(text) if match["word"]}


def fits(actual: str, expected: str) -> bool:
    """Whether one type may stand where another is needed: integers are numbers, roles and persons texts."""
    one, other = actual.removeprefix("list of "), expected.removeprefix("list of ")
    if (one == actual) != (other == expected):
        return False
    empty_list = one == "mixture" and one != actual
    texts = {"text", "role", "person"}
    return one == other or empty_list or (one, other) == ("integer", "number") or {one, other} <= texts


def _ask_for_presence(text: str) -> tuple[tuple[str, ...], str]:
    """`has(name)` becomes a boolean of the same length, so that the columns of faults stay right."""
    asked: dict[str, None] = {}

    def replace(match: re.Match[str]) -> str:
        if not match["asked"]:
            return match[0]
        asked[match["asked"]] = None
        return f"has__{match['asked']}".ljust(len(match[0]))

    prepared = _HAS.sub(replace, text)
    return tuple(asked), prepared


def _answering(program: Any, types: Mapping[str, str], asked: tuple[str, ...]) -> Callable[..., Any]:
    """Runs a program over the values of its facts, in their order; an absent one is None."""
    inputs = tuple(
        (name, _CONVERT.get(kind), f"has__{name}" if name in asked else "") for name, kind in types.items()
    )

    def answer(*values: Any) -> Any:
        data: dict[str, Any] = {}
        for (name, convert, presence), value in zip(inputs, values, strict=True):
            if value is not None:
                data[name] = convert(value) if convert else value
            if presence:
                data[presence] = value is not None
        result = program.eval(data=data)
        value = result.plain_value()
        if type(value) is str and result.type() == cel.Type.ERROR:
            raise RuntimeError(value)
        return _plain(value)

    # Of all other facts few are ever seen together, and the library takes longer than to look an answer up.
    return _remembering(answer) if SELDOM_THE_SAME.isdisjoint(types.values()) else answer


def _remembering(answer: Callable[..., Any]) -> Callable[..., Any]:
    known = lru_cache(maxsize=256)(answer)

    def remembered(*values: Any) -> Any:
        found = known(*(tuple(value) if type(value) is list else value for value in values))
        return found.copy() if type(found) is list else found

    return remembered


def _midnight(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    day = value if isinstance(value, date) else date.fromisoformat(value[:10])
    return datetime.combine(day, time.min, UTC)


def _floats(values: Any) -> list[float]:
    return [float(value) for value in values]


def _midnights(values: Any) -> list[datetime]:
    return [_midnight(value) for value in values]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _cel_type(kind: str) -> Any:
    inner = kind.removeprefix("list of ")
    return cel.Type.List(_TYPES[inner]) if inner != kind else _TYPES[kind]


def _type_name(cel_type: Any) -> str:
    name = str(cel_type)
    inner = name.removeprefix("LIST<").removesuffix(">") if name.startswith("LIST<") else name
    if inner not in _NAMES or (inner == "DYN" and inner == name):
        raise BadExpression(
            ((1, 1, "this gives nothing that a fact could hold; for spans of time use days_between()"),)
        )
    return f"list of {_NAMES[inner]}" if inner != name else _NAMES[inner]


def _functions(overloads: Callable[[str, Function], list[Any]]) -> list[Any]:
    return [cel.FunctionDecl(name, overloads(name, function)) for name, function in FUNCTIONS.items()]


def _typed(name: str, function: Function) -> list[Any]:
    return [
        cel.Overload(f"{name}_{place}", _cel_type(result), [_cel_type(one) for one in parameters])
        for place, (parameters, result) in enumerate(function.signatures)
    ]


def _untyped(name: str, function: Function) -> list[Any]:
    parameters = [
        cel.Type.LIST if one.startswith("list of ") else _cel_type(one) for one in function.signatures[0][0]
    ]
    result = _cel_type(function.signatures[0][1]) if len(function.signatures) == 1 else cel.Type.DYN
    return [cel.Overload(f"{name}_any", result, parameters, impl=function.run)]


_TYPES = {
    "boolean": cel.Type.BOOL,
    "integer": cel.Type.INT,
    "number": cel.Type.DOUBLE,
    "text": cel.Type.STRING,
    "date": cel.Type.TIMESTAMP,
    "role": cel.Type.STRING,
    "person": cel.Type.STRING,
}
_NAMES = {
    "BOOL": "boolean",
    "INT": "integer",
    "DOUBLE": "number",
    "STRING": "text",
    "TIMESTAMP": "date",
    "DYN": "mixture",
}
_CONVERT: dict[str, Callable[[Any], Any]] = {
    "number": float,
    "list of number": _floats,
    "date": _midnight,
    "list of date": _midnights,
    **dict.fromkeys(("list of text", "list of role", "list of boolean", "list of integer"), list),
}
_STRING = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|//[^\n]*"
_HAS = re.compile(rf"{_STRING}|\bhas\(\s*(?P<asked>[A-Za-z_]\w*)\s*\)")
_WORDS = re.compile(rf"{_STRING}|(?<![\w.])(?P<word>[A-Za-z_]\w*)")
