"""Recorded histories played through the engine: order, refusals, crashes, repetition, rest, and export."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import true

from tests.runtime.house import MONDAY, REQUEST, House, furnish
from workflow.errors import BrokenHistory, NotDelivered
from workflow.records import delegations, lists, persons, timers
from workflow.records.databases import Connection, open_database
from workflow.records.pages import Place
from workflow.records.trail import trail
from workflow.runtime import performing
from workflow.runtime.engine import Manner
from workflow.runtime.exporting import export_lines
from workflow.runtime.firing import Firing
from workflow.runtime.histories import History, read
from workflow.runtime.importing import OnRefusal, Summary, play
from workflow.runtime.lives import Life, life

Line = dict[str, Any]
# After all that the cases of these tests live through.
PRESENT = datetime(2026, 12, 31, tzinfo=UTC)


def opening(case: str, at: str = "2025-03-03T09:00:00Z", **more: Any) -> Line:
    return {
        "case": case,
        "definition": "permit",
        "at": at,
        "person": "nfp",
        "open": {"party": "KE", **more},
    }


def submitting(case: str, at: str = "2025-03-03T10:00:00Z", **more: Any) -> Line:
    return {"case": case, "at": at, "role": "focal_point", "trigger": "submit", "data": REQUEST, **more}


def act(case: str, at: str, **said: Any) -> Line:
    return {"case": case, "at": at, "role": "coordinator", **said}


def history(*lines: Line) -> History:
    return read(json.dumps(line) for line in lines)


def played(house: House, *lines: Line, **more: Any) -> Summary:
    return play(house.database, house.library, history(*lines), **{"now": PRESENT, **more})


def steps(house: House, case: str) -> list[tuple[str, str, str]]:
    """(act, when, state after it) of a case."""
    rows = house.reading(lambda connection: trail(connection, case, Place(limit=1000))).rows
    return [(row["act"], f"{row['at']:%m-%d %H:%M}", row["after"]) for row in rows]


def the_life(house: House, case: str) -> Life:
    found: Life = house.reading(lambda connection: life(connection, house.library, case, MONDAY))
    return found


def test_an_act_and_the_timers_before_it_happen_at_their_own_times(house: House) -> None:
    summary = played(
        house, opening("A"), submitting("A"), act("A", "2025-03-12T08:00:00Z", trigger="send_to_review")
    )
    assert (summary.played, summary.timers, summary.refused) == (3, 2, [])
    assert steps(house, summary.cases["A"]) == [
        ("open", "03-03 09:00", "draft"),
        ("submit", "03-03 10:00", "submitted"),
        ("submitted.rung", "03-05 07:00", "submitted"),
        ("submitted.rung", "03-11 07:00", "submitted"),
        ("send_to_review", "03-12 08:00", "review"),
    ]


def test_the_files_that_a_history_names_do_not_come_along_and_are_not_asked_for(house: House) -> None:
    summary = played(house, opening("A"), submitting("A", data={**REQUEST, "letter": "sha256:of old"}))
    assert summary.refused == []
    assert house.rows("SELECT state FROM cases") == [("submitted",)]


def test_all_cases_of_a_history_share_one_time(house: House) -> None:
    summary = played(
        house,
        opening("A"),
        submitting("A"),
        opening("B", at="2025-03-21T09:00:00Z"),
        submitting("B", at="2025-03-21T10:00:00Z"),
    )
    order = house.rows("SELECT number, state FROM cases ORDER BY number")
    # A's silence ended it on 20 March, before the last act of all; B rests where its acts end.
    assert order == [("P-2025-0001", "lapsed"), ("P-2025-0002", "submitted")]
    assert summary.timers == 4


def test_the_last_second_is_in_time(house: House) -> None:
    due = "2025-03-10T22:59:59Z"
    summary = played(house, opening("A"), submitting("A"), act("A", due, trigger="grant"))
    assert summary.refused == []
    assert all(one.kept for one in the_life(house, summary.cases["A"]).deadlines)


def test_a_forbidden_act_is_told_with_line_state_and_reason_and_stops_its_case(house: House) -> None:
    lines = [
        opening("A"),
        act("A", "2025-03-03T09:30:00Z", trigger="grant"),
        submitting("A"),
        opening("B"),
        submitting("B"),
    ]
    summary = played(house, *lines)
    (refused,) = summary.refused
    assert (refused.line, refused.case, refused.verb, refused.state) == (2, "A", "grant", "draft")
    assert "cannot be done in state 'draft'" in refused.reason
    assert (summary.played, summary.left) == (3, 1)
    assert house.rows("SELECT state FROM cases ORDER BY state") == [("draft",), ("submitted",)]


def test_a_forbidden_act_can_be_skipped(house: House) -> None:
    lines = [opening("A"), act("A", "2025-03-03T09:30:00Z", trigger="grant"), submitting("A")]
    summary = played(house, *lines, on_refusal=OnRefusal.SKIP)
    assert (summary.played, summary.left, len(summary.refused)) == (2, 0, 1)
    assert house.rows("SELECT state FROM cases") == [("submitted",)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (submitting("A", data={"days": 1}), "/subject: is needed"),
        (submitting("A", role=None, person="sc"), "'submit' is for: focal_point"),
        (
            opening("C", at="1999-03-03T10:00:00Z") | {"person": None, "role": "coordinator"},
            "On 1999-03-03 nobody held the role 'coordinator' for KE",
        ),
        (submitting("A", role=None, person="nobody"), "There is no case"),
        (act("A", "2025-03-03T10:00:00Z", task="review", outcome="done"), "There is no open task 'review'"),
        (submitting("A", at="2025-03-03T08:00:00Z"), "its history begins with a line that opens it"),
        (opening("A", at="2025-03-03T10:00:00Z"), "The case 'A' is open already"),
    ],
)
def test_every_refusal_says_what_would_be_right(house: House, line: Line, reason: str) -> None:
    (refused,) = played(house, opening("A"), line).refused
    assert reason in refused.reason


FOR_NOBODY = {"role": "x", "party": "ZZ", "from": "2020-01-01"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (submitting("A", at="2124-03-03T10:00:00Z"), "at: this is in the future"),
        (opening("B", until="2124-03-03T10:00:00Z"), "open.until: this is in the future"),
        (opening("B") | {"definition": "permitt"}, "no definition 'permitt'; did you mean 'permit'?"),
        (opening("B") | {"version": 7}, "there is no permit v7; there is: permit v1"),
        (opening("B") | {"open": {"party": "ZZ"}}, "open.party: 'ZZ' is not the code of a Party"),
        (submitting("A", trigger="submitt"), "trigger: there is no 'submitt'; did you mean 'submit'?"),
        (submitting("A", role="focal_pont"), "role: there is no 'focal_pont'; did you mean 'focal_point'?"),
        (submitting("A", trigger=None, revise="requst"), "there is no 'requst'; did you mean 'request'?"),
        (
            act("A", "2025-03-03T11:00:00Z", task="reviw", outcome="done"),
            "task: there is no 'reviw'; did you mean 'review'?",
        ),
        (
            act("A", "2025-03-03T11:00:00Z", task="review", outcome="dine"),
            "outcome: there is no 'dine'; did you mean 'done'?",
        ),
        (submitting("AA"), "case: no line opens the case 'AA'"),
        ({"person": "p", "name": "P", "mandates": [FOR_NOBODY]}, "mandates: 'ZZ' is not"),
    ],
)
def test_a_line_that_can_never_be_played_is_named_before_anything_is(
    house: House, line: Line, said: str
) -> None:
    with pytest.raises(BrokenHistory) as refused:
        played(house, opening("A"), line)
    (told,) = str(refused.value).splitlines()
    assert told.startswith("line 2: ")
    assert said in told
    assert house.rows("SELECT count(*) FROM cases") == [(0,)]


def test_all_lines_that_can_never_be_played_are_named_at_once(house: House) -> None:
    with pytest.raises(BrokenHistory) as refused:
        played(house, opening("A"), submitting("A", trigger="x"), submitting("B"), until=LATE)
    assert [told.split(":")[0] for told in str(refused.value).splitlines()] == ["until", "line 2", "line 3"]


LATE = datetime(2124, 1, 1, tzinfo=UTC)


def test_what_an_earlier_run_opened_needs_no_opening_again(house: House) -> None:
    played(house, opening("A"))
    assert played(house, submitting("A")).refused == []
    with pytest.raises(BrokenHistory, match="did you mean 'submit'"):
        played(house, submitting("A", trigger="submitt"))


def test_the_same_reasons_are_counted_together(house: House) -> None:
    lines = [
        line for case in "AB" for line in (opening(case), act(case, "2025-03-03T09:30:00Z", trigger="grant"))
    ]
    assert [times for _, times in played(house, *lines).reasons()] == [2]


LINES = (
    opening("A"),
    submitting("A"),
    act("A", "2025-03-12T08:00:00Z", trigger="send_to_review"),
    act("A", "2025-03-12T09:00:00Z", task="review", assign="expert"),
    act("A", "2025-03-20T09:00:00Z", role="reviewer", task="review", outcome="done", data={"text": "Fine."}),
    act("A", "2025-03-21T09:00:00Z", trigger="refuse"),
    opening("B", at="2025-03-04T09:00:00Z"),
    act("B", "2025-03-04T10:00:00Z", trigger="grant"),
)


def test_running_it_twice_changes_nothing(house: House) -> None:
    first = played(house, *LINES)
    before = everything(house)
    again = played(house, *LINES)
    assert (again.played, again.timers, again.known) == (0, 0, first.played)
    assert [one.line for one in again.refused] == [one.line for one in first.refused]
    assert everything(house) == before


@pytest.mark.parametrize("acts_before", range(1, len(LINES)))
def test_a_replay_that_was_killed_goes_on_where_it_was(
    house: House, acts_before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(performing, "perform", failing_after(acts_before))
        with pytest.raises(NotDelivered):
            played(house, *LINES)
    resumed = played(house, *LINES)
    assert resumed.known + resumed.played == len(LINES) - 1
    assert [one.case for one in resumed.refused] == ["B"]
    assert told(house) == TOLD


STRANGER = {"person": "stranger", "name": "A stranger"}


def without_a_mandate(case: str) -> list[Line]:
    """A case that somebody without a mandate opens; a focal point submits it."""
    return [STRANGER, opening(case) | {"person": "stranger"}, submitting(case)]


def let_in(house: House) -> None:
    house.database.writing(
        lambda connection: persons.grant(
            connection, "stranger", "focal_point", since=date(2020, 1, 1), party="KE"
        )
    )


def added_up(summary: Summary) -> int:
    return summary.played + summary.known + len(summary.refused) + summary.left


@pytest.mark.parametrize("on_refusal", OnRefusal)
def test_a_refused_act_is_judged_again_when_its_file_is_imported_again(
    house: House, on_refusal: OnRefusal
) -> None:
    lines = [*without_a_mandate("A"), opening("B"), submitting("B")]
    first = played(house, *lines, on_refusal=on_refusal)
    assert (first.played, first.known, added_up(first)) == (2, 0, 4)
    still = played(house, *lines, on_refusal=on_refusal)
    assert (still.played, still.known, added_up(still)) == (0, 2, 4)
    assert still.refused == first.refused
    let_in(house)
    mended = played(house, *lines, on_refusal=on_refusal)
    assert (mended.played, mended.known, mended.refused, added_up(mended)) == (2, 2, [], 4)
    assert house.rows("SELECT state FROM cases") == [("submitted",), ("submitted",)]
    before = everything(house)
    assert played(house, *lines, on_refusal=on_refusal).known == 4
    assert everything(house) == before


def test_a_case_that_stopped_stands_still_till_its_act_is_mended(house: House) -> None:
    stuck = act("A", "2025-03-04T09:00:00Z", trigger="send_to_review", person="stranger", role=None)
    lines = [STRANGER, opening("A"), submitting("A"), stuck, opening("B", at="2025-04-04T09:00:00Z")]
    first = played(house, *lines)
    assert [name for name, _, _ in steps(house, first.cases["A"])] == ["open", "submit"]
    house.database.writing(
        lambda connection: persons.grant(connection, "stranger", "coordinator", since=date(2020, 1, 1))
    )
    mended = played(house, *lines)
    assert (mended.refused, mended.played) == ([], 1)
    assert steps(house, mended.cases["A"])[2] == ("send_to_review", "03-04 09:00", "review")


def test_an_act_that_was_skipped_is_out_of_order_once_its_case_went_on(house: House) -> None:
    skipped = act("A", "2025-03-03T09:30:00Z", trigger="grant")
    lines = [opening("A"), skipped, submitting("A")]
    (first,) = played(house, *lines, on_refusal=OnRefusal.SKIP).refused
    before = everything(house)
    again = played(house, *lines, on_refusal=OnRefusal.SKIP)
    (refused,) = again.refused
    assert refused.reason.startswith(first.reason)
    assert "went on after it" in refused.reason
    assert (again.known, added_up(again)) == (2, 3)
    assert everything(house) == before


def failing_after(acts: int) -> Any:
    """Performing that dies, as a killed process would, after so many acts."""
    perform, left = performing.perform, [acts]

    def dying(*args: Any) -> Any:
        if left[0] == 0:
            raise NotDelivered("the power is gone")
        left[0] -= 1
        return perform(*args)

    return dying


TOLD = [
    ("P-2025-0001", "refused", "submit"),
    ("P-2025-0001", "refused", "submitted.rung"),
    ("P-2025-0001", "refused", "submitted.rung"),
    ("P-2025-0001", "refused", "send_to_review"),
    ("P-2025-0001", "refused", "assign"),
    ("P-2025-0001", "refused", "review.rung"),
    ("P-2025-0001", "refused", "review.rung"),
    ("P-2025-0001", "refused", "review.done"),
    ("P-2025-0001", "refused", "refuse"),
]


def told(house: House) -> list[tuple[Any, ...]]:
    sql = """SELECT c.number, c.state, a.act FROM audit a JOIN cases c ON c.id = a.case_id
        WHERE a.act <> 'open' ORDER BY c.number, a.no"""
    return house.rows(sql)


def everything(house: House) -> list[Any]:
    tables = ("cases", "audit", "task", "clock", "timer", "answer", "letter", "notice", "replay")
    return [sorted(map(str, house.rows(f"SELECT * FROM {table}"))) for table in tables]


def test_an_act_that_was_committed_but_not_noted_is_not_done_twice(house: House) -> None:
    lines = [opening("A"), submitting("A")]
    played(house, *lines)
    house.database.writing(lambda connection: connection.write("DELETE FROM replay WHERE act <> ?", [("",)]))
    again = played(house, *lines)
    assert again.refused == []
    assert house.rows("SELECT count(*) FROM cases") == [(1,)]
    assert house.rows("SELECT revision FROM cases") == [(2,)]


def test_an_act_earlier_than_what_was_played_comes_too_late(house: House) -> None:
    played(house, opening("A"), submitting("A"))
    late = act("A", "2025-03-03T09:30:00Z", person="nfp", role=None, revise="request", data={"days": 2})
    (refused,) = played(house, opening("A"), submitting("A"), late).refused
    assert "comes too late" in refused.reason


def test_a_case_opened_by_another_can_be_named_after_it(house: House) -> None:
    lines = (*LINES[:6], submitting("A#1", at="2025-03-24T09:00:00Z"))
    summary = played(house, *lines)
    assert summary.refused == []
    assert house.rows("SELECT state FROM cases WHERE parent IS NOT NULL") == [("submitted",)]
    assert played(house, *lines).known == len(lines)


def test_persons_of_a_history_are_made_once_and_never_changed(house: House) -> None:
    newcomer = {
        "person": "new",
        "name": "New",
        "title": "H.E. Ms",
        "mandates": [{"role": "coordinator", "from": "2020-01-01"}],
        "demonstration": True,
    }
    played(house, newcomer, {"person": "sc", "name": "Another name"})
    played(house, newcomer)
    assert house.rows(
        "SELECT id, name, title, demonstration FROM person WHERE id IN ('new', 'sc') ORDER BY id"
    ) in (
        [("new", "New", "H.E. Ms", True), ("sc", "Sc", None, True)],
        [("new", "New", "H.E. Ms", 1), ("sc", "Sc", None, 1)],
    )
    assert house.rows("SELECT count(*) FROM mandate WHERE person = 'new'") == [(1,)]


def test_nothing_of_a_history_is_ever_sent(house: House) -> None:
    played(house, *LINES)
    assert house.rows("SELECT DISTINCT status FROM notice") == [("historic",)]


def test_a_case_rests_after_its_history_whatever_falls_due(house: House) -> None:
    summary = played(house, opening("A"), submitting("A"))
    assert Firing(house.engine).fire_all_due() == 0
    assert [name for name, _, _ in steps(house, summary.cases["A"])] == ["open", "submit"]
    due = house.reading(lambda connection: lists.deadlines(connection, true(), Place()))
    assert due.rows == ()


def test_the_first_act_of_the_present_wakes_a_case_with_the_time_it_had_left(house: House) -> None:
    case = played(house, opening("A"), submitting("A")).cases["A"]
    receipt = house.engine.advance(case, "send_to_review", by="sc")
    assert receipt.state == "review"
    assert house.rows("SELECT historic FROM cases") in ([(False,)], [(0,)])
    assert house.rows("SELECT DISTINCT status FROM notice ORDER BY status") == [("historic",), ("pending",)]
    coming = house.reading(timers.next_at)
    assert MONDAY < coming < MONDAY + timedelta(days=10)


def test_waking_uses_up_nothing_of_a_running_clock(house: House) -> None:
    case = played(house, opening("A"), submitting("A", at="2025-03-03T10:00:00Z")).cases["A"]
    house.engine.revise(
        case, "request", REQUEST | {"days": 13}, by="sc", manner=Manner(reason="a slip of the pen")
    )
    (clock,) = [one for one in the_life(house, case).deadlines if one.name == "submitted"]
    assert clock.due == datetime(2026, 3, 9, 22, 59, 59, tzinfo=UTC)
    assert clock.held_times == 1
    house.live(days=7, hours=23)
    assert [row[0] for row in steps(house, case)][-2:] == ["submitted.rung", "submitted.rung"]


def test_no_history_is_played_into_a_case_that_lives(house: House) -> None:
    case = played(house, opening("A"), submitting("A")).cases["A"]
    house.engine.advance(case, "send_to_review", by="sc")
    more = act("A", "2025-03-04T10:00:00Z", trigger="grant")
    (refused,) = played(house, opening("A"), submitting("A"), more).refused
    assert "lives in the present now" in refused.reason


def test_an_exported_case_imported_into_an_empty_house_is_the_same_case(house: House, tmp_path: Path) -> None:
    case = played(house, *LINES[:6], until=datetime(2025, 4, 30, tzinfo=UTC)).cases["A"]
    lines = export_lines(house.engine, case)
    empty = another(house, tmp_path)
    summary = play(empty.database, empty.library, read(lines), PRESENT)
    assert summary.refused == []
    first, second = the_life(house, case), the_life(empty, summary.cases["P-2025-0001"])
    assert second.steps == first.steps
    assert second.deadlines == first.deadlines
    assert without_id(second) == without_id(first)
    assert [one["texts"] for one in second.letters] == [one["texts"] for one in first.letters]
    assert export_lines(empty.engine, summary.cases["P-2025-0001"]) == lines
    empty.database.close()


def test_an_exported_case_tells_who_stood_in_for_whom_and_is_the_same_case_when_it_is_imported(
    house: House, tmp_path: Path
) -> None:
    def lend(connection: Connection, absent: str, stand_in: str) -> None:
        days = {"since": MONDAY.date(), "until": MONDAY.date()}
        delegations.add(connection, absent, stand_in, set_by=absent, at=MONDAY, **days)

    def lend_both(connection: Connection) -> None:
        lend(connection, "nfp", "sup")
        lend(connection, "sup", "expert")

    case = house.opened(historic=True)
    house.database.writing(lend_both)
    house.engine.advance(case, "submit", by="expert", data=REQUEST)
    lines = export_lines(house.engine, case)
    [told] = [one for one in map(json.loads, lines) if one.get("trigger") == "submit"]
    assert (told["person"], told["on_behalf_of"]) == ("expert", "nfp")
    empty = another(house, tmp_path)
    summary = play(empty.database, empty.library, read(lines), PRESENT)
    assert summary.refused == []
    submitted = "SELECT person, on_behalf_of FROM audit WHERE act = 'submit'"
    assert empty.rows(submitted) == [("expert", "nfp")]
    assert export_lines(empty.engine, summary.cases[told["case"]]) == lines
    empty.database.close()


def test_who_stands_in_is_a_person_of_the_history(house: House) -> None:
    lent = [{"stand_in": "b", "from": "2025-01-01", "until": "2025-02-01"}]
    with pytest.raises(BrokenHistory, match="line 1: delegations: no line introduces 'b'"):
        played(house, {"person": "a", "name": "A", "delegations": lent})


def woken(house: House) -> str:
    """A case that rested for a year, was taken up again, and lived for a week."""
    case = played(house, opening("A"), submitting("A")).cases["A"]
    house.engine.advance(case, "send_to_review", by="sc")
    house.live(days=1)
    (task,) = house.rows("SELECT no FROM task WHERE name = 'review'")[0]
    house.engine.assign(case, task, by="sc", to="expert")
    house.live(days=6)
    return case


def test_an_act_that_woke_a_case_says_in_the_export_since_when_it_had_rested(house: House) -> None:
    told = [json.loads(line) for line in export_lines(house.engine, woken(house))]
    rests = [line.get("rested_since") for line in told if "case" in line]
    assert rests == [None, None, "2025-03-03T10:00:00Z", None]


def test_a_case_that_rested_is_the_same_case_when_its_export_is_imported(
    house: House, tmp_path: Path
) -> None:
    case = woken(house)
    lines = export_lines(house.engine, case)
    empty = another(house, tmp_path)
    summary = play(empty.database, empty.library, read(lines), PRESENT)
    assert summary.refused == []
    first, second = the_life(house, case), the_life(empty, summary.cases["P-2025-0001"])
    assert second.steps == first.steps
    assert second.deadlines == first.deadlines
    assert export_lines(empty.engine, summary.cases["P-2025-0001"]) == lines
    assert empty.rows("SELECT DISTINCT status FROM notice") == [("historic",)]
    assert play(empty.database, empty.library, read(lines), PRESENT).known == summary.acts
    empty.database.close()


def test_a_replay_that_was_killed_in_a_rest_leaves_the_case_at_rest(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = export_lines(house.engine, woken(house))
    empty = another(house, tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(performing, "perform", failing_after(2))
        with pytest.raises(NotDelivered):
            play(empty.database, empty.library, read(lines), PRESENT)
    summary = play(empty.database, empty.library, read(lines), PRESENT)
    assert export_lines(empty.engine, summary.cases["P-2025-0001"]) == lines
    empty.database.close()


def test_where_the_act_that_woke_a_case_is_refused_the_next_one_wakes_it(house: House) -> None:
    rest = {"rested_since": "2025-03-03T10:00:00Z"}
    lines = [
        opening("A"),
        submitting("A"),
        act("A", "2026-03-02T09:00:00Z", trigger="submit", **rest),
        act("A", "2026-03-02T10:00:00Z", trigger="send_to_review"),
    ]
    summary = played(house, *lines, on_refusal=OnRefusal.SKIP)
    assert [one.verb for one in summary.refused] == ["submit"]
    assert steps(house, summary.cases["A"])[2:] == [("send_to_review", "03-02 10:00", "review")]
    (clock, _) = the_life(house, summary.cases["A"]).deadlines
    assert (clock.name, clock.kept, clock.held_times) == ("submitted", True, 1)


@pytest.mark.parametrize("acts_before", [6, 7])
def test_what_a_resting_case_opened_rests_with_it_also_after_a_crash(
    house: House, acts_before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    correction = act(
        "A", "2026-03-02T09:00:00Z", revise="request", data=REQUEST, reason="A slip.", rested_since=LATER
    )
    lines = (*LINES[:6], submitting("A#1", at="2025-03-24T09:00:00Z"), correction)
    with monkeypatch.context() as patched:
        patched.setattr(performing, "perform", failing_after(acts_before))
        with pytest.raises(NotDelivered):
            played(house, *lines)
    summary = played(house, *lines)
    assert summary.refused == []
    assert [step[0] for step in steps(house, summary.cases["A#1"])] == ["open", "submit"]


LATER = "2025-03-24T10:00:00Z"


def test_taking_back_the_act_that_woke_a_case_puts_it_back_to_rest(house: House, tmp_path: Path) -> None:
    case = played(house, opening("A"), submitting("A")).cases["A"]
    house.engine.advance(case, "send_to_review", by="sc")
    house.live(hours=1)
    house.engine.undo(case, by="sc")
    house.live(days=90)
    acts = ["open", "submit", "send_to_review", "undo"]
    assert [step[0] for step in steps(house, case)] == acts
    assert the_life(house, case).case["historic"]
    empty = another(house, tmp_path)
    summary = play(empty.database, empty.library, read(export_lines(house.engine, case)), PRESENT)
    assert [step[0] for step in steps(empty, summary.cases["P-2025-0001"])] == acts
    empty.database.close()


def test_who_was_told_of_an_act_that_woke_a_case_is_told_that_it_was_taken_back(house: House) -> None:
    case = played(house, opening("A"), submitting("A")).cases["A"]
    house.engine.advance(case, "grant", by="sc")
    house.engine.undo(case, by="sc")
    house.engine.advance(case, "send_to_review", by="sc")
    house.database.writing(
        lambda connection: connection.write(
            "UPDATE notice SET status = ? WHERE status = 'pending'", [("sent",)]
        )
    )
    told = house.rows("SELECT person FROM notice WHERE status = 'sent' ORDER BY person")
    house.engine.undo(case, by="sc")
    corrections = (
        "SELECT person FROM notice WHERE template = 'correction' AND status = 'pending' ORDER BY person"
    )
    assert told
    assert house.rows(corrections) == told


def test_a_case_that_was_put_back_to_rest_wakes_again_from_where_its_history_ended(
    house: House, tmp_path: Path
) -> None:
    case = played(house, opening("A"), submitting("A")).cases["A"]
    house.engine.advance(case, "send_to_review", by="sc")
    house.engine.undo(case, by="sc")
    house.live(days=90)
    house.engine.advance(case, "send_to_review", by="sc")
    lines = export_lines(house.engine, case)
    assert [json.loads(line).get("rested_since") for line in lines].count("2025-03-03T10:00:00Z") == 3
    empty = another(house, tmp_path)
    summary = play(empty.database, empty.library, read(lines), PRESENT)
    assert export_lines(empty.engine, summary.cases["P-2025-0001"]) == lines
    empty.database.close()


def another(house: House, tmp_path: Path) -> House:
    """A second house in which nobody is known."""
    url = f"sqlite:///{tmp_path}/another.db"
    furnish(url)
    empty = House(open_database(url), house.library)
    empty.database.writing(forget_everybody)
    return empty


def forget_everybody(connection: Any) -> None:
    for table in ("mandate", "person"):
        connection.write(f"DELETE FROM {table} WHERE 1 = ?", [(1,)])


def without_id(found: Life) -> dict[str, Any]:
    return {name: value for name, value in found.case.items() if name != "id"}


def test_an_export_is_not_imported_where_its_case_is(house: House) -> None:
    case = house.submitted()
    (refused,) = play(house.database, house.library, read(export_lines(house.engine, case)), PRESENT).refused
    assert "is open already" in refused.reason
    assert house.rows("SELECT count(*) FROM cases") == [(1,)]
