"""Changes of calendars: every open case concerned is derived anew, once, even after a crash."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.runtime.house import House
from workflow.errors import Malformed
from workflow.records import calendars, settings
from workflow.records.calendars import Day
from workflow.runtime.rederiving import MARK, Rederiving

TUESDAY_OFF = Day(date(2026, 3, 3), "Office closed")


def closed_on_tuesday(connection: Any) -> None:
    calendars.add_days(connection, "paris", [TUESDAY_OFF])


def due(house: House, case: str) -> str:
    (clock,) = house.engine.view(case, by="sc").case.clocks
    return str(clock.due)[:10]


def marks(house: House) -> Any:
    return house.reading(lambda connection: settings.starting_with(connection, MARK))


def test_a_new_holiday_moves_running_clocks_and_their_timers_with_an_entry_each(house: House) -> None:
    cases = [house.submitted() for _ in range(3)]
    draft = house.opened()
    moved = Rederiving(house.engine, batch=2).change(
        "paris", closed_on_tuesday, by="sup", reason="Bridge day"
    )
    assert moved == 3
    assert [due(house, case) for case in cases] == ["2026-03-10"] * 3
    assert [str(at)[:10] for (at,) in house.rows("SELECT at FROM timer")] == ["2026-03-05"] * 3
    entries = house.rows("SELECT case_id, person, reason FROM audit WHERE act = 'rederive'")
    assert sorted(entries) == sorted((case, "sup", "Bridge day") for case in cases)
    assert house.engine.view(draft, by="nfp").case.revision == 1
    assert marks(house) == {}


def test_a_change_that_moves_no_deadline_leaves_no_entry(house: House) -> None:
    house.submitted()

    def far_away(connection: Any) -> None:
        calendars.add_days(connection, "paris", [Day(date(2026, 8, 14), "Office closed")])

    assert Rederiving(house.engine).change("paris", far_away, by="sup", reason="Bridge day") == 0
    assert house.rows("SELECT count(*) FROM audit WHERE act = 'rederive'") == [(0,)]


def test_a_partys_calendar_moves_no_duty_of_the_office(house: House) -> None:
    case = house.submitted()

    def change(connection: Any) -> None:
        calendars.add_days(connection, "KE", [TUESDAY_OFF])

    assert Rederiving(house.engine).change("KE", change, by="sup", reason="National day") == 0
    assert due(house, case) == "2026-03-09"


def test_a_change_that_is_refused_leaves_all_as_it_was(house: House) -> None:
    house.submitted()

    def wrong(connection: Any) -> None:
        calendars.add_days(connection, "nowhere", [TUESDAY_OFF])

    with pytest.raises(Malformed):
        Rederiving(house.engine).change("nowhere", wrong, by="sup", reason="Bridge day")
    assert marks(house) == {}


def test_what_a_crash_interrupts_the_next_worker_finishes(house: House) -> None:
    cases = sorted(house.submitted() for _ in range(4))

    def crash(done: int) -> None:
        raise KeyboardInterrupt

    first = Rederiving(house.engine, batch=2)
    with pytest.raises(KeyboardInterrupt):
        first.change("paris", closed_on_tuesday, by="sup", reason="Bridge day", progress=crash)
    assert [due(house, case) for case in cases] == ["2026-03-10"] * 2 + ["2026-03-09"] * 2
    assert Rederiving(house.engine).finish() == 2
    assert [due(house, case) for case in cases] == ["2026-03-10"] * 4
    assert house.rows("SELECT count(*) FROM audit WHERE act = 'rederive'") == [(4,)]
    assert Rederiving(house.engine).finish() == 0


def test_progress_is_told_batch_by_batch(house: House) -> None:
    for _ in range(3):
        house.submitted()
    told: list[int] = []
    tell: Callable[[int], None] = told.append
    Rederiving(house.engine, batch=2).change(
        "paris", closed_on_tuesday, by="sup", reason="Bridge day", progress=tell
    )
    assert told == [2, 3]


def test_a_case_is_derived_anew_alone_or_in_rehearsal(house: House) -> None:
    case = house.submitted()
    house.database.writing(closed_on_tuesday)
    rehearsed = house.engine.rederive(case, by="sup", reason="Bridge day", dry_run=True)
    assert rehearsed.clocks[0]["due"][:10] == "2026-03-10"
    assert due(house, case) == "2026-03-09"
    house.engine.rederive(case, by="sup", reason="Bridge day")
    assert due(house, case) == "2026-03-10"
