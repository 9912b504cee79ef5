"""Everybody whom a case concerns: who holds a mandate for its Party, its region or everywhere, and persons
that it names.

Law: it is read anew as soon as any mandate, person or Party has changed. The database itself gives them
another edition with every change, by whatever way it comes; until then the answer is remembered.
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
    the case names or that look at it.
    """

    party: str
    region: str | None
    roles: tuple[str, ...]
    persons: frozenset[str]
    today: date


class Part(Struct, frozen=True):
    """A part of circles: what is held for a Party (`of` is its code), in one of the roles for all or for a
    region (`of` are the region and the roles), or by a person (their id).
    """

    kind: str
    of: Any


class Holding(Struct, frozen=True):
    """A mandate of whatever time with its last day, and who holds it."""

    mandate: Mandate
    until: str | None
    reader: Reader

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
        *(Part("person", person) for person in around.persons),
    ]


def _drawn(held: Iterable[Holding], around: Around) -> Circle:
    """What is valid on that day. Who is meant twice stands in it once; the oldest mandates come first."""
    day = around.today.isoformat()
    unique = {one.mandate.id: one for one in held if one.on(day)}
    ordered = sorted(unique.values(), key=lambda one: (one.mandate.since, one.mandate.id))
    return Circle(
        mandates=tuple(one.mandate for one in ordered),
        readers=MappingProxyType({one.mandate.person: one.reader for one in ordered}),
        conflicts=MappingProxyType(
            {one.mandate.person: frozenset(one.mandate.conflicts) for one in ordered if one.mandate.conflicts}
        ),
    )


def _read(connection: Connection, parts: Sequence[Part]) -> dict[Part, list[Holding]]:
    """What each part holds, asked for in one statement."""
    kinds = {kind: [part for part in parts if part.kind == kind] for kind in _KINDS}
    asked = {kind: some for kind, some in kinds.items() if some}
    parameters = (one for kind, some in asked.items() for one in _parameters(connection, kind, some))
    found: dict[Part, list[Holding]] = {part: [] for part in parts}
    for kind, *row in connection.rows(_statement(connection.words, tuple(asked)), tuple(parameters)):
        own = asked[kind]
        part = own[0] if kind != "person" else Part(kind, row[1])
        found[part].append(_holding(row))
    return found


def _holding(row: Sequence[Any]) -> Holding:
    mandate, person, role, party, region, since, until, nationalities, name, language, title, conflicts = row
    return Holding(
        Mandate(
            person,
            role,
            party,
            region,
            tuple(loaded(nationalities)),
            mandate,
            str(since),
            tuple(loaded(conflicts)),
        ),
        until and str(until),
        Reader(name, language, title),
    )


def _parameters(connection: Connection, kind: str, parts: Sequence[Part]) -> tuple[Any, ...]:
    if kind == "person":
        return (connection.listed(sorted(part.of for part in parts)),)
    if kind == "party":
        return (parts[0].of,)
    region, roles = parts[0].of
    return region, connection.listed(roles)


@cache
def _statement(words: Words, kinds: tuple[str, ...]) -> str:
    """One SELECT for each kind: an OR between them would make PostgreSQL read all mandates there are."""
    own = ", ".join(f"m.{name}" for name in ("id", "person", "role", "party", "region", "since", "until"))
    return " UNION ALL ".join(
        f"SELECT '{kind}', {own}, h.nationalities, h.name, h.language, h.title, h.conflicts "
        f"FROM mandate m JOIN person h ON h.id = m.person WHERE {_KINDS[kind](words)}"
        for kind in kinds
    )


# Who holds something for the Party, for all or the region, or anywhere at all.
_KINDS: Mapping[str, Callable[[Words], str]] = {
    "party": lambda words: "m.party = ?",
    "office": lambda words: (
        f"m.party IS NULL AND (m.region IS NULL OR m.region = ?) AND {words.member.format('m.role')}"
    ),
    "person": lambda words: words.member.format("m.person"),
}
