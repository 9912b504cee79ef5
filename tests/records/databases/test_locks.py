"""A lock that somebody else holds: who waits for it is told so when the database's patience ends, once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from tests.holding import SETTINGS, held
from tests.records.samples import NOW
from workflow.errors import Busy, Unavailable
from workflow.records import settings
from workflow.records.databases import Connection, Database, open_database

PATIENCE = 0.6


@pytest.fixture
def hasty(database: Database) -> Iterator[Database]:
    opened = open_database(database.url, patience=PATIENCE)
    yield opened
    opened.close()


def write(database: Database, name: str) -> float:
    """Writes; how long it took to be told that somebody else does."""
    began = time.monotonic()
    with pytest.raises(Busy):
        database.writing(lambda connection: settings.write(connection, name, {}, at=NOW))
    return time.monotonic() - began


def test_who_waits_for_a_lock_is_told_when_patience_ends_and_nothing_is_written(hasty: Database) -> None:
    with held(hasty.url, SETTINGS):
        assert PATIENCE * 0.8 < write(hasty, "one") < PATIENCE * 2
        assert hasty.reading(lambda connection: settings.starting_with(connection, "one")) == {}
    hasty.writing(lambda connection: settings.write(connection, "one", {}, at=NOW))
    assert list(hasty.reading(lambda connection: settings.starting_with(connection, "one"))) == ["one"]


def test_those_who_wait_behind_others_do_not_wait_anew_when_these_gave_up(hasty: Database) -> None:
    """They come one after the other, so that each finds one waiting already."""
    with held(hasty.url, SETTINGS), ThreadPoolExecutor(12) as threads:
        waited: list[Any] = []
        for place in range(12):
            waited.append(threads.submit(write, hasty, f"n{place}"))
            Event().wait(PATIENCE / 12)
        assert max(one.result() for one in waited) < PATIENCE * 1.8


def test_who_waits_for_a_turn_behind_a_slow_work_is_told_when_patience_ends(sqlite_url: str) -> None:
    hasty, begun, over = open_database(sqlite_url, patience=PATIENCE), Event(), Event()

    def slow(_: Connection) -> str:
        begun.set()
        over.wait(60)
        return "done"

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(hasty.writing, slow)
        begun.wait(20)
        assert write(hasty, "one") < PATIENCE * 2
        over.set()
        assert first.result(20) == "done"
    hasty.close()


def test_a_server_that_takes_no_writes_is_unavailable_until_it_does(postgresql_url: str) -> None:
    name, turn = make_url(postgresql_url).database, "SET default_transaction_read_only ="
    database = open_database(postgresql_url)
    database.writing(lambda one: one.write(f'ALTER DATABASE "{name}" {turn} on', [()]))
    database.close()  # What a database is told holds for new connections.
    with pytest.raises(Unavailable, match="read-only"):
        database.writing(lambda one: one.write("CREATE TABLE thing (name text)", [()]))
    assert database.reading(lambda one: one.rows("SELECT 1")) == [(1,)]
    database.close()
