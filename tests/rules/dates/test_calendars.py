"""Counting working days, against counting one by one; and the ends of days in every zone of the world."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.offices import calendar, dates, offices
from workflow.errors import BrokenCalendar
from workflow.rules.dates.calendars import Calendar

ZONES = sorted(available_timezones())
DAY = timedelta(days=1)


@given(offices, dates, st.integers(1, 120))
def test_the_nth_working_day_is_found_by_counting_one_by_one(office: Calendar, day: date, n: int) -> None:
    found, left = day, n
    while left:
        found += DAY
        left -= office.is_working(found)
    assert office.nth_after(day, n) == found
    assert office.count(day, found) == n
    assert office.nth_before(found + DAY, 1) == found


@given(offices, dates, st.integers(0, 400))
def test_counts_of_neighbouring_stretches_add_up(office: Calendar, day: date, length: int) -> None:
    days = [day + DAY * n for n in range(1, length + 1)]
    assert office.count(day, day + DAY * length) == sum(map(office.is_working, days))
    middle = day + DAY * (length // 3)
    end = day + DAY * length
    assert office.count(day, middle) + office.count(middle, end) == office.count(day, end)


@given(offices, dates)
def test_rolling_ends_on_a_working_day_and_rolls_no_further(office: Calendar, day: date) -> None:
    rolled = office.roll(day)
    assert office.is_working(rolled)
    assert office.roll(rolled) == rolled
    assert all(office.why_off(day + DAY * n) for n in range((rolled - day).days))


def test_a_day_off_says_why() -> None:
    office = calendar("paris")
    assert office.why_off(date(2026, 4, 6)) == "Easter Monday"
    assert office.why_off(date(2026, 4, 5)) == "weekend"
    assert office.why_off(date(2026, 4, 7)) is None


def test_a_working_date_wins_over_weekend_and_holiday() -> None:
    saturday, monday = date(2026, 3, 7), date(2026, 3, 9)
    office = Calendar(
        "o", days_off={saturday: "Feast", monday: "Feast"}, working_dates=frozenset({saturday, monday})
    )
    assert office.nth_after(date(2026, 3, 6), 1) == saturday
    assert office.nth_after(date(2026, 3, 6), 2) == monday


def test_a_calendar_without_a_day_or_an_hour_to_work_is_refused() -> None:
    with pytest.raises(BrokenCalendar, match="must leave a day to work"):
        Calendar("never", weekend=frozenset(range(7)))
    with pytest.raises(BrokenCalendar, match="must open at some hour"):
        Calendar("closed", hours=())


@given(st.sampled_from(ZONES), st.dates(date(1950, 1, 1), date(2060, 1, 1)))
def test_the_last_second_of_a_day_belongs_to_it_in_every_zone(zone: str, day: date) -> None:
    assert_last_second(zone, day)


def assert_last_second(zone: str, day: date) -> None:
    office = Calendar("o", zone)
    end = office.end_of_day(day)
    assert end.tzinfo is UTC
    assert day <= office.date_of(end) <= day + DAY
    assert office.date_of(end + timedelta(seconds=1)) > day
    assert office.end_of_day(day - DAY) <= end


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        # Usual days, half-hour and quarter-hour zones.
        ("Europe/Paris", date(2026, 3, 2), "2026-03-02T22:59:59"),
        ("Asia/Kolkata", date(2026, 3, 2), "2026-03-02T18:29:59"),
        ("Asia/Kathmandu", date(2026, 3, 2), "2026-03-02T18:14:59"),
        # The day has 23 or 25 hours, but ends as usual.
        ("Europe/Paris", date(2026, 3, 29), "2026-03-29T21:59:59"),
        ("Europe/Paris", date(2026, 10, 25), "2026-10-25T22:59:59"),
        ("Australia/Lord_Howe", date(2026, 4, 5), "2026-04-05T13:29:59"),
        # Samoa left out 30 December 2011, Kwajalein 21 August 1993: such a date ends with the next one.
        ("Pacific/Apia", date(2011, 12, 29), "2011-12-30T09:59:59"),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-31T09:59:59"),
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-31T09:59:59"),
        ("Pacific/Kwajalein", date(1993, 8, 21), "1993-08-22T11:59:59"),
        # Nuuk went from 22:59:59 to midnight: that was the last second.
        ("America/Nuuk", date(2024, 3, 30), "2024-03-31T00:59:59"),
        # St John's went back from 00:01 to 23:01: the second 23:59:59 is the last.
        ("America/St_Johns", date(2010, 11, 6), "2010-11-07T03:29:59"),
        # Havana goes back from 01:00 to 00:00: 23:59:59 comes once.
        ("America/Havana", date(2026, 10, 31), "2026-11-01T03:59:59"),
        # Cairo goes forward from 00:00 to 01:00: the day before ends as usual.
        ("Africa/Cairo", date(2026, 4, 23), "2026-04-23T21:59:59"),
    ],
)
def test_odd_days_end_when_the_clocks_of_the_place_say(zone: str, day: date, end: str) -> None:
    assert_last_second(zone, day)
    assert Calendar("o", zone).end_of_day(day) == datetime.fromisoformat(end).replace(tzinfo=UTC)


@given(st.sampled_from(ZONES), st.dates(date(1950, 1, 1), date(2060, 1, 1)), st.times())
def test_a_time_of_day_is_kept_unless_the_clocks_skip_it(zone: str, day: date, at: time) -> None:
    there = Calendar("o", zone).instant(day, at).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    # The longest leap that clocks ever made is a day.
    assert timedelta() <= there - datetime.combine(day, at.replace(fold=0)) <= timedelta(days=1)


def test_so_many_days_later_is_the_same_time_of_day_where_the_clocks_change_between() -> None:
    office = calendar("paris")
    evening = office.end_of_day(date(2026, 3, 1))
    assert office.later(evening, DAY * 60) == office.end_of_day(date(2026, 4, 30))
