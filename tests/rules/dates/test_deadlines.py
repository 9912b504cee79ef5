"""The law of due dates, against walking the days one by one; holds, extensions, months, fixed dates."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.rules.offices import calendar, dates, hold, moments, offices, paris, spans, terms
from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.deadlines import Extension, Hold, Terms, add_months, day_zero, due, landing
from workflow.rules.dates.durations import Duration, Unit
from workflow.rules.replacing import replace

DAY = timedelta(days=1)
PARIS = calendar("paris")
day_units = st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS])
any_units = st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS, Unit.MONTHS, Unit.WORKING_HOURS])
budgets = st.builds(Duration, st.integers(0, 60), day_units)


def held(found: list[tuple[date, date]]) -> tuple[Hold, ...]:
    return tuple(hold(first, last) for first, last in found)


@given(offices, dates, budgets, st.lists(spans, max_size=5))
def test_it_is_the_nth_counting_day_after_day_0_that_no_hold_covers(
    office: Calendar, day0: date, budget: Duration, found: list[tuple[date, date]]
) -> None:
    day, left = day0, budget.amount
    while left:
        day += DAY
        covered = any(first < day <= last for first, last in found)
        counts = budget.unit is Unit.DAYS or office.is_working(day)
        left -= counts and not covered
    while not office.is_working(day):
        day += DAY
    assert due(Terms(budget, day0, paris(day0), holds=held(found)), office, PARIS) == PARIS.end_of_day(day)


@given(offices, dates, budgets, st.lists(spans, max_size=4), moments)
def test_holding_and_resuming_at_once_changes_nothing(
    office: Calendar, day0: date, budget: Duration, found: list[tuple[date, date]], at: datetime
) -> None:
    plain = Terms(budget, day0, paris(day0), holds=held(found))
    touched = replace(plain, holds=(*plain.holds, Hold(at, at, "x", "y"), hold(day0, day0)))
    assert due(touched, office, PARIS) == due(plain, office, PARIS)


@given(offices, dates, budgets, st.lists(spans, max_size=5), st.randoms(use_true_random=False))
def test_order_overlap_and_splitting_of_holds_do_not_matter(
    office: Calendar, day0: date, budget: Duration, found: list[tuple[date, date]], chance: Random
) -> None:
    whole = due(Terms(budget, day0, paris(day0), holds=held(found)), office, PARIS)
    pieces = [piece for first, last in found for piece in split(first, last)] + found[:2]
    chance.shuffle(pieces)
    assert due(Terms(budget, day0, paris(day0), holds=held(pieces)), office, PARIS) == whole


def split(first: date, last: date) -> list[tuple[date, date]]:
    middle = first + (last - first) // 2
    return [(first, middle), (middle, last)]


@given(offices, dates, st.integers(1, 60), st.integers(0, 40))
def test_every_working_day_held_is_given_back(office: Calendar, day0: date, budget: int, length: int) -> None:
    end = landing(Terms(Duration(budget, Unit.WORKING_DAYS), day0, paris(day0)), office, PARIS)
    last = day0 + DAY * length
    lost = min(office.count(day0, last), budget) if last < end else office.count(day0, last)
    later = Terms(Duration(budget, Unit.WORKING_DAYS), day0, paris(day0), holds=(hold(day0, last),))
    assert office.count(day0, landing(later, office, PARIS)) == budget + lost


def test_a_held_clock_has_no_due_date() -> None:
    assert (
        due(terms("5 working days", date(2026, 3, 2), holds=(hold(date(2026, 3, 6), None),)), PARIS, PARIS)
        is None
    )
    session = replace(
        terms("5 days", date(2026, 3, 2), holds=(hold(date(2026, 3, 6), None),)), fixed=date(2026, 6, 1)
    )
    assert due(session, PARIS, PARIS) is None


@given(
    st.sampled_from(sorted(available_timezones())),
    offices,
    moments,
    st.builds(Duration, st.integers(0, 20), any_units),
    st.booleans(),
    st.lists(st.tuples(moments, moments), max_size=2),
)
def test_a_due_date_never_precedes_its_start_in_any_zone(
    zone: str,
    office: Calendar,
    at: datetime,
    budget: Duration,
    by_timer: bool,
    found: list[tuple[datetime, datetime]],
) -> None:
    assume(max([last.year - first.year for first, last in found], default=0) < 5)
    secretariat = Calendar("secretariat", zone)
    day0 = day_zero(at, budget.unit, office, secretariat, by_timer=by_timer)
    holds = tuple(Hold(min(pair), max(pair), "x", "y") for pair in found)
    end = due(Terms(budget, day0, at, holds=holds), office, secretariat)
    assert end is not None
    assert end.tzinfo is UTC
    assert end >= at.replace(microsecond=0)
    assert day0 >= secretariat.date_of(at)


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(-240, 240))
def test_months_keep_the_day_or_clip_to_the_end_of_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + DAY).day == 1)


@pytest.mark.parametrize(
    ("day0", "months", "end"),
    [
        (date(2026, 8, 31), "6 months", date(2027, 3, 1)),  # 28 February 2027 is a Sunday
        (date(2027, 8, 31), "6 months", date(2028, 2, 29)),
        (date(2026, 1, 31), "1 month", date(2026, 3, 2)),  # 28 February 2026 is a Saturday
        (date(2026, 3, 31), "0 months", date(2026, 3, 31)),
        (date(2024, 2, 29), "12 months", date(2025, 2, 28)),
    ],
)
def test_a_month_budget_clips_and_then_rolls(day0: date, months: str, end: date) -> None:
    assert due(terms(months, day0), PARIS, PARIS) == PARIS.end_of_day(end)


def test_a_month_budget_moves_its_date_by_the_held_days() -> None:
    plain = landing(terms("6 months", date(2026, 3, 2)), PARIS, PARIS)
    moved = terms("6 months", date(2026, 3, 2), holds=(hold(date(2026, 4, 1), date(2026, 4, 11)),))
    assert plain == date(2026, 9, 2)
    assert landing(moved, PARIS, PARIS) == date(2026, 9, 12)


def more(*lengths: str) -> tuple[Extension, ...]:
    return tuple(
        Extension(Duration.parse(text), paris(date(2026, 3, 20)), "SUP", "asked in time") for text in lengths
    )


@pytest.mark.parametrize(
    ("budget", "extensions", "end"),
    [
        # 30 days end on Sunday 5 April; 15 more count from there, not from the day it rolled to.
        ("30 days", ("15 days",), date(2026, 4, 20)),
        ("30 days", ("5 working days",), date(2026, 4, 13)),  # 7, 8, 9, 10, 13 April
        ("15 working days", ("5 working days",), date(2026, 4, 3)),
        ("10 working days", ("10 days",), date(2026, 3, 30)),  # 20 March and 10 days, not a working day lost
        ("10 working days", ("8 days",), date(2026, 3, 30)),  # 28 March is a Saturday
        # 15 working days, then 8 days: Sunday 5 April, which rolls once.
        ("10 working days", ("8 days", "5 working days"), date(2026, 4, 7)),
        ("1 month", ("1 month",), date(2026, 5, 6)),
    ],
)
def test_extensions_add_up_in_their_unit_and_another_unit_counts_on(
    budget: str, extensions: tuple[str, ...], end: date
) -> None:
    extended = replace(terms(budget, date(2026, 3, 6)), extensions=more(*extensions))
    assert due(extended, PARIS, PARIS) == PARIS.end_of_day(end)


def test_working_hours_count_on_from_the_end_of_the_last_day() -> None:
    extended = replace(terms("10 working days", date(2026, 3, 6)), extensions=more("2 working hours"))
    assert due(extended, PARIS, PARIS) == datetime(2026, 3, 23, 10, tzinfo=UTC)
    back_to_days = replace(extended, extensions=more("2 working hours", "1 day"))
    assert due(back_to_days, PARIS, PARIS) == PARIS.end_of_day(date(2026, 3, 24))


def test_a_floor_keeps_a_shortened_clock_from_ending_in_the_past() -> None:
    shortened = terms("1 working day", date(2026, 3, 2), floor=date(2026, 3, 7))
    assert due(shortened, PARIS, PARIS) == PARIS.end_of_day(date(2026, 3, 9))  # the floor is a Saturday
    roomy = replace(shortened, budget=Duration(15, Unit.WORKING_DAYS))
    assert due(roomy, PARIS, PARIS) == PARIS.end_of_day(date(2026, 3, 23))


def test_a_fixed_date_stands_whatever_was_held_and_never_precedes_day_0() -> None:
    saturday = date(2026, 6, 6)
    fixed = Terms(None, date(2026, 3, 2), paris(date(2026, 3, 2)), fixed=saturday)
    assert due(fixed, PARIS, PARIS) == PARIS.end_of_day(saturday)
    assert due(replace(fixed, holds=(hold(date(2026, 4, 1), date(2026, 5, 1)),)), PARIS, PARIS) == due(
        fixed, PARIS, PARIS
    )
    assert due(replace(fixed, extensions=more("1 day")), PARIS, PARIS) == PARIS.end_of_day(date(2026, 6, 8))
    assert due(replace(fixed, fixed=date(2026, 1, 5)), PARIS, PARIS) == PARIS.end_of_day(date(2026, 3, 2))


@pytest.mark.parametrize(
    ("came", "unit", "by_timer", "day0"),
    [
        (
            "2026-03-06T17:00:00+01:00",
            Unit.WORKING_DAYS,
            False,
            date(2026, 3, 6),
        ),  # exactly at the cut-off is in time
        ("2026-03-06T17:00:01+01:00", Unit.WORKING_DAYS, False, date(2026, 3, 9)),
        ("2026-03-07T10:00:00+01:00", Unit.WORKING_DAYS, False, date(2026, 3, 9)),
        ("2026-03-07T18:00:00+01:00", Unit.WORKING_DAYS, False, date(2026, 3, 9)),  # once, not twice
        ("2026-05-22T18:30:00+02:00", Unit.WORKING_DAYS, False, date(2026, 5, 26)),
        ("2026-03-07T18:00:00+01:00", Unit.DAYS, False, date(2026, 3, 7)),
        ("2026-03-07T18:00:00+01:00", Unit.MONTHS, False, date(2026, 3, 7)),
        ("2026-03-06T23:59:59+01:00", Unit.WORKING_DAYS, True, date(2026, 3, 6)),
        ("2026-03-07T23:59:59+01:00", Unit.WORKING_DAYS, True, date(2026, 3, 7)),
        ("2026-03-06T23:30:00+00:00", Unit.DAYS, False, date(2026, 3, 7)),  # already the 7th in Paris
        ("2026-03-06T20:00:00-05:00", Unit.WORKING_DAYS, False, date(2026, 3, 9)),
    ],
)
def test_day_0_follows_the_cut_off_and_the_days_off(
    came: str, unit: Unit, by_timer: bool, day0: date
) -> None:
    assert day_zero(datetime.fromisoformat(came), unit, PARIS, PARIS, by_timer=by_timer) == day0


def test_day_0_of_a_partys_working_days_skips_its_own_days_off_by_the_offices_clock() -> None:
    friday = datetime(2026, 3, 6, 12, tzinfo=UTC)
    assert day_zero(friday, Unit.WORKING_DAYS, calendar("DZ"), PARIS) == date(2026, 3, 8)


def test_the_due_instant_is_the_end_of_the_day_in_paris_whoever_has_the_duty() -> None:
    end = due(terms("30 days", date(2026, 3, 6)), calendar("KE"), PARIS)
    assert end == datetime(2026, 4, 7, 21, 59, 59, tzinfo=UTC)
