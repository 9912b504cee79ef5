"""Another focal point in the middle of a case: what names the former one names the new one."""

from typing import Any

from tests.rules.desks import Desk, in_appraisal
from tests.rules.wanderers import office, procedure
from workflow.rules.case import Mandate, Task
from workflow.rules.commands import HandOver
from workflow.rules.decide import decide
from workflow.rules.decision import Decision
from workflow.rules.replacing import replace

OLD, NEW = "focal_point_0", "nadia"


def handed_over(desk: Desk, *named: str, **more: Any) -> Decision:
    """`named` are states of tasks of the role that name the former focal point."""
    now = desk.now
    tasks = tuple(
        Task(900 + place, "follow_up", status, "focal_point", desk.case.state, now, OLD, declared_at=now)
        for place, status in enumerate(named)
    )
    case = replace(desk.case, tasks=(*desk.case.tasks, *tasks))
    mandates = [one for one in office().mandates if one.person != OLD]
    later = replace(office(), mandates=(*mandates, Mandate(NEW, "focal_point", "KE")))
    return decide(procedure(), case, HandOver("focal_point", OLD, NEW, **more), now, later)


def test_open_and_frozen_tasks_go_over_and_ended_ones_stay() -> None:
    found = handed_over(in_appraisal(), "open", "frozen", "scheduled", "ended")
    theirs = {task.no: (task.person, task.declared_at) for task in found.case.tasks if task.no >= 900}
    assert {theirs[no] for no in (900, 901, 902)} == {(NEW, None)}
    assert theirs[903][0] == OLD
    (entry,) = found.entries
    assert (entry.act, entry.person, entry.changes["tasks"]) == ("hand_over", "engine", [900, 901, 902])
    assert entry.changes["handed_over"] == {"role": "focal_point", "from": OLD, "to": NEW}


def test_the_new_one_and_those_above_are_told_what_is_theirs_now() -> None:
    found = handed_over(in_appraisal(), "open", "frozen")
    told = {(one.person, one.template): one.values["task"] for one in found.notices}
    assert told[NEW, "handed_over"] == ["follow_up"]
    assert ("coordinator_0", "handed_over") in told
    assert OLD not in {person for person, _ in told}


def test_drafts_and_what_is_owed_are_reason_enough() -> None:
    desk = in_appraisal()
    assert handed_over(desk, drafts=("request",)).entries[0].changes["drafts"] == ["request"]
    assert handed_over(desk, owed=True).relieves == OLD


def test_where_nothing_is_theirs_there_is_nothing_to_record() -> None:
    found = handed_over(in_appraisal())
    assert (found.entries, found.notices, found.relieves) == ((), (), None)
