"""Opening, assigning, freezing and ending the tasks of a case.

A task keeps its own clock; effects are owed, not done here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflow.rules import clocks
from workflow.rules import format as fmt
from workflow.rules.case import EMPTY, Task
from workflow.rules.conflicts import conflict_outcome
from workflow.rules.correspondence import tell_task
from workflow.rules.dates.deadlines import Terms, due
from workflow.rules.dates.offsets import MORNING, offset_instant
from workflow.rules.events import happen
from workflow.rules.facts import field_at
from workflow.rules.holders import Seat, holders, is_left, left_to, role_of, seats
from workflow.rules.ledger import Ledger
from workflow.rules.replacing import replace


def open_by(ledger: Ledger, effect: fmt.OpenTask) -> None:
    """Open as many instances as the effect says, each in its seat; `nobody` where none is left."""
    kind = ledger.definition.format.tasks[effect.open]
    if effect.person is not None:
        named = ledger.facts()[effect.person] or []
        role = role_of(ledger.facts(), holders(kind.for_)[0]) or ""
        rules, persons = holders(kind.for_)[0].except_, [named] if isinstance(named, str) else named
        left = [person for person in persons if is_left(ledger, person, rules)]
        for person in left:
            seat(ledger, effect.open, Seat(role, person))
        if persons and not left:
            _nobody(ledger, effect.open, kind)
        return
    for _ in range(_count(ledger, effect, kind)):
        _open_next(ledger, effect.open, kind)


def seat(
    ledger: Ledger, name: str, place: Seat, *, trigger: str | None = None, values: Mapping[str, Any] = EMPTY
) -> Task:
    """Open one instance now, start its clock, and tell its holder."""
    task = ledger.put_task(_new(ledger, name, place, trigger=trigger, values=values))
    clocks.start(ledger, "task", name, task)
    _hand(ledger, task)
    return task


def schedule_series(ledger: Ledger, name: str) -> None:
    """Make every instance of a series from the event that just happened; each opens by its own timer."""
    kind = ledger.definition.format.tasks[name]
    if kind.series is None:
        return
    places = seats(ledger, kind, name)
    for offset in kind.series.at:
        anchor = _anchor(ledger, kind, offset)
        opens = _opening(ledger, kind, anchor)
        task = _new(ledger, name, places[0])
        ledger.put_task(replace(task, status="scheduled", anchor=anchor, opens_at=opens))


def open_scheduled(ledger: Ledger, task: Task) -> None:
    """A scheduled instance's time has come."""
    opened = replace(task, status="open", opened_at=ledger.moment, opens_at=None)
    ledger.put_task(opened)
    clocks.start(ledger, "task", task.name, opened)
    _hand(ledger, opened)


def assign(ledger: Ledger, task: Task, person: str) -> Task:
    given = ledger.put_task(replace(task, person=person, declared_at=None))
    _hand(ledger, given)
    return given


def claim(ledger: Ledger, task: Task) -> None:
    """Whoever completes a role's task is its holder from now on; of a stand-in the absent person is, and it
    is kept who did it.
    """
    person, absent = ledger.actor.person, ledger.entries[-1].on_behalf_of
    if absent is not None and task.person in (None, absent):
        ledger.put_task(replace(task, person=absent, stood_in=person))
    elif task.person is None:
        ledger.put_task(replace(task, person=person))


def stand_aside(ledger: Ledger, trigger: str, role: str) -> None:
    """Keep that whoever acts declared a conflict of interest by a trigger: as a task that ended so."""
    task = _new(ledger, trigger, Seat(role, ledger.actor.person))
    ended = replace(task, status="ended", ended_at=ledger.moment, ended_entry=ledger.entry_no)
    ledger.put_task(replace(ended, outcome="conflict", conflicted=True))


def end(ledger: Ledger, task: Task, outcome: str, values: Mapping[str, Any] | None = None) -> Task:
    """End an instance; its outcome is an event that rules can count from."""
    conflicted = task.person is not None and outcome == conflict_outcome(ledger.definition, task.name)
    ended = replace(
        task,
        status="ended",
        outcome=outcome,
        ended_at=ledger.moment,
        ended_entry=ledger.entry_no,
        opens_at=None,
        values=task.values if values is None else values,
        conflicted=conflicted,
        engaged=not conflicted and _engages(ledger, task, outcome),
    )
    clocks.stop(ledger, clocks.of_task(ledger, task.no))
    ledger.put_task(ended)
    happen(ledger, f"{task.name}.{outcome}")
    return ended


def values_for(ledger: Ledger, task: Task, data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a task's answers that facts read."""
    return {path: field_at(data, path) for path in ledger.definition.task_reads.get(task.name, ())}


def unfinished(ledger: Ledger, name: str | None = None) -> list[Task]:
    """Instances that are scheduled, open or frozen."""
    return [
        task
        for task in ledger.tasks.values()
        if task.status != "ended" and (name is None or task.name == name)
    ]


def overtake(ledger: Ledger, state: str) -> None:
    """Leaving a state ends the tasks it opened, unless they outlive it."""
    for task in unfinished(ledger):
        if task.opened_in == state and not _outlives(ledger, task):
            end(ledger, task, "overtaken")


def belonging_to(ledger: Ledger, state: str) -> list[Task]:
    """The open and scheduled tasks that a state opened and that do not outlive it."""
    return [
        t
        for t in unfinished(ledger)
        if t.status in ("open", "scheduled") and t.opened_in == state and not _outlives(ledger, t)
    ]


def frozen(task: Task) -> Task:
    return replace(task, status="frozen")


def thaw(ledger: Ledger, task: Task, since: datetime) -> None:
    """What was open is open again; what is scheduled comes so many days later as it was frozen."""
    if task.opens_at is None or task.anchor is None:
        ledger.put_task(replace(task, status="open"))
        return
    office = ledger.office.secretariat
    days = ledger.today - office.date_of(since)
    opens, anchor = office.later(task.opens_at, days), office.later(task.anchor, days)
    ledger.put_task(replace(task, status="scheduled", opens_at=opens, anchor=anchor))


def _hand(ledger: Ledger, task: Task) -> None:
    """Tell whose task it is now, and owe what the definition says when somebody has it."""
    tell_task(ledger, task)
    kind = ledger.definition.format.tasks.get(task.name)
    if kind is not None and (task.person is not None or task.assigned_by is None):
        ledger.owe(kind.given, task.no)


def _open_next(ledger: Ledger, name: str, kind: fmt.TaskKind) -> None:
    places = seats(ledger, kind, name)
    if places:
        seat(ledger, name, places[0])
    else:
        _nobody(ledger, name, kind)


def _nobody(ledger: Ledger, name: str, kind: fmt.TaskKind) -> None:
    """Nobody is left who could have it: as the definition says, else the role above has it."""
    if kind.nobody is not None:
        ledger.owe(kind.nobody)
        return
    role = role_of(ledger.facts(), holders(kind.for_)[0]) or ""
    above = ledger.definition.format.roles[role].above if role in ledger.definition.format.roles else None
    seat(ledger, name, Seat(left_to(ledger, above or role, holders(kind.for_)[0].except_)))


def _count(ledger: Ledger, effect: fmt.OpenTask, kind: fmt.TaskKind) -> int:
    choice: Any = effect.count if "count" in effect.model_fields_set else holders(kind.for_)[0].count
    count = ledger.facts().pick(choice)
    return int((ledger.facts()[count] if isinstance(count, str) else count) or 0)


def _new(
    ledger: Ledger, name: str, place: Seat, *, trigger: str | None = None, values: Mapping[str, Any] = EMPTY
) -> Task:
    return Task(
        no=ledger.next_no(),
        name=name,
        status="open",
        role=place.role,
        opened_in=ledger.state,
        opened_at=ledger.moment,
        person=place.person,
        assigned_by=place.assigned_by,
        trigger=trigger,
        values=values,
    )


def _anchor(ledger: Ledger, kind: fmt.TaskKind, offset: fmt.DurationText) -> datetime:
    office = ledger.office
    calendar = office.calendar(kind.due.calendar if kind.due else "secretariat")
    terms = Terms(offset, ledger.today, ledger.moment)
    anchor = due(terms, calendar, office.secretariat)
    assert anchor is not None, "an anchor is never held"
    return anchor


def _opening(ledger: Ledger, kind: fmt.TaskKind, anchor: datetime) -> datetime:
    if kind.opens is None:
        return anchor
    secretariat = ledger.office.secretariat
    terms = Terms(None, secretariat.date_of(anchor), ledger.moment)
    return offset_instant(kind.opens, anchor, terms, secretariat, secretariat, MORNING)


def _engages(ledger: Ledger, task: Task, outcome: str) -> bool:
    """Whether whoever had it sees the case on, when it ends so; nobody does with a conflict."""
    kind = ledger.definition.format.tasks.get(task.name)
    if kind is None or kind.engages is None or task.person is None:
        return False
    return outcome in kind.engages.by or not kind.engages.by


def _outlives(ledger: Ledger, task: Task) -> bool:
    kind = ledger.definition.format.tasks.get(task.name)
    return kind is not None and kind.outlives_state
