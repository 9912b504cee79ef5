"""An expert sees a case from the offer till the work is done; whoever did a task sees nothing of it after."""

from collections.abc import Iterator
from functools import cache

import pytest

from tests.rules.walking import calendar
from tests.rules.wanderers import examples, procedure
from workflow.rules.case import Case
from workflow.rules.commands import Actor
from workflow.rules.scenarios.playing import Player
from workflow.rules.scenarios.walks import Step, read_scenarios
from workflow.rules.sight import may_see
from workflow.runtime.library import editions, package

ASSIGNED = ("consultee", "assessor", "expert", "evaluator")
PEOPLE = tuple((f"{role}_{no}", role) for role in ASSIGNED for no in (1, 2, 3))


@cache
def walked(name: str) -> tuple[tuple[Step, Case], ...]:
    """A scenario of the reference procedure, and the case after each of its steps."""
    (edition,) = (found for found in editions(package()) if found.key == "technical_assistance")
    scripts, _ = read_scenarios(edition.sources, procedure().format)
    script = next(one for one in scripts if one.name == name)
    return tuple(_play(Player(procedure(), script, examples(), calendar)))


def _play(player: Player) -> Iterator[tuple[Step, Case]]:
    for step in player.scenario.walk:
        assert not list(player.take(step))
        assert player.case is not None, "the case is open after the first step"
        yield step, player.case


def seeing(case: Case) -> set[str]:
    actors = (Actor(person, frozenset({role})) for person, role in PEOPLE)
    return {actor.person for actor in actors if may_see(procedure(), case, actor)}


def at_work(case: Case) -> set[str]:
    """Who has, in their role, a task that has not ended."""
    own = {(task.person, task.role) for task in case.tasks if task.status != "ended"}
    return {person for person, role in PEOPLE if (person, role) in own}


def free(case: Case) -> set[str]:
    """For whose role there is an open task that anybody in it may take."""
    roles = {
        task.role for task in case.tasks if task.status == "open" and not task.person and not task.assigned_by
    }
    return {person for person, role in PEOPLE if role in roles}


@pytest.mark.parametrize(
    ("name", "by_engagement_alone"),
    [("ordinary_way", True), ("expert_replaced", True), ("experts_refuse", False)],
)
def test_who_is_at_work_or_engaged_sees_it_and_nobody_else(name: str, by_engagement_alone: bool) -> None:
    engaged: set[str] = set()
    without_task: set[str] = set()
    for step, case in walked(name):
        if step.complete == "offer" and step.outcome == "accepted" and step.refused is None:
            engaged = {step.by or ""}
        if case.state == "evaluation" or step.do in ("replace_expert", "withdraw", "cancel"):
            engaged = set()
        assert seeing(case) == at_work(case) | free(case) | engaged, step
        without_task |= engaged - at_work(case)
    assert bool(without_task) is by_engagement_alone


def test_an_expert_who_is_replaced_sees_it_till_the_part_report_is_in() -> None:
    replaced = next(case for step, case in walked("expert_replaced") if step.do == "replace_expert")
    assert "expert_1" in seeing(replaced)
    assert not any(task.engaged for task in replaced.tasks)
    after = [case for _, case in walked("expert_replaced") if case.revision > replaced.revision]
    reported = [case for case in after if "expert_1" not in at_work(case)]
    assert reported
    assert not any("expert_1" in seeing(case) for case in reported)
