"""What is scheduled rests with its case: no timer while it is interrupted, a later one afterwards."""

from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from tests.runtime.house import House
from workflow.records import persons
from workflow.records.persons import Person
from workflow.runtime.library import Library, compile_all, editions

PROGRAMME = Path(__file__).parents[1] / "rules" / "definitions" / "unscr_1540"
PEOPLE = {"mission": "KE", "secretariat": None, "member": None, "chair": None, "provider": None}
TIMERS = (
    "SELECT t.no FROM timer t JOIN task k ON k.case_id = t.case_id AND k.no = t.no WHERE k.name = 'need_met'"
)


@cache
def library() -> Library:
    return compile_all(editions(PROGRAMME))


@pytest.fixture
def committee(house: House) -> House:
    for role, party in PEOPLE.items():
        person = Person(role, role.title(), "en", f"{role}@example.org", demonstration=True)
        house.database.writing(
            lambda connection, person=person: persons.put(connection, person, house.clock.at)
        )
        house.database.writing(
            lambda connection, role=role, party=party: persons.grant(
                connection, role, role, since=date(2020, 1, 1), party=party
            )
        )
    return House(house.database, library(), house.clock)


def answered(committee: House) -> str:
    """A request that was matched, whose one letter is a year away."""
    engine = committee.engine
    case = engine.open("unscr_1540", by="mission", party="KE").case
    engine.advance(case, "submit", by="mission", data={"need": "Training"})
    engine.advance(case, "authenticate", by="secretariat", data={"note_verbale": "NV 1", "sealed": True})
    committee.live(days=10)
    engine.advance(case, "offer", by="provider", data={"what": "A course"})
    engine.advance(case, "match", by="secretariat", data={"summary": "Training was asked for"})
    committee.live(days=10)
    return case


def letters(committee: House) -> list[str]:
    return [code for (code,) in committee.rows("SELECT code FROM letter WHERE code = 'one_year_later'")]


def test_a_letter_of_a_series_waits_as_long_as_the_case_was_interrupted(committee: House) -> None:
    case = answered(committee)
    assert len(committee.rows(TIMERS)) == 1
    committee.engine.advance(case, "pull", by="member")
    assert committee.rows(TIMERS) == []
    committee.clock.move(days=100)
    committee.engine.advance(case, "release", by="chair")
    assert len(committee.rows(TIMERS)) == 1
    committee.clock.at = datetime(2027, 6, 26, 12, 0, tzinfo=UTC)  # a year and 99 days after 19 March 2026
    committee.live(hours=6)
    assert letters(committee) == []
    committee.live(days=2)
    assert letters(committee) == ["one_year_later"]
    assert committee.rows("SELECT status FROM task WHERE name = 'need_met'") == [("open",)]
