"""Working hours, against walking minute by minute."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.rules.offices import calendar
from workflow.rules.dates import hours

PARIS = calendar("paris")
MINUTE = timedelta(minutes=1)
START = datetime(2026, 3, 23, tzinfo=UTC)
# Two weeks with a change of the clocks (29 March) and Easter Monday in them.
instants = st.integers(0, 14 * 24 * 60).map(lambda minutes: START + MINUTE * minutes)


def open_minutes(start: datetime, end: datetime, held: list[tuple[datetime, datetime]]) -> int:
    minutes = 0
    while start < end:
        local = start.astimezone(PARIS.tz)
        opened = any(opens <= local.time() < closes for opens, closes in PARIS.hours)
        still = any(stops <= start < resumes for stops, resumes in held)
        minutes += PARIS.is_working(local.date()) and opened and not still
        start += MINUTE
    return minutes


@given(instants, st.integers(1, 1200), st.none() | st.tuples(instants, instants))
def test_only_open_minutes_that_no_hold_covers_count(
    start: datetime, minutes: int, pair: tuple[datetime, datetime] | None
) -> None:
    held = [(min(pair), max(pair))] if pair and pair[0] != pair[1] else []
    end = hours.after(PARIS, start, MINUTE * minutes, held)
    assert open_minutes(start, end, held) == minutes
    assert open_minutes(start, end - MINUTE, held) == minutes - 1
    assert hours.between(PARIS, start, end, held) == MINUTE * minutes


@given(instants, st.integers(1, 1200))
def test_going_back_leaves_as_much_office_time(end: datetime, minutes: int) -> None:
    start = hours.before(PARIS, end, MINUTE * minutes)
    assert open_minutes(start, end, []) == minutes
    assert open_minutes(start + MINUTE, end, []) == minutes - 1


def test_no_time_at_all_ends_where_it_begins() -> None:
    night = datetime(2026, 3, 23, 1, tzinfo=UTC)
    assert hours.after(PARIS, night, timedelta()) == night
    assert hours.before(PARIS, night, timedelta()) == night
    assert hours.between(PARIS, night, night) == timedelta()
