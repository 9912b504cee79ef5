"""How often somebody may try, as rows."""

from __future__ import annotations

from datetime import timedelta

from tests.records.samples import NOW
from workflow.records import throttles
from workflow.records.databases import Connection, Database
from workflow.records.throttles import NOTHING, Rate

RATE = {"account": Rate(burst=2, every=timedelta(seconds=30))}


def test_a_good_attempt_that_was_forgotten_meanwhile_is_no_fault(database: Database) -> None:
    def work(connection: Connection) -> None:
        later = NOW + timedelta(minutes=1)
        assert throttles.charge(connection, RATE, NOW) == NOTHING
        assert throttles.forget(connection, later) == 1
        throttles.give_back(connection, RATE, later)
        assert [throttles.charge(connection, RATE, later) for _ in range(2)] == [NOTHING, NOTHING]
        assert throttles.charge(connection, RATE, later) == timedelta(seconds=30)

    database.writing(work)
