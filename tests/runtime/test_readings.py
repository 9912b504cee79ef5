"""Reading a case in detail is noted once per person, case and day, before the answer is given."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.runtime.house import House
from workflow.errors import Unavailable
from workflow.records.databases.protocol import Connection


def noted(house: House) -> list[tuple[Any, ...]]:
    return house.rows("SELECT person, case_id, CAST(day AS text) FROM reading ORDER BY day, person")


def test_who_of_the_secretariat_reads_a_case_is_noted_once_a_day(house: House) -> None:
    case, engine = house.submitted(), house.engine
    for _ in range(3):
        engine.view(case, by="sup")
        engine.actions(case, by="sup")
    assert noted(house) == [("sup", case, "2026-03-02")]
    house.clock.move(days=1)
    engine.view(case, by="sup")
    house.engine.view(case, by="sup")  # another process
    assert [row[2] for row in noted(house)] == ["2026-03-02", "2026-03-03"]


def test_a_reading_of_the_party_or_an_act_is_none(house: House) -> None:
    case = house.submitted()
    house.engine.view(case, by="nfp")
    house.engine.advance(case, "send_to_review", by="sc")
    assert noted(house) == []


def test_what_was_noted_costs_no_write_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case, engine = house.submitted(), house.engine
    engine.view(case, by="sup")
    with monkeypatch.context() as patched:
        patched.setattr(house.database, "writing", lambda work: pytest.fail("it writes"))
        engine.view(case, by="sup")


def test_what_cannot_be_noted_is_not_given(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case, engine = house.submitted(), house.engine

    def away(work: Any) -> Any:
        raise Unavailable()

    monkeypatch.setattr(house.database, "writing", away)
    with pytest.raises(Unavailable):
        engine.view(case, by="sup")
    engine.view(case, by="nfp")


def test_who_reads_does_not_wait_for_who_acts_on_the_case(house: House) -> None:
    """On PostgreSQL, where each has its own connection; SQLite has one writer, and its turns are short."""
    if house.database.url.startswith("sqlite"):
        return
    case, engine = house.submitted(), house.engine
    locked, over = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        connection.lock(case, wait=True)
        connection.flush()
        locked.set()
        over.wait(30)

    acting = threading.Thread(target=lambda: house.database.writing(hold))
    acting.start()
    try:
        assert locked.wait(30)
        engine.view(case, by="sup")
        assert noted(house)
    finally:
        over.set()
        acting.join()
