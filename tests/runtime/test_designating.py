"""A Party designates another focal point: on the day what was the former one's is theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.runtime.house import REQUEST, House
from workflow.errors import Malformed, NotFound, NotNow
from workflow.records import administration, hand_overs, persons
from workflow.records.databases import Connection
from workflow.records.pages import Place
from workflow.records.persons import Letter, Person
from workflow.records.verify import verify
from workflow.runtime.designating import Designated, Designation, HandingOver, designate
from workflow.runtime.engine import Engine
from workflow.runtime.receipts import Receipt

LETTER = Letter("MCC/114", date(2026, 2, 20), "0" * 64)
TODAY = date(2026, 3, 2)
LATER = date(2026, 3, 10)


@pytest.fixture
def house(house: House) -> House:
    """With Nadia, who acts for nobody yet."""
    person = Person("nadia", "Nadia", "en", "nadia@example.org", demonstration=True)
    house.database.writing(lambda connection: persons.put(connection, person, house.clock.at))
    return house


def designated(house: House, since: date = TODAY, **more: Any) -> Designated:
    asked = replace(Designation("KE", "nadia", since, LETTER), **more)
    return house.database.writing(lambda connection: designate(connection, house.engine, "sup", asked))


def taken_back(house: House, made: Designated) -> None:
    last = made.mandate.last_day(None, TODAY)
    house.database.writing(lambda connection: persons.end_mandate(connection, made.mandate.id, last))


def entries(house: House, case: str) -> list[str]:
    return [
        act
        for (act,) in house.rows(
            "SELECT act FROM audit WHERE case_id = ? AND act = 'hand_over' ORDER BY no", case
        )
    ]


def sees(house: House, person: str, case: str) -> bool:
    try:
        house.engine.view(case, by=person)
    except NotFound:
        return False
    return True


def test_the_former_one_has_access_to_the_last_day_and_the_new_one_from_the_first(house: House) -> None:
    case = house.submitted()
    made = designated(house, LATER)
    assert [(one.person, one.id) for one in made.ended] == [
        ("nfp", house.rows("SELECT id FROM mandate WHERE person = 'nfp'")[0][0])
    ]
    house.clock.move(days=7)
    assert HandingOver(house.engine).work() == 0
    assert (sees(house, "nfp", case), sees(house, "nadia", case)) == (True, False)
    house.clock.move(days=1)
    assert (sees(house, "nfp", case), sees(house, "nadia", case)) == (False, True)


def test_the_worker_hands_over_at_the_start_of_the_day_of_the_office_and_once(house: House) -> None:
    case = house.opened()
    designated(house, LATER)
    house.clock.at = house.clock.at.replace(day=9, hour=22, minute=59)
    assert HandingOver(house.engine).work() == 0
    house.clock.move(minutes=1)  # midnight in Paris
    assert [HandingOver(house.engine).work() for _ in range(2)] == [1, 0]
    assert entries(house, case) == ["hand_over"]
    told = house.rows("SELECT person FROM notice WHERE case_id = ? AND template = 'handed_over'", case)
    assert told == [("nadia",)]
    assert verify(house.database).whole


def test_the_new_one_goes_on_with_the_draft_of_the_former_one(house: House) -> None:
    case = house.opened()
    house.engine.revise(case, "request", REQUEST, by="nfp")
    designated(house)
    HandingOver(house.engine).work()
    assert house.rows("SELECT count(*) FROM audit WHERE act = 'hand_over'") == [(1,)]
    house.engine.advance(case, "submit", by="nadia")
    [(person,)] = house.rows("SELECT person FROM audit WHERE act = 'submit'")
    assert person == "nadia"
    with pytest.raises(NotFound):
        house.engine.revise(case, "request", REQUEST, by="nfp")


def test_what_was_still_to_be_told_the_former_one_is_not_sent(house: House) -> None:
    case = house.submitted()
    assert house.rows("SELECT status FROM notice WHERE person = 'nfp'") == [("pending",)]
    designated(house)
    HandingOver(house.engine).work()
    assert house.rows("SELECT status FROM notice WHERE person = 'nfp'") == [("dropped",)]
    assert entries(house, case) == ["hand_over"]


def test_a_task_that_names_the_former_one_names_the_new_one(house: House) -> None:
    case = house.submitted()
    house.engine.advance(case, "send_to_review", by="sc")

    def name(connection: Any) -> None:
        connection.write("UPDATE task SET role = 'focal_point', person = 'nfp', assigned_by = NULL", [()])

    house.database.writing(name)
    designated(house)
    HandingOver(house.engine).work()
    assert house.rows("SELECT person FROM task") == [("nadia",)]
    assert house.rows("SELECT ball_person FROM cases") == [("nadia",)]


def test_the_act_of_before_is_not_taken_back_over_the_hand_over(house: House) -> None:
    case = house.submitted()
    designated(house)
    HandingOver(house.engine).work()
    assert house.rows("SELECT count(*) FROM undo WHERE case_id = ?", case) == [(0,)]


def test_a_worker_that_dies_between_two_cases_is_followed_by_one_that_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [house.opened() for _ in range(3)]
    designated(house)
    real = hand_overs.come_to

    def die(connection: Any, hand_over: str, case: str) -> None:
        real(connection, hand_over, case)
        if case == sorted(cases)[1]:
            raise KeyboardInterrupt

    monkeypatch.setattr(hand_overs, "come_to", die)
    with pytest.raises(KeyboardInterrupt):
        HandingOver(house.engine).work()
    assert [len(entries(house, case)) for case in sorted(cases)] == [1, 0, 0]
    monkeypatch.undo()
    assert HandingOver(house.engine).work() == 2
    assert [len(entries(house, case)) for case in cases] == [1, 1, 1]
    assert house.rows("SELECT count(*) FROM hand_over WHERE done_at IS NULL") == [(0,)]


def test_a_case_in_which_it_is_refused_holds_up_no_other_and_is_tried_again_the_next_day(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = sorted(house.opened() for _ in range(2))
    designated(house)
    real = Engine.hand_over_within

    def refuse(self: Engine, connection: Connection, case: str, *names: str) -> Receipt:
        if case == broken:
            raise NotNow("something is in the way")
        return real(self, connection, case, *names)

    monkeypatch.setattr(Engine, "hand_over_within", refuse)
    assert HandingOver(house.engine).work() == 1
    house.clock.move(days=1)
    assert [HandingOver(house.engine).work() for _ in range(2)] == [0, 0]
    monkeypatch.undo()
    assert HandingOver(house.engine).work() == 0, "today it was tried already"
    house.clock.move(days=1)
    assert HandingOver(house.engine).work() == 1
    assert [len(entries(house, case)) for case in (broken, sound)] == [1, 1]
    assert house.rows("SELECT count(*) FROM hand_over WHERE done_at IS NULL") == [(0,)]


def test_nothing_goes_to_somebody_whose_mandate_was_ended_before_it_began_to_count(house: House) -> None:
    case = house.opened()
    made = designated(house, LATER)
    taken_back(house, made)
    house.clock.move(days=8)
    assert house.engine.today() == LATER
    assert HandingOver(house.engine).work() == 0
    assert entries(house, case) == []


def test_another_one_can_be_designated_for_the_day_of_one_that_was_taken_back(house: House) -> None:
    made = designated(house, LATER)
    taken_back(house, made)
    again = designated(house, LATER)
    assert (again.mandate.since, again.mandate.person) == (LATER, made.mandate.person)


def test_it_stands_in_the_log_of_the_administration_with_the_letter_kept(house: House) -> None:
    made = designated(house)
    assert made.mandate.letter == LETTER
    page = house.reading(lambda connection: administration.entries(connection, Place(limit=1)))
    assert [(row["person"], row["act"], row["subject"]) for row in page.rows] == [
        ("sup", "designate", f"mandate:{made.mandate.id}")
    ]


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"person": "nobody"}, "/person"),
        ({"person": "nfp"}, "/person"),
        ({"since": TODAY - timedelta(days=1)}, "/since"),
        ({"role": "coordinator"}, "/role"),
        ({"role": "focal_pont"}, "/role"),
        ({"party": "XX"}, "/party"),
        ({"letter": Letter("MCC/115", TODAY + timedelta(days=1))}, "/letter/date"),
        ({"letter": Letter("two\nlines", TODAY)}, "/letter/reference"),
        ({"letter": Letter("MCC/115", TODAY, "0F")}, "/letter/digest"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    house: House, more: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(Malformed) as refused:
        designated(house, **more)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    assert house.rows("SELECT until FROM mandate WHERE person = 'nfp'") == [(None,)]


def test_a_disabled_account_and_a_second_letter_for_the_same_day_are_refused(house: House) -> None:
    designated(house, LATER)
    with pytest.raises(Malformed) as refused:
        designated(house, LATER, person="other")
    assert [fault.pointer for fault in refused.value.faults] == ["/since"]
    house.database.writing(lambda connection: persons.disable(connection, "other", house.clock.at))
    with pytest.raises(Malformed) as refused:
        designated(house, LATER + timedelta(days=9), person="other")
    assert [fault.pointer for fault in refused.value.faults] == ["/person"]
