"""Given a case, when a command comes, then this is decided: on the reference procedure, case by case."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.rules.desks import Desk, in_appraisal, in_needs_assessment, submitted
from tests.rules.wanderers import answers, office, people, procedure
from workflow.errors import GuardRefused, Malformed, NotAllowed, NotFound, NotNow, Stale
from workflow.rules.actions import actions
from workflow.rules.case import Mandate
from workflow.rules.commands import Actor, Advance, Assign, Complete, Declare, Fire, Open, Rederive
from workflow.rules.decide import decide
from workflow.rules.replacing import replace

LETTER = "It came by letter."


def test_a_case_gets_its_number_when_it_first_leaves_draft() -> None:
    desk = Desk()
    assert desk.case.number is None
    desk.fire("submit", "focal_point")
    assert desk.case.number == "TA-2026-0001"


def test_letters_are_numbered_one_after_the_other_whatever_else_gets_a_number() -> None:
    desk = submitted()
    first = [letter.reference for letter in desk.last.letters]
    desk.fire("request_information", "coordinator")
    second = [letter.reference for letter in desk.last.letters]
    assert (first, second) == (["TA-2026-0001/L01/1"], ["TA-2026-0001/L02/2"])


def test_an_act_of_the_wrong_role_names_the_roles_that_may() -> None:
    with pytest.raises(NotAllowed, match="'accept_as_complete' is for: coordinator"):
        submitted().fire("accept_as_complete", "focal_point")


def test_refusals_come_in_the_order_role_shape_revision_state() -> None:
    desk = submitted()
    wrong_in_everything = {"data": {"nonsense": 1}, "expected": 99}
    with pytest.raises(NotAllowed):
        desk.fire("sign_contract", "focal_point", **wrong_in_everything)
    with pytest.raises(Malformed):
        desk.fire("sign_contract", "coordinator", **wrong_in_everything)
    with pytest.raises(Stale):
        desk.fire("sign_contract", "coordinator", expected=99)
    with pytest.raises(NotNow, match="cannot be done in state 'submitted'; from here: request_information"):
        desk.fire("sign_contract", "coordinator")


def test_a_misspelt_trigger_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(Malformed, match="there is no trigger 'submitt'; did you mean 'submit'"):
        Desk().take(Advance(people()["focal_point_0"], "submitt"))


def test_every_guard_that_fails_is_named_with_the_facts_it_looked_at() -> None:
    desk = in_needs_assessment()
    with pytest.raises(GuardRefused) as refused:
        desk.fire("send_to_appraisal", "coordinator")
    (reason,) = refused.value.reasons
    assert reason.guard == "consultation_over"
    assert dict(reason.facts) == {"consultations_over": 0}


def test_an_act_received_earlier_counts_from_then_and_the_entry_says_so() -> None:
    desk = Desk()
    received = desk.now - timedelta(days=3)
    desk.take(Open(people()["coordinator_0"], "case-1", "KE", received_at=received, reason=LETTER))
    decision = desk.fire("submit", "coordinator", received_at=received, reason=LETTER)
    assert decision.entries[0].at == desk.now
    assert decision.entries[0].received_at == received
    assert desk.clock("submitted").terms.started_at == received


def test_an_act_cannot_be_received_in_the_future_or_at_no_known_offset() -> None:
    desk = Desk()
    for moment in (desk.now + timedelta(seconds=1), desk.now.replace(tzinfo=None)):
        with pytest.raises(Malformed, match="/received_at"):
            desk.fire("submit", "coordinator", received_at=moment, reason=LETTER)


def test_an_earlier_receipt_is_recorded_by_the_secretariat_with_a_reason() -> None:
    desk = Desk()
    received = desk.now
    desk.wait(days=1)
    with pytest.raises(NotAllowed, match="recorded by the secretariat: coordinator, supervisor"):
        desk.fire("submit", "focal_point", received_at=received, reason=LETTER)
    with pytest.raises(NotAllowed, match="recorded by the secretariat"):
        desk.take(Open(people()["focal_point_0"], "case-2", "KE", received_at=received, reason=LETTER))
    with pytest.raises(Malformed, match="/reason"):
        desk.fire("submit", "coordinator", received_at=received)
    desk.fire("submit", "coordinator", received_at=received, reason=LETTER)


def test_nothing_is_received_before_that_began_which_it_answers() -> None:
    desk = Desk()
    opened = desk.now
    with pytest.raises(Malformed, match=f"/received_at: .* began at {re.escape(opened.isoformat())}"):
        desk.fire("submit", "coordinator", received_at=opened - timedelta(seconds=1), reason=LETTER)
    desk.wait(days=1)
    desk.fire("submit", "focal_point")
    entered = desk.now
    desk.wait(days=1)
    with pytest.raises(Malformed, match="is too early"):
        desk.fire(
            "accept_as_complete", "coordinator", received_at=entered - timedelta(hours=1), reason=LETTER
        )
    desk.fire("accept_as_complete", "coordinator", received_at=entered, reason=LETTER)


def test_nothing_is_received_while_its_clock_stood_still() -> None:
    desk = submitted()
    desk.wait(days=1)
    desk.fire("request_information", "coordinator")
    asked = desk.now
    desk.wait(days=2)
    desk.fire("answer", "focal_point")
    answered = desk.now
    desk.wait(days=1)
    with pytest.raises(Malformed, match="is too early"):
        desk.fire("accept_as_complete", "coordinator", received_at=asked + timedelta(days=1), reason=LETTER)
    desk.fire("accept_as_complete", "coordinator", received_at=answered, reason=LETTER)


def test_a_task_is_not_completed_as_of_before_its_opening() -> None:
    desk = Desk()
    opened = desk.now
    desk.fire("log_contact", "coordinator")
    desk.wait(days=1)
    early, no = opened - timedelta(seconds=1), desk.task("endorsement").no
    command = Complete(people()["supervisor_0"], no, "endorsed", {}, received_at=early, reason=LETTER)
    with pytest.raises(Malformed, match="is too early"):
        desk.take(command)


def test_a_recorded_history_may_say_that_a_party_was_heard_earlier() -> None:
    desk = Desk()
    received = desk.now
    desk.wait(days=1)
    played = replace(office(), virtual=True)
    command = Advance(people()["focal_point_0"], "submit", answers("request"), received_at=received)
    decision = decide(procedure(), desk.case, command, desk.now, played)
    assert decision.entries[0].received_at == received


def test_a_question_freezes_the_appraisal_and_the_answer_puts_it_back_with_the_time_it_had_left() -> None:
    desk = in_appraisal()
    desk.wait(days=2)
    left = desk.clock("appraisal").due - desk.now
    desk.fire("request_information", "coordinator")
    assert [task.status for task in desk.case.tasks if task.name == "appraisal"] == ["frozen", "frozen"]
    assert desk.clock("appraisal").due is None
    desk.fire("answer", "focal_point")
    assert desk.case.state == "appraisal"
    assert len(desk.open("appraisal")) == 2
    assert desk.clock("appraisal").due - desk.now == left


def test_leaving_a_state_ends_its_tasks_as_overtaken() -> None:
    desk = in_appraisal()
    desk.fire("withdraw", "focal_point")
    assert {task.outcome for task in desk.case.tasks if task.name == "appraisal"} == {"overtaken"}
    assert desk.case.clocks == ()


def test_nothing_moves_until_a_second_person_confirms() -> None:
    desk = submitted()
    desk.fire("declare_ineligible", "coordinator")
    assert desk.case.state == "submitted"
    assert [answer.status for answer in desk.last.answers] == ["filed"]
    with pytest.raises(NotNow, match="already waits for its confirmation"):
        desk.fire("declare_ineligible", "coordinator")
    desk.complete("confirm_declare_ineligible", "confirmed", "supervisor_0")
    assert desk.case.state == "ineligible"
    assert [(entry.act, entry.person) for entry in desk.last.entries] == [
        ("confirm_declare_ineligible.confirmed", "supervisor_0"),
        ("declare_ineligible", "coordinator_0"),
    ]


def test_what_is_confirmed_is_entered_with_the_mandate_of_whoever_proposed_it() -> None:
    desk = in_needs_assessment()
    proposer = replace(people()["coordinator_0"], mandates=(("coordinator", "m-proposer"),))
    confirmer = replace(
        people()["supervisor_0"],
        roles=frozenset({"supervisor", "coordinator"}),
        mandates=(("coordinator", "m-older"), ("supervisor", "m-confirmer")),
    )
    desk.take(Advance(proposer, "declare_ineligible", answers("ineligibility")))
    desk.take(Complete(confirmer, desk.task("confirm_declare_ineligible").no, "confirmed"))
    assert [(entry.person, entry.mandate) for entry in desk.last.entries] == [
        ("supervisor_0", "m-confirmer"),
        ("coordinator_0", "m-proposer"),
    ]


def standing_in(person: str, absent: str) -> Actor:
    """The person, who has a role of their own and stands in for the absent one in theirs."""
    own, other = people()[person], people()[absent]
    lent = replace(other, person=person, for_=absent, mandates=((next(iter(other.roles)), "m-lent"),))
    return replace(own, roles=own.roles | other.roles, capacities=(own, lent))


def test_whoever_proposed_does_not_confirm_for_somebody_absent_either() -> None:
    desk = in_needs_assessment()
    both = standing_in("coordinator_0", "supervisor_0")
    desk.take(Advance(both, "declare_ineligible", answers("ineligibility")))
    with pytest.raises(NotAllowed):
        desk.take(Complete(both, desk.task("confirm_declare_ineligible").no, "confirmed"))


def test_for_whom_it_was_proposed_does_not_confirm_it() -> None:
    desk = in_needs_assessment()
    desk.take(
        Advance(standing_in("expert_0", "coordinator_0"), "declare_ineligible", answers("ineligibility"))
    )
    [entry] = desk.last.entries
    assert (entry.person, entry.on_behalf_of, entry.mandate) == ("expert_0", "coordinator_0", "m-lent")
    absent = replace(people()["coordinator_0"], roles=frozenset({"coordinator", "supervisor"}))
    task = desk.task("confirm_declare_ineligible").no
    with pytest.raises(NotAllowed):
        desk.take(Complete(absent, task, "confirmed"))
    desk.take(Complete(standing_in("expert_1", "supervisor_0"), task, "confirmed"))
    assert [(one.person, one.on_behalf_of) for one in desk.last.entries] == [
        ("expert_1", "supervisor_0"),
        ("expert_0", "coordinator_0"),
    ]


def test_a_stand_in_does_the_task_that_names_the_absent_person_and_both_have_had_it() -> None:
    desk = in_needs_assessment()
    desk.take(Advance(people()["coordinator_0"], "declare_ineligible", answers("ineligibility")))
    task = desk.task("confirm_declare_ineligible")
    desk.take(Complete(standing_in("expert_1", "supervisor_0"), task.no, "confirmed"))
    done = desk.case.task(task.no)
    assert done is not None
    assert (done.person, done.stood_in) == ("supervisor_0", "expert_1")


def test_whoever_is_excepted_from_confirming_cannot_confirm() -> None:
    desk = submitted()
    desk.fire("declare_ineligible", "coordinator")
    assert not desk.action("confirmed", "supervisor_1").allowed
    with pytest.raises(NotAllowed, match="confirm_declare_ineligible"):
        desk.complete("confirm_declare_ineligible", "confirmed", "supervisor_1")
    task = desk.task("confirm_declare_ineligible")
    with pytest.raises(
        Malformed, match="'confirm_declare_ineligible' is not for this person: whoever is a national"
    ):
        desk.take(Assign(people()["director_0"], task.no, people()["supervisor_1"]))
    conflicted = replace(office(), conflicts={"supervisor_0": frozenset({"KE"})})
    with pytest.raises(NotAllowed):
        decide(
            procedure(),
            desk.case,
            Complete(people()["supervisor_0"], task.no, "confirmed"),
            desk.now,
            conflicted,
        )
    desk.complete("confirm_declare_ineligible", "confirmed", "supervisor_0")


def test_a_refused_proposal_changes_nothing_and_can_be_made_again() -> None:
    desk = submitted()
    desk.fire("declare_ineligible", "coordinator")
    desk.complete("confirm_declare_ineligible", "refused", "supervisor_0", reason="A letter is missing.")
    assert desk.case.state == "submitted"
    assert [(one.form, one.status) for one in desk.last.answers] == [("ineligibility", "refused")]
    desk.fire("declare_ineligible", "coordinator")


def test_whoever_refuses_a_proposal_says_why_and_whoever_proposed_is_told() -> None:
    desk = submitted()
    desk.fire("declare_ineligible", "coordinator")
    for reason in ("", "  "):
        with pytest.raises(Malformed) as refused:
            desk.complete("confirm_declare_ineligible", "refused", "supervisor_0", reason=reason)
        assert [fault.pointer for fault in refused.value.faults] == ["/reason"]
    decision = desk.complete("confirm_declare_ineligible", "refused", "supervisor_0", reason="Too early.")
    (told,) = decision.notices
    assert (told.person, told.template) == ("coordinator_0", "refused")
    assert (told.values["task"], told.values["reason"]) == ("confirm_declare_ineligible", "Too early.")


def test_whoever_proposed_is_told_that_nobody_confirmed_in_time() -> None:
    desk = submitted()
    desk.fire("declare_ineligible", "coordinator")
    told = {
        (notice.person, notice.template)
        for decision in desk.wait(days=14)
        for notice in decision.notices
        if notice.values["task"] == "confirm_declare_ineligible"
    }
    assert ("coordinator_0", "unconfirmed") in told
    assert not desk.open("confirm_declare_ineligible")


def test_an_assessor_is_never_asked_twice_and_never_comes_from_the_requesting_party() -> None:
    desk = in_appraisal()
    desk.assign("appraisal", "assessor_0")
    with pytest.raises(Malformed, match="not for this person: whoever has or had the task 'appraisal'"):
        desk.assign("appraisal", "assessor_0")
    national = replace(people()["assessor_1"], nationalities=frozenset({"KE"}))
    command = replace(_assignment(desk), candidate=national)
    with pytest.raises(Malformed, match="is a national of"):
        desk.take(command)


def test_whoever_is_excepted_is_told_why_and_not_that_it_is_for_their_role() -> None:
    desk = in_needs_assessment()
    first, second, *_ = desk.open("consultation")
    consultee, about = (
        people()["consultee_0"],
        "whoever has or had the task 'consultation' in this case is excepted",
    )
    desk.take(Complete(consultee, first.no, "no_objection", answers("consultation")))
    with pytest.raises(NotAllowed, match=f"Task {second.no} 'consultation' is not for you: {about}"):
        desk.take(Complete(consultee, second.no, "no_objection", answers("consultation")))
    action = next(
        found
        for found in actions(procedure(), desk.case, consultee, desk.now, office())
        if (found.task, found.name) == (second.no, "no_objection")
    )
    assert str(action.excepted) == about
    desk = submitted()
    desk.fire("declare_ineligible", "coordinator")
    both = replace(people()["coordinator_0"], roles=frozenset({"coordinator", "supervisor"}))
    with pytest.raises(NotAllowed, match="whoever proposed does not confirm"):
        desk.take(Complete(both, desk.task("confirm_declare_ineligible").no, "confirmed"))


def test_an_outcome_that_comes_by_itself_is_neither_offered_nor_given() -> None:
    desk = in_needs_assessment()
    with pytest.raises(NotAllowed, match="comes by itself; people give: no_objection, veto"):
        desk.complete("consultation", "silent", "consultee_0")
    with pytest.raises(Malformed, match=r"there are: no_objection, veto$"):
        desk.complete("consultation", "xyz", "consultee_0")
    found = actions(procedure(), desk.case, people()["consultee_0"], desk.now, office())
    assert {one.name for one in found if one.about == "consultation"} == {"no_objection", "veto"}


def test_an_outcome_of_another_role_is_refused_with_that_role() -> None:
    desk = in_appraisal()
    with pytest.raises(NotAllowed, match=r"The outcome 'replaced' of task .* is for: "):
        desk.complete("appraisal", "replaced", "supervisor_0")


def test_a_task_that_waits_for_a_name_is_the_turn_of_whoever_names_it() -> None:
    desk = in_appraisal()
    with pytest.raises(NotAllowed, match="whom the coordinator has yet to name"):
        desk.complete("appraisal", "scored", "supervisor_0", answers("appraisal"))


def test_a_task_that_is_not_there_is_refused_with_those_that_are() -> None:
    desk = submitted()
    with pytest.raises(NotFound, match="There is no task 99"):
        desk.take(replace(_assignment(in_appraisal()), task=99))


def test_a_draft_is_held_to_its_shape_only() -> None:
    desk = Desk()
    desk.revise("request", {"title": "Half a title"}, "focal_point")
    assert [answer.status for answer in desk.last.answers] == ["draft"]
    with pytest.raises(Malformed, match="/title"):
        desk.revise("request", {"title": "x" * 201}, "focal_point")


def test_after_submission_a_correction_needs_a_reason_and_the_coordinator() -> None:
    desk = submitted()
    changed = {**answers("request"), "title": "A better title"}
    with pytest.raises(Malformed, match="a correction needs a reason"):
        desk.revise("request", changed, "coordinator")
    with pytest.raises(NotAllowed, match="is for: coordinator"):
        desk.revise("request", changed, "focal_point", reason="typing error")
    desk.revise("request", changed, "coordinator", reason="typing error")
    assert desk.case.values["request.title"] == "A better title"
    assert desk.case.state == "submitted"


def in_question() -> Desk:
    desk = submitted()
    desk.fire("request_information", "coordinator")
    return desk


def extension(desk: Desk) -> dict[str, Any]:
    """Ten days more, asked for today."""
    return {**(answers("extension") or {}), "days": 10, "asked_on": desk.now.date().isoformat()}


def test_the_reason_of_an_extension_stands_in_its_form_or_in_the_act() -> None:
    desk = in_question()
    told = extension(desk) | {"reason": "Elections"}
    desk.fire("extend_deadline", "coordinator", told, reason="as asked by telephone")
    (given,) = desk.clock("information_requested").terms.extensions
    assert (given.reason, given.person) == ("Elections", "coordinator_0")


def test_what_an_interruption_holds_is_held_because_of_the_state_that_interrupts() -> None:
    desk = in_question()
    assert {clock.terms.holds[-1].why for clock in desk.case.clocks if clock.status == "held"} == {
        "information_requested"
    }


def test_more_time_leaves_the_old_and_the_new_date_in_the_audit() -> None:
    desk = in_question()
    before = desk.clock("information_requested")
    decision = desk.fire("extend_deadline", "coordinator", extension(desk))
    after = desk.clock("information_requested")
    assert after.due is not None
    assert before.due is not None
    assert after.due > before.due
    (entry,) = decision.entries
    assert entry.changes["due"] == {str(after.no): [before.due.isoformat(), after.due.isoformat()]}


def test_a_switched_budget_leaves_the_old_and_the_new_date_in_the_audit() -> None:
    desk = submitted()
    for trigger, form in (("make_emergency", "emergency"), ("make_normal", None)):
        before = {clock.no: clock.due for clock in desk.case.clocks}
        decision = desk.fire(trigger, "supervisor", answers(form) if form else None)
        after = {clock.no: clock.due for clock in desk.case.clocks}
        moved = {
            str(no): [str(before[no]).replace(" ", "T"), str(due).replace(" ", "T")]
            for no, due in after.items()
            if no in before and due != before[no]
        }
        assert moved
        assert decision.entries[0].changes["due"] == moved


def test_whoever_has_several_instances_of_a_task_is_told_once() -> None:
    desk = in_needs_assessment()
    assert len(desk.open("consultation")) > 1
    consulted = [(one.person, one.kind) for one in desk.last.notices if one.values["task"] == "consultation"]
    assert consulted
    assert len(consulted) == len(set(consulted))


def test_undo_restores_state_clocks_and_tasks_and_keeps_the_number() -> None:
    desk = in_needs_assessment()
    desk.undo("coordinator_0")
    assert desk.case.state == "submitted"
    assert desk.case.number == "TA-2026-0001"
    assert desk.clock("submitted").status == "running"
    assert {task.outcome for task in desk.case.tasks if task.name == "consultation"} == {"undone"}
    assert desk.last.undoes is not None
    assert {no for no, at in desk.last.timers.items() if at is None} >= {
        task.no + 1 for task in desk.case.tasks if task.name == "consultation"
    }


def test_only_the_same_person_or_a_superior_takes_an_act_back_within_a_day() -> None:
    with pytest.raises(NotAllowed, match="same person or: supervisor"):
        in_needs_assessment().undo("focal_point_0")
    with pytest.raises(NotNow, match="within 24 hours"):
        in_needs_assessment().undo("coordinator_0", after=timedelta(hours=25))
    desk = in_needs_assessment()
    desk.undo("supervisor_0")
    assert desk.case.state == "submitted"


def test_what_something_depends_on_cannot_be_taken_back() -> None:
    desk = in_needs_assessment()
    act = desk.before
    desk.complete("consultation", "no_objection", "consultee_0", answers("consultation"))
    desk.before = act
    with pytest.raises(NotNow, match="Something has happened since"):
        desk.undo("supervisor_0")


@pytest.mark.parametrize(("other", "leads_to"), [(7, "decision_pending"), (1, "appraisal")])
def test_nobody_takes_back_an_act_whose_consequences_hang_on_what_they_do_not_see(
    other: int, leads_to: str
) -> None:
    """Else whoever appraises tries out which scores are far apart from another's."""
    desk = in_appraisal()
    for person, score in (("assessor_0", other), ("assessor_1", 7)):
        desk.assign("appraisal", person)
        task = next(one for one in desk.open("appraisal") if one.person == person)
        desk.take(Declare(people()[person], task.no))
        scores = dict.fromkeys(("relevance", "feasibility", "effectiveness", "sustainability"), score)
        desk.take(Complete(people()[person], task.no, "scored", {**answers("appraisal"), **scores}))
    assert desk.case.state == leads_to
    with pytest.raises(NotAllowed, match=r"depends on what you do not see.* by: supervisor"):
        desk.undo("assessor_1")
    desk.undo("supervisor_0")
    assert desk.task("appraisal").person == "assessor_1"


def test_an_emergency_shortens_running_clocks_with_what_was_used_and_back_again_nothing_is_lost() -> None:
    desk = submitted()
    normal = desk.clock("submitted").due
    desk.wait(days=3)
    desk.fire("make_emergency", "supervisor")
    assert desk.clock("submitted").due < normal
    assert desk.clock("submitted").due >= desk.now
    desk.fire("make_normal", "supervisor")
    assert desk.clock("submitted").due == normal


def test_a_reminder_leaves_the_revision_so_that_nobody_reads_in_vain() -> None:
    desk = submitted()
    revision = desk.case.revision
    (decision,) = desk.wait(days=2)
    assert decision.notices
    assert desk.case.revision == revision
    assert desk.case.entry == decision.entries[-1].no


def test_silence_counts_from_the_timers_own_instant_even_if_it_is_found_late() -> None:
    desk = in_needs_assessment()
    due = {clock.due for clock in desk.case.clocks if clock.name == "consultation"}
    desk.wait(days=9)
    ended = {task.ended_at for task in desk.case.tasks if task.name == "consultation"}
    assert ended == due


def test_a_timer_that_is_no_longer_wanted_is_refused() -> None:
    desk = submitted()
    clock = desk.clock("submitted")
    with pytest.raises(NotNow, match="no longer wanted"):
        desk.take(Fire(clock.no, clock.fires_at + timedelta(days=1)))


def test_a_new_holiday_moves_running_clocks_and_says_so() -> None:
    desk = submitted()
    paris = office().secretariat
    extra = replace(paris, days_off={**paris.days_off, desk.now.date() + timedelta(days=1): "Mourning"})
    command = Rederive(people()["coordinator_0"], "a day of mourning")
    decision = decide(procedure(), desk.case, command, desk.now, replace(office(), secretariat=extra))
    assert decision.entries[0].act == "rederive"
    assert set(decision.entries[0].changes["due"]) == {str(clock.no) for clock in desk.case.clocks}


def test_a_calendar_that_changes_nothing_leaves_no_entry() -> None:
    desk = submitted()
    decision = desk.take(Rederive(people()["coordinator_0"], "nothing new"))
    assert decision.entries == ()


def test_actions_name_every_trigger_with_its_form_or_its_reasons() -> None:
    desk = in_needs_assessment()
    sending = desk.action("send_to_appraisal", "coordinator_0")
    assert not sending.allowed
    assert sending.form == "needs_assessment"
    assert [reason.guard for reason in sending.reasons] == ["consultation_over"]
    asking = desk.action("request_information", "coordinator_0")
    assert asking.allowed
    assert desk.action("request_information", "focal_point_0").roles == ("coordinator",)


def test_a_proposal_that_waits_is_a_reason_not_to_make_it_again() -> None:
    desk = submitted()
    desk.fire("declare_ineligible", "coordinator")
    action = desk.action("declare_ineligible", "coordinator_0")
    assert [reason.guard for reason in action.reasons] == ["waits_for_confirmation"]


def test_nobody_in_a_role_is_told_to_the_role_above() -> None:
    desk = submitted()
    without = tuple(mandate for mandate in office().mandates if mandate.role != "focal_point")
    command = Advance(people()["coordinator_0"], "request_information", answers("missing_items"))
    decision = decide(procedure(), desk.case, command, desk.now, replace(office(), mandates=without))
    assert ("coordinator_0", "unheld") in {(n.person, n.template) for n in decision.notices}


def test_what_a_person_named_in_a_case_holds_elsewhere_gives_nothing_there() -> None:
    elsewhere = (Mandate("expert_0", "coordinator", "UG"), Mandate("expert_1", "coordinator", None, "Africa"))
    desk = Desk()
    command = Advance(people()["focal_point_0"], "submit", answers("request"))
    around = replace(office(), mandates=(*elsewhere, *office().mandates))
    decision = decide(procedure(), desk.case, command, desk.now, around)
    assert {notice.person for notice in decision.notices} == {"focal_point_0", "coordinator_0"}


def test_a_letter_knows_in_which_role_each_addressee_is_written_to() -> None:
    (received,) = submitted().last.letters
    assert (received.to, received.roles) == (("focal_point_0",), {"focal_point_0": "focal_point"})
    desk = in_appraisal()
    (asked,) = desk.assign("appraisal", "assessor_1").letters
    assert asked.roles == {"assessor_1": "assessor"}


def test_who_acted_as_the_sender_of_a_letter_signs_it() -> None:
    desk = submitted()
    desk.fire("declare_ineligible", "coordinator")
    decision = desk.complete("confirm_declare_ineligible", "confirmed", "supervisor_0")
    assert [(letter.code, letter.sender, letter.signer) for letter in decision.letters] == [
        ("L06", "supervisor", "supervisor_0")
    ]


def test_where_somebody_else_acted_the_only_one_in_the_senders_role_signs() -> None:
    (letter,) = submitted().last.letters
    assert (letter.sender, letter.signer) == ("coordinator", "coordinator_0")


@pytest.mark.parametrize("holding", [(), ("coordinator_0", "coordinator_1")])
def test_of_several_or_nobody_no_one_signs_for_the_role(holding: tuple[str, ...]) -> None:
    others = tuple(mandate for mandate in office().mandates if mandate.role != "coordinator")
    mandates = (*others, *(Mandate(person, "coordinator") for person in holding))
    desk = Desk()
    command = Advance(people()["focal_point_0"], "submit", answers("request"))
    decision = decide(procedure(), desk.case, command, desk.now, replace(office(), mandates=mandates))
    assert [letter.signer for letter in decision.letters] == [None]


def _assignment(desk: Desk) -> Assign:
    return Assign(people()["coordinator_0"], desk.task("appraisal").no, people()["assessor_1"])
