"""Everybody whom a case concerns: who holds a mandate for its Party, its region or everywhere, and persons
that it names.

Law: it is read anew as soon as any mandate, delegation, person or Party has changed. The database itself
gives them another edition with every change, by whatever way it comes; until then the answer is remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from workflow.records.databases.protocol import Connection, Words
from workflow.records.persons import Reader
from workflow.records.values import loaded
from workflow.rules.case import Mandate

MANY = 8192
"""So many circles and parts of them are remembered before all are forgotten."""

EDITION = "(SELECT edition FROM edition WHERE name = 'people')"
"""The edition of all mandates, persons and Parties, for a statement that reads a case."""


class Circle(Struct, frozen=True):
    """`readers` are all of them by id, `conflicts` the Parties with which somebody declared one."""

    mandates: tuple[Mandate, ...]
    readers: Mapping[str, Reader]
    conflicts: Mapping[str, frozenset[str]]


class Around(Struct, frozen=True):
    """What a circle is drawn around: `roles` are those held for all or for this region, `persons` those that
    the case names or that look at it. What is held in roles `in_person` is lent to nobody.
    """

    party: str
    region: str | None
    roles: tuple[str, ...]
    persons: frozenset[str]
    today: date
    in_person: frozenset[str] = frozenset()


class Part(Struct, frozen=True):
    """A part of circles: what is held for a Party (`of` is its code), in one of the roles for all or for a
    region (`of` are the region and the roles), by a person (their id), or by those who stand in for one.
    """

    kind: str
    of: Any


class Holding(Struct, frozen=True):
    """A mandate of whatever time with its last day, who has it, and the Parties that they, and whom they have
    it for, declared a conflict of interest with.
    """

    mandate: Mandate
    until: str | None
    reader: Reader
    conflicts: tuple[tuple[str, frozenset[str]], ...]

    def on(self, day: str) -> bool:
        return self.mandate.since <= day and (self.until is None or self.until >= day)


def of(connection: Connection, around: Around, edition: str | None) -> Circle:
    """The circle in this edition. Each part of it is read once, and serves every other circle."""
    known = _remembered(connection, edition)
    circle: Circle | None = known.get(around)
    if circle is None:
        parts = _parts(around)
        if missing := [part for part in parts if part not in known]:
            known.update(_read(connection, missing))
        circle = known[around] = _drawn((held for part in parts for held in known[part]), around)
    return circle


def party_codes(connection: Connection, edition: str | None) -> frozenset[str]:
    """All Parties that there are in this edition, read once."""
    known = _remembered(connection, edition)
    codes: frozenset[str] | None = known.get("parties")
    if codes is None:
        codes = known["parties"] = frozenset(code for (code,) in connection.rows("SELECT code FROM party"))
    return codes


def _remembered(connection: Connection, edition: str | None) -> dict[Any, Any]:
    kept: tuple[str | None, dict[Any, Any]] | None = connection.remembered.get("circles")
    if kept is None or kept[0] != edition or len(kept[1]) >= MANY:
        kept = connection.remembered["circles"] = edition, {}
    return kept[1]


def _parts(around: Around) -> list[Part]:
    return [
        Part("party", around.party),
        Part("office", (around.region, around.roles)),
        *(Part(kind, person) for person in around.persons for kind in _OF_PERSONS),
    ]


def _drawn(held: Iterable[Holding], around: Around) -> Circle:
    """What is valid on that day. Who is meant twice stands in it once; the oldest mandates come first."""
    day = around.today.isoformat()
    counting = (one for one in held if one.on(day) and _counts(one.mandate, around))
    unique = {(one.mandate.id, one.mandate.via): one for one in counting}
    ordered = sorted(unique.values(), key=_age)
    return Circle(
        mandates=tuple(one.mandate for one in ordered),
        readers=MappingProxyType({one.mandate.person: one.reader for one in ordered}),
        conflicts=MappingProxyType(
            {person: parties for one in ordered for person, parties in one.conflicts if parties}
        ),
    )


def _counts(mandate: Mandate, around: Around) -> bool:
    return mandate.for_ is None or mandate.role not in around.in_person


def _age(held: Holding) -> tuple[str, str, str]:
    return held.mandate.since, held.mandate.id, held.mandate.via or ""


def _read(connection: Connection, parts: Sequence[Part]) -> dict[Part, list[Holding]]:
    """What each part holds, asked for in one statement."""
    kinds = {kind: [part for part in parts if part.kind == kind] for kind in _KINDS}
    asked = {kind: some for kind, some in kinds.items() if some}
    parameters = (one for kind, some in asked.items() for one in _parameters(connection, kind, some))
    found: dict[Part, list[Holding]] = {part: [] for part in parts}
    for kind, *row in connection.rows(_statement(connection.words, tuple(asked)), tuple(parameters)):
        own = asked[kind]
        part = Part(kind, row[_OF_PERSONS[kind]]) if kind in _OF_PERSONS else own[0]
        found[part].append(_holding(row))
    return found


def _holding(row: Sequence[Any]) -> Holding:
    (mandate, person, role, party, region, since, until, for_, via, definition,
     nations, name, language, title, conflicts, other_nations, other_conflicts) = row  # fmt: skip
    others, theirs, of_absent = loaded(other_nations) or (), loaded(conflicts), loaded(other_conflicts) or ()
    return Holding(
        Mandate(
            person,
            role,
            party,
            region,
            tuple(dict.fromkeys([*loaded(nations), *others])),
            mandate,
            str(since),
            tuple(dict.fromkeys([*theirs, *of_absent])),
            for_,
            via,
            definition,
        ),
        until and str(until),
        Reader(name, language, title),
        ((person, frozenset(theirs)), *([(for_, frozenset(of_absent))] if for_ else [])),
    )


def _parameters(connection: Connection, kind: str, parts: Sequence[Part]) -> tuple[Any, ...]:
    if kind in _OF_PERSONS:
        return (connection.listed(sorted(part.of for part in parts)),)
    if kind == "party":
        return (parts[0].of,)
    region, roles = parts[0].of
    return region, connection.listed(roles)


@cache
def _statement(words: Words, kinds: tuple[str, ...]) -> str:
    """One SELECT for each kind: an OR between them would make PostgreSQL read all mandates there are."""
    own = ", ".join(f"m.{name}" for name in _COLUMNS)
    people = "h.nationalities, h.name, h.language, h.title, h.conflicts, f.nationalities, f.conflicts"
    joined = "JOIN person h ON h.id = m.person LEFT JOIN person f ON f.id = m.for_person"
    return " UNION ALL ".join(
        f"SELECT '{kind}', {own}, {people} "
        f"FROM {'lent' if kind == 'stand_in' else 'authority'} m {joined} WHERE {_KINDS[kind](words)}"
        for kind in kinds
    )


_COLUMNS = (
    "id", "person", "role", "party", "region", "since", "until", "for_person", "via", "definition",
)  # fmt: skip
# The parts that are of persons, with the place of the person among the columns.
_OF_PERSONS = {"person": _COLUMNS.index("person"), "stand_in": _COLUMNS.index("for_person")}
# Who has something for the Party, for all or the region, or anywhere at all.
_KINDS: Mapping[str, Callable[[Words], str]] = {
    "party": lambda words: "m.party = ?",
    "office": lambda words: (
        f"m.party IS NULL AND (m.region IS NULL OR m.region = ?) AND {words.member.format('m.role')}"
    ),
    "person": lambda words: words.member.format("m.person"),
    "stand_in": lambda words: words.member.format("m.for_person"),
}
