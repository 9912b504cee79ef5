"""Values come back from their JSON as they were."""

from datetime import UTC, date, datetime

import msgspec
import orjson
import pytest

from workflow.records import values
from workflow.rules.dates.deadlines import Extension, Hold, Terms
from workflow.rules.dates.durations import Duration
from workflow.rules.replacing import replace

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLAIN = Terms(Duration.parse("5 working days"), date(2026, 3, 2), MONDAY)
WHOLE = replace(
    PLAIN,
    fixed=date(2026, 5, 31),
    holds=(Hold(MONDAY, None, "amina", "a question"),),
    extensions=(Extension(Duration.parse("2 days"), MONDAY, "sue", "asked in time"),),
    floor=date(2026, 3, 4),
    closing=datetime(2026, 5, 31, 10, 0, tzinfo=UTC),
)


def test_the_terms_of_a_clock_come_back_whole() -> None:
    assert [values.terms(orjson.loads(values.dumped(one))) for one in (PLAIN, WHOLE)] == [PLAIN, WHOLE]


def test_a_row_that_does_not_fit_says_which_field() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"Expected `int`, got `str` - at `\$\[2\]`"):
        values.case('["c1","permit","two"]')
