"""The life of a case: what is said of each of its deadlines, and what is not."""

from datetime import timedelta

import pytest

from tests.runtime.house import MONDAY, REQUEST, House
from workflow.runtime.lives import Deadline, life


def deadlines(house: House, case: str) -> dict[str, Deadline]:
    found = house.reading(lambda connection: life(connection, house.library, case, house.clock()))
    return {one.name: one for one in found.deadlines}


def in_review(house: House) -> str:
    case = house.submitted()
    (task,) = house.engine.advance(case, "send_to_review", by="sc").tasks
    house.engine.assign(case, task["no"], by="sc", to="expert")
    return case


def test_a_duty_that_was_done_in_time_is_kept_and_one_done_late_is_not(house: House) -> None:
    case = in_review(house)
    (task,) = house.engine.view(case, by="sc").case.tasks
    house.live(days=20)
    house.engine.complete(case, task.no, "done", by="expert", data={"text": "Good."})
    assert [one.kept for one in deadlines(house, case).values()] == [True, False]


def test_a_task_that_nobody_did_before_its_state_was_left_fell_away(house: House) -> None:
    case = in_review(house)
    house.live(days=1)
    house.engine.advance(case, "grant", by="sc")
    review = deadlines(house, case)["review"]
    assert (review.ended, review.kept, review.silent) == (house.clock(), None, False)


def test_what_was_late_before_it_fell_away_was_not_kept(house: House) -> None:
    case = in_review(house)
    house.live(days=20)
    house.engine.advance(case, "grant", by="sc")
    assert deadlines(house, case)["review"].kept is False


@pytest.mark.parametrize(("by", "kept"), [("nfp", None), ("sc", True)])
def test_a_state_that_the_other_side_ends_was_not_dealt_with_in_it(
    house: House, by: str, kept: bool | None
) -> None:
    case = house.submitted()
    house.live(days=1)
    house.engine.advance(case, "withdraw", by=by)
    assert deadlines(house, case)["submitted"].kept is kept


def test_the_day_from_which_it_counts_is_told_beside_when_it_began(house: House) -> None:
    case = house.opened()
    house.clock.at = MONDAY.replace(hour=18)
    house.engine.advance(case, "submit", by="nfp", data=REQUEST)
    submitted = deadlines(house, case)["submitted"]
    assert (submitted.began, submitted.counts_from) == (house.clock(), MONDAY.date() + timedelta(days=1))


def test_the_duty_of_a_state_whose_entry_was_taken_back_fell_away(house: House) -> None:
    case = house.submitted()
    house.live(hours=2)
    house.engine.undo(case, by="sup")
    assert deadlines(house, case)["submitted"].kept is None


def test_a_silence_is_told_as_one(house: House) -> None:
    case = house.opened()
    house.engine.advance(case, "submit", by="nfp", data=REQUEST)
    house.live(days=40)
    submitted = deadlines(house, case)["submitted"]
    assert (submitted.kept, submitted.silent) == (False, True)
