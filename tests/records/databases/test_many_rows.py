"""A work that writes far more than one answer can hold: all of it arrives, on both databases, and none of it
waits for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from threading import Timer

import pytest

from tests.postgres import SharedPostgres
from workflow.records.databases import Connection, Database

SOON = 30.0
INSERT = "INSERT INTO serial (definition, year, last) VALUES (?, ?, ?)"


@pytest.fixture(autouse=True)
def cut_off(database: Database, database_kind: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """Ends a work that has waited so long that it never ends: its connection is cut, and the test fails."""
    if database_kind == "sqlite":
        yield
        return
    server: SharedPostgres = request.getfixturevalue("shared_postgres")
    timer = Timer(SOON, server.cut_off, [database.url])
    timer.start()
    yield
    timer.cancel()


def count(database: Database, condition: str) -> int:
    sql = f"SELECT COUNT(*) FROM serial WHERE {condition}"
    return int(database.reading(lambda connection: connection.rows(sql))[0][0])


def test_more_rows_than_one_statement_has_places_for_are_put_in_by_one_work(database: Database) -> None:
    rows = [(f"d{place}", 2026, place) for place in range(25_000)]
    database.writing(lambda connection: connection.write(INSERT, rows))
    assert count(database, "last < 25000") == 25_000


def test_more_than_fits_between_both_ends_is_sent_while_the_other_end_answers(database: Database) -> None:
    """Whoever only sends till all is sent, or only reads once something was sent, waits for the other end."""

    def work(connection: Connection) -> None:
        connection.write(INSERT, [("first", 2026, 1)])
        for _ in range(2_000):
            connection.write("SELECT CAST(? AS text)", [(4_000 * "x",)])
        connection.write(INSERT, [("last", 2026, 2)])

    database.writing(work)
    assert count(database, "definition IN ('first', 'last')") == 2
