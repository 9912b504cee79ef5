"""Why an act is refused, in the words of the case's own definition."""

from datetime import UTC, date

from tests.rules.wanderers import procedure
from workflow.errors import Reason
from workflow.runtime.reasons import worded


def test_a_refusal_shows_the_declared_facts_in_words_and_none_of_the_engines_own() -> None:
    looked_at = (("refusal_date", date(2019, 1, 1)), ("today", date(2026, 3, 30)), ("emergency", False))
    said = worded(procedure(), Reason("day_of_decision", facts=looked_at), "en", UTC)
    assert said.text == (
        "The decision is dated between the day it became due and today (Declined on: 1 January 2019)"
    )
