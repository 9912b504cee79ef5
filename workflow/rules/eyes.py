"""With whose eyes a case is looked at: of which audiences somebody is in it, and what these see.

Law: only roles that show the case count (sight.py); of several audiences the union is seen. What somebody
did or wrote themselves, what was written to them and the tasks that are theirs they see whoever they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from msgspec import Struct

from workflow.errors import NotNow
from workflow.rules import format as fmt
from workflow.rules.asked import form_of_outcome
from workflow.rules.audiences import CONFIRM, Outlook
from workflow.rules.case import Case, Office, Task
from workflow.rules.commands import ENGINE, Actor
from workflow.rules.conflicts import is_out
from workflow.rules.definition import Definition
from workflow.rules.facts import Facts
from workflow.rules.ledger import Ledger
from workflow.rules.replacing import replace
from workflow.rules.sight import WHOLE_SCOPE, shows, shows_to_somebody

Holds = Callable[[str], bool]


class Eyes(Struct, frozen=True):
    """`everything`: all is seen but the groups `hidden`. Else `groups` are those that are seen, `tasks` the
    numbers of the tasks, `ends_untold` those of which it is not told how they ended, `files` the digests of
    the files; `unnamed` are the persons that are not named, and `unnamed_roles` the roles whose persons are
    not. `person` is "" where an audience is looked at, and nobody's own.
    """

    definition: Definition
    person: str
    audiences: frozenset[str]
    everything: bool = False
    groups: frozenset[str] = frozenset()
    unnamed: frozenset[str] = frozenset()
    unnamed_roles: frozenset[str] = frozenset()
    tasks: frozenset[int] = frozenset()
    ends_untold: frozenset[int] = frozenset()
    files: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    def own(self, person: str | None) -> bool:
        return bool(self.person) and person == self.person

    def group(self, name: str) -> bool:
        return name not in self.hidden if self.everything else name in self.groups

    def form(self, name: str) -> bool:
        """Whether anything of a form is seen."""
        marks = self.definition.forms[name].groups if name in self.definition.forms else ()
        groups = {self.definition.audiences.forms.get(name, ""), *(group for _, group in marks)}
        return any(self.group(group) for group in groups)

    def end(self, task: str, outcome: str) -> bool:
        """Whether it is told that a task ended so. Where a conflict of interest may be declared on it, only
        an end by answers that are seen: whoever has a conflict is for others as somebody who did not answer.
        """
        kind = self.definition.format.tasks.get(task)
        if self.everything or kind is None or kind.declares is None:
            return True
        form = form_of_outcome(kind, outcome)
        return form is not None and self.form(form)

    def task(self, no: int | None) -> bool:
        """Whether a task is seen; what is of no task is not hidden by one."""
        return self.everything or no is None or no in self.tasks

    def drafts(self, form: str) -> bool:
        """Whether answers that are not accepted are seen: the audience fills this form in itself."""
        return bool(self.audiences & self.definition.audiences.authors.get(form, frozenset()))


def eyes(definition: Definition, case: Case, actor: Actor, office: Office, now: datetime) -> Eyes:
    """What the actor sees of a case; `actor.roles` are those that their mandates give them in it.

    Whoever sees it only through a task on which they have yet to declare a conflict of interest or none sees
    the card and that task.
    """
    known = definition.audiences
    found = {
        known.of_role[role]
        for one in actor.each
        for role in one.roles & known.of_role.keys()
        if not is_out(case, one) and shows(definition, case, one.for_ or one.person, role)
    }
    return _looking(definition, case, actor, found, lambda text: _holds(definition, case, office, now, text))


def eyes_of(definition: Definition, case: Case, audience: str, office: Office, now: datetime) -> Eyes:
    """What somebody of the audience sees of a case, beside their own. Raises NotNow where nobody
    of it does.
    """
    roles = definition.audiences.roles(audience)
    if not any(shows_to_somebody(definition, case, role) for role in roles):
        raise NotNow("Nobody of the audience '{audience}' sees this case as it stands.", audience=audience)
    nobody = Actor("", roles)
    return _looking(
        definition, case, nobody, {audience}, lambda text: _holds(definition, case, office, now, text)
    )


def card_only(definition: Definition, roles: Iterable[str], person: str) -> Eyes:
    """What is told of a case in a list: of the roles those that see cases whole in their scope count."""
    known = definition.audiences
    whole = (role for role in roles if role in known.of_role)
    found = {known.of_role[role] for role in whole if definition.format.roles[role].sees in WHOLE_SCOPE}
    outlooks = [known.outlooks[name] for name in found]
    if _hidden(outlooks) is not None:
        return Eyes(definition, person, frozenset(found), everything=True)
    groups = frozenset({fmt.CARD}).union(*(outlook.groups for outlook in outlooks))
    return Eyes(
        definition,
        person,
        frozenset(found),
        groups=groups,
        unnamed_roles=_unnamed_roles(definition, outlooks),
    )


def _looking(definition: Definition, case: Case, actor: Actor, found: set[str], holds: Holds) -> Eyes:
    outlooks = [definition.audiences.outlooks[name] for name in found]
    if (hidden := _hidden(outlooks)) is not None:
        return Eyes(definition, actor.person, frozenset(found), everything=True, hidden=hidden)
    roles = _unnamed_roles(definition, outlooks)
    seen = Eyes(
        definition,
        actor.person,
        frozenset(found),
        groups=_groups(outlooks, holds),
        unnamed_roles=roles,
        unnamed=frozenset(person for task in case.tasks if task.role in roles for person in _of(task)),
    )
    able = [one for one in actor.each if not is_out(case, one)]
    others = (task for task in case.tasks if task.outcome is not None and not seen.own(task.person))
    return replace(
        seen,
        tasks=frozenset(task.no for task in case.tasks if _sees(seen, able, task)),
        ends_untold=frozenset(task.no for task in others if not seen.end(task.name, task.outcome or "")),
    )


def _hidden(outlooks: list[Outlook]) -> frozenset[str] | None:
    """What is hidden even from who sees all the rest; None for who does not."""
    whole = [outlook.hidden for outlook in outlooks if outlook.whole]
    if not whole:
        return None
    seen = frozenset[str]().union(*(outlook.possible for outlook in outlooks))
    return frozenset.intersection(*whole) - seen


def _groups(outlooks: list[Outlook], holds: Holds) -> frozenset[str]:
    under = (group for outlook in outlooks for group, when in outlook.under if holds(when))
    return frozenset({fmt.CARD, *under}).union(*(outlook.groups for outlook in outlooks))


def _unnamed_roles(definition: Definition, outlooks: list[Outlook]) -> frozenset[str]:
    """The roles that none of the audiences may learn the persons of."""
    if not outlooks:
        return frozenset(definition.format.roles)
    first, *others = (outlook.unnamed for outlook in outlooks)
    return first.intersection(*others)


def _sees(seen: Eyes, able: list[Actor], task: Task) -> bool:
    """A task is seen by whoever has it, may take it or is to name somebody for it, in a capacity in which
    they are `able` to act; else by its group. That something is proposed is seen by those who propose and
    those who confirm.
    """
    free = task.person is None and any((task.assigned_by or task.role) in one.roles for one in able)
    lent = any(one.for_ == task.person and task.role in one.roles for one in able if one.for_)
    theirs = free or lent or seen.own(task.person)
    if theirs or task.name not in seen.definition.audiences.tasks:
        return theirs
    if task.name.startswith(CONFIRM) and task.trigger is not None:
        confirms = seen.definition.audiences.of_role.get(task.role) in seen.audiences
        return (confirms or seen.drafts(task.name)) and seen.group(_group(seen, task))
    return seen.group(_group(seen, task))


def _of(task: Task) -> tuple[str, ...]:
    """Who has or had the task, and who did it in their place."""
    return tuple(person for person in (task.person, task.stood_in) if person)


def _group(seen: Eyes, task: Task) -> str:
    return seen.definition.audiences.tasks[task.name]


def _holds(definition: Definition, case: Case, office: Office, now: datetime, text: str) -> bool:
    ledger = Ledger(definition, case, office, now=now, actor=ENGINE, moment=now)
    return Facts(ledger, overdue=False).holds(text)
