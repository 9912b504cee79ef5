"""Rungs, silence, openings and halves told from a due date; what is used up; the next session of a body."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.rules.offices import calendar, dates, hold, offices, paris, spans, terms
from workflow.errors import NoSession
from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.deadlines import Extension, Terms, due, landing
from workflow.rules.dates.durations import Duration, Offset, Unit
from workflow.rules.dates.offsets import (
    Sitting,
    consumed,
    days_until,
    next_sitting,
    offset_instant,
    session_due,
)
from workflow.rules.replacing import replace

PARIS, KENYA = calendar("paris"), calendar("KE")
ANSWER = terms("30 days", date(2026, 3, 6))  # ends on Tuesday 7 April, rolled over Easter
APPRAISAL = terms("15 working days", date(2026, 4, 21))  # ends on Friday 15 May
EIGHT_IN_SUMMER, EIGHT_IN_WINTER = 6, 7


def rung(text: str, clock: Terms, office: Calendar = PARIS) -> datetime:
    end = due(clock, office, PARIS)
    assert end is not None
    return offset_instant(Offset.parse(text), end, clock, office, PARIS)


@pytest.mark.parametrize(
    ("offset", "clock", "office", "day"),
    [
        ("due - 3 working days", APPRAISAL, PARIS, date(2026, 5, 11)),  # 13, 12, 11 May: the 14th is off
        ("due + 1 working day", APPRAISAL, PARIS, date(2026, 5, 18)),
        ("due + 5 working days", APPRAISAL, PARIS, date(2026, 5, 22)),
        ("due", APPRAISAL, PARIS, date(2026, 5, 15)),
        ("half", APPRAISAL, PARIS, date(2026, 5, 4)),  # the 8th of 15 days
        ("due - 10 days", ANSWER, KENYA, date(2026, 3, 28)),  # from the rolled date; it does not roll itself
        ("due + 7 days", ANSWER, KENYA, date(2026, 4, 14)),
        ("half", ANSWER, KENYA, date(2026, 3, 22)),  # 32 days with the rolling, half of them
        ("anchor - 14 days", ANSWER, KENYA, date(2026, 3, 24)),
        ("due + 1 month", ANSWER, KENYA, date(2026, 5, 7)),
        ("due - 1 month", terms("1 month", date(2026, 2, 28)), PARIS, date(2026, 2, 28)),
    ],
)
def test_a_rung_comes_in_the_morning_of_its_day(
    offset: str, clock: Terms, office: Calendar, day: date
) -> None:
    assert rung(offset, clock, office) == paris(day, 8)


def test_silence_comes_in_the_last_second_so_that_the_last_minute_is_in_time() -> None:
    end = due(ANSWER, KENYA, PARIS)
    assert end is not None
    assert offset_instant(Offset.after_due(None), end, ANSWER, KENYA, PARIS, at=None) == end
    thirty = Offset.after_due(Duration.parse("30 days"))
    assert offset_instant(thirty, end, ANSWER, KENYA, PARIS, at=None) == PARIS.end_of_day(date(2026, 5, 7))


def test_half_moves_with_a_hold() -> None:
    held = replace(APPRAISAL, holds=(hold(date(2026, 4, 22), date(2026, 4, 29)),))
    assert rung("half", held) == paris(date(2026, 5, 12), 8)


def test_offsets_in_working_hours_are_exact() -> None:
    clock = Terms(Duration(7, Unit.WORKING_HOURS), date(2026, 3, 2), paris(date(2026, 3, 2), 10))
    assert due(clock, PARIS, PARIS) == paris(date(2026, 3, 3), 10)
    assert rung("due - 2 working hours", clock) == paris(date(2026, 3, 2), 16)
    assert rung("due + 7 working hours", clock) == paris(date(2026, 3, 4), 10)
    assert rung("half", clock) == paris(date(2026, 3, 2), 14, 30)


@given(offices, dates, st.integers(1, 60), st.lists(spans, max_size=4), st.integers(0, 200))
def test_what_is_used_grows_to_the_budget_at_the_end_of_the_count(
    office: Calendar, day0: date, budget: int, found: list[tuple[date, date]], later: int
) -> None:
    clock = Terms(
        Duration(budget, Unit.WORKING_DAYS), day0, paris(day0), holds=tuple(hold(*span) for span in found)
    )
    end = landing(clock, office, PARIS)
    day = min(end, date.fromordinal(day0.toordinal() + later))
    assert 0 <= consumed(clock, office, PARIS, paris(day)) <= budget
    assert consumed(clock, office, PARIS, paris(end)) == budget


def test_hours_that_are_used_are_counted_whole() -> None:
    clock = Terms(Duration(7, Unit.WORKING_HOURS), date(2026, 3, 2), paris(date(2026, 3, 2), 10))
    at = paris(date(2026, 3, 2), 15, 45)
    assert consumed(clock, PARIS, PARIS, at) == 4


@given(
    offices, dates, st.integers(0, 40), st.sampled_from(Unit), st.lists(spans, max_size=3), st.integers(0, 90)
)
def test_an_extension_until_a_date_ends_on_it_or_rolls_from_it(
    office: Calendar, day0: date, amount: int, unit: Unit, found: list[tuple[date, date]], later: int
) -> None:
    clock = Terms(Duration(amount, unit), day0, paris(day0), holds=tuple(hold(*span) for span in found))
    end = landing(clock, office, PARIS)
    end = PARIS.date_of(end) if isinstance(end, datetime) else end
    until = date.fromordinal(end.toordinal() + later)
    assume(not any(first < until <= last for first, last in found))
    more = Extension(days_until(clock, until, office, PARIS), paris(day0), "SUP", "until")
    assert due(replace(clock, extensions=(more,)), office, PARIS) == PARIS.end_of_day(office.roll(until))


def test_an_extension_until_a_held_day_ends_on_the_day_after() -> None:
    """No count ends on a day that is held: not a day earlier than was said, then."""
    held = hold(date(2026, 3, 5), date(2026, 3, 10))
    clock = replace(terms("2 days", date(2026, 3, 2)), holds=(held,))
    for until in (date(2026, 3, 9), date(2026, 3, 10)):
        more = Extension(days_until(clock, until, PARIS, PARIS), paris(date(2026, 3, 2)), "SUP", "until")
        assert landing(replace(clock, extensions=(more,)), PARIS, PARIS) == date(2026, 3, 11)


SESSIONS = replace(PARIS, sessions={"committee": (date(2026, 6, 30), date(2026, 4, 9))})
TEN = Duration.parse("10 working days")


@pytest.mark.parametrize(
    ("day0", "sitting"),
    [
        (date(2026, 3, 2), Sitting(date(2026, 4, 9), date(2026, 3, 25))),  # Easter Monday is no working day
        (
            date(2026, 3, 25),
            Sitting(date(2026, 4, 9), date(2026, 3, 25)),
        ),  # on the last day it can still be reached
        (date(2026, 3, 26), Sitting(date(2026, 6, 30), date(2026, 6, 16))),
    ],
)
def test_the_next_session_is_the_one_whose_papers_can_still_be_handed_in(
    day0: date, sitting: Sitting
) -> None:
    assert next_sitting(SESSIONS, "committee", day0, TEN) == sitting
    assert session_due(SESSIONS, "committee", day0, TEN) == sitting.papers_by
    assert session_due(SESSIONS, "committee", day0, None) in (date(2026, 4, 9), date(2026, 6, 30))


def test_a_session_is_not_waited_for_longer_than_at_most() -> None:
    sixty = Duration.parse("60 days")
    assert session_due(SESSIONS, "committee", date(2026, 4, 1), TEN, sixty) == date(
        2026, 6, 1
    )  # 31 May is a Sunday
    assert session_due(SESSIONS, "committee", date(2026, 3, 2), TEN, sixty) == date(2026, 3, 25)
    assert session_due(SESSIONS, "bureau", date(2026, 3, 2), TEN, sixty) == date(2026, 5, 4)


def test_a_session_that_nobody_announced_is_named_with_those_that_are_known() -> None:
    with pytest.raises(NoSession, match=r"no session 'bureau'.*Sessions known: committee"):
        session_due(SESSIONS, "bureau", date(2026, 3, 2), TEN)
    with pytest.raises(NoSession, match="from 2026-07-01 on"):
        next_sitting(SESSIONS, "committee", date(2026, 7, 1))


def test_a_morning_that_the_clocks_move_is_still_eight_oclock() -> None:
    assert rung("due", terms("1 day", date(2026, 3, 29))) == datetime(
        2026, 3, 30, EIGHT_IN_SUMMER, tzinfo=UTC
    )
    assert rung("due", terms("1 day", date(2026, 3, 26))) == datetime(
        2026, 3, 27, EIGHT_IN_WINTER, tzinfo=UTC
    )
