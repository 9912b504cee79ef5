"""Copies of a case by bulk SQL: the benchmark's filler, so that thousands of cases stand at the same point
of the walk.

Only here are rows made behind the engine's back. Their audit chains are copies too and are not to be
verified.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlmodel import SQLModel

from tests.bench.grounds import BUILT_ON, PARTY
from tests.bench.walk import TABLES, Act, story
from workflow.records import tables
from workflow.records.databases import Connection, Database
from workflow.records.databases.sqlite import SQLite
from workflow.records.statements import columns
from workflow.rules.checks import named_files
from workflow.runtime.histories import PersonLine
from workflow.runtime.introducing import introduce
from workflow.runtime.library import package
from workflow.runtime.parties import read_parties

ROW_OF: Mapping[str, type[SQLModel]] = {
    "cases": tables.CaseRow,
    "task": tables.TaskRow,
    "clock": tables.ClockRow,
    "timer": tables.TimerRow,
    "answer": tables.AnswerRow,
    "audit": tables.AuditRow,
    "undo": tables.UndoRow,
    "file": tables.FileRow,
}
CHUNK = 100_000
SERIES = """WITH RECURSIVE series(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM series WHERE n < {last}),
    parties(place, code) AS (VALUES {parties})"""
LONG_AGO = "'2005-10-20 00:00:00.000000'"
ASKER = "asker-{}"
"""Who acts for a Party in the copies of its cases."""


@cache
def parties() -> tuple[str, ...]:
    """Parties that were bound by the treaty when the walk took place, and of whom nobody who acts in it is a
    national.
    """
    nationals = {code for person in story().persons for code in person.nationalities} - {PARTY}
    listed = read_parties(package() / "reference" / "parties.csv")
    bound = (
        one.code for one in listed if one.in_force_on and one.in_force_on < BUILT_ON.date().replace(year=2010)
    )
    return tuple(sorted(set(bound) - nationals))


def originals(database: Database, acts: Sequence[Act], persons: Sequence[PersonLine]) -> list[str]:
    """Put the case of each act down as it stood before it, living in the present; their ids."""
    introduce(database, persons)
    database.writing(lambda connection: askers(connection, "focal_point"))
    names = [f"original-{place}" for place in range(len(acts))]

    def work(connection: Connection) -> None:
        for name, act in zip(names, acts, strict=True):
            _lay_down(connection, name, act)

    database.writing(work)
    return names


def askers(connection: Connection, role: str) -> None:
    """One more focal point for every Party."""
    person = {"name": "Asker", "language": "en", "nationalities": [], "conflicts": [], "created_at": BUILT_ON}
    mandate = {"role": role, "since": date(2000, 1, 1), "reason": ""}
    names = [(ASKER.format(code), code) for code in parties()]
    connection.put(tables.PersonRow, [{"id": name, **person, "demonstration": True} for name, _ in names])
    connection.put(
        tables.MandateRow, [{"id": name, "person": name, "party": code, **mandate} for name, code in names]
    )


def copy(database: Database, original: str, prefix: str, count: int, *, first: int = 0) -> list[str]:
    """So many cases like this one, of one Party after the other beginning with the `first`; their ids.

    They were opened long ago: of hundreds in one year, which no Party has, each would count all others.
    """
    made = {"id": f"'{prefix}' || n", "case_id": f"'{prefix}' || n"}
    made |= {"number": f"CASE WHEN number IS NOT NULL THEN '{prefix}' || n END", "opened_at": LONG_AGO}
    code = f"(SELECT code FROM parties WHERE place = (n + {first}) % {len(parties())})"
    asker = f"CASE person WHEN '{ASKER.format(PARTY)}' THEN '{ASKER.format('')}' || {code} ELSE person END"
    made |= {"party": code}
    own = {"file": made | {"person": asker}}
    statements = [_multiplied(table, original, own.get(table, made), 0, count - 1) for table in ROW_OF]
    database.writing(lambda connection: [connection.write(sql, [()]) for sql in statements])
    return [f"{prefix}{n}" for n in range(count)]


def fill(
    database: Database,
    original: str,
    count: int,
    made: Mapping[str, str],
    tables: Collection[str] = ("cases", "timer"),
) -> None:
    """As many cases, with what the original has in the other `tables`. `made` are SQL expressions over `n` in
    place of the original's columns.

    Indexes are built afterwards, and what has no part in any measurement is left empty: it is only a crowd.
    """
    empty = {"number": "NULL", "accepted": "'{}'", "events": "'[]'", "frames": "'[]'"}
    made = {"id": "'filler-' || n", "case_id": "'filler-' || n", **empty, **made}
    with database.engine.connect() as connection:
        execute = connection.connection.cursor().execute
        indexes = _indexes(database, execute, tables)
        for name in indexes:
            execute(f"DROP INDEX {name}")
        for first in range(1, count + 1, CHUNK):
            last = min(first + CHUNK - 1, count)
            for table in tables:
                execute(_multiplied(table, original, made, first, last))
        for words in (*indexes.values(), "ANALYZE"):
            execute(words)


def _indexes(database: Database, execute: Callable[[str], Any], tables: Collection[str]) -> dict[str, str]:
    """The indexes of the tables that are filled, by name, with the words that make them."""
    filled = ", ".join(f"'{table}'" for table in tables)
    if isinstance(database, SQLite):
        kept = f"SELECT name, sql FROM sqlite_master WHERE tbl_name IN ({filled}) AND type = 'index'"
        return {name: words for name, words in execute(kept).fetchall() if words}
    # Rows that refer to nothing that is missing need no looking up, a million times over.
    execute("SET session_replication_role = replica")
    kept = f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({filled})"
    return {name: words for name, words in execute(kept).fetchall() if " UNIQUE " not in words}


def _lay_down(connection: Connection, name: str, act: Act) -> None:
    assert act.rows is not None
    definition = act.definition
    pin = {"key": definition.key, "version": definition.version, "digest": definition.digest}
    connection.put(tables.DefinitionRow, [pin | {"pinned_at": BUILT_ON}])
    for table in TABLES:
        for row in act.rows[table]:
            connection.put(ROW_OF[table], [_living(name, table, dict(row))])
    actor = act.command.actor
    author = ASKER.format(PARTY) if "focal_point" in actor.roles else actor.person
    if files := [_file(name, author, reference) for reference in _named(act)]:
        connection.put(tables.FileRow, files)


def _named(act: Act) -> set[str]:
    """The files that an act names: a history comes without them, in the present its author put them there."""
    return named_files(act.definition, getattr(act.command, "data", None))


def _file(name: str, person: str, reference: str) -> dict[str, Any]:
    told = {"name": "letter.pdf", "kind": "application/pdf", "size": 1, "person": person, "at": BUILT_ON}
    return {"case_id": name, "digest": reference.removeprefix("sha256:")} | told


def _living(name: str, table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row under its new name. A played history rests; this case is of the present."""
    if table == "cases":
        return row | {"id": name, "number": row["number"] and name, "historic": False}
    if table == "answer":
        del row["id"]
    woken = {"wake_at": row["at"]} if table == "timer" else {}
    return row | {"case_id": name} | woken


def _multiplied(table: str, original: str, made: Mapping[str, str], first: int, last: int) -> str:
    """The statement that makes the rows `first` to `last` of a table out of the original's."""
    parts = ", ".join(f"({place}, '{code}')" for place, code in enumerate(parties()))
    series = SERIES.format(first=first, last=last, parties=parts)
    own = columns(ROW_OF[table])
    listed = ", ".join(f'"{column}"' for column in own)
    values = ", ".join(made.get(column, f'"{column}"') for column in own)
    key = "id" if table == "cases" else "case_id"
    rows = f"SELECT {values} FROM {table}, series WHERE {key} = '{original}'"
    return f"INSERT INTO {table} ({listed}) {series} {rows}"
