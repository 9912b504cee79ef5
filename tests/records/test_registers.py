"""Register facts: each says what the rows say, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.records import samples
from tests.records.samples import NOW, TODAY, act, open_case, resubmitted, submitted
from workflow.records import snapshot
from workflow.records.databases import Connection, Database
from workflow.records.registers import COUNTED, REGISTERS, known, values
from workflow.records.snapshot import Wanted
from workflow.rules.case import Case, Event
from workflow.rules.consulted import Question
from workflow.rules.decision import Decision
from workflow.rules.format import EVENT_REGISTERS
from workflow.rules.replacing import replace


def facts(database: Database, asked: tuple[Question, ...], case: str = "c1") -> dict[str, object]:
    def work(connection: Connection) -> dict[str, object]:
        found = snapshot.of_case(connection, case, Wanted(asked, "paris", TODAY))
        assert found is not None
        return values(asked, found.registers)

    return database.reading(work)


def fact(database: Database, register: str, case: str = "c1", *, count: tuple[str, ...] = ()) -> object:
    return facts(database, (Question("it", register, count),), case).get("it")


def resubmissions(database: Database) -> list[object]:
    names = ("c1", "c2", "c3", "c4")
    return [fact(database, "line_events", name, count=("resubmit_as_new",)) for name in names]


def happened(before: Case, *names: str) -> Decision:
    """The Decision of an act by which these events happen."""
    events = tuple(Event(name, NOW, before.entry + 1) for name in names)
    after = replace(
        before, revision=before.revision + 1, entry=before.entry + 1, events=(*before.events, *events)
    )
    return Decision(before, after, (samples.entry(after.entry, "note", before.state, before.state),))


def put_under(database: Database, case: str, definition: str, version: int) -> None:
    """Let a case be of another definition, or another version of its own."""
    pinned = (
        "INSERT INTO definition_version (key, version, digest, pinned_at) SELECT ?, ?, digest, pinned_at"
        " FROM definition_version WHERE key = 'help' AND version = 1"
    )

    def work(connection: Connection) -> None:
        connection.write(pinned, [(definition, version)])
        connection.write(
            "UPDATE cases SET definition = ?, version = ? WHERE id = ?", [(definition, version, case)]
        )

    database.writing(work)


@pytest.fixture
def kenya(database: Database) -> Database:
    samples.people(database)
    open_case(database)
    return database


@pytest.mark.parametrize(
    ("status", "day", "expected"),
    [
        ("verified", TODAY - timedelta(days=1), True),
        ("verified", TODAY, True),
        ("verified", TODAY + timedelta(days=1), False),
        ("verified", None, True),
        ("unverified", TODAY + timedelta(days=400), True),  # it is not known, so it never blocks
    ],
)
def test_a_party_is_in_force_from_its_verified_day(
    kenya: Database, status: str, day: date | None, expected: bool
) -> None:
    kenya.writing(
        lambda connection: samples.put_party(
            connection, "KE", region="Africa", in_force_on=day, date_status=status
        )
    )
    assert fact(kenya, "party_in_force") is expected


def test_what_is_known_of_the_party(kenya: Database) -> None:
    kenya.writing(
        lambda connection: samples.put_party(
            connection, "KE", region="Africa", ldc=True, electoral_group="V(a)", language="en"
        )
    )
    names = ("ldc", "lldc", "sids", "africa", "region", "group", "language")
    found = [
        fact(kenya, f"party_{name}" if name in ("region", "group", "language") else f"party_is_{name}")
        for name in names
    ]
    assert found == [True, False, False, True, "Africa", "V(a)", "en"]


def test_earlier_cases_are_those_that_were_submitted(kenya: Database) -> None:
    for place, (name, party) in enumerate([("c2", "KE"), ("c3", "KE"), ("f1", "FJ")], start=1):
        open_case(kenya, name, party)
        if name != "c3":
            act(kenya, name, lambda case, place=place: submitted(case, serial=1 if place == 1 else 2))
    assert fact(kenya, "earlier_cases") == 1
    assert fact(kenya, "duplicates_12_months") == 1
    assert fact(kenya, "earlier_cases", "c2") == 0


def test_more_duplicates_than_ten_are_not_counted(kenya: Database) -> None:
    for serial in range(1, 13):
        open_case(kenya, f"d{serial}")
        act(kenya, f"d{serial}", lambda case, serial=serial: submitted(case, serial=serial))
    assert fact(kenya, "duplicates_12_months") == 10
    assert fact(kenya, "earlier_cases") == 12


def test_a_case_of_more_than_a_year_ago_is_no_duplicate(kenya: Database) -> None:
    open_case(kenya, "c2")
    act(kenya, "c2", submitted)
    long_ago = NOW - timedelta(days=400)
    kenya.writing(
        lambda connection: connection.write(
            "UPDATE cases SET opened_at = ? WHERE id = ?", [(connection.moment(long_ago), "c2")]
        )
    )
    assert fact(kenya, "duplicates_12_months") == 0
    assert fact(kenya, "earlier_cases") == 1


def test_events_of_earlier_cases_are_those_of_the_party_and_the_definition(kenya: Database) -> None:
    for place, (name, party) in enumerate([("c2", "KE"), ("c3", "KE"), ("f1", "FJ")], start=1):
        open_case(kenya, name, party)
        act(kenya, name, lambda case, place=place: submitted(case, serial=place))
    came = ("enter submitted",)
    assert fact(kenya, "earlier_events", count=came) == 2
    assert fact(kenya, "earlier_events", "c2", count=came) == 1  # the own case is no earlier one
    assert fact(kenya, "earlier_events", "f1", count=came) == 0
    put_under(kenya, "c2", "help", 2)
    assert fact(kenya, "earlier_events", count=came) == 2
    put_under(kenya, "c2", "loan", 1)
    assert fact(kenya, "earlier_events", count=came) == 1


def test_what_happened_in_a_draft_does_not_count(kenya: Database) -> None:
    open_case(kenya, "c2")
    act(kenya, "c2", lambda case: happened(case, "note"))
    assert fact(kenya, "earlier_events", count=("note",)) == 0


def test_every_happening_of_every_event_that_is_named_counts(kenya: Database) -> None:
    open_case(kenya, "c2")
    act(kenya, "c2", submitted)
    act(kenya, "c2", lambda case: happened(case, "follow_up.no_answer", "reopen", "follow_up.no_answer"))
    asked = (
        Question("unanswered", "earlier_events", ("follow_up.no_answer",)),
        Question("reopened", "earlier_events", ("reopen", "close")),
        Question("either", "earlier_events", ("reopen", "follow_up.no_answer")),
        Question("in_africa", "party_is_africa"),
        Question("answered", "earlier_events", ("follow_up", "no_answer", "follow_up.answered")),
    )
    assert facts(kenya, asked) == {
        "unanswered": 2,
        "reopened": 1,
        "either": 3,
        "in_africa": True,
        "answered": 0,
    }


def test_only_the_latest_hundred_cases_of_a_party_are_looked_through(kenya: Database) -> None:
    open_case(kenya, "first")
    act(kenya, "first", submitted)
    kenya.writing(
        lambda connection: connection.write(
            "UPDATE cases SET opened_at = ? WHERE id = ?",
            [(connection.moment(NOW - timedelta(days=9)), "first")],
        )
    )
    came = ("enter submitted",)
    for place in range(99):
        open_case(kenya, f"x{place}")
        act(kenya, f"x{place}", lambda case, place=place: submitted(case, serial=place + 2))
    assert fact(kenya, "earlier_events", count=came) == 100
    act(kenya, "c1", lambda case: submitted(case, serial=200))
    assert fact(kenya, "earlier_events", "first", count=came) == 100
    open_case(kenya, "last")
    kenya.writing(
        lambda connection: connection.write("UPDATE cases SET events = '[]' WHERE id <> 'first'", [()])
    )
    assert fact(kenya, "earlier_events", "c1", count=came) == 1
    assert fact(kenya, "earlier_events", "last", count=came) == 0


def test_an_event_is_a_value_and_no_part_of_the_statement(kenya: Database) -> None:
    open_case(kenya, "c2")
    act(kenya, "c2", submitted)
    assert fact(kenya, "earlier_events", count=("x') OR 1=1 --",)) == 0


def test_events_are_counted_along_the_line_of_cases(kenya: Database) -> None:
    for name, parent in (("c2", "c1"), ("c3", "c2"), ("c4", "c3")):
        open_case(kenya, name, parent=parent)
    # A case that a complaint or a follow-up opened follows another, and is no resubmission.
    assert resubmissions(kenya) == [0, 0, 0, 0]
    act(kenya, "c1", resubmitted)
    assert resubmissions(kenya) == [0, 1, 1, 1]
    act(kenya, "c1", resubmitted)
    act(kenya, "c3", resubmitted)
    assert resubmissions(kenya) == [0, 2, 2, 3]
    # What goes by the same name in another procedure is something else; the line goes on behind it.
    put_under(kenya, "c3", "loan", 1)
    assert resubmissions(kenya) == [0, 2, 0, 2]


def test_every_register_answers_for_a_case_that_is_not_there_yet(kenya: Database) -> None:
    act(kenya, "c1", resubmitted)
    asked = tuple(Question(name, name, ("resubmit_as_new",)) for name in sorted({*REGISTERS, *COUNTED}))

    def work(connection: Connection) -> dict[str, object]:
        wanted = Wanted(asked, "paris", TODAY)
        found = snapshot.of_party(connection, "new", "help", "KE", "Africa", "c1", wanted)
        assert found is not None
        return values(asked, found.registers)

    found = kenya.reading(work)
    assert (found["line_events"], found["earlier_events"], found["earlier_cases"]) == (1, 0, 0)
    assert found["party_is_africa"] is True


def test_the_registers_that_count_events_are_those_that_the_format_knows() -> None:
    assert set(COUNTED) == set(EVENT_REGISTERS)
    assert COUNTED.keys().isdisjoint(REGISTERS)


def test_a_register_that_nobody_keeps_yet_is_left_out() -> None:
    in_force, calls = Question("in_force", "party_in_force"), Question("calls", "open_call")
    again = Question("again", "line_events", ("resubmit_as_new",))
    assert known((in_force, calls, again)) == (in_force, again)
