"""One case as it stands, in one statement: the case, its tasks and running clocks, the mandates concerned,
its registers.

Law: what is asked of the database is one JSON array per part, in the order of the fields of rules/case.py,
so both databases answer the same text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

import orjson

from workflow.records.databases.protocol import Connection, Words
from workflow.records.registers import REGISTERS
from workflow.rules.case import Mandate

CASE = (
    "id", "definition", "version", "party", "region", "state", "revision", "entry", "serial", "opened_at",
    "entered_at", "number", "emergency", "closed", "historic", "parent", "accepted", "events", "frames",
    "letters", "head", "demonstration",
)  # fmt: skip
TASK = (
    "no", "name", "status", "role", "opened_in", "opened_at", "person", "assigned_by", "opens_at", "anchor",
    "outcome", "ended_at", "ended_entry", "trigger", "accepted",
)  # fmt: skip
CLOCK = ("no", "subject", "name", "calendar", "status", "terms", "due", "seen", "fires_at", "task")
JSON = frozenset({"accepted", "events", "frames", "terms"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read around a case.

    `roles` are those whose holders are looked up by region, `persons` further persons, `named_in` the fields
    of answers that name persons (a shortlist).
    """

    roles: tuple[str, ...]
    persons: tuple[str, ...]
    registers: tuple[str, ...]
    secretariat: str
    today: date
    named_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Concerned:
    """Everybody whom a case concerns.

    `readers` are the name and language of each, `conflicts` the Parties with which each has declared one.
    """

    mandates: tuple[Mandate, ...]
    readers: Mapping[str, tuple[str, str]]
    conflicts: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`row` (the case's), `tasks` and `clocks` are raw; `image` is the text that they were read from.

    `calendar`: of the Party.
    """

    row: list[Any] | None
    party_names: Mapping[str, str]
    tasks: list[list[Any]]
    clocks: list[list[Any]]
    image: str
    concerned: Concerned
    editions: tuple[str | None, str | None]
    calendar: str
    last_serial: int
    registers: list[Any]


def of_case(connection: Connection, case_id: str, wanted: Wanted) -> Snapshot | None:
    """The snapshot of a case that is there; None if it is not."""
    sql = _of_case(connection.words, wanted.registers, wanted.named_in)
    return _answered(connection, connection.rows(sql, (*_around(connection, wanted), case_id)))


def of_party(
    connection: Connection,
    case_id: str,
    definition: str,
    party: str,
    region: str | None,
    parent: str | None,
    wanted: Wanted,
) -> Snapshot | None:
    """What surrounds a case that is to be opened; None if there is no such Party."""
    sql = _of_party(connection.words, wanted.registers)
    own = (case_id, definition, party, region, parent)
    return _answered(connection, connection.rows(sql, (*_around(connection, wanted), *own)))


VALID = "x.since <= d.today AND (x.until IS NULL OR x.until >= d.today)"


def _around(connection: Connection, wanted: Wanted) -> tuple[Any, ...]:
    """The parameters of `_parts` and of its days, in the order of their places."""
    day, year_ago = wanted.today.isoformat(), _year_before(wanted.today)
    people = (connection.listed(wanted.roles), connection.listed(wanted.persons))
    return (*people, wanted.secretariat, wanted.today.year, day, connection.moment(year_ago))


def _year_before(day: date) -> datetime:
    return datetime(day.year - 1, day.month, min(day.day, 28), tzinfo=UTC)


@cache
def _of_case(words: Words, registers: tuple[str, ...], named_in: tuple[str, ...]) -> str:
    head = _array(words, "c", CASE)
    source = f"{_days(words)} d, cases c JOIN party p ON p.code = c.party"
    return f"{_parts(words, registers, head, named_in)} FROM {source} WHERE c.id = ?"


@cache
def _of_party(words: Words, registers: tuple[str, ...]) -> str:
    own = ", ".join(
        f"CAST(? AS varchar) AS {name}" for name in ("id", "definition", "party", "region", "parent")
    )
    source = f"{_days(words)} d, (SELECT {own}) c JOIN party p ON p.code = c.party"
    return f"{_parts(words, registers, 'NULL')} FROM {source}"


def _parts(words: Words, registers: tuple[str, ...], head: str, named_in: tuple[str, ...] = ()) -> str:
    running = "clock k WHERE k.case_id = c.id AND k.status <> 'stopped'"
    concerned = f"({_concerned(words, named_in)}) m JOIN person h ON h.id = m.person"
    facts = ", ".join(f"({REGISTERS[name]})" for name in registers)
    texts = (
        head,
        _gathered(words, _array(words, "t", TASK), "task t WHERE t.case_id = c.id"),
        _gathered(words, _array(words, "k", CLOCK), running),
        _gathered(words, _mandate(words), concerned),
        f"{words.array}({facts})",
        "p.names",
    )
    single = (
        "(SELECT edition FROM calendar WHERE code = ?)",
        "(SELECT edition FROM calendar WHERE code = COALESCE(p.calendar, p.code))",
        "COALESCE(p.calendar, p.code)",
        "(SELECT last FROM serial WHERE definition = c.definition AND year = ?)",
    )
    return f"SELECT {', '.join((*map(_as_text, texts), *single))}"


def _concerned(words: Words, named_in: tuple[str, ...]) -> str:
    """The mandates of the Party, of the office for all or for this region, of whoever holds a task here, of
    persons named.

    One part for each: a single condition with OR would make PostgreSQL read all mandates there are. Who is
    meant twice comes twice.
    """
    office = (
        f"x.party IS NULL AND (x.region IS NULL OR x.region = c.region) AND {words.member.format('x.role')}"
    )
    parts = (
        f"mandate x WHERE x.party = c.party AND {VALID}",
        f"mandate x WHERE {office} AND {VALID}",
        f"mandate x WHERE {words.member.format('x.person')} AND {VALID}",
        f"task t JOIN mandate x ON x.person = t.person WHERE t.case_id = c.id AND {VALID}",
        *(
            f"{_items(words, field)} v JOIN mandate x ON x.person = v.value WHERE {VALID}"
            for field in named_in
        ),
    )
    return " UNION ALL ".join(
        f"SELECT x.id, x.person, x.role, x.party, x.region, x.since FROM {part}" for part in parts
    )


def _items(words: Words, field: str) -> str:
    return words.items.format(column="c.accepted", key=field)


def _mandate(words: Words) -> str:
    own = ", ".join(f"m.{name}" for name in ("id", "person", "role", "party", "region"))
    lists = f"{words.embed.format('h.nationalities')}, h.language, {words.embed.format('h.conflicts')}"
    return f"{words.array}({own}, {lists}, h.name, m.since)"


def _days(words: Words) -> str:
    return f"(SELECT {words.day} AS today, {words.instant} AS year_ago)"


def _array(words: Words, alias: str, names: Sequence[str]) -> str:
    places = (
        words.embed.format(f'{alias}."{name}"') if name in JSON else f'{alias}."{name}"' for name in names
    )
    return f"{words.array}({', '.join(places)})"


def _gathered(words: Words, value: str, source: str) -> str:
    return f"(SELECT {words.gather}({value}) FROM {source})"


def _as_text(value: str) -> str:
    """JSON that is read here: otherwise one driver gives its text, the other has read it."""
    return f"CAST({value} AS text)"


@lru_cache(maxsize=256)
def _names(text: str) -> Mapping[str, str]:
    return MappingProxyType(orjson.loads(text))


# The cases of a Party concern the same persons, whose mandates seldom change.
@lru_cache(maxsize=1024)
def _everybody(text: str) -> Concerned:
    rows = {row[0]: row for row in orjson.loads(text)}.values()
    return Concerned(
        mandates=tuple(
            Mandate(person, role, party, region, tuple(nationalities), mandate, since)
            for mandate, person, role, party, region, nationalities, _, _, _, since in rows
        ),
        readers=MappingProxyType({row[1]: (row[8], row[6]) for row in rows}),
        conflicts=MappingProxyType({row[1]: row[7] for row in rows}),
    )


def _answered(connection: Connection, rows: list[tuple[Any, ...]]) -> Snapshot | None:
    if not rows:
        return None
    case, tasks, clocks, concerned, facts, names, office, party, calendar, last = rows[0]
    image = f'{{"row":{case or "null"},"tasks":{tasks or "[]"},"clocks":{clocks or "[]"}}}'
    return Snapshot(
        party_names=_names(names),
        image=image,
        **orjson.loads(image),
        concerned=_everybody(concerned or "[]"),
        editions=(office, party),
        calendar=calendar,
        last_serial=last or 0,
        registers=orjson.loads(facts),
    )
