"""A definition compiled: its format values with expressions, forms, machine and wording beside.

Immutable; one per version.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, TypeVar

from workflow.rules import consulted
from workflow.rules import format as fmt
from workflow.rules.audiences import Audiences, audiences
from workflow.rules.consulted import Question
from workflow.rules.facts import Source, source_of
from workflow.rules.language.expressions import Expression
from workflow.rules.language.forms import Form
from workflow.rules.machine import Machine, build, sources


@dataclass(frozen=True, slots=True)
class LetterText:
    """The text of a letter or message in one language: a subject and a body with {fact} places."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """`expressions` are by their text, `forms` by name, `transitions` by trigger and `leaving` by state, in
    the file's order; `ways` are the transitions by (state, trigger), each with its place in the file.

    `reads` maps a form to the field paths that facts read from it ("days", "budget.total"), `task_reads`
    the same by task. A case keeps only `named_events`, and who did the `remembered` triggers and outcomes.
    `starts`, `stops` and `series` say which spanning clocks and tasks an event begins or ends; `releases`,
    whose engagement: that of who had these tasks. `wording`
    maps a language to message ids and texts; `letters` maps (code or message name, language) to texts;
    `places` are the facts that a letter's text names, in any language. `registers` are what the rules can
    ask of registers; `sources` say how each fact is read; `audiences` who sees what.
    """

    format: fmt.Definition
    digest: str
    expressions: Mapping[str, Expression]
    forms: Mapping[str, Form]
    wording: Mapping[str, Mapping[str, str]]
    letters: Mapping[tuple[str, str], LetterText]
    machine: Machine
    transitions: Mapping[str, tuple[fmt.Transition, ...]]
    leaving: Mapping[str, tuple[fmt.Transition, ...]]
    ways: Mapping[tuple[str, str], tuple[tuple[int, fmt.Transition], ...]]
    reads: Mapping[str, tuple[str, ...]]
    task_reads: Mapping[str, tuple[str, ...]]
    named_events: frozenset[str]
    remembered: frozenset[str] = frozenset()
    registers: tuple[Question, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    starts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stops: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    series: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    releases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    audiences: Audiences = field(default_factory=lambda: Audiences({}, {}, {}, {}, {}, {}, {}))

    @property
    def key(self) -> str:
        return self.format.key

    @property
    def version(self) -> int:
        return self.format.version

    @property
    def initial(self) -> str:
        return next(iter(self.format.states))

    def label(self, message: str, language: str) -> str:
        """The words for a message id as `state.submitted`, in the language, else in the first language,
        else the id itself.
        """
        for candidate in (language, self.format.languages[0]):
            if text := self.wording.get(candidate, {}).get(message):
                return text
        return message


def assemble(
    format: fmt.Definition,
    *,
    digest: str,
    expressions: Mapping[str, Expression],
    forms: Mapping[str, Form],
    wording: Mapping[str, Mapping[str, str]],
    letters: Mapping[tuple[str, str], LetterText],
) -> Definition:
    """Put a definition together from parts that are already proved to fit; everything derived is derived
    here, once.
    """
    named = places_of(format, letters)
    spoken_of = (name for names in named.values() for name in names)
    return Definition(
        format=format,
        digest=digest,
        expressions=expressions,
        forms=forms,
        wording=wording,
        letters=letters,
        machine=build(format),
        reads=_reads(fact.from_ for fact in format.facts.values()),
        task_reads=_reads(fact.each for fact in format.facts.values()),
        named_events=frozenset(_named_events(format)),
        remembered=frozenset(_remembered(format)),
        registers=consulted.registers(format, expressions, spoken_of),
        sources={name: source_of(name, fact) for name, fact in format.facts.items()},
        places=named,
        audiences=audiences(format, forms, expressions),
        **_ways(format),
        **_begun_and_ended(format),
    )


def places_of(
    format: fmt.Definition, letters: Mapping[tuple[str, str], LetterText]
) -> dict[str, tuple[str, ...]]:
    """The facts that the text of a letter or message names, in any language, by its code or name."""
    return _group(dict.fromkeys(_places(format, letters)))


def _ways(format: fmt.Definition) -> dict[str, Any]:
    """The transitions, found by trigger, by state, and by both."""
    leaving = [
        (state, place, item)
        for place, item in enumerate(format.transitions)
        for state in sources(format, item)
    ]
    return {
        "transitions": _group((item.trigger, item) for item in format.transitions),
        "leaving": _group((state, item) for state, _, item in leaving),
        "ways": _group(((state, item.trigger), (place, item)) for state, place, item in leaving),
    }


def _begun_and_ended(format: fmt.Definition) -> dict[str, Any]:
    """What an event begins or ends: spanning clocks, series, engagements."""
    clocks, tasks = format.clocks.items(), format.tasks.items()
    return {
        "starts": _group((event, name) for name, clock in clocks for event in _listed(clock.from_)),
        "stops": _group((event, name) for name, clock in clocks for event in clock.until),
        "series": _group((task.series.from_, name) for name, task in tasks if task.series),
        "releases": _group(
            (event, name) for name, task in tasks if task.engages for event in task.engages.until
        ),
    }


K = TypeVar("K")
V = TypeVar("V")


def _group(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


def _reads(paths: Iterable[str | None]) -> dict[str, tuple[str, ...]]:
    unique = dict.fromkeys(path for path in paths if path)
    return _group((path.partition(".")[0], path.partition(".")[2]) for path in unique)


def _places(
    format: fmt.Definition, letters: Mapping[tuple[str, str], LetterText]
) -> Iterable[tuple[str, str]]:
    for (code, _), text in letters.items():
        for _, name, _, _ in Formatter().parse(f"{text.subject}\n{text.body}"):
            if name in format.facts:
                yield code, str(name)


def _remembered(format: fmt.Definition) -> Iterable[str]:
    for fact in format.facts.values():
        yield from fact.who or ()
    whos = [
        *(transition.by for transition in format.transitions),
        *(task.for_ for task in format.tasks.values()),
        *(branch.by for transition in format.transitions for branch in confirmations(transition)),
    ]
    for who in whos:
        for holder in who if isinstance(who, list) else [who]:
            if isinstance(holder, fmt.Holder):
                yield from [rule[4:] for rule in holder.except_ if rule.startswith("who ")]


def confirmations(transition: fmt.Transition) -> list[fmt.Confirm]:
    """Every confirmation that a transition may ask for, whatever its choice says."""
    choice = transition.confirm
    branches = [branch.is_ for branch in choice] if isinstance(choice, list) else [choice]
    return [branch for branch in branches if branch is not None]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _named_events(format: fmt.Definition) -> Iterable[str]:
    for fact in format.facts.values():
        yield from fact.count or ()
        yield from fact.on or ()
        yield from fact.since or ()
