"""Firing what is due: once, in order, from its own instant, whatever happens to the others."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.runtime.house import MONDAY, House
from tests.runtime.worker_process import CONTEXT, kill, start
from workflow.records import cases, timers
from workflow.records.databases import open_database
from workflow.records.timers import Timer
from workflow.runtime.engine import Engine
from workflow.runtime.firing import Firing
from workflow.runtime.receipts import Receipt

STORY = [
    ("submitted.rung", "2026-03-04 07:00"),
    ("submitted.rung", "2026-03-10 07:00"),
    ("submitted.rung", "2026-03-12 07:00"),
    ("submitted.silence", "2026-03-19 22:59"),
    ("lapse", "2026-03-19 22:59"),
]


class Watched(Engine):
    """Keeps the timers in the order in which they fired; refuses to fire those of `broken` cases."""

    fired: list[Timer]
    broken: str = ""

    def fire_all(self, due: Sequence[Timer]) -> tuple[Receipt | None, ...]:
        if any(one.case == self.broken for one in due):
            raise RuntimeError("this case cannot be fired")
        answered = super().fire_all(due)
        self.fired += [one for one, receipt in zip(due, answered, strict=True) if receipt]
        return answered


@pytest.fixture
def engine(house: House) -> Watched:
    engine = Watched(house.database, house.library, house.clock)
    engine.fired = []
    return engine


def acts(house: House, case: str) -> list[tuple[str, str]]:
    rows = house.rows("SELECT act, at FROM audit WHERE case_id = ? AND no > 2 ORDER BY no", case)
    return [(act, str(at)[:16]) for act, at in rows]


def test_rungs_and_silence_fire_once_each_at_their_instants(house: House) -> None:
    case = house.submitted()
    house.live(days=40)
    assert acts(house, case) == STORY
    assert house.rows("SELECT count(*) FROM timer") == [(0,)]


def test_nothing_fires_before_its_time(house: House) -> None:
    house.submitted()
    house.clock.at = datetime(2026, 3, 4, 6, 59, 59, tzinfo=UTC)
    assert Firing(house.engine).fire_due() == 0
    house.clock.move(seconds=1)
    assert Firing(house.engine).fire_due() == 1
    assert Firing(house.engine).fire_due() == 0


def test_after_three_days_of_downtime_everything_is_worked_off_oldest_first(
    house: House, engine: Watched
) -> None:
    submitted = [house.submitted() for _ in range(3)]
    house.clock.move(days=1)
    submitted += [house.submitted() for _ in range(3)]
    # Nobody is there on the fourth, fifth and sixth of March.
    house.clock.at = datetime(2026, 3, 6, 21, 0, tzinfo=UTC)
    assert Firing(engine, batch=4, shared=2).fire_all_due() == 6
    assert [one.at for one in engine.fired] == sorted(one.at for one in engine.fired)
    assert {one.case for one in engine.fired} == set(submitted)


def test_after_a_long_downtime_silence_still_counts_from_its_own_instant(house: House) -> None:
    case = house.submitted()
    house.clock.at = MONDAY + timedelta(days=60)
    Firing(house.engine).fire_all_due()
    view = house.engine.view(case, by="sc").case
    assert view.state == "lapsed"
    assert view.entered_at == datetime(2026, 3, 19, 22, 59, 59, tzinfo=UTC)
    assert [act for act, _ in acts(house, case)] == [act for act, _ in STORY]


def test_a_duty_that_was_done_fires_nothing_more(house: House) -> None:
    case = house.submitted()
    house.engine.advance(case, "grant", by="sc")
    house.live(days=40)
    assert acts(house, case)[1:] == []


def test_a_timer_that_was_cancelled_meanwhile_does_not_fire(house: House) -> None:
    case = house.submitted()
    house.clock.move(days=3)
    (due,) = house.reading(lambda connection: timers.due(connection, house.clock(), 10))
    house.engine.advance(case, "grant", by="sc")
    assert house.engine.fire_all([due]) == (None,)


def test_a_timer_that_cannot_fire_is_put_off_and_holds_nobody_up(house: House, engine: Watched) -> None:
    engine.broken = house.submitted()
    others = {house.submitted() for _ in range(3)}
    house.clock.move(days=3)
    assert Firing(engine).fire_all_due() == 3
    assert {one.case for one in engine.fired} == others
    (failing,) = house.reading(timers.failing)
    assert (failing.timer.case, failing.failures) == (engine.broken, 1)
    assert failing.error == "RuntimeError: this case cannot be fired"
    # It is not lost: mended, it fires when its pause is over, and from its own instant.
    engine.broken = ""
    assert Firing(engine).fire_due() == 0
    house.clock.move(minutes=1)
    assert Firing(engine).fire_due() == 1
    assert house.reading(timers.failing) == ()


def hold_a_case(url: str, case: str, clock: Any, holding: Any) -> None:
    """A worker that has locked a case to fire its timer, and comes no further."""
    from tests.runtime.house import permit_library

    library = permit_library()

    def work(connection: Any) -> None:
        cases.load_if_free(connection, case, library.get, today=clock.at.date())
        holding.set()
        CONTEXT.Event().wait()

    open_database(url).writing(work)


def fired_soon(firing: Firing) -> int:
    """As soon as the server saw that the connection is gone, which a busy machine may put off a moment."""
    until = time.monotonic() + 2
    while not (fired := firing.fire_due()) and time.monotonic() < until:
        time.sleep(0.01)
    return fired


def test_the_timers_of_a_dead_worker_are_taken_over_at_once(house: House, house_url: str) -> None:
    case = house.submitted()
    house.clock.move(days=3)
    holding = CONTEXT.Event()
    worker = start(hold_a_case, house_url, case, house.clock, holding)
    assert holding.wait(60)
    if house_url.startswith("postgresql"):
        assert Firing(house.engine).fire_due() == 0, "while it lives, the others pass the case over"
    kill(worker)
    assert fired_soon(Firing(house.engine)) == 1
    assert acts(house, case)[1:] == []
