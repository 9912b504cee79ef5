"""Who may act, who has a task, whose turn it is, and whom a message goes to.

Reads mandates; decides nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from msgspec import Struct

from workflow.rules import format as fmt
from workflow.rules.case import Mandate, Task
from workflow.rules.commands import Actor
from workflow.rules.conflicts import gone
from workflow.rules.facts import Facts, answer_moment
from workflow.rules.ledger import Ledger

NATIONALS = ("nationals",)


class Seat(Struct, frozen=True):
    """A place to be held: a role, and the person in it if already known."""

    role: str
    person: str | None = None
    assigned_by: str | None = None


class Ball(Struct, frozen=True):
    """Whose turn it is: a role, the person if one is named, the number of the task that gives the turn."""

    role: str | None = None
    person: str | None = None
    task: int | None = None


def holders(who: fmt.Who) -> list[fmt.Holder]:
    """`by`/`for` in its full form: a bare role name is a holder of that role."""
    items = who if isinstance(who, list) else [who]
    return [_of_role(item) if isinstance(item, str) else item for item in items]


def only_engine(who: fmt.Who) -> bool:
    """Whether no person may: it comes by itself."""
    return all(holder.role == "engine" for holder in holders(who))


def may(ledger: Ledger, who: fmt.Who, actor: Actor) -> bool:
    if isinstance(who, str) and who not in ledger.definition.sources and who in actor.roles:
        return True  # Most are as plain as that.
    return any(_is(ledger, holder, actor) for holder in holders(who))


def roles(ledger: Ledger, who: fmt.Who) -> tuple[str, ...]:
    """The roles that may act, for words: `nobody in that role` is a reason too."""
    named = (acting_role(ledger, holder) for holder in holders(who))
    return tuple(role for role in named if role is not None)


def acting_role(ledger: Ledger, holder: fmt.Holder) -> str | None:
    """The role that acts: the one a holder names or, where all who hold it are kept out, the next one above
    that has somebody left. What a Party does is done by nobody else.
    """
    role = role_of(ledger.facts(), holder)
    known = ledger.definition.format.roles.get(role or "")
    return (
        role
        if role is None or known is None or known.side == "party"
        else left_to(ledger, role, holder.except_)
    )


def role_of(facts: Facts, holder: fmt.Holder) -> str | None:
    """The role a holder names: directly, by choice, or through a fact of type role."""
    return None if holder.role is None else role_named(facts, facts.pick(holder.role))


def role_named(facts: Facts, name: str | None) -> str | None:
    """A role by its name, or the one that a fact of type role gives."""
    return facts[name] if name is not None and name in facts else name


def mandate(ledger: Ledger, who: fmt.Who | None, actor: Actor) -> str | None:
    """The mandate by which the actor may act: the oldest that fits `who`. Whoever acts because they are named
    themselves, and not for a role, acts by their oldest.
    """
    if len(actor.mandates) > 1 and who is not None:
        fitting = {acting_role(ledger, holder) for holder in holders(who) if _is(ledger, holder, actor)}
        for role, known in actor.mandates:
            if role in fitting:
                return known
    return actor.mandates[0][1] if actor.mandates else None


def excluded(ledger: Ledger, holder: fmt.Holder, actor: Actor) -> str | None:
    """The exception that keeps a person out, in the definition's words; None lets them in."""
    return _first(ledger, holder.except_, actor)


def excepted(ledger: Ledger, task: Task, actor: Actor) -> str | None:
    """The exception that keeps a person from a task."""
    return _first(ledger, _kept_out(ledger, task)[0], actor)


def seats(ledger: Ledger, kind: fmt.TaskKind, name: str) -> list[Seat]:
    """The seats of one instance of a task, as its `for` says; empty when nobody is left."""
    facts, holder = ledger.facts(), holders(kind.for_)[0]
    role = role_of(facts, holder) or ""
    if holder.next_of is not None:
        person = _next_of(ledger, holder, holder.next_of, name)
        return [] if person is None else [Seat(role, person)]
    if holder.person is not None:
        person = facts[holder.person]
        return [] if person is None or not is_left(ledger, person, holder.except_) else [Seat(role, person)]
    return [
        Seat(role if holder.assigned_by else left_to(ledger, role, holder.except_), None, holder.assigned_by)
    ]


def left_to(ledger: Ledger, role: str, rules: Sequence[str], *, besides: str | None = None) -> str:
    """The role, or where all who hold it are kept out (by the rules, or as the person `besides`) the next
    one above that has somebody left. A role that nobody holds keeps what is its own.
    """
    nobody_is_out = not ledger.office.conflicts and not gone(ledger.tasks.values())
    if (not rules and besides is None and nobody_is_out) or not _mandates(ledger, role):
        return role
    upwards: str | None = role
    while upwards is not None:
        if any(_is_left(ledger, mandate, rules, besides) for mandate in _mandates(ledger, upwards)):
            return upwards
        upwards = ledger.definition.format.roles[upwards].above
    return role


def is_left(ledger: Ledger, person: str, rules: Sequence[str]) -> bool:
    """Whether nothing that is known of the person keeps them out."""
    known = (code for one in ledger.office.mandates if one.person == person for code in one.nationalities)
    return _first(ledger, (*rules, "conflicted"), Actor(person, frozenset(), frozenset(known))) is None


def is_out(ledger: Ledger, person: str) -> bool:
    """Whether they declared a conflict of interest in this case, or with a Party that asks."""
    declared = ledger.office.conflicts.get(person, frozenset())
    standing = bool(declared) and not declared.isdisjoint(requesting(ledger))
    return standing or person in gone(ledger.tasks.values())


def requesting(ledger: Ledger) -> frozenset[str]:
    """The Parties that ask: the case's own, and those that it asks together with."""
    named = ledger.definition.format.requesting_parties
    return frozenset((ledger.before.party, *((ledger.facts()[named] or ()) if named else ())))


def has_task(ledger: Ledger, task: Task, actor: Actor) -> bool:
    """Whether the task is this person's to do: named, or of a role and not waiting for a name. Who was named
    and is kept out since, as a national or for a conflict, does it no more.
    """
    if task.person is not None:
        return task.person == actor.person and found_since(ledger, task, actor) is None
    return task.assigned_by is None and task.role in actor.roles and excepted(ledger, task, actor) is None


def found_since(ledger: Ledger, task: Task, actor: Actor) -> str | None:
    """The exception that by now keeps a person from a task that they were given."""
    rules = [rule for rule in _kept_out(ledger, task)[0] if rule == "nationals"]
    return _first(ledger, (*rules, "conflicted"), actor)


def ball(ledger: Ledger) -> Ball:
    """Whose turn it is. A task that waits for a name is the turn of whoever names it."""
    choice = ledger.facts().pick(ledger.place.ball)
    for name in choice if isinstance(choice, list) else [choice]:
        if name != "task":
            role = role_named(ledger.facts(), name)
            return Ball() if role is None else Ball(turn_of(ledger, role))
        if (task := ball_task(ledger)) is not None:
            role = task.role if task.person else turn_of(ledger, task.assigned_by or task.role)
            return Ball(role, task.person, task.no)
    return Ball()


def turn_of(ledger: Ledger, role: str) -> str:
    """Whose turn it is where it is a role's: with all in it out of the case, the next one's above; so too
    with all in it nationals, where the state has them decide something.
    """
    known = ledger.definition.format.roles.get(role)
    if known is None or known.side == "party":
        return role
    without = left_to(ledger, role, NATIONALS)
    return without if without != role and _decides(ledger, role) else left_to(ledger, role, ())


def _decides(ledger: Ledger, role: str) -> bool:
    """Whether the role has something to do in the present state from which nationals are kept out."""
    leaving = ledger.definition.leaving.get(ledger.state, ())
    asked = (holder for item in leaving for holder in holders(item.by) if "nationals" in holder.except_)
    return any(role_of(ledger.facts(), holder) == role for holder in asked)


def ball_task(ledger: Ledger) -> Task | None:
    """The open task opened last that is not side work."""
    kinds = ledger.definition.format.tasks
    open_ones = [task for task in ledger.tasks.values() if task.status == "open"]
    main = [task for task in open_ones if task.name not in kinds or not kinds[task.name].side_work]
    return max(main, key=lambda task: (task.opened_at, task.no), default=None)


def persons(ledger: Ledger, recipient: str, task: Task | None = None) -> tuple[str, ...]:
    """The persons a message for `recipient` goes to: a role, a fact of type person, `holder`, `actor` or
    `task NAME`.
    """
    if recipient == "actor":
        return () if ledger.actor.person == "engine" else _still_in(ledger, ledger.actor.person)
    if recipient == "holder":
        return _holder(ledger, task)
    if recipient.startswith("task "):
        named = recipient.removeprefix("task ")
        return _unique(person for item in _latest(ledger, named) for person in _of_task(ledger, item))
    if recipient in ledger.facts():
        person = ledger.facts()[recipient]
        return () if person is None else _still_in(ledger, person)
    return in_role(ledger, left_to(ledger, recipient, ()))


def in_role(ledger: Ledger, role: str) -> tuple[str, ...]:
    """Everybody who holds the role for this case and is not out of it."""
    held = _unique(mandate.person for mandate in _mandates(ledger, role))
    return tuple(person for person in held if not is_out(ledger, person))


def only_role(ledger: Ledger, person: str) -> str | None:
    """The one role that the person holds for this case; None for none or several."""
    mandates = (mandate for mandate in ledger.office.mandates if mandate.person == person)
    held = {mandate.role for mandate in mandates if _here(ledger, mandate)}
    return held.pop() if len(held) == 1 else None


def reachable(ledger: Ledger, role: str | None) -> tuple[str, tuple[str, ...]] | None:
    """The first role from this one upwards that somebody holds, with its persons."""
    while role is not None:
        if found := in_role(ledger, role):
            return role, found
        role = ledger.definition.format.roles[role].above
    return None


def _mandates(ledger: Ledger, role: str) -> list[Mandate]:
    return [one for one in ledger.office.mandates if one.role == role and _here(ledger, one)]


def _here(ledger: Ledger, mandate: Mandate) -> bool:
    """Whoever is named in the case brings along what they hold elsewhere, which gives nothing here."""
    return mandate.reaches(ledger.before.party, ledger.before.region)


def _is_left(ledger: Ledger, mandate: Mandate, rules: Sequence[str], besides: str | None) -> bool:
    holder = Actor(mandate.person, frozenset(), frozenset(mandate.nationalities))
    return mandate.person != besides and _first(ledger, (*rules, "conflicted"), holder) is None


def _still_in(ledger: Ledger, person: str) -> tuple[str, ...]:
    return () if is_out(ledger, person) else (person,)


@cache
def _of_role(name: str) -> fmt.Holder:
    return fmt.Holder(role=name)


def _is(ledger: Ledger, holder: fmt.Holder, actor: Actor) -> bool:
    named = holder.person is not None and ledger.facts()[holder.person] == actor.person
    if not named and role_of(ledger.facts(), holder) not in actor.roles:
        named = acting_role(ledger, holder) in actor.roles
        return named and excluded(ledger, holder, actor) is None
    return excluded(ledger, holder, actor) is None


def _first(ledger: Ledger, rules: Iterable[str], actor: Actor) -> str | None:
    return next((rule for rule in rules if _falls_under(ledger, rule, actor)), None)


def _falls_under(ledger: Ledger, rule: str, actor: Actor) -> bool:
    if rule == "nationals":
        return bool(actor.nationalities) and not actor.nationalities.isdisjoint(requesting(ledger))
    if rule == "conflicted":
        return is_out(ledger, actor.person)
    subject = rule.rpartition(" ")[2]
    if rule.startswith("holders of "):
        return any(task.person == actor.person and task.name == subject for task in ledger.tasks.values())
    act = ledger.values.get(f"who {subject}")
    return act is not None and act[1] == actor.person


def _next_of(ledger: Ledger, holder: fmt.Holder, fact: str, name: str) -> str | None:
    listed = ledger.facts()[fact] or []
    form = (ledger.definition.format.facts[fact].from_ or "").partition(".")[0]
    since = answer_moment(ledger.values, form)
    held = {
        task.person
        for task in ledger.tasks.values()
        if task.name == name and (since is None or task.opened_at >= since)
    }
    free = (person for person in listed if person not in held)
    return next((person for person in free if is_left(ledger, person, holder.except_)), None)


def _holder(ledger: Ledger, task: Task | None) -> tuple[str, ...]:
    if task is not None:
        return _of_task(ledger, task)
    turn = ball(ledger)
    if turn.person is not None:
        return (turn.person,)
    return () if turn.role is None else in_role(ledger, turn.role)


def _of_task(ledger: Ledger, task: Task) -> tuple[str, ...]:
    """Who has it, or names who will; of a role, those who are not kept out of it."""
    if task.person is not None and not is_out(ledger, task.person):
        return (task.person,)
    if task.person is not None or task.assigned_by is not None:
        return in_role(ledger, left_to(ledger, task.assigned_by or above(ledger, task), ()))
    rules, besides = _kept_out(ledger, task)
    held = _mandates(ledger, task.role)
    left = [mandate.person for mandate in held if _is_left(ledger, mandate, rules, besides)]
    return _unique(left) or in_role(ledger, task.role)


def _kept_out(ledger: Ledger, task: Task) -> tuple[Sequence[str], str | None]:
    """The exceptions of a task and whoever proposed it. A confirmation brings its own, as it was proposed."""
    kind = ledger.definition.format.tasks.get(task.name)
    if kind is None:
        return task.values.get("except", ()), task.values.get("by")
    return holders(kind.for_)[0].except_, None


def above(ledger: Ledger, task: Task) -> str:
    """The role above the task's own; that role itself where it is the highest."""
    known = ledger.definition.format.roles.get(task.role)
    return task.role if known is None or known.above is None else known.above


def _latest(ledger: Ledger, name: str) -> list[Task]:
    """The open instances of a task, or the one that ended last."""
    named = [task for task in ledger.tasks.values() if task.name == name]
    return [task for task in named if task.status == "open"] or named[-1:]


def _unique(persons: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(persons))
