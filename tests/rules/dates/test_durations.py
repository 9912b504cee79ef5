"""Durations and offsets: what they read, how they are written, and what a wrong one is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.errors import BadDuration, Malformed
from workflow.rules.dates.durations import Duration, Offset, Unit


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("15 working days", 15, Unit.WORKING_DAYS),
        ("1 working day", 1, Unit.WORKING_DAYS),
        ("  4   working hours ", 4, Unit.WORKING_HOURS),
        ("30 days", 30, Unit.DAYS),
        ("0 days", 0, Unit.DAYS),
        ("1 month", 1, Unit.MONTHS),
        ("24 months", 24, Unit.MONTHS),
    ],
)
def test_a_duration_is_a_number_and_a_unit(text: str, amount: int, unit: Unit) -> None:
    assert Duration.parse(text) == Duration(amount, unit)


@given(st.builds(Duration, st.integers(0, 1200), st.sampled_from(Unit)))
def test_what_is_written_is_read_again(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration
    for anchor in ("due", "anchor"):
        for sign in (-1, 1):
            offset = Offset(anchor, duration, sign)
            assert Offset.parse(str(offset)) == offset


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2 weeks", "did you mean '14 days' or '10 working days'"),
        ("1 week", "did you mean '7 days' or '5 working days'"),
        ("three weeks", "for example '15 working days'"),
        ("12 hours", "did you mean '12 working hours'"),
        ("1 hour", "did you mean '1 working hour'"),
        ("1 year", "did you mean '12 months'"),
        ("2 years", "did you mean '24 months'"),
        ("999 years", "hundred years; at most 1200 months"),
        ("15 workingdays", "did you mean '15 working days'"),
        ("15 wroking days", "did you mean '15 working days'"),
        ("-3 days", "whole number"),
        ("1.5 days", "whole number"),
        ("٣ days", "whole number"),
        ("20 fortnights", "for example '15 working days'"),
        ("days", "for example '15 working days'"),
        ("", "for example '15 working days'"),
        ("15", "for example '15 working days'"),
        ("99999 days", "hundred years"),
        ("1000000000 working days", "hundred years; at most 26000 working days"),
        ("99999999999999999999999 days", "hundred years; at most 36525 days"),
        ("9" * 5000 + " days", "hundred years; at most 36525 days"),
        ("1000000000 wroking days", "hundred years; at most 26000 working days"),
    ],
)
def test_a_wrong_duration_is_told_what_would_be_right(text: str, hint: str) -> None:
    with pytest.raises(BadDuration, match=hint):
        Duration.parse(text)


def test_a_bad_duration_is_malformed_data_and_a_value_error_for_those_who_read_definitions() -> None:
    with pytest.raises(Malformed) as refusal:
        Duration.parse("soon")
    assert isinstance(refusal.value, ValueError)
    assert refusal.value.faults[0].message.startswith("'soon'")


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("due", Offset("due")),
        ("half", Offset("half")),
        ("anchor", Offset("anchor")),
        ("due - 3 working days", Offset("due", Duration(3, Unit.WORKING_DAYS), -1)),
        ("due+1 working day", Offset("due", Duration(1, Unit.WORKING_DAYS), 1)),
        ("anchor - 14 days", Offset("anchor", Duration(14, Unit.DAYS), -1)),
        ("anchor + 6 months", Offset("anchor", Duration(6, Unit.MONTHS), 1)),
    ],
)
def test_an_offset_is_told_from_the_due_date_or_the_anchor(text: str, offset: Offset) -> None:
    assert Offset.parse(text) == offset


@pytest.mark.parametrize(
    "text", ["", "before due", "due 3 days", "due * 3 days", "half - 1 day", "due - soon"]
)
def test_a_wrong_offset_is_refused(text: str) -> None:
    with pytest.raises(BadDuration):
        Offset.parse(text)
