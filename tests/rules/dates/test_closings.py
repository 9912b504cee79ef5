"""Closing hours: read from their text, told as instants, and what a deadline with one is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.rules.offices import calendar, hold, paris
from workflow.errors import BadDuration
from workflow.rules.dates.closings import Closing
from workflow.rules.dates.deadlines import Extension, Terms, due
from workflow.rules.dates.durations import Duration
from workflow.rules.dates.explanations import explain
from workflow.rules.replacing import replace

PARIS = calendar("paris")
SUNDAY = date(2026, 5, 31)
NOON = datetime(2026, 5, 31, 10, 0, tzinfo=UTC)
CALL = Terms(None, date(2026, 3, 2), paris(date(2026, 3, 2)), fixed=SUNDAY, closing=NOON)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("12:00", NOON),
        ("12:00 Europe/Paris", NOON),
        ("17:00 Europe/London", datetime(2026, 5, 31, 16, 0, tzinfo=UTC)),
        ("00:30 Pacific/Kiritimati", datetime(2026, 5, 30, 10, 30, tzinfo=UTC)),
    ],
)
def test_a_closing_hour_is_an_instant_of_its_zone(text: str, instant: datetime) -> None:
    closing = Closing.parse(text)
    assert closing.on(SUNDAY, ZoneInfo("Europe/Paris")) == instant
    assert str(closing) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("noon", "'noon' is no closing hour; write, say, '17:00' or '17:00 Europe/London'"),
        ("25:00", "'25:00' is no closing hour"),
        ("17:00 Europe/Pariss", "there is no zone 'Europe/Pariss'; did you mean 'Europe/Paris'?"),
        ("17:00 nowhere-at-all", "there is no zone 'nowhere-at-all'; write, say, Europe/London"),
    ],
)
def test_what_is_no_closing_hour_is_told_with_what_would_be(text: str, told: str) -> None:
    with pytest.raises(BadDuration, match=told.replace("?", r"\?")):
        Closing.parse(text)


def test_a_deadline_with_a_closing_hour_ends_at_that_hour_even_on_a_day_off() -> None:
    assert due(CALL, PARIS, PARIS) == NOON
    assert explain(CALL, PARIS, PARIS).due == NOON
    assert due(replace(CALL, holds=(hold(date(2026, 3, 6), None),)), PARIS, PARIS) is None


def test_more_time_after_a_closing_hour_lasts_to_the_end_of_its_day() -> None:
    more = Extension(Duration.parse("2 days"), paris(date(2026, 5, 20)), "SUP", "asked in time")
    longer = replace(CALL, extensions=(more,))
    assert due(longer, PARIS, PARIS) == PARIS.end_of_day(date(2026, 6, 2))
