"""When the issues of a bulletin come out."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.offices import calendar, moments, offices
from workflow.rules import format as fmt
from workflow.rules.bulletins import latest
from workflow.rules.dates.calendars import Calendar

PARIS = calendar("paris")


def bulletin(every: str, first: str = "2026-01-31") -> fmt.Bulletin:
    return fmt.Bulletin.model_validate({"every": every, "from": first, "to": ["committee"]})


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("now", "issue"),
    [
        ("2026-02-02 07:59", None),  # 31 January is a Saturday; it comes out on Monday at eight
        ("2026-02-02 08:00", date(2026, 1, 31)),
        ("2026-03-30 12:00", date(2026, 1, 31)),
        ("2026-03-31 08:00", date(2026, 3, 31)),
        ("2026-06-01 07:00", date(2026, 3, 31)),  # 31 May is a Sunday
        ("2026-06-01 08:00", date(2026, 5, 31)),
        ("2026-09-30 08:00", date(2026, 9, 30)),  # clipped to the month's end
        ("2026-11-30 08:00", date(2026, 11, 30)),
        ("2027-03-31 08:00", date(2027, 3, 31)),
    ],
)
def test_an_issue_every_two_months_comes_out_in_the_morning_of_a_working_day(
    now: str, issue: date | None
) -> None:
    assert latest(bulletin("2 months"), paris(now), PARIS) == issue


def test_an_issue_every_so_many_days_counts_from_the_first() -> None:
    fortnightly = bulletin("14 days", "2026-03-02")
    assert latest(fortnightly, paris("2026-03-16 07:00"), PARIS) == date(2026, 3, 2)
    assert latest(fortnightly, paris("2026-03-16 09:00"), PARIS) == date(2026, 3, 16)
    assert latest(fortnightly, paris("2025-03-16 09:00"), PARIS) is None


@given(
    offices,
    st.sampled_from(["1 day", "3 days", "1 month", "5 months"]),
    moments,
)
def test_what_came_out_once_stays_out(office: Calendar, every: str, now: datetime) -> None:
    before = latest(bulletin(every), now, office)
    after = latest(bulletin(every), now.replace(year=now.year + 1, day=1), office)
    assert before is None or (after is not None and before <= after)
