"""What keeps a person out of an act or a task though their role may: the exceptions of a definition, and a
conflict of interest.

Law: whoever stands in for somebody is kept out by what holds of either of the two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from workflow.rules import format as fmt
from workflow.rules.case import Task
from workflow.rules.commands import Actor
from workflow.rules.conflicts import conflict_outcome, gone
from workflow.rules.ledger import Ledger
from workflow.rules.replacing import replace


def excluded(ledger: Ledger, holder: fmt.Holder, actor: Actor) -> str | None:
    """The exception that keeps a person out, in the definition's words; None lets them in."""
    return first(ledger, holder.except_, actor)


def excepted(ledger: Ledger, task: Task, actor: Actor) -> str | None:
    """The exception that keeps a person from a task."""
    return first(ledger, kept_out(ledger, task)[0], actor)


def found_since(ledger: Ledger, task: Task, actor: Actor) -> str | None:
    """The exception that by now keeps a person from a task that they were given."""
    rules = [rule for rule in kept_out(ledger, task)[0] if rule == "nationals"]
    return first(ledger, (*rules, "conflicted"), actor)


def is_out(ledger: Ledger, person: str) -> bool:
    """Whether they declared a conflict of interest in this case, or with a Party that asks."""
    declared = ledger.office.conflicts.get(person, frozenset())
    standing = bool(declared) and not declared.isdisjoint(requesting(ledger))
    return standing or person in gone(ledger.tasks.values())


def requesting(ledger: Ledger) -> frozenset[str]:
    """The Parties that ask: the case's own, and those that it asks together with."""
    named = ledger.definition.format.requesting_parties
    return frozenset((ledger.before.party, *((ledger.facts()[named] or ()) if named else ())))


def proposers(task: Task) -> frozenset[str]:
    """Whoever proposed what the task asks to confirm, and for whom."""
    if task.trigger is None:
        return frozenset()
    return frozenset(person for person in (task.values["by"], task.values.get("for")) if person)


def may_step_in(ledger: Ledger, task: Task, one: Actor) -> bool:
    """Whether a stand-in may do the named task of the absent person: nothing keeps them from it themselves,
    nothing keeps the other from it by now, and it asks for no declaration, which is made in person.
    """
    if conflict_outcome(ledger.definition, task.name) is not None:
        return False
    alone = replace(one, for_=None)
    return excepted(ledger, task, alone) is None and found_since(ledger, task, one) is None


def kept_out(ledger: Ledger, task: Task) -> tuple[Sequence[str], Collection[str]]:
    """The exceptions of a task and whoever proposed it. A confirmation brings its own, as it was proposed."""
    kind = ledger.definition.format.tasks.get(task.name)
    if kind is None:
        return task.values.get("except", ()), proposers(task)
    return _exceptions(kind.for_), frozenset()


def first(ledger: Ledger, rules: Iterable[str], actor: Actor) -> str | None:
    return next((rule for rule in rules if _falls_under(ledger, rule, actor)), None)


def _falls_under(ledger: Ledger, rule: str, actor: Actor) -> bool:
    if rule == "nationals":
        return bool(actor.nationalities) and not actor.nationalities.isdisjoint(requesting(ledger))
    if rule == "conflicted":
        return any(is_out(ledger, person) for person in actor.persons)
    subject = rule.rpartition(" ")[2]
    if rule.startswith("holders of "):
        return any(task.name == subject and _had(task, actor) for task in ledger.tasks.values())
    act = ledger.values.get(f"who {subject}")
    return act is not None and any(person in act[1:] for person in actor.persons)


def _had(task: Task, actor: Actor) -> bool:
    return task.person in actor.persons or (task.stood_in is not None and task.stood_in in actor.persons)


def _exceptions(who: fmt.WhoItem) -> Sequence[str]:
    return () if isinstance(who, str) else who.except_
