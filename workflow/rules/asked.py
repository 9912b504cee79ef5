"""Which form an act asks of whoever does it, and whose drafts of that form will do."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.rules import format as fmt
from workflow.rules.commands import ENGINE
from workflow.rules.holders import may, roles
from workflow.rules.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that `person` is asked for, who acts as one of `roles`.

    `begun`: it is the form that cases begin with, and this one still stands where it began.
    """

    form: str
    person: str
    roles: tuple[str, ...]
    begun: bool = False

    def takes(self, writer: str, role: str | None, *, first: bool) -> bool:
        """Whether a draft will do: their own, that of somebody who wrote it in a role that may act so, a copy
        that the engine made, or the `first` one, which came with the opening.
        """
        own = writer in (self.person, ENGINE.person) or role in self.roles
        return own or (first and self.begun)


def form_of_outcome(kind: fmt.TaskKind, name: str) -> str | None:
    """The form that an outcome asks for: its own, or for the first outcome the task's."""
    outcome = kind.outcomes.get(name)
    if isinstance(outcome, fmt.Outcome) and "form" in outcome.model_fields_set:
        return outcome.form
    return kind.form if name == next(iter(kind.outcomes)) else None


def of_trigger(ledger: Ledger, trigger: str) -> Asked | None:
    """What the trigger asks of the ledger's actor; None where it asks for nothing, or is not theirs."""
    definition, actor = ledger.definition, ledger.actor
    here = [
        item for _, item in definition.ways.get((ledger.state, trigger), ()) if may(ledger, item.by, actor)
    ]
    if not here or (form := here[0].form) is None:
        return None
    begun = ledger.state == definition.initial and form == definition.format.opening.form
    return Asked(form, actor.person, roles(ledger, here[0].by), begun)


def of_outcome(ledger: Ledger, no: int, outcome: str) -> Asked | None:
    """What the outcome of a task asks for; None where it asks for nothing, or there is no such task."""
    task = ledger.tasks.get(no)
    kind = ledger.definition.format.tasks.get(task.name) if task else None
    form = form_of_outcome(kind, outcome) if kind else None
    if task is None or kind is None or form is None:
        return None
    by = getattr(kind.outcomes.get(outcome), "by", None)
    return Asked(form, ledger.actor.person, (task.role,) if by is None else roles(ledger, by))
