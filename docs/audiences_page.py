"""The generated page of who sees what in the reference procedure: what a ministry reads before it writes."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.rules.definition import Definition
from workflow.rules.visibility import Line, audiences_of, lines, never_named
from workflow.runtime.library import compile_all, editions, package

KEY = "technical_assistance"


def page() -> str:
    """The page in Markdown."""
    definition = compile_all(editions(package())).newest(KEY)
    return "\n".join([*_head(definition), *_table(definition), *_groups(definition), *_roles(definition), ""])


def _head(definition: Definition) -> Iterator[str]:
    yield from (
        "# Who sees what",
        "",
        f"This page is made from `definitions/{definition.key}/v{definition.version}/definition.yaml`",
        "(`make docs`); `caseway audiences` prints the same of any definition. Which cases somebody sees at",
        "all is told in [give people access](../how-to/give-people-access.md#who-sees-which-case); what they",
        "see of one, here.",
        "",
        "Whoever may see a case sees its card. What somebody did or wrote themselves, the letters to them",
        "and the tasks that are theirs they see whatever their audience. Answers that are not accepted yet",
        "(drafts, proposals) are seen by those who fill in the form, and by those who see all.",
        "",
    )


def _table(definition: Definition) -> Iterator[str]:
    names = audiences_of(definition)
    yield f"| group | {' | '.join(names)} |"
    yield f"|---|{'---|' * len(names)}"
    for line in lines(definition):
        yield f"| [{line.group}](#what-belongs-to-which-group) | {' | '.join(map(_cell, line.seen))} |"
    yield ""
    for role, hidden in never_named(definition):
        yield f"Who acts as **{role}** is never named to: {', '.join(hidden)}."
    yield ""


def _cell(seen: str) -> str:
    return seen if seen in ("", "yes") else f"if `{seen}`"


def _groups(definition: Definition) -> Iterator[str]:
    yield from ("## What belongs to which group", "", "| group | what belongs to it |", "|---|---|")
    yield from (_group(line) for line in lines(definition))
    yield ""


def _group(line: Line) -> str:
    return f"| `{line.group}` | {'; '.join(line.holds)} |"


def _roles(definition: Definition) -> Iterator[str]:
    yield from ("## Who is of which audience", "", "| audience | roles |", "|---|---|")
    for name in audiences_of(definition):
        roles = [role for role, known in definition.audiences.of_role.items() if known == name]
        yield f"| {name} | {', '.join(roles)} |"
