"""The baseline: the rows of one advance, written by hand-made SQL through the bare driver, in as few steps
as can be.

What an advance of the engine changed is found by comparing the case's rows before and after. The baseline
reads the rows that the engine reads, by their keys (the case, its tasks and clocks, its Party, the editions
of the calendars and of all mandates, the last number given, and for the register of duplicates the Party's
latest cases), and writes the very same rows: new ones with one INSERT per table, changed ones with an UPDATE
of what changed, the case's under its revision. It thinks nothing: all values are made beforehand.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
import psycopg
from sqlalchemy import JSON, Table

from workflow.records.databases import Connection, Database
from workflow.records.databases.protocol import PATIENCE
from workflow.records.databases.sqlite import driver, settle
from workflow.records.tables import METADATA

WRITTEN = ("cases", "task", "clock", "timer", "answer", "audit", "audit_value", "letter", "undo", "notice")
GUARDED = "cases"
COUNTED_UP = {"answer": "id"}
READ = (
    "SELECT * FROM cases WHERE id = ?{lock}",
    "SELECT * FROM task WHERE case_id = ?",
    "SELECT * FROM clock WHERE case_id = ? AND status <> 'stopped'",
    """SELECT p.*, (SELECT edition FROM calendar WHERE code = 'paris'),
    (SELECT edition FROM calendar WHERE code = COALESCE(p.calendar, p.code)),
    (SELECT edition FROM edition WHERE name = 'people'),
    (SELECT max(last) FROM serial WHERE definition = c.definition),
    (SELECT count(*) FROM (SELECT 1 FROM cases o WHERE o.party = c.party AND o.id <> c.id
        AND o.definition = c.definition AND o.category <> 'draft' ORDER BY o.opened_at DESC LIMIT 10) s)
    FROM cases c JOIN party p ON p.code = c.party WHERE c.id = ?""",
)
NUMBERED = "UPDATE serial SET last = last + 1 WHERE definition = ? AND year = ?"

Statement = tuple[str, tuple[Any, ...]]
Found = Mapping[str, Mapping[tuple[Any, ...], Mapping[str, Any]]]


@dataclass(frozen=True)
class Advance:
    """What one advance of one case writes, ready to be sent."""

    case: str
    writes: tuple[Statement, ...]
    whole: tuple[bytes, tuple[Any, ...]]


@dataclass(frozen=True)
class Pattern:
    """What an advance wrote for the case `case`; `number` is what it was called by it, if it was given a
    number.
    """

    case: str
    number: str | None
    writes: tuple[Statement, ...]
    rows: int

    def of(self, case: str) -> Advance:
        """The same for another case."""
        news = {self.case: case} | ({self.number: f"no-{case}"} if self.number else {})
        writes = tuple((sql, tuple(_renamed(one, news) for one in row)) for sql, row in self.writes)
        return Advance(case, writes, together(writes))


class Bare(ABC):
    """A client of the baseline, with a connection of its own."""

    @abstractmethod
    def advance(self, one: Advance) -> None:
        """Read, write and commit."""

    @abstractmethod
    def close(self) -> None: ...


class BareSQLite(Bare):
    def __init__(self, database: Database) -> None:
        path = database.engine.url.database
        self.driver = driver().connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        settle(self.driver, PATIENCE, read_only=False)

    def advance(self, one: Advance) -> None:
        execute = self.driver.execute
        execute("BEGIN IMMEDIATE")
        for sql in READ:
            execute(sql.format(lock=""), (one.case,)).fetchall()
        changed = [execute(sql, values).rowcount for sql, values in one.writes]
        assert changed[0] == 1, "nobody else may have moved the case"
        execute("COMMIT")

    def close(self) -> None:
        self.driver.close()


class BarePostgreSQL(Bare):
    """Two round trips: begin and read, then write everything in one statement and commit."""

    def __init__(self, database: Database) -> None:
        self.driver = psycopg.connect(database.url, autocommit=True)

    def advance(self, one: Advance) -> None:
        with self.driver.pipeline():
            self._run(b"BEGIN")
            read = [self._run(sql, (one.case,)) for sql in READ_AND_LOCK]
        for cursor in read:
            cursor.fetchall()
        with self.driver.pipeline():
            moved = self._run(*one.whole)
            self._run(b"COMMIT")
        assert moved.fetchall() == [(1,)], "nobody else may have moved the case"

    def close(self) -> None:
        self.driver.close()

    def _run(self, sql: bytes, values: Sequence[Any] = ()) -> psycopg.Cursor[Any]:
        return psycopg.RawCursor(self.driver).execute(sql, values, prepare=bool(values))


def together(writes: Sequence[Statement]) -> tuple[bytes, tuple[Any, ...]]:
    """All statements as one for PostgreSQL, the guarded one telling whether it moved its row."""
    parts = [
        f"w{place} AS ({sql}{' RETURNING 1' if not place else ''})" for place, (sql, _) in enumerate(writes)
    ]
    values = tuple(value for _, row in writes for value in row)
    return _numbered(f"WITH {', '.join(parts)} SELECT count(*) FROM w0"), values


def rows_of(connection: Connection, case: str) -> Found:
    """Every row of a case, as the bare driver gives and takes it, by primary key."""
    return {name: dict(_rows(connection, METADATA.tables[name], case)) for name in WRITTEN}


def pattern(case: str, before: Found, after: Found, counter: tuple[str, int]) -> Pattern:
    """What turns the rows `before` into those `after`. `counter`: definition and year whose numbers are
    counted.
    """
    number = next(iter(after[GUARDED].values()))["number"]
    named = number if next(iter(before[GUARDED].values()))["number"] is None else None
    writes = [one for name in WRITTEN for one in _changes(METADATA.tables[name], before[name], after[name])]
    if named:
        writes.append((NUMBERED, counter))
    return Pattern(case, named, tuple(writes), _count(before, after) + bool(named))


def _rows(
    connection: Connection, table: Table, case: str
) -> Iterable[tuple[tuple[Any, ...], dict[str, Any]]]:
    names = [column.name for column in table.columns]
    listed = ", ".join(f'"{name}"' for name in names)
    key = "id" if table.name == GUARDED else "case_id"
    texts = {column.name for column in table.columns if isinstance(column.type, JSON)}
    for row in connection.rows(f"SELECT {listed} FROM {table.name} WHERE {key} = ?", (case,)):
        values = dict(zip(names, row, strict=True))
        values |= {name: _as_text(values[name]) for name in texts}
        yield tuple(values[column.name] for column in table.primary_key), values


def _changes(
    table: Table, before: Mapping[Any, Mapping[str, Any]], after: Mapping[Any, Mapping[str, Any]]
) -> Iterable[Statement]:
    keys = [column.name for column in table.primary_key]
    for key, row in after.items():
        if key in before and (changed := {name: row[name] for name in row if row[name] != before[key][name]}):
            yield _update(table.name, keys, changed, before[key])
    for key in before.keys() - after.keys():
        yield f"DELETE FROM {table.name} WHERE {_equal(keys)}", tuple(key)
    fresh = [row for key, row in after.items() if key not in before]
    if fresh:
        yield _insert(table.name, [name for name in fresh[0] if name != COUNTED_UP.get(table.name)], fresh)


def _update(table: str, keys: list[str], changed: Mapping[str, Any], before: Mapping[str, Any]) -> Statement:
    guard = [*keys, *(["revision"] if table == GUARDED else [])]
    news = ", ".join(f'"{name}" = ?' for name in changed)
    values = (*changed.values(), *(before[name] for name in guard))
    return f"UPDATE {table} SET {news} WHERE {_equal(guard)}", values


def _insert(table: str, names: list[str], rows: list[Mapping[str, Any]]) -> Statement:
    listed = ", ".join(f'"{name}"' for name in names)
    places = f"({', '.join('?' * len(names))})"
    values = tuple(row[name] for row in rows for name in names)
    return f"INSERT INTO {table} ({listed}) VALUES {', '.join([places] * len(rows))}", values


def _count(before: Found, after: Found) -> int:
    """How many rows were made, changed or taken away."""
    return sum(
        before[name].get(key) != after[name].get(key)
        for name in WRITTEN
        for key in before[name].keys() | after[name].keys()
    )


def _equal(names: list[str]) -> str:
    return " AND ".join(f'"{name}" = ?' for name in names)


def _renamed(value: Any, news: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in news.items():
            value = value.replace(old, new)
    return value


def _as_text(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()


@cache
def _numbered(sql: str) -> bytes:
    """`?` as the server itself writes its places."""
    first, *rest = sql.split("?")
    return (first + "".join(f"${place}{part}" for place, part in enumerate(rest, start=1))).encode()


READ_AND_LOCK = tuple(
    _numbered(sql.format(lock=" FOR UPDATE") if place == 0 else sql) for place, sql in enumerate(READ)
)
