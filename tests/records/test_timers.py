"""Timers: what is due comes oldest first, and one that cannot be fired holds nobody up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.records import samples
from tests.records.samples import NOW, act, open_case, submitted
from workflow.records import timers
from workflow.records.databases import Database
from workflow.records.timers import Timer

DUE = NOW + timedelta(days=7)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def cases(database: Database) -> Database:
    samples.people(database)
    for place, name in enumerate(("late", "early"), start=1):
        open_case(database, name)
        at = NOW + timedelta(hours=2 - place)
        act(database, name, lambda case, at=at, place=place: submitted(case, at=at, serial=place))
    return database


def due(database: Database, after: timedelta, limit: int = 10) -> list[tuple[str, int]]:
    found = database.reading(lambda connection: timers.due(connection, DUE + after, limit))
    return [(one.case, one.no) for one in found]


def test_what_is_due_comes_oldest_first(cases: Database) -> None:
    assert due(cases, HOUR) == [("early", 2), ("early", 3), ("late", 2), ("late", 3)]
    assert due(cases, HOUR, limit=3) == [("early", 2), ("early", 3), ("late", 2)]


def test_what_is_not_due_yet_does_not_come(cases: Database) -> None:
    assert due(cases, -MINUTE) == []
    assert due(cases, MINUTE) == [("early", 2), ("early", 3)]


def test_a_timer_is_read_with_its_instant(cases: Database) -> None:
    assert cases.reading(lambda connection: timers.read(connection, "early", 2)) == DUE
    assert cases.reading(lambda connection: timers.read(connection, "early", 9)) is None
    assert cases.reading(timers.next_at) == DUE


def test_one_that_cannot_be_fired_comes_again_later_and_later(cases: Database) -> None:
    for expected in (MINUTE, 2 * MINUTE, 4 * MINUTE, HOUR, HOUR):
        cases.writing(
            lambda connection: timers.put_off(
                connection, "early", 2, DUE, error="broken", first=MINUTE, longest=HOUR
            )
        )
        if expected == HOUR:
            break
        assert ("early", 2) not in due(cases, expected - timedelta(seconds=1))
        assert ("early", 2) in due(cases, expected)
    failing = cases.reading(timers.failing)[0]
    assert (failing.timer, failing.failures, failing.error) == (Timer("early", 2, DUE), 4, "broken")
    assert due(cases, timedelta(0))[0] == ("early", 3), "the others go on"


def test_a_timer_set_anew_has_forgotten_its_failures(cases: Database) -> None:
    cases.writing(
        lambda connection: timers.put_off(connection, "early", 2, DUE, error="x", first=MINUTE, longest=HOUR)
    )
    act(
        cases,
        "early",
        lambda case: submitted(case, serial=9).__class__(
            before=case,
            case=samples.replace(case, revision=case.revision + 1, entry=case.entry + 1),
            entries=(samples.entry(case.entry + 1, "rung", case.state, case.state),),
            timers={2: DUE},
        ),
    )
    assert cases.reading(timers.failing) == ()
