"""The functions that expressions may call, by their values."""

from datetime import datetime

import pytest

from workflow.rules.language.functions import weekdays_between


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-05-29", "2026-05-29", 0),
        ("2026-05-29", "2026-05-31", 0),  # Friday to Sunday
        ("2026-05-29", "2026-06-01", 1),  # Friday to Monday
        ("2026-05-30", "2026-06-01", 1),  # Saturday to Monday
        ("2026-05-29", "2026-06-12", 10),
        ("2026-06-01", "2026-05-29", -1),
    ],
)
def test_from_one_date_to_another_only_monday_to_friday_count(start: str, end: str, days: int) -> None:
    assert weekdays_between(datetime.fromisoformat(start), datetime.fromisoformat(end)) == days
