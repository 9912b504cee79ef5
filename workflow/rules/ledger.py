"""The working copy of one case while a decision is made: everything is noted here, nothing happens.

It ends as a Decision.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from workflow.rules import format as fmt
from workflow.rules.case import EMPTY, Case, Clock, Event, Frame, Office, Task
from workflow.rules.commands import Actor
from workflow.rules.decision import Answer, Decision, Entry, Letter, Notice, OpenCase
from workflow.rules.definition import Definition
from workflow.rules.facts import Facts, field_at


@dataclass(frozen=True, slots=True)
class Owed:
    """What is still to be carried out: effects, those of a task's `all_ended` if it is so, or a series to
    be scheduled.

    `task` is the task they speak of; `state` where they were owed.
    """

    then: fmt.Then | None = None
    all_ended: str | None = None
    series: str | None = None
    task: int | None = None
    state: str = ""


class Ledger:
    """Mutable on purpose and short-lived: made by `decide`, never kept.

    Changes bump nothing until `decision` is called.
    """

    def __init__(
        self,
        definition: Definition,
        case: Case,
        office: Office,
        *,
        now: datetime,
        actor: Actor,
        moment: datetime,
        by_timer: bool = False,
    ) -> None:
        """`moment` is when the act counts (received_at, a timer's due instant); `now` is when it is
        recorded.
        """
        self.definition = definition
        self.before = case
        self.office = office
        self.now = now
        self.actor = actor
        self.moment = moment
        self.today = office.secretariat.date_of(moment)
        self.by_timer = by_timer
        self.state = case.state
        self.entered_at = case.entered_at
        self.emergency = case.emergency
        self.historic = case.historic
        self.number = case.number
        self.serial = case.serial
        self.values: dict[str, Any] = dict(case.values)
        self.events: list[Event] = list(case.events)
        self.frames: list[Frame] = list(case.frames)
        self.tasks: dict[int, Task] = {task.no: task for task in case.tasks}
        self.clocks: dict[int, Clock] = {clock.no: clock for clock in case.clocks}
        self.touched: set[int] = set()
        self.entries: list[Entry] = []
        self.answers: list[Answer] = []
        self.letters: list[Letter] = []
        self.notices: list[Notice] = []
        self.opened: list[OpenCase] = []
        self.owed: deque[Owed] = deque()
        self.quiet = False
        self._facts: dict[bool, Facts] = {}
        self._remarks: dict[str, Any] = {}

    @property
    def place(self) -> fmt.State:
        return self.definition.format.states[self.state]

    @property
    def entry_no(self) -> int:
        """The number of the audit entry being written."""
        return self.before.entry + len(self.entries)

    @property
    def letters_written(self) -> int:
        """How many letters the case has, with those that are being written."""
        return self.before.letters + len(self.letters)

    def facts(self, *, overdue: bool = False) -> Facts:
        """The facts as the ledger stands now."""
        if overdue not in self._facts:
            self._facts[overdue] = Facts(self, overdue=overdue)
        return self._facts[overdue]

    def changed(self) -> None:
        self._facts.clear()

    def next_no(self) -> int:
        self.serial += 1
        return self.serial

    def put_task(self, task: Task) -> Task:
        self.tasks[task.no] = task
        self.touched.add(task.no)
        self.changed()
        return task

    def put_clock(self, clock: Clock) -> Clock:
        self.clocks[clock.no] = clock
        self.touched.add(clock.no)
        return clock

    def note(self, entry: Entry) -> None:
        """Begin an audit entry; what follows belongs to it."""
        self._close_entry()
        self.entries.append(entry)

    def remark(self, **changes: Any) -> None:
        """Add to the changes of the entry being written."""
        self._remarks.update(changes)

    def accept(
        self, form: str, data: Mapping[str, Any], *, task: int | None = None, reason: str = ""
    ) -> None:
        """Take answers as accepted: keep the version, and the fields that facts read."""
        self.take(form, data)
        self.file(form, data, "accepted", task=task, reason=reason)

    def take(self, form: str, data: Mapping[str, Any]) -> None:
        """Let facts see these answers."""
        self.values.update(
            {f"{form}.{path}": field_at(data, path) for path in self.definition.reads.get(form, ())}
        )
        self.values[f"@{form}"] = self.moment.isoformat()
        self.changed()

    def file(
        self, form: str, data: Mapping[str, Any], status: str, *, task: int | None = None, reason: str = ""
    ) -> None:
        self.answers.append(
            Answer(
                form=form,
                status=status,
                data=data,
                person=self.actor.person,
                at=self.now,
                entry=self.entry_no,
                task=task,
                reason=reason,
            )
        )

    def owe(self, then: fmt.Then | None, task: int | None = None) -> None:
        if then:
            self.owed.append(Owed(then=then, task=task, state=self.state))

    def owe_all_ended(self, name: str, task: int) -> None:
        self.owed.append(Owed(all_ended=name, task=task, state=self.state))

    def case(self, revision: int) -> Case:
        """The snapshot as it stands. Clocks that stopped are no longer part of it."""
        return replace(
            self.before,
            state=self.state,
            entered_at=self.entered_at,
            emergency=self.emergency,
            historic=self.historic,
            number=self.number,
            serial=self.serial,
            letters=self.letters_written,
            revision=revision,
            entry=self.entry_no,
            closed=self.place.category == "closed",
            values=self.values,
            events=tuple(self.events),
            frames=tuple(self.frames),
            tasks=tuple(self.tasks.values()),
            clocks=tuple(clock for clock in self.clocks.values() if clock.status != "stopped"),
        )

    def decision(self, role: str | None, person: str | None, *, opening: bool = False) -> Decision:
        """The ledger as a Decision.

        What only reminds people leaves the revision, so nobody's reading goes stale.
        """
        self._close_entry()
        revision = self.before.revision + (0 if self.quiet else 1)
        touched = sorted(self.touched)
        return Decision(
            before=None if opening else self.before,
            case=self.case(revision),
            entries=tuple(self.entries),
            tasks=tuple(self.tasks[no] for no in touched if no in self.tasks),
            clocks=tuple(self.clocks[no] for no in touched if no in self.clocks),
            timers=self._timers() or EMPTY,
            answers=tuple(self.answers),
            letters=tuple(self.letters),
            notices=tuple(self.notices),
            opened=tuple(self.opened),
            ball_role=role,
            ball_person=person,
        )

    def _close_entry(self) -> None:
        """Complete the entry being written with what was remarked and the state that the case has now."""
        if self.entries and (self._remarks or self.entries[-1].after != self.state):
            entry = self.entries[-1]
            self.entries[-1] = replace(entry, after=self.state, changes={**entry.changes, **self._remarks})
        self._remarks = {}

    def _timers(self) -> dict[int, datetime | None]:
        before = {clock.no: clock.fires_at for clock in self.before.clocks}
        before |= {task.no: task.opens_at for task in self.before.tasks if task.status == "scheduled"}
        after = {no: self.clocks[no].fires_at for no in self.touched if no in self.clocks}
        after |= {
            no: self.tasks[no].opens_at if self.tasks[no].status == "scheduled" else None
            for no in self.touched
            if no in self.tasks
        }
        return {no: at for no, at in after.items() if at != before.get(no)}
