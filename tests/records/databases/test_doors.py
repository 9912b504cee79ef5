"""The two doors, the same for both databases: what is committed, what is not, and what happens when the
database goes away.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import DBAPIError

from tests.postgres import PostgresServer
from workflow.errors import NotFound, Unavailable
from workflow.records import settings
from workflow.records.databases import Connection, Database, open_database
from workflow.records.databases.protocol import Again
from workflow.records.migrations import upgrade

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def note(connection: Connection, name: str, value: int = 0) -> None:
    settings.write(connection, name, {"value": value}, at=NOW)


def noted(database: Database, name: str) -> int | None:
    return database.reading(lambda connection: settings.read(connection, name)).get("value")


def count_up(connection: Connection) -> None:
    """Read, then write: only right if nobody comes between."""
    sql = "SELECT 1 FROM setting WHERE name = 'count' FOR UPDATE"
    if connection.dialect == "postgresql":
        connection.rows(sql)
    note(connection, "count", settings.read(connection, "count")["value"] + 1)


def test_what_a_work_returns_is_committed(database: Database) -> None:
    assert database.writing(lambda connection: note(connection, "one", 1)) is None
    assert noted(database, "one") == 1


def test_a_work_that_raises_leaves_nothing_and_its_exception_passes_unchanged(database: Database) -> None:
    error = NotFound("not here")

    def work(connection: Connection) -> None:
        note(connection, "one", 1)
        raise error

    with pytest.raises(NotFound) as raised:
        database.writing(work)
    assert raised.value is error
    assert noted(database, "one") is None


def test_what_is_held_back_is_seen_by_the_work_itself(database: Database) -> None:
    def work(connection: Connection) -> str:
        connection.write("INSERT INTO serial (definition, year, last) VALUES (?, ?, ?)", [("a", 2026, 4)])
        return str(connection.rows("SELECT last FROM serial WHERE definition = ?", ("a",))[0][0])

    assert database.writing(work) == "4"


def test_the_reading_door_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        database.reading(lambda connection: note(connection, "one"))
    assert noted(database, "one") is None


def test_a_reader_sees_one_moment_while_others_write(database: Database) -> None:
    database.writing(lambda connection: note(connection, "one", 1))

    def look(connection: Connection) -> tuple[object, object]:
        before = settings.read(connection, "one")
        database.writing(lambda other: note(other, "one", 2))
        return before, settings.read(connection, "one")

    assert database.reading(look) == ({"value": 1}, {"value": 1})
    assert noted(database, "one") == 2


def test_many_threads_lose_no_update(database: Database) -> None:
    database.writing(lambda connection: note(connection, "count", 0))
    with ThreadPoolExecutor(16) as threads:
        for _ in threads.map(lambda _: database.writing(count_up), range(200)):
            pass
    assert noted(database, "count") == 200


def test_works_that_fail_do_not_disturb_those_that_share_their_commit(database: Database) -> None:
    together = threading.Barrier(8)

    def work(place: int) -> str:
        together.wait()
        try:
            return database.writing(lambda connection: attempt(connection, place))
        except NotFound:
            return "refused"

    def attempt(connection: Connection, place: int) -> str:
        note(connection, f"n{place}", place)
        if place % 2:
            raise NotFound("odd")
        return "done"

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(work, range(8)))
    assert answers == ["done", "refused"] * 4
    assert [noted(database, f"n{place}") for place in range(8)] == [0, None, 2, None, 4, None, 6, None]


def test_a_work_is_done_again_when_transactions_crossed(database: Database) -> None:
    tries: list[int] = []

    def work(connection: Connection) -> int:
        tries.append(len(tries))
        note(connection, f"try{len(tries)}", len(tries))
        if len(tries) < 3:
            raise Again
        return len(tries)

    assert database.writing(work) == 3
    assert [noted(database, f"try{place}") for place in (1, 2, 3)] == [None, None, 3]


def test_a_broken_constraint_refuses_the_whole_work(database: Database) -> None:
    def work(connection: Connection) -> None:
        note(connection, "one", 1)
        connection.write("INSERT INTO serial (definition, year, last) VALUES (?, ?, ?)", [("a", 2026, -1)])

    with pytest.raises(Exception, match="ck_serial_last"):
        database.writing(work)
    assert noted(database, "one") is None


def test_a_lost_postgresql_is_unavailable_and_then_found_again_without_a_restart(
    durable_postgres: PostgresServer,
) -> None:
    database = open_database(durable_postgres.url())
    upgrade(database)
    database.writing(lambda connection: note(connection, "one", 1))
    durable_postgres.stop(mode="immediate")
    with pytest.raises(Unavailable):
        database.writing(lambda connection: note(connection, "two", 2))
    with pytest.raises(Unavailable):
        noted(database, "one")
    durable_postgres.start()
    assert noted(database, "one") == 1
    assert noted(database, "two") is None
    database.writing(lambda connection: note(connection, "two", 2))
    assert noted(database, "two") == 2
    database.close()


def test_connections_that_a_restart_of_postgresql_cut_are_replaced_unseen(
    durable_postgres: PostgresServer,
) -> None:
    database = open_database(durable_postgres.url(), connections=4)
    upgrade(database)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda place: database.writing(lambda c: note(c, f"n{place}", place)), range(40)))
    durable_postgres.stop()
    durable_postgres.start()
    database.writing(lambda connection: note(connection, "after", 1))
    assert noted(database, "after") == 1
    database.close()


def test_a_full_disk_is_unavailable_and_then_writing_goes_on(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    upgrade(database)

    def limit(pages: str) -> Callable[[Connection], None]:
        return lambda connection: connection.rows(f"PRAGMA max_page_count = {pages}") and None

    def fill(connection: Connection) -> None:
        for place in range(200):
            settings.write(connection, f"n{place}", {"text": "x" * 4000}, at=NOW)

    database.writing(limit("80"))
    with pytest.raises(Unavailable, match="full"):
        database.writing(fill)
    assert noted(database, "n0") is None
    database.writing(lambda connection: note(connection, "small", 1))
    database.writing(fill)  # The limit went with the connection that met it.
    assert noted(database, "small") == 1
    database.close()


def test_a_folder_that_is_not_there_is_unavailable_till_it_is(tmp_path: object) -> None:
    database = open_database(f"sqlite:///{tmp_path}/later/caseway.db")
    with pytest.raises(Unavailable):
        upgrade(database)
    (tmp_path / "later").mkdir()  # type: ignore[operator]
    upgrade(database)
    assert noted(database, "one") is None
    database.close()


def test_an_unknown_kind_of_database_is_named() -> None:
    with pytest.raises(Exception, match="'mysql' is not a database this engine knows; write sqlite:///"):
        open_database("mysql://localhost/x")


def test_a_work_that_opens_the_writing_door_again_is_told_instead_of_waiting_for_itself(
    sqlite_url: str,
) -> None:
    database = open_database(sqlite_url)
    upgrade(database)
    with pytest.raises(RuntimeError, match="opened the writing door again"):
        database.writing(lambda _: database.writing(lambda connection: note(connection, "one")))
    database.writing(lambda connection: note(connection, "one", 1))
    assert noted(database, "one") == 1
    database.close()
