"""Denials are counted by the hour, and nobody can flood them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workflow.records import denials
from workflow.records.databases import Database
from workflow.records.denials import ANYTHING, MOST, Denied
from workflow.records.pages import Place, Row

AT = datetime(2026, 3, 2, 9, 20, tzinfo=UTC)
ASKED = Denied("get_case", "c1", 404, "linh")


def note(database: Database, denied: Denied, at: datetime = AT, times: int = 1) -> None:
    database.writing(lambda connection: denials.note(connection, denied, at, times=times))


def listed(database: Database, **wanted: str) -> tuple[Row, ...]:
    return database.reading(lambda connection: denials.listed(connection, Place(limit=999), **wanted)).rows


def test_the_same_denial_is_counted_within_its_hour(database: Database) -> None:
    note(database, ASKED)
    note(database, ASKED, AT + timedelta(minutes=5))
    note(database, ASKED, AT + timedelta(hours=1))
    told = [(row["count"], row["first_at"], row["last_at"]) for row in listed(database)]
    later = AT + timedelta(hours=1)
    assert told == [(1, later, later), (2, AT, AT + timedelta(minutes=5))]


@pytest.mark.parametrize(
    "other",
    [
        Denied("get_case", "c2", 404, "linh"),
        Denied("get_case", "c1", 403, "linh"),
        Denied("list_tasks", "c1", 404, "linh"),
        Denied("get_case", "c1", 404, "colin"),
    ],
)
def test_another_denial_has_a_row_of_its_own(database: Database, other: Denied) -> None:
    note(database, ASKED)
    note(database, other)
    assert [row["count"] for row in listed(database)] == [1, 1]


def test_whoever_asks_for_ever_new_things_fills_no_more_rows(database: Database) -> None:
    for number in range(MOST + 20):
        note(database, Denied("get_case", f"c{number}", 404, "linh"))
    note(database, Denied("get_case", "c0", 404, "linh"))
    rows = listed(database)
    assert len(rows) == MOST + 1
    assert {row["asked"]: row["count"] for row in rows if row["count"] > 1} == {ANYTHING: 20, "c0": 2}


def test_of_nobody_the_network_is_told_and_no_more_than_so_many(database: Database) -> None:
    for number in range(MOST + 5):
        note(database, Denied("any", "", 401, source=f"10.0.{number}.0/24"))
    note(database, ASKED)
    rows = listed(database, person="")
    assert len(rows) == MOST + 1
    assert [row["count"] for row in rows if row["source"] == ANYTHING] == [5]


def test_what_was_asked_is_cut_to_length(database: Database) -> None:
    note(database, Denied("get_case", "x" * 5000, 404, "linh"), times=3)
    [row] = listed(database, person="linh")
    assert len(row["asked"]) == denials.LONGEST
    assert row["count"] == 3


def test_old_ones_are_forgotten(database: Database) -> None:
    note(database, ASKED)
    note(database, ASKED, AT + timedelta(days=2))
    assert database.writing(lambda connection: denials.forget(connection, AT + timedelta(days=1))) == 1
    assert len(listed(database)) == 1
