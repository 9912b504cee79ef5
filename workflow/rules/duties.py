"""What the definition says of one clock: of a state, a task, a confirmation, or over several states."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from workflow.rules import format as fmt
from workflow.rules.dates.durations import Offset
from workflow.rules.definition import Definition, confirmations
from workflow.rules.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Rule:
    """What the definition says of one clock.

    `budget`, `ladder` and `silence` may each be a choice, or None.
    """

    budget: Any
    calendar: str
    ladder: Any
    silence: Any = None
    at: Offset | None = None
    counts_from: str | None = None


def rule_of(ledger: Ledger, subject: str, name: str) -> Rule | None:
    """The rule for a clock by its subject (state, task, span) and name; None where the definition sets no
    duty.
    """
    return _rule(ledger.definition, subject, name)


@cache
def _rule(definition: Definition, subject: str, name: str) -> Rule | None:
    format = definition.format
    if subject == "span":
        span = format.clocks[name]
        return Rule(span.budget, span.calendar, span.ladder)
    if subject == "state":
        return _from_duty(format.states[name].due)
    if name in format.tasks:
        return _from_duty(format.tasks[name].due)
    return _from_confirmation(definition, name)


def _from_duty(duty: fmt.Duty | None) -> Rule | None:
    if duty is None:
        return None
    return Rule(duty.within, duty.calendar, duty.ladder, duty.silence, duty.at, duty.counts_from)


def _from_confirmation(definition: Definition, name: str) -> Rule | None:
    trigger = name.removeprefix("confirm_")
    for transition in definition.transitions.get(trigger, ()):
        for confirm in confirmations(transition):
            silence = fmt.Silence(outcome=confirm.silence) if confirm.silence else None
            return Rule(confirm.within, "secretariat", confirm.ladder, silence)
    return None
