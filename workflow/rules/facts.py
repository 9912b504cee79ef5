"""The facts of a case: flat, typed names that guards and choices see, read from their one source only when
asked for.

A guard, `by` and `confirm` see the answers just given and the events before the act; what happens because
of the act (target, effects, due times, letters) sees the act itself too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from workflow.errors import Undecided
from workflow.rules import format as fmt
from workflow.rules.case import Event

if TYPE_CHECKING:
    from workflow.rules.ledger import Ledger

T = TypeVar("T")
Read = Callable[["Facts", fmt.Fact], Any]
Source = tuple[Read, fmt.Fact]


class Facts(Mapping[str, Any]):
    """The facts of a ledger as it stands; an absent fact is None.

    Values are kept: make a new one after a change.
    """

    __slots__ = ("_known", "_ledger", "_sources")

    def __init__(self, ledger: Ledger, *, overdue: bool) -> None:
        self._ledger = ledger
        self._sources = ledger.definition.sources
        self._known: dict[str, Any] = {
            "emergency": ledger.emergency,
            "overdue": overdue,
            "today": ledger.today,
        }

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            self._known[name] = self._read(*self._sources[name])
        return self._known[name]

    def get(self, name: str, default: Any = None) -> Any:
        # Most are known already, and an expression asks for each.
        if name in self._known:
            return self._known[name]
        return self[name] if name in self._sources else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __contains__(self, name: object) -> bool:
        return name in self._sources

    def __len__(self) -> int:
        return len(self._sources)

    def evaluate(self, text: str) -> Any:
        """The value of an expression of the definition; None where a fact that it needs is absent."""
        expression = self._ledger.definition.expressions[text]
        try:
            return expression.evaluate(self)
        except Undecided:
            return None

    def holds(self, text: str) -> bool:
        return self.evaluate(text) is True

    def pick(self, choice: T | Sequence[fmt.When[T]]) -> T:
        """The value of a choice: its first branch that holds. A plain value is itself."""
        if not (isinstance(choice, list) and choice and isinstance(choice[0], fmt.When)):
            return cast(T, choice)
        return cast(T, choice[self.branch(choice)].is_)

    def branch(self, choice: Sequence[fmt.When[T]]) -> int:
        """The place of the first branch that holds; the last one has no condition."""
        return next(place for place, when in enumerate(choice) if when.when is None or self.holds(when.when))

    def _read(self, read: Read, fact: fmt.Fact) -> Any:
        value = read(self, fact)
        if value is None:
            value = fact.else_
        return date.fromisoformat(value) if fact.type == "date" and isinstance(value, str) else value

    def _latest_answer(self, fact: fmt.Fact) -> Any:
        return self._ledger.values.get(fact.from_ or "")

    def _of_each_instance(self, fact: fmt.Fact) -> list[Any] | None:
        task, _, path = (fact.each or "").partition(".")
        start = self._start(fact)
        if start is None:
            return None
        ended = (
            item
            for item in self._ledger.tasks.values()
            if item.name == task and item.status == "ended" and (item.ended_entry or 0) > start
        )
        wanted = (item for item in ended if fact.of is None or item.outcome in fact.of)
        return [item.values[path] for item in wanted if item.values.get(path) is not None]

    def _count_of_events(self, fact: fmt.Fact) -> int | None:
        events, counted = self._ledger.events, fact.count or []
        if fact.since is None:
            return sum(event.name in counted for event in events)
        last = _last(events, fact.since)
        return None if last is None else sum(event.name in counted for event in events[last + 1 :])

    def _date_of_event(self, fact: fmt.Fact) -> Any:
        last = _last(self._ledger.events, fact.on or [])
        return None if last is None else self._ledger.office.secretariat.date_of(self._ledger.events[last].at)

    def _person_of_event(self, fact: fmt.Fact) -> Any:
        acts = (self._ledger.values.get(f"who {event}") for event in fact.who or ())
        return max((act for act in acts if act), key=lambda act: act[0], default=(0, None))[1]

    def _register(self, name: str) -> Any:
        return self._ledger.office.registers.get(name)

    def _expression(self, fact: fmt.Fact) -> Any:
        return self.evaluate(fact.cel or "")

    def _choice(self, fact: fmt.Fact) -> Any:
        return self.pick(fact.choice)

    def _start(self, fact: fmt.Fact) -> int | None:
        """The audit entry of the latest of the events named by `since`; 0 without one, None when it never
        happened.
        """
        if fact.since is None:
            return 0
        last = _last(self._ledger.events, fact.since)
        return None if last is None else self._ledger.events[last].entry


_SOURCES: tuple[tuple[str, Read], ...] = (
    ("from_", Facts._latest_answer),
    ("each", Facts._of_each_instance),
    ("count", Facts._count_of_events),
    ("on", Facts._date_of_event),
    ("who", Facts._person_of_event),
    ("cel", Facts._expression),
    ("choice", Facts._choice),
)


def source_of(name: str, fact: fmt.Fact) -> Source:
    """The one way in which a fact is read. What registers say is known by the names of the facts."""
    if fact.register_ is not None:
        return lambda facts, _: facts._register(name), fact
    return next(read for present, read in _SOURCES if getattr(fact, present) is not None), fact


def field_at(data: Any, path: str) -> Any:
    """The value at a dotted path of answers; through a list, the values of its items.

    None where there is none.
    """
    key, _, rest = path.partition(".")
    value = data.get(key) if isinstance(data, Mapping) else None
    if not rest or value is None:
        return value
    if isinstance(value, list):
        return [found for item in value if (found := field_at(item, rest)) is not None]
    return field_at(value, rest)


def answer_moment(values: Mapping[str, Any], form: str) -> datetime | None:
    """When a form was last accepted, as kept beside the values that facts read from it."""
    text = values.get(f"@{form}")
    return None if text is None else datetime.fromisoformat(text)


def _last(events: list[Event], names: list[str]) -> int | None:
    return next((place for place in range(len(events) - 1, -1, -1) if events[place].name in names), None)
