"""Everybody whom a case concerns: who holds a mandate for its Party, its region or everywhere, and persons
that it names.

Law: it is read anew as soon as any mandate, person or Party has changed. The database itself gives them
another edition with every change, by whatever way it comes; until then the answer is remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

from workflow.records.databases.protocol import Connection, Words
from workflow.records.persons import Reader
from workflow.records.values import loaded
from workflow.rules.case import Mandate

MANY = 4096
"""So many circles are remembered before all are forgotten."""

EDITION = "(SELECT edition FROM edition WHERE name = 'people')"
"""The edition of all mandates, persons and Parties, for a statement that reads a case."""


@dataclass(frozen=True, slots=True)
class Circle:
    """`readers` are all of them by id, `conflicts` those who declared one with the Party of the case."""

    mandates: tuple[Mandate, ...]
    readers: Mapping[str, Reader]
    conflicts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Around:
    """What a circle is drawn around: `roles` are those held for all or for this region, `persons` those that
    the case names or that look at it.
    """

    party: str
    region: str | None
    roles: tuple[str, ...]
    persons: frozenset[str]
    today: date


def of(connection: Connection, around: Around, edition: str | None) -> Circle:
    """The circle in this edition, read once."""
    known = _remembered(connection, edition)
    circle: Circle | None = known.get(around)
    if circle is None:
        circle = known[around] = _read(connection, around)
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


def _read(connection: Connection, around: Around) -> Circle:
    day = around.today.isoformat()
    roles, named = connection.listed(around.roles), connection.listed(sorted(around.persons))
    found = connection.rows(
        _statement(connection.words),
        (around.party, day, day, around.region, roles, day, day, named, day, day),
    )
    rows = sorted({row[0]: row for row in found}.values(), key=lambda row: (row[5], row[0]))
    return Circle(
        mandates=tuple(
            Mandate(person, role, party, region, tuple(loaded(nationalities)), mandate, str(since))
            for mandate, person, role, party, region, since, nationalities, *_ in rows
        ),
        readers=MappingProxyType({row[1]: Reader(*row[7:10]) for row in rows}),
        conflicts=frozenset(row[1] for row in rows if around.party in loaded(row[10])),
    )


@cache
def _statement(words: Words) -> str:
    """One part for each kind: a single condition with OR would make PostgreSQL read all mandates there are.
    Who is meant twice comes twice.
    """
    valid = f"m.since <= {words.day} AND (m.until IS NULL OR m.until >= {words.day})"
    own = ", ".join(f"m.{name}" for name in ("id", "person", "role", "party", "region", "since"))
    kinds = (
        "m.party = ?",
        f"m.party IS NULL AND (m.region IS NULL OR m.region = ?) AND {words.member.format('m.role')}",
        words.member.format("m.person"),
    )
    return " UNION ALL ".join(
        f"SELECT {own}, h.nationalities, h.name, h.language, h.title, h.conflicts "
        f"FROM mandate m JOIN person h ON h.id = m.person WHERE {kind} AND {valid}"
        for kind in kinds
    )
