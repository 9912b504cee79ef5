"""The worked example of the reference procedure, C.5, date by date: each act at noon of its due day."""

from datetime import date, datetime

import pytest

from tests.rules.offices import calendar, hold, paris
from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.deadlines import Terms, day_zero, due
from workflow.rules.dates.durations import Duration, Offset
from workflow.rules.dates.offsets import consumed, offset_instant

PARIS, KENYA = calendar("paris"), calendar("KE")
SUBMITTED, ASKED, ANSWERED = date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 27)


@pytest.mark.parametrize(
    ("duty", "day0", "within", "office", "end"),
    [
        ("completeness", date(2026, 3, 2), "5 working days", PARIS, date(2026, 3, 9)),
        ("the Party's answer", date(2026, 3, 6), "30 days", KENYA, date(2026, 4, 7)),
        ("needs assessment", date(2026, 3, 30), "15 working days", PARIS, date(2026, 4, 21)),
        ("consultation", date(2026, 3, 30), "5 working days", PARIS, date(2026, 4, 7)),
        ("appraisal", date(2026, 4, 21), "15 working days", PARIS, date(2026, 5, 15)),
        ("decision", date(2026, 5, 15), "10 working days", PARIS, date(2026, 6, 1)),
        ("shortlist", date(2026, 6, 1), "10 working days", PARIS, date(2026, 6, 15)),
        ("the Party's choice", date(2026, 6, 15), "14 days", KENYA, date(2026, 6, 29)),
        ("offer", date(2026, 6, 29), "5 working days", PARIS, date(2026, 7, 6)),
        ("work plan, draft", date(2026, 7, 6), "15 working days", PARIS, date(2026, 7, 28)),
        ("work plan, the Party", date(2026, 7, 28), "14 days", KENYA, date(2026, 8, 11)),
        ("work plan, coordinator", date(2026, 8, 11), "5 working days", PARIS, date(2026, 8, 18)),
        ("contract", date(2026, 8, 18), "15 working days", PARIS, date(2026, 9, 8)),
        ("first activity", date(2026, 9, 8), "90 days", PARIS, date(2026, 12, 7)),
        ("draft report", date(2026, 10, 16), "14 days", PARIS, date(2026, 10, 30)),
        ("comments", date(2026, 10, 30), "21 days", KENYA, date(2026, 11, 20)),
        ("final report", date(2026, 11, 20), "10 working days", PARIS, date(2026, 12, 4)),
        ("evaluator", date(2026, 12, 4), "45 days", PARIS, date(2027, 1, 18)),
        ("closure", date(2027, 1, 18), "10 working days", PARIS, date(2027, 2, 1)),
        ("follow-up after 6 months", date(2027, 2, 1), "6 months", KENYA, date(2027, 8, 2)),
        ("follow-up after 12 months", date(2027, 2, 1), "12 months", KENYA, date(2028, 2, 1)),
        ("follow-up after 24 months", date(2027, 2, 1), "24 months", KENYA, date(2029, 2, 1)),
    ],
)
def test_the_ordinary_way(duty: str, day0: date, within: str, office: Calendar, end: date) -> None:
    assert ends(paris(day0), within, office) == PARIS.end_of_day(end), duty


@pytest.mark.parametrize(
    ("duty", "at", "within", "end"),
    [
        ("completeness", paris(date(2026, 5, 22), 18, 30), "1 working day", date(2026, 5, 27)),
        ("needs assessment", paris(date(2026, 5, 27)), "3 working days", date(2026, 6, 1)),
        ("appraisal", paris(date(2026, 6, 1)), "2 working days", date(2026, 6, 3)),
        ("decision", paris(date(2026, 6, 3)), "3 working days", date(2026, 6, 8)),
    ],
)
def test_the_emergency(duty: str, at: datetime, within: str, end: date) -> None:
    assert ends(at, within, PARIS) == PARIS.end_of_day(end), duty


def test_an_emergency_received_late_before_a_long_weekend_counts_from_tuesday() -> None:
    received = paris(date(2026, 5, 22), 18, 30)
    assert day_zero(received, Duration.parse("1 working day").unit, PARIS, PARIS) == date(2026, 5, 26)


def test_asking_for_information_holds_the_completeness_clock() -> None:
    clock = Terms(
        Duration.parse("5 working days"), SUBMITTED, paris(SUBMITTED, 10), holds=(hold(ASKED, None),)
    )
    assert due(clock, PARIS, PARIS) is None
    assert consumed(clock, PARIS, PARIS, paris(ASKED)) == 4
    assert consumed(clock, PARIS, PARIS, paris(ANSWERED)) == 4


def test_the_answer_lets_the_completeness_clock_go_on_with_what_was_left() -> None:
    clock = Terms(
        Duration.parse("5 working days"), SUBMITTED, paris(SUBMITTED, 10), holds=(hold(ASKED, ANSWERED),)
    )
    assert due(clock, PARIS, PARIS) == PARIS.end_of_day(date(2026, 3, 30))


def test_the_request_would_lapse_thirty_days_after_the_rolled_date() -> None:
    answer = Terms(Duration.parse("30 days"), ASKED, paris(ASKED))
    end = due(answer, KENYA, PARIS)
    assert end is not None
    silence = Offset.after_due(Duration.parse("30 days"))
    assert offset_instant(silence, end, answer, KENYA, PARIS, at=None) == PARIS.end_of_day(date(2026, 5, 7))


def ends(at: datetime, within: str, office: Calendar) -> datetime | None:
    budget = Duration.parse(within)
    return due(Terms(budget, day_zero(at, budget.unit, office, PARIS), at), office, PARIS)
