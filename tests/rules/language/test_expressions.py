"""Expressions over declared facts: what compiles, what it gives, and what is said of everything else."""

from datetime import date

import pytest

from workflow.errors import BadExpression, Undecided
from workflow.rules.language.expressions import Environment

FACTS = {
    "days": "integer",
    "score": "number",
    "area": "text",
    "urgent": "boolean",
    "start": "date",
    "scores": "list of number",
    "ranks": "list of integer",
    "dates": "list of date",
    "experts": "list of person",
    "decider": "role",
}
VALUES = {
    "days": 12,
    "score": 61,
    "area": "policies",
    "urgent": False,
    "start": "2026-08-31",
    "scores": [40, 80.5, 62],
    "ranks": [3, 1, 2],
    "dates": [date(2026, 1, 1), "2026-02-01"],
    "experts": ["ann", "bo"],
    "decider": "supervisor",
    "emergency": True,
    "today": date(2026, 3, 2),
}


@pytest.fixture(scope="module")
def environment() -> Environment:
    return Environment(FACTS)


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("days <= 15", "boolean", True),
        ("score >= 60", "boolean", True),  # a whole literal beside a number
        ("60 < score && score * 2 > -3", "boolean", True),
        ("highest(scores) - lowest(scores) > 0.3 * highest(scores)", "boolean", True),
        ("size(scores) == 3", "boolean", True),
        ("median(scores)", "number", 62.0),
        ("mean(ranks)", "number", 2.0),
        ("sum(ranks)", "integer", 6),
        ("sum(scores)", "number", 182.5),
        ("highest(ranks) + days", "integer", 15),
        ("latest(dates)", "date", date(2026, 2, 1)),
        ("months_after(start, 6)", "date", date(2027, 2, 28)),  # months clip
        ("months_after(start, -6)", "date", date(2026, 2, 28)),
        ("days_between(today, start)", "integer", 182),
        ("weekdays_between(today, start)", "integer", 130),
        ("today < start", "boolean", True),
        ("area in ['policies', 'skills']", "boolean", True),
        ("'ann' in experts", "boolean", True),
        ("decider == 'supervisor' ? 'a' : 'b'", "text", "a"),
        ("experts.filter(one, one != 'ann')", "list of text", ["bo"]),
        ("scores.exists(one, one > 80)", "boolean", True),
        ("emergency", "boolean", True),
        ("double(days) / 5", "number", 2.4),
        ("has(days) && !has( overdue )", "boolean", True),
        ("'has(days)' == area", "boolean", False),  # within quotes it is a text
        ("days > 1 // has(more) to say", "boolean", True),
    ],
)
def test_an_expression_gives_a_typed_value(
    environment: Environment, text: str, type_: str, value: object
) -> None:
    expression = environment.compile(text)
    assert expression.type == type_
    assert expression.evaluate(VALUES) == value
    assert type(expression.evaluate(VALUES)) is type(value)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("dayz > 3", (1, 1, "there is no fact 'dayz'; did you mean 'days'?")),
        ("has(dayz)", (1, 1, "there is no fact 'dayz'; did you mean 'days'?")),
        ("days > 3 &&\n  meen(scores) > 1", (2, 3, "there is no function 'meen'; did you mean 'mean'?")),
        (
            "days > score",
            (1, 6, "'>' does not mix an integer and a number; write 60.0 for 60, or double(name)"),
        ),
        ("area > 3", (1, 6, "'>' cannot stand between a text and an integer")),
        ("highest(days)", (1, 8, "highest() cannot take an integer")),
        (
            "urgent ? 1 : 'x'",
            (1, 8, "both sides of '? :' must have one type; here they are an integer and a text"),
        ),
        ("days >", (1, 7, "the expression ends too early")),
        ("days > 3 )", (1, 10, "')' cannot stand here")),
        (
            "start - today",
            (1, 1, "this gives nothing that a fact could hold; for spans of time use days_between()"),
        ),
        (
            "{'a': 1}",
            (1, 1, "this gives nothing that a fact could hold; for spans of time use days_between()"),
        ),
    ],
)
def test_a_fault_is_told_with_its_place_and_remedy(
    environment: Environment, text: str, fault: tuple[int, int, str]
) -> None:
    with pytest.raises(BadExpression) as caught:
        environment.compile(text)
    assert fault in caught.value.faults


def test_all_faults_of_an_expression_are_told_at_once(environment: Environment) -> None:
    with pytest.raises(BadExpression) as caught:
        environment.compile("dayz > 3 && scor > 2 || size(scorez) == 1")
    assert [column for _, column, _ in caught.value.faults] == [1, 13, 30]


def test_the_type_that_is_needed_is_demanded(environment: Environment) -> None:
    assert environment.compile("days", "number").type == "integer"
    with pytest.raises(BadExpression, match="this gives an integer; a boolean is needed here"):
        environment.compile("days + 1", "boolean")


def test_an_absent_fact_is_named_and_does_not_hold(environment: Environment) -> None:
    expression = environment.compile("days > 3 && urgent")
    with pytest.raises(Undecided) as caught:
        expression.evaluate({"urgent": True})
    assert caught.value.absent == ("days",)
    assert not expression.holds({"urgent": True})


def test_an_absent_fact_that_decides_nothing_is_not_missed(environment: Environment) -> None:
    assert environment.compile("has(days) && days > 3").evaluate({}) is False
    assert environment.compile("days > 3 || urgent").evaluate({"urgent": True}) is True


@pytest.mark.parametrize("text", ["days / 0 == 1", "highest(scores) > 1.0", "scores[4] > 1.0"])
def test_what_has_no_value_is_undecided(environment: Environment, text: str) -> None:
    with pytest.raises(Undecided):
        environment.compile(text).evaluate({"days": 1, "scores": []})


def test_what_is_remembered_of_a_list_is_that_list_and_nobody_elses(environment: Environment) -> None:
    expression = environment.compile("ranks.filter(rank, rank > 1)")
    first = expression.evaluate({"ranks": [3, 1, 2]})
    first.clear()
    assert expression.evaluate({"ranks": [3, 1, 2]}) == [3, 2]
    assert expression.evaluate({"ranks": [1, 2, 3]}) == [2, 3]
    with pytest.raises(Undecided):
        expression.evaluate({})


def test_an_expression_knows_the_facts_it_names(environment: Environment) -> None:
    assert environment.compile("has(score) && 'days' != area && size(ranks) > 0").names == (
        "score",
        "area",
        "ranks",
    )
