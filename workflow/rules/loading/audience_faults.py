"""What is wrong with who sees what: every form in one group, every name known, and nothing told by a letter
or a deadline to somebody who does not see the group that it is of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from workflow.rules import format as fmt
from workflow.rules.audiences import (
    AUDITOR,
    Audiences,
    audience_of,
    conflict_forms,
    named_roles,
    person_roles,
)
from workflow.rules.language.form_schemas import GROUP
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.parts import leaves, walk
from workflow.rules.loading.sources import nearest

Found = Iterator[tuple[Path, str]]


def audience_faults(format: fmt.Definition, forms: Collection[str]) -> Found:
    """(path, what is wrong) for the names of audiences and groups. `forms` are all there are, broken too."""
    yield from _together(format)
    yield from _listed_forms(format, forms)
    for name, seen in format.audiences.items():
        for place, hidden in enumerate(seen.all_but if isinstance(seen, fmt.AllBut) else []):
            yield from _group(format, ("audiences", name, "all_but", place), hidden)
        for place, item in enumerate(seen if isinstance(seen, list) else []):
            path: Path = ("audiences", name, place)
            conditional = isinstance(item, fmt.SeenGroup)
            group = item.group if isinstance(item, fmt.SeenGroup) else item
            yield from _group(format, (*path, "group") if conditional else path, group)
    for name, role in format.roles.items():
        yield from _role(format, ("roles", name), role)
    for name, task in format.tasks.items():
        if task.group is not None:
            yield from _group(format, ("tasks", name, "group"), task.group)
    for code, letter in format.letters.items():
        for path, group in leaves(letter.discloses, ("letters", code, "discloses")):
            yield from _group(format, path, group)
        yield from _group(format, ("letters", code, "group"), letter.group)


def marks_unknown(format: fmt.Definition, schema: object, path: Path = ()) -> Found:
    """(path in a form, what is wrong) for every `x-group` that names no group."""
    if isinstance(schema, Mapping):
        marked = schema.get(GROUP)
        if isinstance(marked, str):
            yield from _group(format, (*path, GROUP), marked)
        for key, inner in schema.items():
            yield from marks_unknown(format, inner, (*path, key))
    elif isinstance(schema, list):
        for place, inner in enumerate(schema):
            yield from marks_unknown(format, inner, (*path, place))


def telling_faults(format: fmt.Definition, known: Audiences, places: Mapping[str, Collection[str]]) -> Found:
    """(path, what is wrong) for a letter that tells its readers, or a deadline that tells all who see the
    deadlines, what they do not see. `places` are the facts that the text of a letter or message names.
    Nothing is proved of what a definition leaves to be presumed.
    """
    if not format.audiences:
        return
    yield from _conflicts(format, known)
    for name, task in format.tasks.items():
        yield from _reminders(format, known, name, task)
    for code, letter in format.letters.items():
        for audience, to in _readers(format, known, letter):
            yield from _letter(known, ("letters", code), letter, audience, to, places.get(code, ()))
    for path, part in walk(format):
        if isinstance(part, fmt.Extend) and part.reason is not None:
            yield from _extension(known, (*path, "reason"), part.reason)
        if isinstance(part, fmt.Notify | fmt.Rung) and part.message and part.notify:
            for audience, to in _meant(format, known, [item for _, item in leaves(part.notify, ())]):
                for fact in places.get(part.message, ()):
                    yield from _told(
                        known, (*path, "message"), f"the message '{part.message}'", fact, audience, to
                    )


def _conflicts(format: fmt.Definition, known: Audiences) -> Found:
    for form in dict.fromkeys(conflict_forms(format)):
        for name, outlook in known.outlooks.items():
            if name != AUDITOR and outlook.may_see(group := known.forms[form]):
                told = (
                    f"'{form}' tells conflicts of interest, which are for nobody but the audience '{AUDITOR}'"
                )
                yield ("audiences", name), f"{told}; '{name}' sees the group '{group}' that it is of"


def _reminders(format: fmt.Definition, known: Audiences, name: str, task: fmt.TaskKind) -> Found:
    """Whoever is reminded of a task, or told that it is late, learns that there is one."""
    group, own = known.tasks[name], {audience for audience, _ in _meant(format, known, [f"task {name}"])}
    for path, ladder in leaves(task.due.ladder if task.due else None, ("tasks", name, "due", "ladder")):
        for rung in format.ladders.get(ladder, ()):
            told = [item for part in (rung.notify, rung.escalate_to) for _, item in leaves(part, ()) if item]
            for audience, to in _meant(format, known, told):
                if audience not in own and not known.outlooks[audience].may_see(group):
                    which = f"the ladder '{ladder}' tells {to} of the task '{name}' of the group '{group}'"
                    yield (
                        path,
                        f"{which}, which '{audience}' does not see; tell somebody else, or let them see it",
                    )


def _together(format: fmt.Definition) -> Found:
    if format.audiences and not format.groups:
        yield ("audiences",), "audiences see groups; say under `groups` which forms belong to which"
    if format.groups and not format.audiences:
        yield ("groups",), "groups are seen by audiences; say under `audiences` which sees which"


def _listed_forms(format: fmt.Definition, forms: Collection[str]) -> Found:
    first: dict[str, str] = {}
    for group, listed in format.groups.items():
        for place, form in enumerate(listed):
            path: Path = ("groups", group, place)
            if form not in forms:
                yield path, f"there is no form '{form}'{nearest(form, forms)}"
            elif form in first:
                yield (
                    path,
                    f"the form '{form}' belongs to '{first[form]}' already; a form belongs to one group",
                )
            first.setdefault(form, group)
    for form in sorted(set(forms) - first.keys()) if format.groups else ():
        near = nearest(form, format.groups)
        yield (
            ("groups",),
            f"the form '{form}' belongs to no group, so nobody could see it; list it in one{near}",
        )


def _role(format: fmt.Definition, path: Path, role: fmt.Role) -> Found:
    theirs = {audience_of(other) for other in format.roles.values()}
    declared = format.audiences or theirs
    own = audience_of(role)
    if own not in declared:
        at: Path = (*path, "audience") if role.audience else path
        yield at, f"there is no audience '{own}'{nearest(own, declared)}"
    for place, audience in enumerate(role.blind):
        if audience not in declared:
            yield (*path, "blind", place), f"there is no audience '{audience}'{nearest(audience, declared)}"
        elif not isinstance(format.audiences.get(audience, []), list):
            told = "sees all, so it would learn the names too; list the groups that it sees"
            yield (*path, "blind", place), f"'{audience}' {told}"
        elif audience == own:
            yield (*path, "blind", place), f"the role is of '{audience}' itself"


def _group(format: fmt.Definition, path: Path, group: str) -> Found:
    groups = {*format.groups, *fmt.OWN_GROUPS}
    if group not in groups:
        yield path, f"there is no group '{group}'{nearest(group, groups)}"


def _readers(format: fmt.Definition, known: Audiences, letter: fmt.LetterKind) -> Iterator[tuple[str, str]]:
    yield from _meant(format, known, [*letter.to, *letter.copies])


def _meant(format: fmt.Definition, known: Audiences, recipients: list[str]) -> Iterator[tuple[str, str]]:
    """The audiences of those whom a message surely goes to, each with the word that means them."""
    seen: set[str] = set()
    for recipient in recipients:
        for role in _roles_meant(format, recipient):
            audience = known.of_role.get(role)
            if audience is not None and audience not in seen:
                seen.add(audience)
                yield audience, recipient


def _roles_meant(format: fmt.Definition, recipient: str) -> Collection[str]:
    if recipient.startswith("task "):
        task = format.tasks.get(recipient.removeprefix("task "))
        for_ = task.for_ if task else ""
        name = for_ if isinstance(for_, str) else for_.role
        return named_roles(format, name) if isinstance(name, str) else ()
    if recipient in format.facts:
        return person_roles(format, recipient)
    return named_roles(format, recipient)


def _letter(
    known: Audiences, path: Path, letter: fmt.LetterKind, audience: str, to: str, facts: Collection[str]
) -> Found:
    outlook = known.outlooks[audience]
    if letter.from_ in outlook.unnamed:
        yield (
            (*path, "from"),
            f"'{audience}' never learns who is {letter.from_}, and a letter names who signs",
        )
    for recipient in letter.to:
        if recipient in outlook.unnamed:
            told = f"'{audience}' never learns who is {recipient}, and a letter names whom it is to"
            yield (*path, "to"), f"{told}; write to {to} apart"
    for fact in facts:
        yield from _told(known, path, "the letter", fact, audience, to, letter.discloses)


def _told(
    known: Audiences,
    path: Path,
    what: str,
    fact: str,
    audience: str,
    to: str,
    disclosed: Collection[str] = (),
) -> Found:
    for group in sorted(known.facts.get(fact, frozenset())):
        if not known.outlooks[audience].may_see(group) and group not in disclosed:
            told = (
                f"{what} tells {to} the fact '{fact}' of the group '{group}', which '{audience}' does not see"
            )
            yield path, f"{told}; leave it out, or let them see it; a letter may say `discloses: [{group}]`"


def _extension(known: Audiences, path: Path, fact: str) -> Found:
    for audience, outlook in known.outlooks.items():
        for group in sorted(known.facts.get(fact, frozenset())):
            if outlook.may_see(fmt.DEADLINES) and not outlook.may_see(group):
                told = f"'{fact}' is of the group '{group}', which '{audience}' does not see"
                yield path, f"{told}; but it sees the deadlines, which tell this reason"
