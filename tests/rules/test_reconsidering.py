"""A conflict with the Party that is declared in the middle of a case: what the person had goes to others."""

from tests.rules.desks import Desk, in_appraisal, in_expert_offer
from tests.rules.wanderers import office, people, procedure
from workflow.rules.commands import Declare, Reconsider
from workflow.rules.decide import decide
from workflow.rules.decision import Decision
from workflow.rules.replacing import replace


def reconsidered(desk: Desk, person: str) -> Decision:
    ball = (desk.last.ball_role, desk.last.ball_person)
    later = replace(office(), conflicts={person: frozenset({"KE"})})
    return decide(procedure(), desk.case, Reconsider(person, ball), desk.now, later)


def test_an_appraisal_waits_for_another_name_and_who_names_is_told() -> None:
    desk = in_appraisal()
    desk.assign("appraisal", "assessor_1")
    no = next(task.no for task in desk.open("appraisal") if task.person == "assessor_1")
    desk.take(Declare(people()["assessor_1"], no))
    found = reconsidered(desk, "assessor_1")
    task = found.case.task(no)
    assert task is not None
    assert (task.status, task.person, task.declared_at) == ("open", None, None)
    assert {(one.person, one.template) for one in found.notices} == {("coordinator_0", "conflict")}
    assert [(one.act, one.person) for one in found.entries] == [("reconsider", "engine")]


def test_an_offer_passes_to_the_next_in_the_list() -> None:
    desk = in_expert_offer()
    assert desk.task("offer").person == "expert_0"
    found = reconsidered(desk, "expert_0")
    offers = [(task.person, task.status) for task in found.case.tasks if task.name == "offer"]
    assert offers == [("expert_0", "ended"), ("expert_1", "open")]
    assert "expert_0" not in {one.person for one in found.notices}


def test_where_nothing_changes_there_is_nothing_to_record() -> None:
    desk = in_appraisal()
    assert reconsidered(desk, "assessor_1").entries == ()
