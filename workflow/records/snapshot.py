"""One case as it stands, in one statement: the case, its tasks and running clocks, its registers, and the
editions of what surrounds it.

Law: the database answers the case as one JSON array in the order of the fields of rules/case.py, so both
databases answer alike, and it is read without a word between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

import orjson
from msgspec import Struct

from workflow.records import circle, registers, values
from workflow.records.databases.protocol import Connection, Words
from workflow.records.history import BEGINNING
from workflow.rules.case import Case
from workflow.rules.consulted import Question

CASE = (
    "id", "definition", "version", "party", "region", "state", "revision", "entry", "serial", "opened_at",
    "entered_at", "number", "emergency", "closed", "historic", "parent", "accepted", "events", "frames",
    "tasks", "clocks", "letters",
)  # fmt: skip
TASK = (
    "no", "name", "status", "role", "opened_in", "opened_at", "person", "assigned_by", "opens_at", "anchor",
    "outcome", "ended_at", "ended_entry", "trigger", "accepted", "declared_at", "conflicted", "stood_in",
    "engaged",
)  # fmt: skip
CLOCK = ("no", "subject", "name", "calendar", "status", "terms", "due", "seen", "fires_at", "task")
EMBEDDED = {
    "embed": ("accepted", "events", "frames", "terms"),
    "instant": (
        "opened_at", "entered_at", "opens_at", "anchor", "ended_at", "due", "seen", "fires_at", "declared_at",
    ),
    "flag": ("emergency", "closed", "historic", "conflicted", "engaged"),
}  # fmt: skip


class Wanted(Struct, frozen=True):
    """What is to be read around a case. `secretariat` is the code of its calendar."""

    registers: tuple[Question, ...]
    secretariat: str
    today: date


class Snapshot(Struct, frozen=True):
    """`image` is the text that the case was read from, `head` the hash of its last audit entry,
    `ball` the role and the person whose turn it is.

    `calendar`: of the Party. `calendars` are the editions of the secretariat's and of that one, `people` that
    of all mandates, persons and Parties.
    """

    case: Case | None
    image: str
    head: str
    demonstration: bool
    ball: tuple[str | None, str | None]
    party_names: Mapping[str, str]
    calendars: tuple[str | None, str | None]
    people: str | None
    calendar: str
    last_serial: int
    registers: list[Any]


def of_case(connection: Connection, case_id: str, wanted: Wanted) -> Snapshot | None:
    """The snapshot of a case that is there; None if it is not."""
    sql = _of_case(connection.words, registers.named(wanted.registers))
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
    sql = _of_party(connection.words, registers.named(wanted.registers))
    own = (case_id, definition, party, region, parent)
    return _answered(connection, connection.rows(sql, (*_around(connection, wanted), *own)))


def _around(connection: Connection, wanted: Wanted) -> tuple[Any, ...]:
    """The parameters of `_parts` and of its days, in the order of their places."""
    year_ago = connection.moment(_year_before(wanted.today))
    counted = registers.parameters(connection, wanted.registers)
    return *counted, wanted.secretariat, wanted.today.year, wanted.today.isoformat(), year_ago


def _year_before(day: date) -> datetime:
    return datetime(day.year - 1, day.month, min(day.day, 28), tzinfo=UTC)


@cache
def _of_case(words: Words, asked: tuple[str, ...]) -> str:
    tasks = _gathered(words, "t", TASK, "task t WHERE t.case_id = c.id")
    clocks = _gathered(words, "k", CLOCK, "clock k WHERE k.case_id = c.id AND k.status <> 'stopped'")
    case = _array(words, "c", CASE, tasks=tasks, clocks=clocks)
    source = f"{_days(words)} d, cases c JOIN party p ON p.code = c.party"
    own = (case, "c.head", "c.demonstration", "c.ball_role", "c.ball_person")
    return f"{_parts(words, asked, *own)} FROM {source} WHERE c.id = ?"


@cache
def _of_party(words: Words, asked: tuple[str, ...]) -> str:
    own = ", ".join(
        f"CAST(? AS varchar) AS {name}" for name in ("id", "definition", "party", "region", "parent")
    )
    source = f"{_days(words)} d, (SELECT {own}) c JOIN party p ON p.code = c.party"
    return f"{_parts(words, asked, *['NULL'] * 5)} FROM {source}"


def _parts(words: Words, asked: tuple[str, ...], case: str, *own: str) -> str:
    facts = ", ".join(f"({registers.query(words, name)})" for name in asked)
    texts = (case, f"{words.array}({facts})", "p.names")
    single = (
        *own,
        "(SELECT edition FROM calendar WHERE code = ?)",
        "(SELECT edition FROM calendar WHERE code = COALESCE(p.calendar, p.code))",
        circle.EDITION,
        "COALESCE(p.calendar, p.code)",
        "(SELECT last FROM serial WHERE definition = c.definition AND year = ?)",
    )
    return f"SELECT {', '.join((*map(_as_text, texts), *single))}"


def _days(words: Words) -> str:
    return f"(SELECT {words.day} AS today, {words.moment} AS year_ago)"


def _array(words: Words, alias: str, names: Sequence[str], **inner: str) -> str:
    """A row's columns as a JSON array; what is `inner` stands in the place of its name."""
    places = (inner.get(name) or _embedded(words, f'{alias}."{name}"', name) for name in names)
    return f"{words.array}({', '.join(places)})"


def _embedded(words: Words, column: str, name: str) -> str:
    way = next((way for way, names in EMBEDDED.items() if name in names), None)
    return column if way is None else str(getattr(words, way)).format(column)


def _gathered(words: Words, alias: str, names: Sequence[str], source: str) -> str:
    return f"(SELECT {words.gather.format(_array(words, alias, names), f'{alias}.no')} FROM {source})"


def _as_text(value: str) -> str:
    """JSON that is read here: otherwise one driver gives its text, the other has read it."""
    return f"CAST({value} AS text)"


@lru_cache(maxsize=256)
def _names(text: str) -> Mapping[str, str]:
    return MappingProxyType(orjson.loads(text))


def _answered(connection: Connection, rows: list[tuple[Any, ...]]) -> Snapshot | None:
    if not rows:
        return None
    (image, facts, names, head, demonstration, role, person,
     office, party, people, calendar, last) = rows[0]  # fmt: skip
    return Snapshot(
        case=image and values.case(image),
        image=image or "",
        head=head or BEGINNING,
        demonstration=bool(demonstration),
        ball=(role, person),
        party_names=_names(names),
        calendars=(office, party),
        people=people,
        calendar=calendar,
        last_serial=last or 0,
        registers=orjson.loads(facts),
    )
