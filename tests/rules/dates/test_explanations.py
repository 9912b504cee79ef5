"""An explanation gives the date that counting gives, and names every day it passed over."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.rules.offices import calendar, dates, hold, offices, paris, spans, terms
from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.deadlines import Extension, Terms, due, landing
from workflow.rules.dates.durations import Duration, Unit
from workflow.rules.dates.explanations import TEXTS, Explanation, Step, explain
from workflow.rules.replacing import replace

PARIS, KENYA = calendar("paris"), calendar("KE")
DAY = timedelta(days=1)
lengths = st.builds(
    Duration, st.integers(0, 40), st.sampled_from([unit for unit in Unit if unit is not Unit.MONTHS])
)


def codes(explanation: Explanation) -> list[str]:
    return [step.code for step in explanation.steps]


def passed_over(step: Step) -> set[date]:
    if step.code == "off":
        return {step.params["day"]}
    first, last = step.params["first"], step.params["last"]
    return {first + DAY * n for n in range((last - first).days + 1)}


@given(offices, dates, st.lists(lengths, min_size=1, max_size=3), st.lists(spans, max_size=3))
def test_it_comes_to_the_same_date_as_counting(
    office: Calendar, day0: date, found: list[Duration], holds: list[tuple[date, date]]
) -> None:
    more = tuple(Extension(length, paris(day0), "SUP", "") for length in found[1:])
    clock = Terms(found[0], day0, paris(day0), holds=tuple(hold(*span) for span in holds), extensions=more)
    explanation = explain(clock, office, PARIS)
    assert explanation.due == due(clock, office, PARIS)
    assert all(step.text.format(**step.params) for step in explanation.steps)


@given(offices, dates, st.integers(1, 40), spans)
def test_every_day_is_counted_or_held_or_named_as_passed_over(
    office: Calendar, day0: date, budget: int, span: tuple[date, date]
) -> None:
    clock = Terms(Duration(budget, Unit.WORKING_DAYS), day0, paris(day0), holds=(hold(*span),))
    end = landing(clock, office, PARIS)
    days = {day0 + DAY * n for n in range(1, (end - day0).days + 1)}
    named = [passed_over(s) for s in explain(clock, office, PARIS).steps if s.code in ("off", "off_run")]
    off = {day for group in named for day in group}
    held = {day for day in days if span[0] < day <= span[1]}
    assert sum(map(len, named)) == len(off), "no day is named twice"
    assert off <= days
    assert not any(office.is_working(day) for day in off)
    assert not off & held
    assert len(days - off - held) == budget


def test_it_tells_the_cut_off_the_long_weekend_and_the_reason_of_each_day() -> None:
    clock = Terms(Duration.parse("1 working day"), date(2026, 5, 26), paris(date(2026, 5, 22), 18, 30))
    explanation = explain(clock, PARIS, PARIS)
    assert codes(explanation) == ["late", "off_run", "off", "day0_moved", "allowed", "ends", "due"]
    assert explanation.steps[2].params == {"day": date(2026, 5, 25), "reason": "Pentecost Monday"}


def test_it_tells_that_the_answers_say_from_which_day_it_counts() -> None:
    clock = Terms(
        Duration.parse("14 days"),
        date(2026, 10, 16),
        paris(date(2026, 10, 20)),
        floor=date(2026, 10, 20),
        told=True,
    )
    explanation = explain(clock, PARIS, PARIS)
    assert codes(explanation) == ["day0_told", "allowed", "ends", "due"]
    assert explanation.steps[0].params == {"day": date(2026, 10, 16)}
    assert explanation.due == PARIS.end_of_day(date(2026, 10, 30))


def test_what_is_told_too_late_is_due_on_the_day_on_which_it_was_told() -> None:
    late = date(2026, 11, 5)
    clock = Terms(Duration.parse("14 days"), date(2026, 10, 16), paris(late), floor=late, told=True)
    explanation = explain(clock, PARIS, PARIS)
    assert codes(explanation)[-2:] == ["floor_told", "due"]
    assert explanation.due == PARIS.end_of_day(late)


def test_it_tells_a_day_off_on_which_something_came() -> None:
    clock = Terms(Duration.parse("1 working day"), date(2026, 3, 9), paris(date(2026, 3, 7), 18))
    assert codes(explain(clock, PARIS, PARIS))[:3] == ["came_off", "off", "day0_moved"]


def test_it_tells_each_day_that_the_date_rolled_over_and_the_holders_own_time() -> None:
    explanation = explain(terms("30 days", date(2026, 3, 6)), KENYA, PARIS)
    assert codes(explanation) == ["day0", "allowed", "ends", "moved", "moved", "due", "local"]
    assert [step.params["reason"] for step in explanation.steps if step.code == "moved"] == [
        "weekend",
        "Easter Monday",
    ]
    assert explanation.steps[-1].params["day"] == date(2026, 4, 8)


def test_it_tells_who_held_the_clock_why_and_what_that_gave_back() -> None:
    clock = terms("5 working days", date(2026, 3, 2), holds=(hold(date(2026, 3, 6), date(2026, 3, 27)),))
    step = next(step for step in explain(clock, PARIS, PARIS).steps if step.code == "held")
    assert step.params == {
        "first": date(2026, 3, 6),
        "last": date(2026, 3, 27),
        "by": "Ms Coordinator",
        "why": "waiting for the Party",
        "days": Duration(15, Unit.WORKING_DAYS),
    }


def test_a_hold_of_no_length_and_one_without_reason_are_told_too() -> None:
    day = date(2026, 3, 6)
    clock = terms("5 working days", date(2026, 3, 2), holds=(replace(hold(day, day), why=""),))
    step = next(step for step in explain(clock, PARIS, PARIS).steps if step.code == "held_nothing")
    assert step.params["why"] == "no reason given"


def test_a_held_clock_says_since_when_and_what_is_used_up() -> None:
    explanation = explain(
        terms("5 working days", date(2026, 3, 2), holds=(hold(date(2026, 3, 6), None),)), PARIS, PARIS
    )
    assert explanation.due is None
    assert codes(explanation) == ["day0", "allowed", "held_open", "used"]
    assert explanation.steps[-1].params == {"used": Duration(4, Unit.WORKING_DAYS)}


def test_extensions_are_told_with_person_and_reason() -> None:
    more = Extension(Duration.parse("15 days"), paris(date(2026, 3, 20)), "SUP", "elections")
    explanation = explain(replace(terms("30 days", date(2026, 3, 6)), extensions=(more,)), PARIS, PARIS)
    step = next(step for step in explanation.steps if step.code == "extended")
    assert (step.params["by"], step.params["why"]) == ("SUP", "elections")


def test_a_floor_a_fixed_date_and_office_hours_are_told() -> None:
    floor = explain(terms("1 working day", date(2026, 3, 2), floor=date(2026, 3, 7)), PARIS, PARIS)
    assert codes(floor)[-4:] == ["floor", "moved", "moved", "due"]
    fixed = explain(replace(terms("1 day", date(2026, 3, 2)), fixed=date(2026, 6, 6)), PARIS, PARIS)
    assert codes(fixed) == ["day0", "fixed", "due"]
    assert "office_hours" in codes(explain(terms("4 working hours", date(2026, 3, 2)), PARIS, PARIS))


def test_months_are_told_in_days_and_clipping_is_said() -> None:
    plain, clipped = (
        explain(terms("6 months", day), PARIS, PARIS) for day in (date(2026, 3, 2), date(2026, 8, 31))
    )
    assert plain.steps[2].code == "months"
    assert plain.steps[2].params["days"] == Duration(184, Unit.DAYS)
    assert clipped.steps[2].code == "months_clipped"


def test_what_the_calendar_does_not_know_is_said() -> None:
    day = date(2026, 3, 2)
    assert codes(explain(terms("3 days", day), calendar("EU"), PARIS))[-1] == "unlisted"
    assert codes(explain(terms("60 months", day), PARIS, PARIS))[-1] == "beyond"
    assert codes(explain(terms("12 months", day), PARIS, PARIS))[-1] == "due"


def test_every_text_has_an_occasion() -> None:
    monday, friday, saturday = date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 7)
    more = Extension(Duration.parse("15 days"), paris(friday), "SUP", "elections")
    days = terms("30 days", friday)
    clocks = [
        replace(days, extensions=(more,), holds=(hold(friday, saturday), hold(friday, friday))),
        replace(days, holds=(hold(friday, None),)),
        replace(terms("1 working day", date(2026, 3, 9)), started_at=paris(saturday)),
        replace(terms("1 working day", date(2026, 5, 26)), started_at=paris(date(2026, 5, 22), 18)),
        replace(days, fixed=saturday),
        terms("6 months", monday),
        terms("6 months", date(2026, 8, 31)),
        terms("60 months", date(2026, 8, 31)),
        terms("4 working hours", monday),
        terms("1 working day", monday, floor=saturday),
        terms("1 working day", monday, floor=saturday, told=True),
    ]
    told = [explain(clock, KENYA, PARIS) for clock in clocks] + [explain(days, calendar("EU"), PARIS)]
    assert {code for explanation in told for code in codes(explanation)} == set(TEXTS)
