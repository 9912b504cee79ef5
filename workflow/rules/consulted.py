"""Which registers the rules of a definition can ever ask.

Law: what nobody asks is not looked up, however cheap it seems.

A fact is asked when its name, or an expression that names it, stands anywhere outside the list of facts, or
in the text of a letter or message; and so are the facts that such a fact is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workflow.rules import format as fmt
from workflow.rules.language.expressions import Expression


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """What a fact asks of a register; `events` are those that it is to count."""

    fact: str
    register: str
    events: tuple[str, ...] = ()


def registers(
    format: fmt.Definition, expressions: Mapping[str, Expression], places: Iterable[str]
) -> tuple[Question, ...]:
    """What is asked, sorted by fact. `places` are the facts that letters and messages name."""
    asked: set[str] = set()
    left = [*places, *_named(format.model_dump(exclude={"facts"}), expressions)]
    while left:
        name = left.pop()
        if name in format.facts and name not in asked:
            asked.add(name)
            left += _named(format.facts[name].model_dump(), expressions)
    facts = ((name, format.facts[name]) for name in sorted(asked))
    return tuple(
        Question(name, fact.register_, tuple(fact.count or ()))
        for name, fact in facts
        if fact.register_ is not None
    )


def _named(value: Any, expressions: Mapping[str, Expression]) -> Iterator[str]:
    """Every text within a value that could be a fact's name, and the facts that its expressions name."""
    if isinstance(value, str):
        yield value
        yield from expressions[value].names if value in expressions else ()
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _named([key, item], expressions)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _named(item, expressions)
