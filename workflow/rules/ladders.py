"""Rungs: when the next one of a clock comes, and what it does.

A ladder is read in its order; its last rung may repeat.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from workflow.rules import format as fmt
from workflow.rules.case import Clock, Task
from workflow.rules.correspondence import notify
from workflow.rules.dates.durations import Duration, Offset
from workflow.rules.dates.offsets import MORNING, offset_instant
from workflow.rules.definition import Definition
from workflow.rules.duties import Rule
from workflow.rules.ledger import Ledger
from workflow.rules.recipients import reachable


def next_at(ledger: Ledger, clock: Clock, rule: Rule) -> datetime | None:
    """The instant of the clock's one next timer: its next rung or its silence, whichever comes first."""
    rung = next((at for at, _ in rungs(ledger, clock, rule) if at > clock.seen), None)
    quiet = silence_at(ledger, clock, rule)
    coming = [at for at in (rung, quiet) if at is not None and at > clock.seen]
    return min(coming, default=None)


def silence_at(ledger: Ledger, clock: Clock, rule: Rule) -> datetime | None:
    """When silence begins to mean something; None where it never does, or while the clock is held."""
    silence = ledger.facts().pick(rule.silence)
    if silence is None or clock.due is None:
        return None
    return (
        clock.due if silence.after is None else _instant(ledger, clock, Offset.after_due(silence.after), None)
    )


def due_rungs(ledger: Ledger, clock: Clock, rule: Rule, at: datetime) -> list[fmt.Rung]:
    """The rungs that stand at exactly this instant."""
    found = []
    for instant, rung in rungs(ledger, clock, rule):
        if instant > at:
            break
        if instant == at:
            found.append(rung)
    return found


def climb(ledger: Ledger, clock: Clock, rung: fmt.Rung, at: datetime) -> None:
    """Do what a rung says: tell, escalate, and whatever effects it has."""
    task = ledger.tasks.get(clock.task) if clock.task else None
    late = clock.due is not None and at > clock.due
    told: list[str] = []
    if rung.notify is not None:
        told += notify(
            ledger, rung.notify, rung.message or ("overdue" if late else "reminder"), "reminder", task, clock
        )
    if rung.escalate_to is not None:
        told += _escalate(ledger, clock, rung, task)
    ledger.remark(told=told, clock=clock.no)
    if rung.then:
        ledger.quiet = False
        ledger.owe(rung.then, clock.task)


def rungs(ledger: Ledger, clock: Clock, rule: Rule) -> Iterator[tuple[datetime, fmt.Rung]]:
    """The ladder of a clock with its instants, in order; a repeating last rung goes on for ever."""
    name = ledger.facts().pick(rule.ladder)
    if name is None or clock.due is None:
        return
    ladder = ledger.definition.format.ladders[name]
    applying = (rung for rung in ladder if _applies(rung, clock))
    placed = ((_instant(ledger, clock, ledger.facts().pick(rung.at), MORNING), rung) for rung in applying)
    # Holidays can push three working days past seven days, so the written order need not be that of time.
    for at, rung in sorted(placed, key=_when) if _mixes_units(ledger.definition, name) else placed:
        yield at, rung
        if rung.every is not None:
            yield from _repeated(ledger, clock, rung, rung.every, at)


def _when(placed: tuple[datetime, fmt.Rung]) -> datetime:
    return placed[0]


@cache
def _mixes_units(definition: Definition, name: str) -> bool:
    """Whether a ladder counts in more than one unit on the same side of the due date."""
    offsets = [offset for rung in definition.format.ladders[name] for offset in _offsets(rung)]
    sides = {(offset.sign, offset.duration.unit) for offset in offsets if offset.duration is not None}
    return len(sides) > len({sign for sign, _ in sides})


def _offsets(rung: fmt.Rung) -> list[Offset]:
    return [branch.is_ for branch in rung.at] if isinstance(rung.at, list) else [rung.at]


def _applies(rung: fmt.Rung, clock: Clock) -> bool:
    budget, least = clock.terms.budget, rung.longer_than
    return least is None or (
        budget is not None and budget.unit == least.unit and budget.amount > least.amount
    )


def _instant(ledger: Ledger, clock: Clock, offset: Offset, at: time | None) -> datetime:
    office, due = ledger.office, clock.due
    assert due is not None, "a held clock has no rungs"
    return offset_instant(offset, due, clock.terms, office.calendar(clock.calendar), office.secretariat, at)


def _repeated(
    ledger: Ledger, clock: Clock, rung: fmt.Rung, every: Duration, first: datetime
) -> Iterator[tuple[datetime, fmt.Rung]]:
    """Every so many days after the first, starting with the last one not later than what was seen."""
    step = timedelta(days=max(every.amount, 1))
    at = first + step * max((clock.seen - first) // step, 1)
    while True:
        yield at, rung
        at += step


def _escalate(ledger: Ledger, clock: Clock, rung: fmt.Rung, task: Task | None) -> list[str]:
    choice: Any = rung.escalate_to
    found = reachable(ledger, ledger.facts().pick(choice))
    if found is None:
        return []
    role, told = found
    notify(ledger, role, rung.message or "escalation", "escalation", task, clock)
    return list(told)
