"""Why not this person, though their role may: what the definition excepts them for, and what nobody gives."""

from __future__ import annotations

from workflow.errors import NotAllowed, Phrase
from workflow.rules import format as fmt
from workflow.rules.case import Task
from workflow.rules.checks import given_by_people
from workflow.rules.commands import Actor
from workflow.rules.conflicts import conflict_outcome
from workflow.rules.exclusions import excepted, excluded, found_since, proposers
from workflow.rules.holders import holders, only_engine, role_of, roles
from workflow.rules.ledger import Ledger


def from_act(ledger: Ledger, who: fmt.Who, actor: Actor) -> Phrase | None:
    """What keeps somebody out who holds a role that may; None where it is not for their roles."""
    rules = (
        excluded(ledger, item, one)
        for one in actor.each
        for item in holders(who)
        if role_of(ledger.facts(), item) in one.roles
    )
    return next((told(rule) for rule in rules if rule is not None), None)


def from_task(ledger: Ledger, task: Task, actor: Actor) -> Phrase | None:
    """What keeps somebody from a task of their role, or that they were given; None where it is neither."""
    return next((why for one in actor.each if (why := _from_task(ledger, task, one)) is not None), None)


def _from_task(ledger: Ledger, task: Task, actor: Actor) -> Phrase | None:
    if task.person is not None and task.person == (actor.for_ or actor.person):
        if actor.for_ is not None and conflict_outcome(ledger.definition, task.name) is not None:
            return Phrase("this is done in person; nobody stands in for it")
        since = found_since(ledger, task, actor)
        return None if since is None else told(since)
    if task.person is not None or task.assigned_by is not None or task.role not in actor.roles:
        return None
    if not proposers(task).isdisjoint(actor.persons):
        return Phrase("whoever proposed does not confirm")
    rule = excepted(ledger, task, actor)
    return told(rule) if rule is not None else None


def told(rule: str) -> Phrase:
    """An exception of a definition, as a sentence."""
    return Phrase("whoever {what} is excepted", {"what": what(rule)})


def what(rule: str) -> Phrase:
    """What a rule under `except` says of the person whom it keeps out."""
    subject = rule.rpartition(" ")[2]
    if rule.startswith("holders of "):
        return Phrase("has or had the task '{task}' in this case", {"task": subject})
    if rule.startswith("who "):
        return Phrase("has done '{act}' in this case", {"act": subject})
    return _PLAIN[rule]


def task_refused(ledger: Ledger, task: Task, actor: Actor) -> NotAllowed:
    """Whose the task is, or what excepts this person."""
    if (why := from_task(ledger, task, actor)) is not None:
        return NotAllowed("Task {no} '{task}' is not for you: {why}.", no=task.no, task=task.name, why=why)
    holder: Phrase | str = task.role
    if task.person is not None:
        holder = Phrase("{role} who holds it", {"role": task.role})
    elif task.assigned_by:
        params = {"role": task.role, "namer": task.assigned_by}
        holder = Phrase("the {role} whom the {namer} has yet to name", params)
    return NotAllowed("Task {no} '{task}' is for: {holder}.", no=task.no, task=task.name, holder=holder)


def outcome_refused(ledger: Ledger, task: Task, name: str, by: fmt.Who, actor: Actor) -> NotAllowed:
    """Whose an outcome is that does not belong to the task's holder, or what excepts this person."""
    about = {"no": task.no, "task": task.name, "outcome": name}
    if only_engine(by):
        people_give = given_by_people(ledger.definition.format.tasks[task.name])
        given = ", ".join(people_give) or Phrase("none")
        return NotAllowed(
            "The outcome '{outcome}' of task {no} '{task}' comes by itself; people give: {given}.",
            **about,
            given=given,
        )
    if (why := from_act(ledger, by, actor)) is not None:
        return NotAllowed(
            "The outcome '{outcome}' of task {no} '{task}' is not for you: {why}.", **about, why=why
        )
    named = ", ".join(roles(ledger, by))
    return NotAllowed("The outcome '{outcome}' of task {no} '{task}' is for: {roles}.", **about, roles=named)


_PLAIN = {
    "nationals": Phrase("is a national of the Party that asks"),
    "conflicted": Phrase("has declared a conflict of interest with this Party, or in this case"),
}
