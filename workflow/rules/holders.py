"""Who may act, and who has a task.

Reads mandates; decides nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache

from msgspec import Struct

from workflow.rules import format as fmt
from workflow.rules.case import Mandate, Task
from workflow.rules.commands import Actor
from workflow.rules.conflicts import gone
from workflow.rules.exclusions import excepted, excluded, first, found_since, is_out, may_step_in, proposers
from workflow.rules.facts import Facts, answer_moment
from workflow.rules.ledger import Ledger


class Seat(Struct, frozen=True):
    """A place to be held: a role, and the person in it if already known."""

    role: str
    person: str | None = None
    assigned_by: str | None = None


class Warrant(Struct, frozen=True):
    """By which mandate somebody acts, and for which absent person if it is lent to them."""

    mandate: str | None = None
    on_behalf_of: str | None = None


def holders(who: fmt.Who) -> list[fmt.Holder]:
    """`by`/`for` in its full form: a bare role name is a holder of that role."""
    items = who if isinstance(who, list) else [who]
    return [_of_role(item) if isinstance(item, str) else item for item in items]


def only_engine(who: fmt.Who) -> bool:
    """Whether no person may: it comes by itself."""
    return all(holder.role == "engine" for holder in holders(who))


def may(ledger: Ledger, who: fmt.Who, actor: Actor) -> bool:
    plain = not actor.capacities and isinstance(who, str) and who not in ledger.definition.sources
    if plain and who in actor.roles:
        return True  # Most are as plain as that.
    return capacity(ledger, who, actor) is not None


def capacity(ledger: Ledger, who: fmt.Who, actor: Actor) -> Actor | None:
    """The first of the actor's capacities, of which their own comes first, in which they may act so."""
    named = holders(who)
    each = (one for one in actor.each if one.for_ is None or not is_out(ledger, one.for_))
    return next((one for one in each if any(_is(ledger, holder, one) for holder in named)), None)


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


def in_place_of(ledger: Ledger, who: fmt.Who, actor: Actor) -> str | None:
    """The role for which somebody above it acts, as all in it are kept out; None where it is their own."""
    if may_as_own(ledger, who, actor):
        return None
    named = (role_of(ledger.facts(), holder) for holder in holders(who))
    return next((role for role in named if role is not None), None)


def may_as_own(ledger: Ledger, who: fmt.Who, actor: Actor) -> bool:
    """Whether they are one of these by a role of their own, or named themselves."""
    every = holders(who)
    person = actor.for_ or actor.person
    named = any(item.person is not None and ledger.facts()[item.person] == person for item in every)
    return named or any(role_of(ledger.facts(), item) in actor.roles for item in every)


def role_of(facts: Facts, holder: fmt.Holder) -> str | None:
    """The role a holder names: directly, by choice, or through a fact of type role."""
    return None if holder.role is None else role_named(facts, facts.pick(holder.role))


def role_named(facts: Facts, name: str | None) -> str | None:
    """A role by its name, or the one that a fact of type role gives."""
    return facts[name] if name is not None and name in facts else name


def warrant(ledger: Ledger, who: fmt.Who | None, actor: Actor) -> Warrant:
    """The mandate by which the actor may act: the oldest that fits `who`, their own before what is lent to
    them. Whoever acts because they are named themselves, and not for a role, acts by their oldest.
    """
    found = capacity(ledger, who, actor) if who is not None else None
    return _by(ledger, who, found or actor.own)


def warrant_for(ledger: Ledger, task: Task, actor: Actor) -> Warrant:
    """The mandate by which the actor may do a task that is theirs."""
    return _by(ledger, task.role, doer(ledger, task, actor) or actor.own)


def _by(ledger: Ledger, who: fmt.Who | None, actor: Actor) -> Warrant:
    known = actor.mandates[0][1] if actor.mandates else None
    if len(actor.mandates) > 1 and who is not None:
        fitting = {acting_role(ledger, holder) for holder in holders(who) if _is(ledger, holder, actor)}
        known = next((mandate for role, mandate in actor.mandates if role in fitting), known)
    return Warrant(known, actor.for_)


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
    if holder.assigned_by is not None:
        return [Seat(role, None, left_to(ledger, holder.assigned_by, ()))]
    return [Seat(left_to(ledger, role, holder.except_))]


def left_to(
    ledger: Ledger, role: str, rules: Sequence[str], *, besides: Collection[str] = frozenset()
) -> str:
    """The role, or where all who hold it are kept out (by the rules, or as persons `besides`) the next
    one above that has somebody left. A role that nobody holds keeps what is its own.
    """
    nobody_is_out = not ledger.office.conflicts and not gone(ledger.tasks.values())
    if (not rules and not besides and nobody_is_out) or not mandates_in(ledger, role):
        return role
    upwards: str | None = role
    while upwards is not None:
        if any(stays(ledger, mandate, rules, besides) for mandate in mandates_in(ledger, upwards)):
            return upwards
        upwards = ledger.definition.format.roles[upwards].above
    return role


def is_left(ledger: Ledger, person: str, rules: Sequence[str]) -> bool:
    """Whether nothing that is known of the person keeps them out."""
    known = (code for one in ledger.office.mandates if one.person == person for code in one.nationalities)
    return first(ledger, (*rules, "conflicted"), Actor(person, frozenset(), frozenset(known))) is None


def has_task(ledger: Ledger, task: Task, actor: Actor) -> bool:
    """Whether the task is this person's to do: named, or of a role and not waiting for a name. Who was named
    and is kept out since, as a national or for a conflict, does it no more.
    """
    return doer(ledger, task, actor) is not None


def doer(ledger: Ledger, task: Task, actor: Actor) -> Actor | None:
    """The first of the actor's capacities in which the task is theirs to do."""
    return next((one for one in actor.each if _has(ledger, task, one)), None)


def stand_ins(ledger: Ledger, person: str, role: str | None) -> tuple[str, ...]:
    """Who stands in for the person here, in this role or (None) in whatever, and is not out of the case."""
    lent = (one for one in ledger.office.mandates if one.for_ == person and role in (None, one.role))
    found = unique(mandate.person for mandate in lent if _here(ledger, mandate))
    return tuple(one for one in found if not is_out(ledger, one))


def in_role(ledger: Ledger, role: str) -> tuple[str, ...]:
    """Everybody who holds the role for this case and is not out of it."""
    held = unique(mandate.person for mandate in mandates_in(ledger, role))
    return tuple(person for person in held if not is_out(ledger, person))


def only_role(ledger: Ledger, person: str) -> str | None:
    """The one role that the person holds for this case; None for none or several."""
    mandates = (one for one in ledger.office.mandates if one.person == person and one.for_ is None)
    held = {mandate.role for mandate in mandates if _here(ledger, mandate)}
    return held.pop() if len(held) == 1 else None


def mandates_in(ledger: Ledger, role: str) -> list[Mandate]:
    """The mandates in this role by which somebody acts for themselves."""
    return [
        one for one in ledger.office.mandates if one.role == role and one.for_ is None and _here(ledger, one)
    ]


def _here(ledger: Ledger, mandate: Mandate) -> bool:
    """Whoever is named in the case brings along what they hold elsewhere, which gives nothing here."""
    case = ledger.before
    return mandate.reaches(case.party, case.region, case.definition)


def stays(ledger: Ledger, mandate: Mandate, rules: Sequence[str], besides: Collection[str]) -> bool:
    holder = Actor(mandate.person, frozenset(), frozenset(mandate.nationalities))
    return mandate.person not in besides and first(ledger, (*rules, "conflicted"), holder) is None


@cache
def _of_role(name: str) -> fmt.Holder:
    return fmt.Holder(role=name)


def _is(ledger: Ledger, holder: fmt.Holder, actor: Actor) -> bool:
    named = holder.person is not None and ledger.facts()[holder.person] == (actor.for_ or actor.person)
    if not named and role_of(ledger.facts(), holder) not in actor.roles:
        named = acting_role(ledger, holder) in actor.roles
        return named and excluded(ledger, holder, actor) is None
    return excluded(ledger, holder, actor) is None


def _has(ledger: Ledger, task: Task, one: Actor) -> bool:
    if proposers(task).intersection(one.persons):
        return False
    if task.person is None:
        mine = task.assigned_by is None and task.role in one.roles and excepted(ledger, task, one) is None
        return mine and (one.for_ is None or may_step_in(ledger, task, one))
    if one.for_ is None:
        return task.person == one.person and found_since(ledger, task, one) is None
    return task.person == one.for_ and task.role in one.roles and may_step_in(ledger, task, one)


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


def above(ledger: Ledger, task: Task) -> str:
    """The role above the task's own; that role itself where it is the highest."""
    known = ledger.definition.format.roles.get(task.role)
    return task.role if known is None or known.above is None else known.above


def unique(persons: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(persons))
