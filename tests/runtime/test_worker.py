"""The worker: it does what falls due, rests while its database is away, and goes on by itself."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from apscheduler.triggers.interval import IntervalTrigger
from structlog.testing import capture_logs

from tests.postgres import PostgresServer
from tests.runtime.house import House, Post, enter, furnish
from workflow.errors import Unavailable
from workflow.records.databases import sqlite
from workflow.runtime.worker import Job, Worker, worker

OFTEN = IntervalTrigger(seconds=0.02)


def wait_for(what: Callable[[], bool], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


def fired(house: House) -> int:
    return int(house.rows("SELECT count(*) FROM audit WHERE person = 'engine'")[0][0])


def test_a_worker_fires_and_sends_what_is_due(house: House) -> None:
    house.submitted()
    house.clock.move(days=57)
    post = Post()
    running = worker(house.engine, post, every=0.02)
    running.start()
    try:
        wait_for(lambda: not house.rows("SELECT 1 FROM notice WHERE status <> 'sent'") and fired(house) == 5)
        assert running.age() < timedelta(seconds=30)
    finally:
        running.stop()
    assert len(post.sent) == 5, "two letters, one notice, one escalation, one digest"


def test_a_worker_that_was_stopped_begins_nothing_more(house: House) -> None:
    running = worker(house.engine, Post(), every=0.02)
    running.start()
    running.stop()
    house.submitted()
    house.clock.move(days=60)
    time.sleep(0.1)
    assert fired(house) == 0


def test_a_job_that_fails_rests_longer_each_time_and_comes_back() -> None:
    ticks: list[float] = []

    def fail_thrice() -> int:
        ticks.append(time.monotonic())
        if len(ticks) <= 3:
            raise Unavailable("away")
        return 0

    job = Job("fail thrice", OFTEN, fail_thrice)
    running = Worker([job])
    running.start()
    try:
        wait_for(lambda: len(ticks) > 4)
    finally:
        running.stop()
    pauses = [later - earlier for earlier, later in pairwise(ticks)]
    assert pauses[0] >= 0.25
    assert pauses[1] >= 0.5
    assert pauses[2] >= 1.0
    assert job.failures == 0


def test_a_job_whose_database_goes_with_the_worker_ends_quietly() -> None:
    begun, closed = threading.Event(), threading.Event()

    def work() -> int:
        begun.set()
        closed.wait(30)
        raise RuntimeError("Cannot operate on a closed database.")

    running = Worker([Job("hand over", OFTEN, work)])
    with capture_logs() as logs:
        running.start()
        assert begun.wait(30)
        ending = threading.Thread(target=running.stop)
        ending.start()
        wait_for(running._stopping.is_set)
        closed.set()
        ending.join()
    assert [one["log_level"] for one in logs if one.get("job") == "hand over"] == ["info"]


def test_a_job_that_hangs_is_seen_by_its_age() -> None:
    release = threading.Event()
    running = Worker([Job("hang", OFTEN, lambda: release.wait(30) * 0), Job("tick", OFTEN, lambda: 0)])
    running.start()
    try:
        wait_for(lambda: running.age() > timedelta(seconds=0.5))
    finally:
        release.set()
        running.stop()


def test_a_worker_survives_its_postgresql_going_away_and_coming_back(
    durable_postgres: PostgresServer,
) -> None:
    url = durable_postgres.url()
    furnish(url)
    house = enter(url)
    house.submitted()
    running = worker(house.engine, Post(), every=0.02)
    running.start()
    try:
        durable_postgres.stop(mode="immediate")
        with pytest.raises(Unavailable):
            house.submitted()
        house.clock.move(days=3)
        wait_for(lambda: any(job.failures > 0 for job in running._jobs))
        durable_postgres.start()
        wait_for(lambda: came_back(house))
    finally:
        running.stop()
        house.database.close()


def test_a_worker_survives_its_sqlite_file_being_locked(tmp_path: Path) -> None:
    path = tmp_path / "caseway.db"
    furnish(f"sqlite:///{path}")
    house = enter(f"sqlite:///{path}", patience=0.1)
    house.submitted()
    house.clock.move(days=3)
    intruder = sqlite.driver().connect(str(path), isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    running = worker(house.engine, Post(), every=0.02)
    running.start()
    try:
        wait_for(lambda: any(job.failures > 0 for job in running._jobs))
        assert fired(house) == 0
        intruder.execute("ROLLBACK")
        wait_for(lambda: fired(house) == 1)
    finally:
        running.stop()
        intruder.close()
        house.database.close()


def came_back(house: House) -> bool:
    try:
        return fired(house) == 1
    except Unavailable:
        return False
