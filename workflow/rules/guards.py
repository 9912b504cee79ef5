"""Judging a transition or an outcome before it happens: may this person, and do its guards hold? Verdicts
only, no effects."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from workflow.errors import Reason
from workflow.rules import format as fmt
from workflow.rules.commands import Actor
from workflow.rules.holders import may
from workflow.rules.ledger import Ledger


class Verdict(Struct, frozen=True):
    """Whether the actor's role allows it, and the guards that say no with the facts they looked at."""

    role: bool
    reasons: tuple[Reason, ...] = ()

    @property
    def passed(self) -> bool:
        return self.role and not self.reasons


def judge(ledger: Ledger, transition: fmt.Transition, actor: Actor, *, overdue: bool) -> Verdict:
    if not may(ledger, transition.by, actor):
        return Verdict(False)
    return Verdict(True, refusals(ledger, transition.guard, overdue=overdue))


def refusals(ledger: Ledger, guard: Mapping[str, str], *, overdue: bool) -> tuple[Reason, ...]:
    """Every guard that does not hold, not the first only."""
    facts = ledger.facts(overdue=overdue)
    return tuple(
        Reason(name, tuple((fact, facts[fact]) for fact in ledger.definition.expressions[text].names))
        for name, text in guard.items()
        if not facts.holds(text)
    )
