"""A frozen value is copied in one way, whatever it is made of."""

from datetime import UTC, datetime

import pytest

from workflow.rules.case import Event
from workflow.rules.dates.calendars import Calendar
from workflow.rules.replacing import replace

EVENT = Event("submit", datetime(2026, 3, 2, 9, tzinfo=UTC), 1)


def test_a_struct_is_copied_with_what_is_new_and_stays_what_it_was() -> None:
    assert replace(EVENT, entry=2) == Event("submit", EVENT.at, 2)
    assert EVENT.entry == 1


def test_what_a_dataclass_derives_is_derived_anew() -> None:
    assert replace(Calendar("paris"), zone="Africa/Nairobi").tz.key == "Africa/Nairobi"


@pytest.mark.parametrize("value", [EVENT, Calendar("paris")])
def test_a_field_that_there_is_not_is_refused(value: Event | Calendar) -> None:
    with pytest.raises(TypeError, match="nothing_of_it"):
        replace(value, nothing_of_it=1)  # type: ignore[arg-type]
