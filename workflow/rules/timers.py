"""What happens when a timer comes: a scheduled task opens, rungs are climbed, silence begins to mean
something."""

from __future__ import annotations

from workflow.errors import NotNow
from workflow.rules import clocks, effects, ladders, moves, tasks
from workflow.rules import format as fmt
from workflow.rules.case import Clock
from workflow.rules.commands import Fire
from workflow.rules.duties import rule_of
from workflow.rules.ledger import Ledger


def come(ledger: Ledger, command: Fire) -> None:
    """Raises NotNow when the timer is no longer wanted: the clock moved, or the task is not waiting."""
    task, clock = ledger.tasks.get(command.subject), ledger.clocks.get(command.subject)
    if task is not None and task.status == "scheduled" and task.opens_at == command.at:
        ledger.note(moves.entry(ledger, f"{task.name}.opened", task=task.no))
        tasks.open_scheduled(ledger, task)
    elif clock is not None and clock.fires_at == command.at:
        _clock_comes(ledger, clock, command)
    else:
        raise NotNow("Timer {subject} of {at} is no longer wanted.", subject=command.subject, at=command.at)


def _clock_comes(ledger: Ledger, clock: Clock, command: Fire) -> None:
    rule = rule_of(ledger, clock.subject, clock.name)
    assert rule is not None, "a clock without a rule has no timers"
    rungs = ladders.due_rungs(ledger, clock, rule, command.at)
    quiet = ladders.silence_at(ledger, clock, rule) == command.at
    ledger.quiet = not quiet
    ledger.note(moves.entry(ledger, f"{clock.name}.{'silence' if quiet else 'rung'}", task=clock.task))
    silence = ledger.facts().pick(rule.silence) if quiet else None
    for rung in rungs:
        ladders.climb(ledger, clock, rung, command.at)
    seen = clocks.passed(ledger, clock, command.at)
    ledger.put_clock(seen)
    if silence is not None:
        _silence(ledger, seen, silence)


def _silence(ledger: Ledger, clock: Clock, silence: fmt.Silence) -> None:
    if silence.fire is not None:
        moves.fire(ledger, silence.fire)
    task = ledger.tasks.get(clock.task) if clock.task else None
    if silence.outcome is not None and task is not None and task.status == "open":
        effects.finish(ledger, task.no, silence.outcome)
