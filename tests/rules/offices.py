"""The calendars that tests count with: real ones of the secretariat and of Parties, and any others."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.deadlines import Hold, Terms
from workflow.rules.dates.durations import Duration
from workflow.runtime.calendar_sheets import read_sheets
from workflow.runtime.calendars import find, from_library

PARIS = ZoneInfo("Europe/Paris")
YEARS = range(2025, 2030)


@cache
def calendar(code: str) -> Calendar:
    return from_library(find(code, read_sheets()), YEARS)


def paris(day: date, hour: int = 12, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), PARIS)


def terms(budget: str, day0: date, **more: object) -> Terms:
    return Terms(Duration.parse(budget), day0, paris(day0), **more)


def hold(first: date, last: date | None) -> Hold:
    return Hold(
        paris(first), None if last is None else paris(last), "Ms Coordinator", "waiting for the Party"
    )


dates = st.dates(date(2026, 1, 1), date(2027, 12, 31))
spans = st.tuples(dates, st.integers(0, 60)).map(lambda span: (span[0], span[0] + timedelta(days=span[1])))
offices = st.builds(
    Calendar,
    name=st.just("office"),
    zone=st.sampled_from(
        ["Europe/Paris", "Africa/Nairobi", "Asia/Dhaka", "Pacific/Apia", "America/St_Johns"]
    ),
    weekend=st.frozensets(st.integers(0, 6), max_size=4),
    days_off=st.dictionaries(dates, st.just("Holiday"), max_size=40),
    working_dates=st.frozensets(dates, max_size=10),
)
moments = st.builds(
    datetime.combine, st.dates(date(1990, 1, 1), date(2037, 12, 31)), st.times(), st.just(UTC)
)
