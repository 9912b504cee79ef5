"""The texts of letters and messages, with {places}. The law: a place is a fact, or the engine's own.

A letter's text stands in letters/CODE.LANGUAGE.md, a message's in messages/NAME.LANGUAGE.md; its first line
is the subject, `Subject: …`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from workflow.errors import DefinitionFault
from workflow.rules import format as fmt
from workflow.rules.definition import LetterText
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.parts import walk
from workflow.rules.loading.sources import Source, Sources, nearest

# What the engine itself puts into every text.
PLACES = frozenset(
    (
        "case_number", "party_name", "today", "due", "due_local", "recipient", "sender", "reference", "state",
        "task", "link_hint", "reason", "role", "count", "entries", "bulletin", "issue",
    )
)  # fmt: skip
# What it puts into a letter only: to whom it goes, how they are greeted, when that came in which the letter
# answers, who signs.
PLACES_OF_LETTERS = PLACES | {"addressee", "greeted", "received", "signature"}
# The engine's own messages: a definition may word them anew, and need not.
MESSAGES = frozenset(
    (
        "reminder",
        "overdue",
        "escalation",
        "notice",
        "assigned",
        "unheld",
        "conflict",
        "handed_over",
        "refused",
        "unconfirmed",
        "undelivered",
        "correction",
        "taken_back",
        "digest",
        "bulletin",
        "bulletin_undelivered",
    )
)
Texts = Mapping[tuple[str, str], Source]


def read_texts(
    format: fmt.Definition, sources: Sources
) -> tuple[dict[tuple[str, str], LetterText], tuple[DefinitionFault, ...]]:
    """The texts by (letter's code or message's name, language), and what is wrong with their files."""
    texts: dict[tuple[str, str], LetterText] = {}
    faults: list[DefinitionFault] = []
    for found, places in ((sources.messages, PLACES), (sources.letters, PLACES_OF_LETTERS)):
        for key, source in found.items():
            texts[key] = _split(source.text)
            faults += _text_faults(source, places | set(format.facts))
    faults += _strays(format, sources)
    return texts, tuple(faults)


def missing_texts(format: fmt.Definition, sources: Sources) -> Iterator[tuple[Path, str]]:
    """(path, what is missing) for letters and messages that a declared language does not have."""
    for code in format.letters:
        lacking = [language for language in format.languages if (code, language) not in sources.letters]
        if lacking:
            wanted = ", ".join(f"letters/{code}.{language}.md" for language in lacking)
            yield ("letters", code), f"the letter '{code}' has no text {wanted}"
    for path, name in _named_messages(format):
        lacking = [language for language in format.languages if (name, language) not in sources.messages]
        if name not in MESSAGES and lacking:
            known = {message for message, _ in sources.messages} | MESSAGES
            hint = nearest(name, known - {name}, else_list=False)
            yield path, f"the message '{name}' has no text messages/{name}.{lacking[0]}.md{hint}"


def _named_messages(format: fmt.Definition) -> Iterator[tuple[Path, str]]:
    for path, part in walk(format):
        if (
            isinstance(part, fmt.Rung | fmt.Notify | fmt.Bulletin)
            and part.message
            and "message" in part.model_fields_set
        ):
            yield (*path, "message"), part.message


def _split(text: str) -> LetterText:
    first, _, body = text.partition("\n")
    return LetterText(first.removeprefix("Subject:").strip(), body.strip())


def _text_faults(source: Source, known: frozenset[str] | set[str]) -> Iterator[DefinitionFault]:
    if not re.match(r"Subject:[ \t]*\S", source.text):
        yield DefinitionFault(source.path, 1, 1, "the first line of a text is its subject: `Subject: …`")
    for number, line in enumerate(source.text.splitlines(), 1):
        for place in _BRACES.finditer(line):
            name, column = place["name"], place.start() + 1
            if name is None:
                yield DefinitionFault(
                    source.path, number, column, "braces stand only around a place, as {today}"
                )
            elif name not in known:
                hint = nearest(name, known, else_list=False)
                yield DefinitionFault(source.path, number, column, f"'{name}' is no fact and no place{hint}")


def _strays(format: fmt.Definition, sources: Sources) -> Iterator[DefinitionFault]:
    for (code, language), source in sources.letters.items():
        if code not in format.letters:
            hint = nearest(code, format.letters)
            yield DefinitionFault(source.path, 1, 1, f"no letter '{code}' is declared{hint}")
        elif language not in format.languages:
            hint = nearest(language, format.languages)
            yield DefinitionFault(source.path, 1, 1, f"'{language}' is not declared under `languages`{hint}")


_BRACES = re.compile(r"\{(?P<name>[a-z][a-z0-9_]*)\}|[{}]")
