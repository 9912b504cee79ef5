"""Whatever way a request goes: who has not declared does nothing and sees no more than the card, who declared
a conflict is out of it, and no national judges anything.
"""

from collections.abc import Iterator
from functools import cache

import pytest

from tests.proof import size
from tests.rules.desks import Desk, in_appraisal, in_decision
from tests.rules.wanderers import NATIONALS, Step, answers, dated, office, people, procedure, walk
from workflow.errors import Malformed, NotAllowed, NotNow, Refusal
from workflow.rules.actions import actions
from workflow.rules.commands import Assign, Complete, Declare
from workflow.rules.conflicts import conflict_outcome, gone, undeclared
from workflow.rules.decide import decide
from workflow.rules.disclosures import group_of_field
from workflow.rules.eyes import eyes
from workflow.rules.replacing import replace
from workflow.rules.sight import may_see, only_card

WALKS = range(300, 300 + size(25, 400))
STEPS = 60
CARD = {"card"}
JUDGED = ("appraisal", "final_evaluation")


@cache
def tried(seed: int) -> tuple[Step, ...]:
    return tuple(walk(seed, STEPS))


def steps(seed: int) -> Iterator[Step]:
    return (step for step in tried(seed) if step.decision is not None)


@pytest.mark.parametrize("seed", WALKS)
def test_who_has_not_declared_does_nothing_and_sees_the_card(seed: int) -> None:
    for step in steps(seed):
        case, now = step.decision.case, step.now
        for actor in people().values():
            if not may_see(procedure(), case, actor) or not only_card(procedure(), case, actor):
                continue
            assert eyes(procedure(), case, actor, office(), now).groups == CARD
            offered = actions(procedure(), case, actor, now, office())
            assert {one.name for one in offered} <= {"declare", "conflict"}
            for task in case.tasks:
                if task.status == "open" and undeclared(procedure(), task):
                    first = next(iter(procedure().format.tasks[task.name].outcomes))
                    with pytest.raises(Refusal):
                        decide(procedure(), case, Complete(actor, task.no, first, {}), now, office())


@pytest.mark.parametrize("seed", WALKS)
def test_who_declared_a_conflict_is_told_and_given_nothing_more(seed: int) -> None:
    for step in steps(seed):
        out = gone(step.before.tasks) & gone(step.decision.case.tasks)
        told = {one.person for one in step.decision.notices}
        written = {person for one in step.decision.letters for person in (*one.to, *one.copies)}
        assert not out & (told | written)
        assert not out & {task.person for task in step.decision.tasks if task.status == "open"}
        for person in out:
            actor = people()[person]
            assert not may_see(procedure(), step.decision.case, actor)
            for task in step.decision.case.tasks:
                if conflict_outcome(procedure(), task.name):
                    with pytest.raises(NotAllowed):
                        decide(procedure(), step.decision.case, Declare(actor, task.no), step.now, office())


@pytest.mark.parametrize("seed", WALKS)
def test_no_national_has_an_appraisal_or_decides(seed: int) -> None:
    for step in tried(seed):
        if isinstance(step.command, Assign) and step.command.candidate.person in NATIONALS:
            assert step.decision is None
        if step.decision is not None:
            judging = [task for task in step.decision.case.tasks if task.name in JUDGED]
            assert not {task.person for task in judging} & {*NATIONALS}
            decided = [one for one in step.decision.entries if one.act in ("approve", "decline", "refer")]
            assert not {one.person for one in decided} & {*NATIONALS}


@pytest.mark.parametrize("by", ["assessor_0", "supervisor_0"])
def test_nobody_takes_back_that_there_is_no_conflict(by: str) -> None:
    desk = in_appraisal()
    desk.assign("appraisal", "assessor_0")
    no = next(task.no for task in desk.open("appraisal") if task.person == "assessor_0")
    desk.take(Declare(people()["assessor_0"], no))
    with pytest.raises(NotNow, match=f"declared on task {no} 'appraisal' stands.*the outcome 'conflict'"):
        desk.undo(by)
    desk.take(Complete(people()["assessor_0"], no, "conflict", answers("conflict_declaration")))
    assert gone(desk.case.tasks) == {"assessor_0"}


def test_who_stands_aside_from_a_decision_is_out_of_the_case_till_that_is_taken_back() -> None:
    desk, aside = in_decision(), people()["supervisor_0"]
    with pytest.raises(Malformed, match="reason: leave this out"):
        desk.fire("stand_aside", "supervisor", reason="My cousin leads the institute.")
    desk.fire("stand_aside", "supervisor")
    assert gone(desk.case.tasks) == {"supervisor_0"}
    assert not may_see(procedure(), desk.case, aside)
    told = {one.person for one in desk.last.notices}
    assert "director_0" in told
    assert "supervisor_0" not in told
    with pytest.raises(NotAllowed, match="You declared a conflict of interest"):
        desk.undo("supervisor_0")
    with pytest.raises(NotNow, match="'stand_aside' ended as 'conflict'"):
        desk.take(Complete(people()["director_0"], desk.last.tasks[-1].no, "conflict"))
    desk.undo("supervisor_1")
    assert gone(desk.case.tasks) == frozenset()
    assert may_see(procedure(), desk.case, aside)
    assert "supervisor_0" in {one.person for one in desk.last.notices}


def proposed() -> Desk:
    """A decision waits for the director; the supervisor who proposed it has stood aside since."""
    desk = in_decision()
    desk.fire("make_emergency", "supervisor")
    desk.fire("approve", "supervisor", dated(answers("decision"), desk.now))
    desk.fire("stand_aside", "supervisor")
    return desk


def test_what_somebody_proposed_who_has_a_conflict_since_can_only_be_refused() -> None:
    desk, director = proposed(), people()["director_0"]
    no = desk.task("confirm_approve").no
    offered = {one.name: one for one in actions(procedure(), desk.case, director, desk.now, office())}
    assert not offered["confirmed"].allowed
    assert "has declared a conflict of interest since" in str(offered["confirmed"].excepted)
    assert offered["refused"].allowed
    with pytest.raises(NotAllowed, match="has declared a conflict of interest since"):
        desk.take(Complete(director, no, "confirmed"))
    desk.take(Complete(director, no, "refused", reason="Somebody else is to propose it."))
    assert "supervisor_0" not in {one.person for one in desk.last.notices}


def test_who_is_out_is_not_told_that_nobody_confirmed_what_they_proposed() -> None:
    desk = proposed()
    silent = [
        one for one in desk.wait(days=10) if one.entries and one.entries[0].act == "confirm_approve.silence"
    ]
    assert len(silent) == 1
    assert "supervisor_0" not in {one.person for one in silent[0].notices}


def test_the_walks_meet_what_they_are_to_prove() -> None:
    met: set[str] = set()
    for seed in WALKS:
        for step in tried(seed):
            if step.decision is None:
                met |= {"national"} if isinstance(step.command, Assign) else set()
                continue
            case = step.decision.case
            met |= {"out"} if gone(case.tasks) else set()
            met |= {"card"} if any(only_card(procedure(), case, one) for one in people().values()) else set()
            met |= {one.act for one in step.decision.entries} & {"approve", "declare"}
    assert met >= {"national", "card", "declare", "out"}


def test_who_has_a_conflict_with_a_party_that_joins_in_is_offered_nothing() -> None:
    desk = in_appraisal()
    joint = replace(desk.case, values={**desk.case.values, "request.parties": ["KE", "UG"]})
    supervisor = people()["supervisor_0"]
    assert actions(procedure(), joint, supervisor, desk.now, office())
    declared = replace(office(), conflicts={"supervisor_0": frozenset({"UG"})})
    assert actions(procedure(), joint, supervisor, desk.now, declared) == ()


def test_who_has_yet_to_declare_sees_all_parties_that_ask() -> None:
    found = group_of_field(procedure().forms, procedure().audiences.forms, "request", "parties")
    assert found == "card"
