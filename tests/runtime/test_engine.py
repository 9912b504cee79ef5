"""The verbs of the engine: what they do, what they refuse, and that refusals and dry runs leave nothing."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.runtime.house import MONDAY, REQUEST, House, Post
from workflow.errors import (
    GuardRefused,
    KeyReused,
    Malformed,
    NotAllowed,
    NotFound,
    NotNow,
    Refusal,
    RevisionRequired,
    Stale,
)
from workflow.records import lists, parties, persons
from workflow.records.parties import Party
from workflow.runtime import conflicts
from workflow.runtime.engine import Engine, Manner
from workflow.runtime.manner import REVISION_MISSING
from workflow.runtime.sending import Sender

TABLES = (
    "cases",
    "audit",
    "task",
    "clock",
    "timer",
    "answer",
    "letter",
    "notice",
    "undo",
    "idempotency",
    "serial",
)


def counts(house: House) -> dict[str, int]:
    return {table: house.rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def test_a_case_is_opened_in_the_first_state_without_a_number(house: House) -> None:
    receipt = house.engine.open("permit", by="nfp", party="KE", answers={"request": {"days": 3}})
    assert (receipt.state, receipt.number, receipt.revision) == ("draft", None, 1)
    assert (receipt.ball_role, receipt.before) == ("focal_point", None)
    assert house.rows("SELECT form, status, data FROM answer")[0][:2] == ("request", "draft")


def test_a_trigger_moves_the_case_numbers_it_and_writes_to_those_concerned(house: House) -> None:
    receipt = house.engine.advance(house.opened(), "submit", by="nfp", data=REQUEST)
    assert (receipt.before, receipt.state, receipt.number) == ("draft", "submitted", "P-2026-0001")
    assert [clock["due"] for clock in receipt.clocks] == ["2026-03-09T22:59:59+00:00"]
    assert [(letter["code"], letter["to"], letter["copies"]) for letter in receipt.letters] == [
        ("L01", ["nfp"], ["sc"])
    ]
    assert receipt.letters[0]["reference"] == "P-2026-0001/L01/1"


def test_a_letter_is_kept_in_the_language_of_each_reader(house: House) -> None:
    receipt = house.engine.advance(house.opened(), "submit", by="nfp", data=REQUEST)
    texts = {text["language"]: text for text in receipt.texts}
    assert texts.keys() == {"en", "fr"}
    assert "Kenya asks for 12 days, wanted on 1 June 2026. We answer by 9 March 2026" in texts["en"]["body"]
    assert "Kenya demande 12 jours, souhaités le 1er juin 2026" in texts["fr"]["body"]
    assert texts["fr"]["subject"] == "P-2026-0001 : nous avons reçu votre demande « A reading room »"
    kept = house.rows("SELECT reference FROM letter")
    assert kept == [(texts["en"]["reference"],)]


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda engine, case: engine.advance(case, "submit", by="other", data=REQUEST), NotFound),
        (lambda engine, case: engine.advance(case, "submit", by="nobody", data=REQUEST), NotFound),
        (lambda engine, case: engine.advance("no-such-case", "submit", by="nfp", data=REQUEST), NotFound),
        (lambda engine, case: engine.advance(case, "submit", by="sc", data=REQUEST), NotAllowed),
        (lambda engine, case: engine.advance(case, "submit", by="nfp", data={"days": "many"}), Malformed),
        (lambda engine, case: engine.advance(case, "submit", by="nfp"), Malformed),
        (lambda engine, case: engine.advance(case, "grant", by="sc"), NotNow),
        (lambda engine, case: engine.advance(case, "no_such_trigger", by="nfp"), Malformed),
        (
            lambda engine, case: engine.advance(
                case, "submit", by="nfp", data=REQUEST, manner=Manner(expected=7)
            ),
            Stale,
        ),
        (
            lambda engine, case: engine.advance(
                case, "submit", by="nfp", data=REQUEST, manner=Manner(expected=REVISION_MISSING)
            ),
            RevisionRequired,
        ),
        (
            lambda engine, case: engine.advance(
                case, "submit", by="nfp", data=REQUEST, manner=Manner(received_at=MONDAY + timedelta(days=1))
            ),
            Malformed,
        ),
        (lambda engine, case: engine.open("permit", by="nfp", party="XX"), Malformed),
        (lambda engine, case: engine.open("permit", by="other", party="KE"), NotAllowed),
        (lambda engine, case: engine.open("permits", by="nfp", party="KE"), Malformed),
        (lambda engine, case: engine.open("permit", by="nfp", party="KE", version=9), Malformed),
        (
            lambda engine, case: engine.open(
                "permit", by="nfp", party="KE", answers={"request": {"days": "x"}}
            ),
            Malformed,
        ),
        (lambda engine, case: engine.undo(case, by="nfp"), NotNow),
    ],
)
def test_a_refusal_changes_nothing(
    house: House, act: Callable[[Any, str], Any], error: type[Refusal]
) -> None:
    case = house.opened()
    before = counts(house)
    with pytest.raises(error):
        act(house.engine, case)
    assert counts(house) == before
    assert house.engine.view(case, by="nfp").case.revision == 1


def test_what_is_not_yours_looks_the_same_as_what_is_not_there(house: House) -> None:
    case = house.opened()
    with pytest.raises(NotFound) as hidden:
        house.engine.view(case, by="other")
    with pytest.raises(NotFound) as absent:
        house.engine.view("no-such-case", by="other")
    assert hidden.value.template == absent.value.template


def test_a_refused_revision_says_both_revisions(house: House) -> None:
    with pytest.raises(Stale) as stale:
        house.engine.revise(house.opened(), "request", {"days": 2}, by="nfp", manner=Manner(expected=4))
    assert stale.value.params == {"expected": 4, "actual": 1}


def test_the_role_and_the_shape_are_looked_at_before_a_missing_revision(house: House) -> None:
    case = house.opened()
    with pytest.raises(NotAllowed):
        house.engine.advance(case, "submit", by="sc", data=REQUEST, manner=Manner(expected=REVISION_MISSING))
    with pytest.raises(Malformed):
        house.engine.advance(case, "submit", by="nfp", data={}, manner=Manner(expected=REVISION_MISSING))


def test_a_form_names_parties_that_there_are(house: House) -> None:
    case = house.opened()
    strange = {**REQUEST, "partners": ["SN", "ZZ"]}
    with pytest.raises(Malformed) as refused:
        house.engine.advance(case, "submit", by="nfp", data=strange)
    assert [fault.pointer for fault in refused.value.faults] == ["/partners/1"]
    assert "'ZZ' is not the code of a Party" in refused.value.faults[0].message
    with pytest.raises(Malformed):
        house.engine.revise(case, "request", strange, by="nfp")
    house.database.writing(lambda connection: parties.put(connection, [Party("ZZ", names={"en": "Zed"})]))
    assert house.engine.advance(case, "submit", by="nfp", data=strange).state == "submitted"


def test_a_nul_is_refused_by_every_verb_with_its_place(house: House) -> None:
    engine, case = house.engine, house.opened()
    strange = {**REQUEST, "subject": "a\0b"}
    told = Manner(reason="a\0b")
    for pointer, act in {
        "/answers/request/subject": lambda: house.opened(answers={"request": strange}),
        "/data/subject": lambda: engine.advance(case, "submit", by="nfp", data=strange),
        "/reason": lambda: engine.advance(case, "submit", by="nfp", data=REQUEST, manner=told),
        "/trigger": lambda: engine.advance(case, "sub\0mit", by="nfp", data=REQUEST),
        "/case": lambda: engine.undo(f"{case}\0", by="nfp"),
        "/by": lambda: engine.revise(case, "request", REQUEST, by="nfp\0"),
        "/to": lambda: engine.assign(case, 1, by="sc", to="\0"),
        "/outcome": lambda: engine.complete(case, 1, "\0", by="sc"),
    }.items():
        with pytest.raises(Malformed) as refused:
            act()
        assert [fault.pointer for fault in refused.value.faults] == [pointer]
    with pytest.raises(Malformed):
        engine.revise(case, "request", strange, by="nfp")
    assert house.rows("SELECT count(*) FROM audit") == [(1,)]


def test_a_guard_that_says_no_is_named_with_the_facts_it_saw(house: House) -> None:
    case = house.opened()
    house.engine.advance(case, "submit", by="nfp", data=REQUEST | {"days": 40})
    with pytest.raises(GuardRefused) as refused:
        house.engine.advance(case, "grant", by="sc")
    assert [(reason.guard, reason.facts) for reason in refused.value.reasons] == [
        ("few_days", (("days", 40),))
    ]


def test_a_dry_run_says_what_would_change_and_changes_nothing(house: House) -> None:
    case = house.opened()
    before = counts(house)
    rehearsed = house.engine.advance(
        case, "submit", by="nfp", data=REQUEST, manner=Manner(key="k", dry_run=True)
    )
    assert counts(house) == before
    assert rehearsed.dry_run
    really = house.engine.advance(case, "submit", by="nfp", data=REQUEST, manner=Manner(key="k"))
    assert {**rehearsed.as_json(), "dry_run": False} == really.as_json()


def test_a_dry_run_is_refused_like_the_real_one(house: House) -> None:
    with pytest.raises(NotNow):
        house.engine.advance(house.opened(), "grant", by="sc", manner=Manner(dry_run=True))


def test_a_repeated_request_with_its_key_gets_the_same_answer(house: House) -> None:
    case = house.opened()
    first = house.engine.advance(case, "submit", by="nfp", data=REQUEST, manner=Manner(expected=1, key="k"))
    # Whoever has read the case again since names another revision and is still answered.
    again = house.engine.advance(case, "submit", by="nfp", data=REQUEST, manner=Manner(expected=2, key="k"))
    assert again.as_json() == {**first.as_json(), "repeated": True}
    assert house.rows("SELECT count(*) FROM audit") == [(2,)]


def test_opening_twice_with_one_key_opens_one_case(house: House) -> None:
    first = house.engine.open("permit", by="nfp", party="KE", manner=Manner(key="k"))
    again = house.engine.open("permit", by="nfp", party="KE", manner=Manner(key="k"))
    assert (again.case, again.repeated) == (first.case, True)
    assert house.rows("SELECT count(*) FROM cases") == [(1,)]


def test_a_key_serves_one_request_and_one_person_only(house: House) -> None:
    case = house.opened()
    house.engine.advance(case, "submit", by="nfp", data=REQUEST, manner=Manner(key="k"))
    with pytest.raises(KeyReused):
        house.engine.advance(case, "submit", by="nfp", data=REQUEST | {"days": 13}, manner=Manner(key="k"))
    assert house.engine.advance(case, "grant", by="sc", manner=Manner(key="k")).state == "granted"


def test_a_refused_request_does_not_use_its_key_up(house: House) -> None:
    case = house.opened()
    with pytest.raises(Malformed):
        house.engine.advance(case, "submit", by="nfp", data={}, manner=Manner(key="k"))
    assert (
        house.engine.advance(case, "submit", by="nfp", data=REQUEST, manner=Manner(key="k")).state
        == "submitted"
    )


def test_a_task_is_assigned_to_a_person_with_the_role_and_completed_by_them(house: House) -> None:
    case = house.submitted()
    (task,) = house.engine.advance(case, "send_to_review", by="sc").tasks
    with pytest.raises(Malformed):
        house.engine.assign(case, task["no"], by="sc", to="nfp")
    assigned = house.engine.assign(case, task["no"], by="sc", to="expert")
    assert [(one["person"], one["status"]) for one in assigned.tasks] == [("expert", "open")]
    done = house.engine.complete(case, task["no"], "done", by="expert", data={"text": "Good."})
    assert [(one["outcome"], one["status"]) for one in done.tasks] == [("done", "ended")]


def test_an_assigned_person_sees_the_case_and_another_expert_does_not(house: House) -> None:
    case = house.submitted()
    (task,) = house.engine.advance(case, "send_to_review", by="sc").tasks
    with pytest.raises(NotFound):
        house.engine.view(case, by="expert")
    house.engine.assign(case, task["no"], by="sc", to="expert")
    assert house.engine.view(case, by="expert").actor.roles == {"reviewer"}


def test_a_mandate_counts_on_its_days_only(house: House) -> None:
    case = house.opened()

    def end(connection: Any) -> None:
        (mandate,) = persons.mandates(connection, "nfp")
        persons.end_mandate(connection, mandate.id, date(2026, 3, 10))

    house.database.writing(end)
    house.clock.at = datetime(2026, 3, 10, 22, 0, tzinfo=UTC)
    assert house.engine.view(case, by="nfp").actor.roles == {"focal_point"}
    # In Paris it is the eleventh.
    house.clock.at = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    with pytest.raises(NotFound):
        house.engine.view(case, by="nfp")


def test_every_act_names_the_mandate_that_allowed_it_of_several_the_oldest(house: House) -> None:
    # The coordinator of this test also stands in for everybody else, and was appointed again.
    def appoint(connection: Any) -> None:
        for mandate, role, party, since in (
            ("new-coordinator", "coordinator", None, date(2021, 1, 1)),
            ("old-reviewer", "reviewer", None, date(2018, 1, 1)),
            ("old-focal-point", "focal_point", "KE", date(2019, 1, 1)),
            ("of-another-party", "focal_point", "SN", date(2015, 1, 1)),
            ("supervisor", "supervisor", None, date(2022, 1, 1)),
        ):
            persons.grant(connection, "sc", role, since=since, party=party, mandate_id=mandate)

    coordinator = house.rows("SELECT id FROM mandate WHERE person = 'sc'")[0][0]
    house.database.writing(appoint)
    case = house.engine.open("permit", by="sc", party="KE").case
    house.engine.revise(case, "request", REQUEST, by="sc")
    house.engine.advance(case, "submit", by="sc")
    house.engine.revise(case, "request", REQUEST | {"days": 9}, by="sc", manner=Manner(reason="A slip"))
    (task,) = house.engine.advance(case, "send_to_review", by="sc").tasks
    house.engine.undo(case, by="sc")
    (task,) = house.engine.advance(case, "send_to_review", by="sc").tasks
    house.engine.assign(case, task["no"], by="sc", to="sc")
    house.engine.revise(case, "opinion", {"text": "Go"}, by="sc", task=task["no"])
    house.engine.complete(case, task["no"], "done", by="sc", data={"text": "Good."})
    following = house.engine.advance(case, "refuse", by="sc").opened[0]
    told = "SELECT act, mandate FROM audit WHERE case_id = ? ORDER BY no"
    assert house.rows(told, case) == [
        ("open", "old-focal-point"),
        ("revise", "old-focal-point"),
        ("submit", "old-focal-point"),
        ("revise", coordinator),
        ("send_to_review", coordinator),
        ("undo", "supervisor"),
        ("send_to_review", coordinator),
        ("assign", coordinator),
        ("revise", "old-reviewer"),
        ("review.done", "old-reviewer"),
        ("refuse", coordinator),
    ]
    assert house.rows(told, following) == [("open", coordinator)]


def test_what_the_engine_does_has_no_mandate(house: House) -> None:
    case = house.submitted()
    house.live(days=30)
    acts = "SELECT DISTINCT act FROM audit WHERE case_id = ? AND person = 'engine' AND mandate IS NULL"
    assert ("lapse",) in house.rows(acts, case)
    assert house.rows("SELECT act FROM audit WHERE mandate IS NULL AND person <> 'engine'") == []
    assert house.rows("SELECT act FROM audit WHERE mandate IS NOT NULL AND person = 'engine'") == []


def test_drafts_are_saved_incomplete_version_by_version(house: House) -> None:
    case = house.opened()
    house.engine.revise(case, "request", {"days": 3}, by="nfp", manner=Manner(expected=1))
    house.engine.revise(case, "request", {"days": 4, "subject": ""}, by="nfp", manner=Manner(expected=2))
    assert house.rows("SELECT status, count(*) FROM answer GROUP BY status") == [("draft", 2)]
    with pytest.raises(Malformed):
        house.engine.revise(case, "request", {"days": "four"}, by="nfp")


def test_an_act_without_answers_takes_the_draft_that_was_saved_last(house: House) -> None:
    case = house.opened()
    house.engine.revise(case, "request", {"days": 3}, by="nfp", manner=Manner(expected=1))
    with pytest.raises(Malformed):
        house.engine.advance(case, "submit", by="nfp")
    house.engine.revise(case, "request", REQUEST | {"days": 12}, by="nfp", manner=Manner(expected=2))
    assert house.engine.advance(case, "submit", by="nfp").state == "submitted"
    assert house.engine.view(case, by="nfp").case.values["request.days"] == 12


def test_letters_of_a_case_are_counted_by_themselves_and_a_number_is_given_out_once(house: House) -> None:
    case = house.submitted()
    house.engine.undo(case, by="nfp")
    again = house.engine.advance(case, "submit", by="nfp", data=REQUEST)
    assert [letter["reference"] for letter in again.letters] == ["P-2026-0001/L01/2"]
    assert house.rows("SELECT letters FROM cases") == [(2,)]


def test_accepted_answers_are_corrected_by_the_coordinator_with_a_reason(house: House) -> None:
    case = house.submitted()
    with pytest.raises(Malformed):
        house.engine.revise(case, "request", REQUEST | {"days": 20}, by="sc")
    with pytest.raises(NotAllowed):
        house.engine.revise(case, "request", REQUEST | {"days": 20}, by="nfp", manner=Manner(reason="A slip"))
    house.engine.revise(
        case, "request", REQUEST | {"days": 20}, by="sc", manner=Manner(reason="A slip of the pen")
    )
    assert house.engine.view(case, by="sc").case.values["request.days"] == 20


def test_the_last_act_is_taken_back_with_its_state_clocks_and_letters(house: House) -> None:
    case = house.submitted()
    house.clock.move(hours=2)
    undone = house.engine.undo(case, by="nfp", manner=Manner(reason="Too early"))
    assert (undone.before, undone.state, undone.revision) == ("submitted", "draft", 3)
    assert house.rows("SELECT count(*) FROM timer") == [(0,)]
    assert house.rows("SELECT DISTINCT status FROM notice") == [("dropped",)]
    again = house.engine.advance(case, "submit", by="nfp", data=REQUEST)
    assert (again.number, again.state) == ("P-2026-0001", "submitted")


def test_who_was_already_told_is_told_that_it_was_taken_back(house: House) -> None:
    case = house.submitted()
    post = Post()
    Sender(house.database, house.library, post, house.clock, batch=2).send_pending()
    house.engine.undo(case, by="nfp", manner=Manner(reason="Too early"))
    rows = house.rows("SELECT person, template, status FROM notice ORDER BY person, template, status")
    assert rows == [
        ("nfp", "L01", "sent"),
        ("nfp", "correction", "pending"),
        ("sc", "L01", "sent"),
        ("sc", "assigned", "dropped"),
        ("sc", "correction", "pending"),
    ]


def test_a_correction_says_why_and_where_the_case_stands_now(house: House) -> None:
    case = house.submitted()
    post = Post()
    Sender(house.database, house.library, post, house.clock).send_pending()
    undone = house.engine.undo(case, by="nfp", manner=Manner(reason="Too early"))
    # Whom else it was told to is for those to see who see all.
    assert [(one["person"], one["template"]) for one in undone.notices] == [("nfp", "correction")]
    corrected = house.rows("SELECT person FROM notice WHERE template = 'correction' ORDER BY person")
    assert corrected == [("nfp",), ("sc",)]
    rows = house.rows("SELECT data FROM notice WHERE template = 'correction'")
    told = [json.loads(data) if isinstance(data, str) else data for (data,) in rows]
    assert [(one["reason"], one["state"]) for one in told] == [("Too early", "draft")] * 2
    assert house.rows("SELECT taken_back FROM letter") == [(3,)]


def test_whose_act_another_takes_back_is_told_so_once(house: House) -> None:
    case = house.submitted()
    Sender(house.database, house.library, Post(), house.clock).send_pending()
    undone = house.engine.undo(case, by="sup", manner=Manner(reason="The wrong file"))
    assert [(one["person"], one["template"]) for one in undone.notices] == [
        ("nfp", "taken_back"),
        ("sc", "correction"),
    ]
    post = Post()
    Sender(house.database, house.library, post, house.clock).send_pending()
    assert any("was taken back by Supervisor" in message.body for message in post.sent)


def test_an_act_on_which_another_depends_is_not_taken_back(house: House) -> None:
    case = house.submitted()
    house.engine.advance(case, "send_to_review", by="sc")
    assert house.engine.undo(case, by="sc").state == "submitted"
    with pytest.raises(NotNow):
        house.engine.undo(case, by="nfp")


def test_a_reminder_that_fired_does_not_stand_in_the_way_of_taking_back(house: House) -> None:
    case = house.submitted()
    house.clock.move(days=1)
    house.engine.revise(case, "request", REQUEST | {"days": 20}, by="sc", manner=Manner(reason="A slip"))
    house.live(hours=23)
    assert ("submitted.rung",) in house.rows("SELECT act FROM audit")
    house.engine.undo(case, by="sc")
    assert house.engine.view(case, by="sc").case.values["request.days"] == 12


def test_a_ball_that_nobody_holds_is_told_to_the_role_above_and_its_clock_runs(house: House) -> None:
    def dismiss(connection: Any) -> None:
        (mandate,) = persons.mandates(connection, "sc")
        persons.end_mandate(connection, mandate.id, date(2026, 2, 28))

    house.database.writing(dismiss)
    case = house.submitted()
    assert ("sup", "unheld") in house.rows("SELECT person, template FROM notice")
    (clock,) = house.engine.view(case, by="sup").case.clocks
    assert clock.status == "running"


def test_a_ball_is_held_by_nobody_who_has_a_conflict_with_the_party(house: House) -> None:
    case = house.submitted()
    held = []
    for person in ("sc", "sup"):
        house.database.writing(
            lambda connection, who=person: conflicts.declare(house.engine, connection, who, ["KE"], by=who)
        )
        held.append(house.reading(lambda connection: lists.is_held(connection, case, house.engine.today())))
    assert held == [True, False]
    house.database.writing(
        lambda connection: conflicts.declare(house.engine, connection, "sup", [], by="sup")
    )
    assert house.reading(lambda connection: lists.is_held(connection, case, house.engine.today()))


def test_taking_back_is_for_the_same_person_or_the_supervisor_within_a_day(house: House) -> None:
    case = house.submitted()
    with pytest.raises(NotAllowed):
        house.engine.undo(case, by="sc")
    house.clock.move(hours=25)
    with pytest.raises(NotNow):
        house.engine.undo(case, by="nfp")
    house.clock.move(hours=-2)
    assert house.engine.undo(case, by="sup").state == "draft"


def test_a_case_follows_only_a_case_that_its_opener_may_see(house: House) -> None:
    first = house.opened()
    follower = house.engine.open("permit", by="nfp", party="KE", parent=first)
    assert house.engine.view(follower.case, by="nfp").case.parent == first
    foreign = house.engine.open("permit", by="other", party="SN").case
    for parent in ("nobody_knows", foreign):
        with pytest.raises(Malformed) as refused:
            house.engine.open("permit", by="nfp", party="KE", parent=parent)
        assert [fault.pointer for fault in refused.value.faults] == ["/parent"]


def test_a_case_that_opens_another_hands_its_answers_on_as_a_draft(house: House) -> None:
    case = house.submitted()
    receipt = house.engine.advance(case, "refuse", by="sc")
    (opened,) = receipt.opened
    linked = house.engine.view(opened, by="nfp").case
    assert (linked.parent, linked.state, linked.party) == (case, "draft", "KE")
    assert house.rows("SELECT form, status FROM answer WHERE case_id = ?", opened) == [("request", "draft")]
    assert house.rows("SELECT person FROM audit WHERE case_id = ?", opened) == [("sc",)]


def test_actions_say_what_may_be_done_and_why_not(house: House) -> None:
    case = house.opened()
    house.engine.advance(case, "submit", by="nfp", data=REQUEST | {"days": 40})
    actions = {action.name: action for action in house.engine.actions(case, by="sc")}
    assert actions["send_to_review"].allowed
    assert not actions["grant"].allowed
    assert [reason.guard for reason in actions["grant"].reasons] == ["few_days"]
    assert [action.name for action in house.engine.actions(case, by="nfp") if action.allowed] == ["withdraw"]


def test_what_counts_is_when_it_was_received(house: House) -> None:
    case = house.opened()
    house.clock.move(days=2)
    receipt = house.engine.advance(
        case, "submit", by="sup", data=REQUEST, manner=Manner(received_at=MONDAY, reason="By letter.")
    )
    assert receipt.clocks[0]["due"] == "2026-03-09T22:59:59+00:00"
    received, at = house.rows("SELECT received_at, at FROM audit WHERE no = 2")[0]
    assert str(received)[:10] == "2026-03-02"
    assert str(at)[:10] == "2026-03-04"


def test_a_letter_is_dated_when_it_is_written_and_tells_when_the_request_was_received(house: House) -> None:
    case = house.opened()
    house.clock.move(days=2)
    by_letter = Manner(received_at=MONDAY, reason="By letter.")
    receipt = house.engine.advance(case, "submit", by="sup", data=REQUEST, manner=by_letter)
    (body,) = (text["body"] for text in receipt.texts if text["language"] == "en")
    assert "Received on 2 March 2026, 10:00 (Paris)." in body
    assert "Coordinator, 4 March 2026" in body


def test_a_recorded_history_writes_its_notices_and_sends_none(house: House) -> None:
    recorded = Engine(house.database, house.library, house.clock, virtual=True)
    case = recorded.open("permit", by="nfp", party="KE", historic=True).case
    recorded.advance(case, "submit", by="nfp", data=REQUEST)
    assert house.rows("SELECT DISTINCT status FROM notice") == [("historic",)]
