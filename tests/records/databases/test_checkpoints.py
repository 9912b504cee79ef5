"""The log of changes is brought into the file by a thread of its own, which nobody waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from workflow.errors import Unavailable
from workflow.records.databases import Connection, Database, checkpoints, open_database
from workflow.records.databases.checkpoints import ACTS, Checkpoints

SOON = 20.0


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path}/one.db")
    opened.writing(lambda connection: connection.write("CREATE TABLE note (text TEXT)", [()]))
    yield opened
    opened.close()


def until(said: Callable[[], bool]) -> bool:
    end = monotonic() + SOON
    while not said() and monotonic() < end:
        sleep(0.01)
    return said()


def threads() -> int:
    return sum(thread.name == "checkpoints" for thread in threading.enumerate())


def write(database: Database, acts: int) -> None:
    for _ in range(acts):
        database.writing(lambda connection: connection.write("INSERT INTO note VALUES (?)", [("x" * 3000,)]))


def test_what_was_written_comes_into_the_file(file: Database, tmp_path: Path) -> None:
    before = (tmp_path / "one.db").stat().st_size
    write(file, ACTS)
    assert until(lambda: (tmp_path / "one.db").stat().st_size >= before + ACTS * 3000)


def test_a_few_acts_are_not_worth_one(file: Database) -> None:
    before = threads()
    write(file, ACTS // 2)
    assert threads() == before


def test_the_writer_works_off_a_log_only_when_it_is_long(file: Database) -> None:
    def limit(connection: Connection) -> int:
        return int(connection.rows("PRAGMA wal_autocheckpoint")[0][0])

    assert file.writing(limit) == checkpoints.LONGEST


def test_no_act_waits_for_one() -> None:
    began, go = threading.Event(), threading.Event()

    def slow() -> None:
        began.set()
        assert go.wait(SOON)

    kept = Checkpoints(slow)
    kept.written(ACTS)
    assert began.wait(SOON)
    kept.written(10 * ACTS)
    go.set()
    kept.close()


def test_one_that_failed_is_tried_again() -> None:
    tried = []

    def full() -> None:
        tried.append(True)
        raise Unavailable

    kept = Checkpoints(full)
    for times in (1, 2):
        kept.written(ACTS)
        assert until(lambda times=times: len(tried) == times)
    kept.close()


def test_closing_ends_the_thread(file: Database) -> None:
    before = threads()
    write(file, ACTS)
    assert threads() == before + 1
    file.close()
    assert threads() == before
