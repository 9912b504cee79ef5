"""What a line of a history may say, and what is answered to a faulty one."""

import json

import pytest

from workflow.errors import BrokenHistory
from workflow.runtime.histories import History, read, write

OPEN = {
    "case": "A-1",
    "definition": "grant",
    "at": "2012-03-01T10:00:00+01:00",
    "person": "anna",
    "open": {"party": "KE"},
}
ASK = {"case": "A-1", "at": "2012-03-02T10:00:00+01:00", "role": "focal_point", "trigger": "submit"}

ANNA = {"person": "anna", "name": "Anna"}


def story(*lines: object) -> History:
    return read(json.dumps(line) for line in lines)


def fault(*lines: object) -> str:
    with pytest.raises(BrokenHistory) as refused:
        story(*lines)
    return str(refused.value)


def test_acts_are_played_in_the_order_of_their_times_and_then_of_their_lines() -> None:
    later = ASK | {"case": "A-2", "at": "2012-03-02T09:00:00+00:00", "trigger": "second"}
    history = story(later, ASK, OPEN)
    assert [act.line for act in history.acts] == [3, 1, 2]


def test_the_same_line_has_the_same_key_wherever_it_stands_and_a_repeated_line_another() -> None:
    first = {act.line: act.key for act in story(OPEN, ASK, ASK).acts}
    second = {act.line: act.key for act in story(ASK, OPEN).acts}
    assert first[1] == second[2]
    assert first[2] == second[1]
    assert first[2] != first[3]


def test_a_line_that_is_written_reads_as_the_same_line() -> None:
    history = story(OPEN, ASK | {"data": {"name": "Ünï"}, "received_at": "2012-03-01T23:00:00Z"})
    again = read(write(act.said) for act in history.acts)
    assert [act.key for act in again.acts] == [act.key for act in history.acts]
    assert [act.said for act in again.acts] == [act.said for act in history.acts]


def test_persons_come_before_the_acts_and_comments_are_passed_over() -> None:
    person = {"person": "anna", "name": "Anna", "mandates": [{"role": "coordinator", "from": "2010-01-01"}]}
    history = read(["# a comment", "", json.dumps(OPEN), json.dumps(person)])
    assert history.persons[0].mandates[0].role == "coordinator"
    assert history.cases == ("A-1",)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (ASK | {"at": "2012-03-02T10:00:00"}, "at: a time needs its offset, as 2012-03-02T10:00:00+01:00"),
        (ASK | {"at": "in March"}, "at: write a time with its offset"),
        (ASK | {"role": None}, "say either the person or the role that acts"),
        (ASK | {"person": "anna"}, "say either the person or the role that acts"),
        (ASK | {"undo": True}, "this line says trigger and undo"),
        ({key: ASK[key] for key in ("case", "at", "role")}, "this line says none"),
        (ASK | {"trigger": None, "outcome": "scored"}, "name the task that 'outcome' belongs to"),
        (OPEN | {"definition": None}, "an opening names its definition"),
        (ASK | {"rested_since": "2013-01-01T00:00:00Z"}, "not later than its 'at'"),
        (OPEN | {"rested_since": "2012-01-01T00:00:00Z"}, "'rested_since' is of an act after the opening"),
        (ASK | {"tigger": "x"}, "tigger: a line has no such field; did you mean 'trigger'?"),
        (OPEN | {"open": {"party": "KE", "partty": "KE"}}, "open.partty: a line has no such field; did"),
        (ANNA | {"mandates": [{"role": "x", "form": "2020-01-01"}]}, "did you mean 'from'?"),
        (ANNA | {"casse": "x"}, "casse: a line has no such field; did you mean 'case'?"),
        ({"person": "anna"}, "name: this is needed"),
        ([1], "a line is a JSON object"),
        (ASK | {"data": {"items": ["a\0b"]}}, "/data/items/0: A NUL character cannot be stored"),
        ({"person": "anna", "name": "A\0"}, "/name: A NUL character cannot be stored"),
    ],
)
def test_a_faulty_line_is_named_with_what_would_be_right(line: object, said: str) -> None:
    assert said in fault(line)


def test_every_faulty_line_is_named_at_once() -> None:
    with pytest.raises(BrokenHistory) as refused:
        read(["{not json", json.dumps(OPEN), json.dumps(ASK | {"case": ""})])
    first, second = str(refused.value).splitlines()
    assert first.startswith("line 1: this is not JSON")
    assert second.startswith("line 3: case:")


def test_of_a_file_that_is_no_history_a_few_lines_are_named_and_what_a_history_is() -> None:
    with pytest.raises(BrokenHistory) as refused:
        read(f"{number};Kenya;2012" for number in range(1, 100))
    *lines, last = str(refused.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [f"line {number}" for number in range(1, 6)]
    assert last.startswith("No line of it is one of a history. A history is JSON Lines, a line per act: ")
