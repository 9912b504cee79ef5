"""Who appraises or decides is never a national of a Party that asks. Law: that is not left to whoever writes
a definition; an act that judges and lets nationals in is refused.

An act judges that is of a role that judges, or of a role that the facts of a case choose, or a confirmation;
or that says so. What a Party does about its own request judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.rules import format as fmt
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.parts import leaves, walk

Found = Iterator[tuple[Path, str]]
RULE = "nationals"


def judging_faults(format: fmt.Definition) -> Found:
    """(path, what to write) for every act that judges and does not keep out nationals."""
    for path, part in walk(format):
        if isinstance(part, fmt.TaskKind):
            yield from _act(format, (*path, "for"), part.for_, part.judges)
        elif isinstance(part, fmt.Outcome | fmt.Transition) and part.by is not None:
            yield from _act(format, (*path, "by"), part.by, part.judges)
        elif isinstance(part, fmt.Confirm):
            yield from _act(format, (*path, "by"), part.by, True if part.judges is None else part.judges)


def _act(format: fmt.Definition, path: Path, who: fmt.Who, said: bool | None) -> Found:
    listed = isinstance(who, list)
    for place, item in enumerate(who if isinstance(who, list) else [who]):
        holder = item if isinstance(item, fmt.Holder) else fmt.Holder(role=item)
        where: Path = (*path, place) if listed else path
        judging = _judging(format, holder, said)
        if judging is not None and RULE not in holder.except_:
            yield where, _told(judging, holder)


def _judging(format: fmt.Definition, holder: fmt.Holder, said: bool | None) -> str | None:
    """The role that judges here; None where none does."""
    named, chosen = _roles(format, holder)
    known = {name: format.roles[name] for name in named if name in format.roles}
    for name, role in known.items():
        if role.side != "party" and (said if said is not None else chosen or judges(role)):
            return name
    return None


def _roles(format: fmt.Definition, holder: fmt.Holder) -> tuple[list[str], bool]:
    """The roles that a holder may mean, and whether facts choose among them."""
    direct = [name for _, name in leaves(holder.role, ()) if name is not None]
    meant: list[str] = []
    for name in direct:
        fact = format.facts.get(name)
        if fact is None or fact.type != "role":
            meant.append(name)
        else:
            meant += [name for _, name in leaves(fact.choice, ()) if name] or list(format.roles)
    return meant, isinstance(holder.role, list) or meant != direct


def judges(role: fmt.Role) -> bool:
    """Whether the role appraises or decides: one of experts or of a body does unless it says that not."""
    return role.side in ("expert", "body") if role.judges is None else role.judges


def _told(role: str, holder: fmt.Holder) -> str:
    others = ", ".join([RULE, *holder.except_])
    return (
        f"who judges here ({role}) could be a national of the Party that asks; write `except: [{others}]`, "
        "or `judges: false` where nothing is appraised or decided"
    )
