"""What a history names, held against this house: definitions and their names, Parties, openings, the present.

Law: every line that could never be played here is named before anything is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from workflow.errors import BrokenHistory, Malformed
from workflow.records import parties, replays
from workflow.records.databases.protocol import Connection
from workflow.rules.audiences import CONFIRM
from workflow.rules.checks import nearest, unknown_party
from workflow.rules.definition import Definition
from workflow.runtime.histories import Act, ActLine, History
from workflow.runtime.library import Library

CONFIRMATION = ("confirmed", "refused")
Found = Iterator[tuple[int, str]]
"""Faults, each with the number of its line."""


@dataclass(frozen=True, slots=True)
class _House:
    """What there is here: `pinned` are the versions of the cases that earlier runs opened, `opened` the lines
    that open one.
    """

    library: Library
    codes: frozenset[str]
    pinned: Mapping[str, tuple[str, int]]
    opened: Mapping[str, Act]
    now: datetime


def vet(
    connection: Connection, library: Library, history: History, now: datetime, until: datetime | None
) -> None:
    """Raises BrokenHistory with every line that could not be played here, whatever comes before it."""
    opened = {act.said.case: act for act in reversed(history.acts) if act.said.open}
    pinned = replays.pins(connection, history.cases)
    house = _House(library, parties.codes(connection), pinned, opened, now)
    faults = sorted([*_of_persons(house, history), *_of_acts(house, history)])
    told = [f"line {line}: {said}" for line, said in faults]
    if until and until > now:
        told.insert(0, "until: this is in the future; a history is played up to now at the latest")
    if told:
        raise BrokenHistory("\n".join(told))


def _of_persons(house: _House, history: History) -> Found:
    introduced = {person.person for person in history.persons}
    for line, person in zip(history.person_lines, history.persons, strict=True):
        for mandate in person.mandates:
            if mandate.party is not None and mandate.party not in house.codes:
                yield line, f"mandates: {unknown_party(mandate.party)}"
        for lent in person.delegations:
            if lent.stand_in not in introduced:
                yield line, f"delegations: no line introduces '{lent.stand_in}'"


def _of_acts(house: _House, history: History) -> Found:
    homeless: set[str] = set()
    for act in history.acts:
        yield from _of_time(house, act)
        if act.said.open:
            yield from _of_opening(house, act)
        if not _has_a_beginning(house, act.said.case) and act.said.case not in homeless:
            homeless.add(act.said.case)
            yield act.line, _no_opening(house, act.said.case)
        if definition := _definition(house, act.said.case):
            yield from ((act.line, said) for said in _of_names(definition, act.said))


def _of_time(house: _House, act: Act) -> Found:
    ended = act.said.open.until if act.said.open else None
    for name, at in (("at", act.said.at), ("open.until", ended)):
        if at is not None and at > house.now:
            yield act.line, f"{name}: this is in the future; a history tells what has happened"


def _of_opening(house: _House, act: Act) -> Found:
    said = act.said
    try:
        _of_library(house.library, said)
    except Malformed as refusal:
        yield act.line, refusal.faults[0].message
    if said.open and said.open.party not in house.codes:
        yield act.line, f"open.party: {unknown_party(said.open.party)}"


def _has_a_beginning(house: _House, case: str) -> bool:
    """What a case opened by itself is named after it: its beginning is the other's."""
    names = (case, case.rpartition("#")[0])
    return any(name in house.opened or name in house.pinned for name in names)


def _no_opening(house: _House, case: str) -> str:
    known = sorted({*house.opened, *house.pinned})
    return f"case: no line opens the case '{case}'{nearest(case, known)}"


def _definition(house: _House, case: str) -> Definition | None:
    """The definition of the case; None where it cannot be known yet, or is not here."""
    try:
        if case in house.pinned:
            return house.library.get(*house.pinned[case])
        opening = house.opened.get(case)
        return _of_library(house.library, opening.said) if opening else None
    except Malformed:
        return None


def _of_library(library: Library, said: ActLine) -> Definition:
    """Raises Malformed."""
    newest = library.newest(said.definition or "")
    return newest if said.version is None else library.get(newest.key, said.version)


def _of_names(definition: Definition, said: ActLine) -> Iterator[str]:
    """The names that the definition does not have, each with the nearest that it has."""
    kind = definition.format.tasks.get(said.task or "")
    confirms = (said.task or "").startswith(CONFIRM)
    outcomes = kind.outcomes if kind else CONFIRMATION if confirms else (said.outcome,)
    tasks = (said.task,) if confirms else definition.format.tasks
    asked = (
        ("role", said.role, definition.format.roles),
        ("trigger", said.trigger, definition.transitions),
        ("task", said.task, tasks),
        ("outcome", said.outcome, outcomes),
        ("revise", said.revise, definition.forms),
    )
    for field, name, known in asked:
        if name is not None and name not in known:
            yield f"{field}: there is no '{name}'{nearest(name, [one for one in known if one])}"
