"""What each audience of a definition sees, and to which group everything of a case belongs.

Law: whatever belongs to no group is seen by those who see all, and by nobody else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from workflow.rules import format as fmt
from workflow.rules.disclosures import disclosures
from workflow.rules.language.expressions import Expression
from workflow.rules.language.forms import Form

BY_SIDE = {"body": "secretariat"}
"""The audience of a role that names none is called as its side, but for these."""
AUDITOR = "auditor"
"""The audience that also sees what conflicts of interest people declared."""
CONFIRM = "confirm_"
"""What the name of a task that asks for a confirmation begins with; its trigger follows."""
ENGINE_ROLE = "engine"


class Outlook(Struct, frozen=True):
    """What one audience sees: all (`whole`) but what is `hidden`, or these groups, and `under` a condition
    further ones. `unnamed` are the roles of which it never learns who acts in them.
    """

    whole: bool = False
    hidden: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    under: tuple[tuple[str, str], ...] = ()
    unnamed: frozenset[str] = frozenset()

    @property
    def possible(self) -> frozenset[str]:
        """The groups that it can ever see, of who does not see all."""
        return self.groups | {group for group, _ in self.under}

    def may_see(self, group: str) -> bool:
        """Whether it can ever see this group."""
        return group not in self.hidden if self.whole else group in self.possible


class Audiences(Struct, frozen=True):
    """`of_role` gives the audience of a role, `outlooks` what an audience sees. `forms`, `tasks` and
    `letters` give the group of each, `facts` the groups that a fact tells of; `authors` the audiences whose
    work a form is, by form or by the task that confirms it.
    """

    of_role: Mapping[str, str]
    outlooks: Mapping[str, Outlook]
    forms: Mapping[str, str]
    tasks: Mapping[str, str]
    letters: Mapping[str, str]
    authors: Mapping[str, frozenset[str]]
    facts: Mapping[str, frozenset[str]]

    def clocks(self, audience: str) -> frozenset[str] | None:
        """The tasks of which an audience sees the clocks, with "" for those of no task; None: all clocks.

        What depends on a condition is left out: it is for lists, where nobody looks at the case itself.
        """
        outlook = self.outlooks[audience]
        if outlook.whole:
            return None
        seen = {name for name, group in self.tasks.items() if group in outlook.groups}
        proposed = {name for name in seen if name.startswith(CONFIRM)}
        hidden = {name for name in proposed if audience not in self.authors.get(name, ())}
        return frozenset(seen - hidden | ({""} if fmt.DEADLINES in outlook.groups else set()))

    def roles(self, audience: str) -> frozenset[str]:
        return frozenset(role for role, known in self.of_role.items() if known == audience)


def audiences(
    format: fmt.Definition, forms: Mapping[str, Form], expressions: Mapping[str, Expression]
) -> Audiences:
    """What a definition says of who sees what, put so that it is found at once."""
    of_role = {name: audience_of(role) for name, role in format.roles.items()}
    authors = {name: frozenset(of_role[role] for role in roles) for name, roles in _authors(format).items()}
    by_form = _declared(format) if format.audiences else {name: name for name in forms}
    outlooks = _outlooks(format) if format.audiences else _presumed(format, of_role, authors, forms)
    tasks = dict(_tasks(format, by_form))
    return Audiences(
        of_role=of_role,
        outlooks=outlooks,
        forms=by_form,
        tasks=tasks,
        letters={code: letter.group for code, letter in format.letters.items()},
        authors=authors,
        facts=disclosures(format, forms, expressions, by_form, tasks),
    )


def audience_of(role: fmt.Role) -> str:
    return role.audience or BY_SIDE.get(role.side, role.side)


def _declared(format: fmt.Definition) -> dict[str, str]:
    return {form: group for group, listed in format.groups.items() for form in listed}


def _outlooks(format: fmt.Definition) -> dict[str, Outlook]:
    return {name: _outlook(format, name, seen) for name, seen in format.audiences.items()}


def _outlook(format: fmt.Definition, name: str, seen: fmt.Seen) -> Outlook:
    if not isinstance(seen, list):
        but = seen.all_but if isinstance(seen, fmt.AllBut) else []
        return Outlook(whole=True, hidden=frozenset(but))
    return Outlook(
        groups=frozenset({fmt.CARD, *(item for item in seen if isinstance(item, str))}),
        under=tuple((item.group, item.when) for item in seen if isinstance(item, fmt.SeenGroup)),
        unnamed=_unnamed(format, name),
    )


def _presumed(
    format: fmt.Definition,
    of_role: Mapping[str, str],
    authors: Mapping[str, frozenset[str]],
    forms: Iterable[str],
) -> dict[str, Outlook]:
    """Of a definition that declares no audiences: each form is a group of its own."""
    found = {
        "secretariat": Outlook(whole=True, hidden=frozenset(conflict_forms(format))),
        AUDITOR: Outlook(whole=True),
    }
    for name in set(of_role.values()) - found.keys():
        theirs = {form for form in forms if name in authors.get(form, ())}
        found[name] = Outlook(groups=frozenset({*fmt.OWN_GROUPS, *theirs}), unnamed=_unnamed(format, name))
    return found


def conflict_forms(format: fmt.Definition) -> Iterator[str]:
    """The forms in which a conflict of interest is told: for nobody but the auditor and who fills them in."""
    for task in format.tasks.values():
        outcome = task.outcomes.get(task.declares.conflict) if task.declares else None
        form = outcome.form if isinstance(outcome, fmt.Outcome) else None
        if form is not None:
            yield form
    yield from (one.form for one in format.transitions if one.declares_conflict and one.form is not None)


def _unnamed(format: fmt.Definition, audience: str) -> frozenset[str]:
    return frozenset(name for name, role in format.roles.items() if audience in role.blind)


def _tasks(format: fmt.Definition, by_form: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """A confirmation belongs to the group of what is to be confirmed."""
    for transition in format.transitions:
        yield CONFIRM + transition.trigger, by_form.get(transition.form or "", fmt.HISTORY)
    for name, task in format.tasks.items():
        yield name, task.group or by_form.get(task.form or "", fmt.HISTORY)


def _authors(format: fmt.Definition) -> dict[str, set[str]]:
    """By form, and by the trigger that is proposed: the roles that fill it in."""
    found: dict[str, set[str]] = {}
    for name, who in _asked(format):
        found.setdefault(name, set()).update(_roles(format, who))
    return found


def _asked(format: fmt.Definition) -> Iterator[tuple[str, fmt.Who]]:
    if format.opening.form:
        yield format.opening.form, format.opening.by
    for transition in format.transitions:
        yield CONFIRM + transition.trigger, transition.by
        if transition.form:
            yield transition.form, transition.by
    for task in format.tasks.values():
        if task.form:
            yield task.form, task.for_
        for outcome in task.outcomes.values():
            if isinstance(outcome, fmt.Outcome) and (form := outcome.form or task.form):
                yield form, outcome.by or task.for_


def _roles(format: fmt.Definition, who: fmt.Who) -> Iterator[str]:
    """The roles that may be meant, whatever choices and facts say; of a person whom a fact tells, theirs."""
    for holder in who if isinstance(who, list) else [who]:
        if not isinstance(holder, str) and holder.role is None and holder.person is not None:
            yield from person_roles(format, holder.person)
        else:
            yield from _plainly(format, holder)


def _plainly(format: fmt.Definition, holder: fmt.WhoItem) -> Iterator[str]:
    """The roles that a holder names, directly or by a choice."""
    named = holder if isinstance(holder, str) else holder.role
    for branch in named if isinstance(named, list) else [fmt.When(is_=named)]:
        yield from named_roles(format, branch.is_) if branch.is_ else ()


def named_roles(format: fmt.Definition, name: str) -> Collection[str]:
    """A role by its name, or those that a fact of type role may give."""
    if name in format.roles or name not in format.facts:
        return [name] if name in format.roles else []
    return [branch.is_ for branch in format.facts[name].choice or () if branch.is_ in format.roles]


def person_roles(format: fmt.Definition, fact: str) -> set[str]:
    """In which roles a person is meant whom a fact tells: whoever may do what it remembers, and those in
    which a task is given to that person.
    """
    meant: list[fmt.Who] = [task.for_ for task in format.tasks.values() if _person(task.for_) == fact]
    for event in format.facts[fact].who or ():
        meant += [task.for_ for name, task in format.tasks.items() if event.startswith(f"{name}.")]
        meant += [one.by for one in format.transitions if one.trigger == event]
        meant += [format.opening.by] if event == f"enter {next(iter(format.states))}" else []
    holders = (holder for who in meant for holder in (who if isinstance(who, list) else [who]))
    return {role for holder in holders for role in _plainly(format, holder)}


def _person(who: fmt.WhoItem) -> str | None:
    return who.person if isinstance(who, fmt.Holder) else None


def listed(seen: Any) -> list[str]:
    """The groups that an audience is said to see, conditional ones too."""
    items = seen if isinstance(seen, list) else []
    return [item if isinstance(item, str) else item.group for item in items]
