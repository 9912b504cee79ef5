"""Register facts: each says what the rows say, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.records import samples
from tests.records.samples import NOW, TODAY, act, open_case, resubmitted, submitted
from workflow.records import snapshot
from workflow.records.databases import Connection, Database
from workflow.records.registers import REGISTERS, known, values
from workflow.records.snapshot import Wanted


def fact(database: Database, name: str, case: str = "c1") -> object:
    def work(connection: Connection) -> object:
        found = snapshot.of_case(connection, case, Wanted((name,), "paris", TODAY))
        assert found is not None
        return values((name,), found.registers).get(name)

    return database.reading(work)


@pytest.fixture
def kenya(database: Database) -> Database:
    samples.people(database)
    open_case(database)
    return database


@pytest.mark.parametrize(
    ("status", "day", "expected"),
    [
        ("verified", TODAY - timedelta(days=1), True),
        ("verified", TODAY, True),
        ("verified", TODAY + timedelta(days=1), False),
        ("verified", None, True),
        ("unverified", TODAY + timedelta(days=400), True),  # it is not known, so it never blocks
    ],
)
def test_a_party_is_in_force_from_its_verified_day(
    kenya: Database, status: str, day: date | None, expected: bool
) -> None:
    kenya.writing(
        lambda connection: samples.put_party(
            connection, "KE", region="Africa", in_force_on=day, date_status=status
        )
    )
    assert fact(kenya, "party_in_force") is expected


def test_what_is_known_of_the_party(kenya: Database) -> None:
    kenya.writing(
        lambda connection: samples.put_party(
            connection, "KE", region="Africa", ldc=True, electoral_group="V(a)", language="en"
        )
    )
    names = ("ldc", "lldc", "sids", "africa", "region", "group", "language")
    found = [
        fact(kenya, f"party_{name}" if name in ("region", "group", "language") else f"party_is_{name}")
        for name in names
    ]
    assert found == [True, False, False, True, "Africa", "V(a)", "en"]


def test_earlier_cases_are_those_that_were_submitted(kenya: Database) -> None:
    for place, (name, party) in enumerate([("c2", "KE"), ("c3", "KE"), ("f1", "FJ")], start=1):
        open_case(kenya, name, party)
        if name != "c3":
            act(kenya, name, lambda case, place=place: submitted(case, serial=1 if place == 1 else 2))
    assert fact(kenya, "earlier_cases") == 1
    assert fact(kenya, "duplicates_12_months") == 1
    assert fact(kenya, "earlier_cases", "c2") == 0


def test_a_case_of_more_than_a_year_ago_is_no_duplicate(kenya: Database) -> None:
    open_case(kenya, "c2")
    act(kenya, "c2", submitted)
    long_ago = NOW - timedelta(days=400)
    kenya.writing(
        lambda connection: connection.write(
            "UPDATE cases SET opened_at = ? WHERE id = ?", [(connection.moment(long_ago), "c2")]
        )
    )
    assert fact(kenya, "duplicates_12_months") == 0
    assert fact(kenya, "earlier_cases") == 1


def test_a_party_was_assisted_once_a_case_of_it_came_to_delivery(kenya: Database) -> None:
    """A request that was declined, or is still looked at, is no assistance."""
    open_case(kenya, "c2")
    act(kenya, "c2", submitted)
    assert fact(kenya, "never_assisted") is True
    kenya.writing(lambda connection: connection.write("UPDATE task SET opened_in = ?", [("delivery",)]))
    assert fact(kenya, "never_assisted") is False
    assert fact(kenya, "never_assisted", "c2") is True  # the own case is no earlier one


def test_a_questionnaire_without_an_answer_shows_in_the_track_record(kenya: Database) -> None:
    open_case(kenya, "c2")
    act(kenya, "c2", submitted)
    assert fact(kenya, "earlier_no_answer") == 0
    kenya.writing(
        lambda connection: connection.write(
            "UPDATE task SET status = 'ended', outcome = 'no_answer', ended_at = opened_at WHERE no = ?",
            [(1,)],
        )
    )
    assert fact(kenya, "earlier_no_answer") == 0  # only a follow-up counts
    kenya.writing(lambda connection: connection.write("UPDATE task SET name = ?", [("follow_up",)]))
    assert fact(kenya, "earlier_no_answer") == 1


def test_resubmissions_are_counted_along_the_line_of_cases(kenya: Database) -> None:
    for name, parent in (("c2", "c1"), ("c3", "c2"), ("c4", "c3")):
        open_case(kenya, name, parent=parent)
    names = ("c1", "c2", "c3", "c4")
    # A case that a complaint or a follow-up opened follows another, and is no resubmission.
    assert [fact(kenya, "resubmissions", name) for name in names] == [0, 0, 0, 0]
    act(kenya, "c1", resubmitted)
    assert [fact(kenya, "resubmissions", name) for name in names] == [0, 1, 1, 1]
    act(kenya, "c1", resubmitted)
    act(kenya, "c3", resubmitted)
    assert [fact(kenya, "resubmissions", name) for name in names] == [0, 2, 2, 3]


def test_every_register_answers_for_a_case_that_is_not_there_yet(kenya: Database) -> None:
    names = tuple(sorted(REGISTERS))

    def work(connection: Connection) -> dict[str, object]:
        wanted = Wanted(names, "paris", TODAY)
        found = snapshot.of_party(connection, "new", "help", "KE", "Africa", "c1", wanted)
        assert found is not None
        return values(names, found.registers)

    found = kenya.reading(work)
    assert found["resubmissions"] == 0
    assert found["never_assisted"] is True


def test_a_register_that_nobody_keeps_yet_is_left_out() -> None:
    assert known(["party_in_force", "open_call", None]) == ("party_in_force",)
