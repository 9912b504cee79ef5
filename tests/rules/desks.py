"""A desk on which one case of the reference procedure is worked on: it keeps the case and the time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.rules.wanderers import answers, office, people, procedure, timers
from workflow.rules.actions import Action, actions
from workflow.rules.case import Case, Clock, Task
from workflow.rules.commands import Advance, Assign, Command, Complete, Declare, Fire, Open, Revise, Undo
from workflow.rules.decide import decide
from workflow.rules.decision import Decision

Data = Mapping[str, Any]


class Desk:
    """Each act is decided and taken over; a refusal is raised and leaves the desk as it was."""

    def __init__(self, party: str = "KE") -> None:
        self.now = datetime(2026, 3, 2, 9, tzinfo=UTC)
        actor = people()["focal_point_0"]
        self.last = decide(procedure(), None, Open(actor, "case-1", party), self.now, office())
        self.before = self.last.case
        self.case: Case = self.last.case

    def take(self, command: Command) -> Decision:
        self.last = decide(procedure(), self.case, command, self.now, office())
        self.before, self.case = self.case, self.last.case
        return self.last

    def fire(self, trigger: str, by: str, data: Data | None = None, **more: Any) -> Decision:
        """Fire a trigger with the given answers, else with the example of its form."""
        form = procedure().transitions[trigger][0].form
        return self.take(
            Advance(people()[f"{by}_0"], trigger, answers(form) if data is None else data, **more)
        )

    def complete(self, task: str, outcome: str, by: str, data: Data | None = None, **more: Any) -> Decision:
        return self.take(Complete(people()[by], self.task(task).no, outcome, data, **more))

    def assign(self, task: str, person: str, by: str = "coordinator_0") -> Decision:
        waiting = [item for item in self.open(task) if item.person is None]
        return self.take(Assign(people()[by], waiting[0].no, people()[person]))

    def revise(self, form: str, data: Data, by: str, **more: Any) -> Decision:
        return self.take(Revise(people()[f"{by}_0"], form, data, **more))

    def undo(self, by: str, after: timedelta = timedelta(hours=1)) -> Decision:
        entry = self.last.entries[0]
        self.now += after
        return self.take(Undo(people()[by], self.before, entry.act, entry.task, entry.person, entry.at))

    def wait(self, **length: float) -> list[Decision]:
        """Let time go by; timers that fall due fire in their order."""
        until, decisions = self.now + timedelta(**length), []
        while (coming := timers(self.case)) and coming[0][0] <= until:
            at, no = coming[0]
            self.now = max(self.now, at)
            decisions.append(self.take(Fire(no, at)))
        self.now = until
        return decisions

    def open(self, name: str) -> list[Task]:
        return [task for task in self.case.tasks if task.name == name and task.status == "open"]

    def task(self, name: str) -> Task:
        return self.open(name)[0]

    def clock(self, name: str) -> Clock:
        return next(clock for clock in self.case.clocks if clock.name == name)

    def action(self, name: str, by: str) -> Action:
        found = actions(procedure(), self.case, people()[by], self.now, office())
        return next(action for action in found if action.name == name)


def in_needs_assessment() -> Desk:
    desk = submitted()
    desk.fire("accept_as_complete", "coordinator")
    return desk


def submitted() -> Desk:
    desk = Desk()
    desk.fire("submit", "focal_point")
    return desk


def in_appraisal() -> Desk:
    desk = in_needs_assessment()
    desk.wait(days=10)
    desk.fire("send_to_appraisal", "coordinator")
    return desk


def in_decision() -> Desk:
    """Two have appraised, and it is for the supervisor to decide."""
    desk = in_appraisal()
    for name in ("assessor_0", "assessor_1"):
        desk.assign("appraisal", name)
    for task in desk.open("appraisal"):
        actor = people()[task.person or ""]
        desk.take(Declare(actor, task.no))
        desk.take(Complete(actor, task.no, "scored", answers("appraisal")))
    return desk


def in_expert_offer() -> Desk:
    """The first expert of the Party's ranking has an offer."""
    desk = in_decision()
    decided = {**(answers("decision") or {}), "decided_on": desk.now.date().isoformat()}
    desk.fire("approve", "supervisor", decided)
    desk.fire("send_shortlist", "coordinator")
    desk.fire("rank_experts", "focal_point")
    return desk
