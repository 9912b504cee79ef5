"""The working copy of one case while a decision is made: everything is noted here, nothing happens.

It ends as a Decision.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from workflow.rules import format as fmt
from workflow.rules.case import EMPTY, Case, Clock, Event, Frame, Office, Task
from workflow.rules.commands import Actor
from workflow.rules.decision import Answer, Decision, Entry, Letter, Notice, OpenCase
from workflow.rules.definition import Definition
from workflow.rules.facts import Facts, field_at
from workflow.rules.replacing import replace


class Owed(Struct, frozen=True):
    """What is still to be carried out: effects, those of a task's `all_ended` if it is so, or a series to
    be scheduled.

    `task` is the task they speak of; `state` where they were owed.
    """

    then: fmt.Then | None = None
    all_ended: str | None = None
    series: str | None = None
    task: int | None = None
    state: str = ""


@dataclass(slots=True, eq=False)
class Ledger:
    """Mutable on purpose and short-lived: made by `decide`, never kept.

    `moment` is when the act counts (received_at, a timer's due instant); `now` is when it is recorded.
    Changes bump nothing until `decision` is called.
    """

    definition: Definition
    before: Case
    office: Office
    _: KW_ONLY
    now: datetime
    actor: Actor
    moment: datetime
    by_timer: bool = False
    quiet: bool = False
    relieved: str | None = None
    entries: list[Entry] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    opened: list[OpenCase] = field(default_factory=list)
    owed: deque[Owed] = field(default_factory=deque)
    today: date = field(init=False)
    state: str = field(init=False)
    entered_at: datetime = field(init=False)
    emergency: bool = field(init=False)
    historic: bool = field(init=False)
    number: str | None = field(init=False)
    serial: int = field(init=False)
    values: dict[str, Any] = field(init=False)
    events: list[Event] = field(init=False)
    frames: list[Frame] = field(init=False)
    tasks: dict[int, Task] = field(init=False)
    clocks: dict[int, Clock] = field(init=False)
    _touched: set[int] = field(init=False, default_factory=set)
    _facts: dict[bool, Facts] = field(init=False, default_factory=dict)
    _remarks: dict[str, Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        case = self.before
        self.today = self.office.secretariat.date_of(self.moment)
        self.state, self.entered_at = case.state, case.entered_at
        self.emergency, self.historic = case.emergency, case.historic
        self.number, self.serial = case.number, case.serial
        self.values = dict(case.values)
        self.events, self.frames = list(case.events), list(case.frames)
        self.tasks = {task.no: task for task in case.tasks}
        self.clocks = {clock.no: clock for clock in case.clocks}

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
        self._touched.add(task.no)
        self.changed()
        return task

    def put_clock(self, clock: Clock) -> Clock:
        self.clocks[clock.no] = clock
        self._touched.add(clock.no)
        return clock

    def note(self, entry: Entry) -> None:
        """Begin an audit entry; what follows belongs to it."""
        self._close_entry()
        self.entries.append(entry)

    def remark(self, **changes: Any) -> None:
        """Add to the changes of the entry being written."""
        self._remarks.update(changes)

    def put_moved(self, clock: Clock) -> None:
        """Put a clock whose time allowed was changed; the entry being written tells its old and new date."""
        before = self.clocks[clock.no].due
        if self.put_clock(clock).due != before:
            moved = self._remarks.setdefault("due", {})
            first, _ = moved.get(str(clock.no), (_text(before), None))
            moved[str(clock.no)] = [first, _text(clock.due)]

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
        self,
        form: str,
        data: Mapping[str, Any],
        status: str,
        *,
        task: int | None = None,
        reason: str = "",
        person: str | None = None,
    ) -> None:
        """Keep a version of answers, of whoever acts unless another `person` is named."""
        self.answers.append(
            Answer(
                form=form,
                status=status,
                data=data,
                person=person or self.actor.person,
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
        # Facts and ledger hold each other: let go, so that both go at once and not when garbage is collected.
        self.changed()
        revision = self.before.revision + (0 if self.quiet else 1)
        touched = sorted(self._touched)
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
            relieves=self.relieved,
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
        after = {no: self.clocks[no].fires_at for no in self._touched if no in self.clocks}
        after |= {
            no: self.tasks[no].opens_at if self.tasks[no].status == "scheduled" else None
            for no in self._touched
            if no in self.tasks
        }
        return {no: at for no, at in after.items() if at != before.get(no)}


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
