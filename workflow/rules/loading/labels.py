"""The words for what a definition names: which labels it needs, and how a language's file gives them.

The law: every label exists in every declared language. Only in a definition in one language names may speak
for themselves ("needs_assessment" is "Needs assessment"); its file, if any, words what they do not say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from babel.messages.pofile import PoFileError, read_po

from workflow.errors import DefinitionFault
from workflow.rules import format as fmt
from workflow.rules.language.forms import Form
from workflow.rules.loading.sources import Source, nearest


def labels(format: fmt.Definition, forms: Mapping[str, Form]) -> tuple[str, ...]:
    """The message ids of everything that people get to read, in the definition's order."""
    return tuple(dict.fromkeys(_labels(format, forms)))


def read_wording(
    format: fmt.Definition, needed: tuple[str, ...], files: Mapping[str, Source], where: str
) -> tuple[dict[str, dict[str, str]], tuple[DefinitionFault, ...]]:
    """The labels by language, and what is wrong with the files. `where` is the definition's own path."""
    alone = len(format.languages) == 1
    named = {label: in_words(label) for label in needed} if alone else {}
    if not files and alone:
        return {format.languages[0]: confirmations(format, format.languages[0], named) | named}, ()
    wording: dict[str, dict[str, str]] = {}
    faults: list[DefinitionFault] = []
    for language in format.languages:
        if language not in files:
            faults.append(DefinitionFault(where, 1, 1, f"there is no locales/{language}.po for '{language}'"))
            continue
        read, found = _read(files[language])
        told = named | read
        engine = confirmations(format, language, told)
        wording[language] = engine | told
        faults += found or _gaps(files[language], read, needed, engine, alone=alone)
    return wording, tuple(faults)


def confirmations(format: fmt.Definition, language: str, labels: Mapping[str, str]) -> dict[str, str]:
    """The words for the engine's own tasks, which ask somebody to confirm; a file may word them anew."""
    task, confirmed, refused = _CONFIRMATION.get(language, _CONFIRMATION["en"])
    found: dict[str, str] = {}
    for transition in format.transitions:
        if transition.confirm is not None:
            name = f"confirm_{transition.trigger}"
            trigger = labels.get(f"trigger.{transition.trigger}", transition.trigger)
            found[f"task.{name}"] = task.format(trigger)
            found[f"outcome.{name}.confirmed"] = confirmed
            found[f"outcome.{name}.refused"] = refused
        if transition.declares_conflict:
            found[f"task.{transition.trigger}"] = labels.get(f"trigger.{transition.trigger}", "")
    return found


def in_words(label: str) -> str:
    """A name as a person would write it."""
    return label.rpartition(".")[2].replace("_", " ").capitalize()


def guards(format: fmt.Definition) -> Iterator[str]:
    """The names of all guards."""
    yield from format.opening.guard
    for transition in format.transitions:
        yield from transition.guard
    for task in format.tasks.values():
        for outcome in task.outcomes.values():
            yield from outcome.guard if isinstance(outcome, fmt.Outcome) else ()


def _labels(format: fmt.Definition, forms: Mapping[str, Form]) -> Iterator[str]:
    yield from (f"role.{name}" for name in format.roles)
    yield from (f"state.{name}" for name in format.states)
    yield from (f"trigger.{transition.trigger}" for transition in format.transitions)
    for name, task in format.tasks.items():
        yield f"task.{name}"
        yield from (f"outcome.{name}.{outcome}" for outcome in task.outcomes)
    yield from (f"clock.{name}" for name in format.clocks)
    yield from (f"bulletin.{name}" for name in format.bulletins)
    yield from (f"guard.{name}" for name in guards(format))
    yield from (f"fact.{name}" for name in format.facts)
    for name, form in forms.items():
        yield f"form.{name}"
        yield from (f"form.{name}.{path}" for path in form.fields())


def _read(source: Source) -> tuple[dict[str, str], list[DefinitionFault]]:
    # The library reads over much that is broken; a label is too easily lost that way.
    faults = list(_broken_lines(source))
    if faults:
        return {}, faults
    try:
        catalog = read_po(source.text.splitlines(), abort_invalid=True)
    except PoFileError as error:
        return {}, [DefinitionFault(source.path, error.lineno + 1, 1, f"this is no PO file: {error}")]
    found = {message.id: message for message in catalog if message.id}
    return {
        str(key): str(message.string)
        for key, message in found.items()
        if message.string and not message.fuzzy
    }, []


def _broken_lines(source: Source) -> Iterator[DefinitionFault]:
    seen: dict[str, int] = {}
    for number, line in enumerate(source.text.splitlines(), 1):
        if not _LINE.fullmatch(line.strip()):
            yield DefinitionFault(source.path, number, 1, 'a line is a remark, msgid "…", msgstr "…" or "…"')
        elif line.startswith('msgid "') and line.strip() != 'msgid ""':
            if line in seen:
                yield DefinitionFault(
                    source.path, number, 1, f"this stands twice; first in line {seen[line]}"
                )
            seen.setdefault(line, number)


def _gaps(
    source: Source,
    texts: Mapping[str, str],
    needed: tuple[str, ...],
    engine: Mapping[str, str],
    *,
    alone: bool,
) -> Iterator[DefinitionFault]:
    lines = {line.strip(): number for number, line in enumerate(source.text.splitlines(), 1)}
    for label in needed:
        line = lines.get(f'msgid "{label}"')
        if label not in texts and (line or not alone):
            problem = "has no text yet" if line else "is missing"
            yield DefinitionFault(source.path, line or 1, 1, f"the label '{label}' {problem}")
    for label in texts:
        if label not in needed and label not in engine:
            line = lines.get(f'msgid "{label}"', 1)
            hint = nearest(label, needed, else_list=False)
            yield DefinitionFault(source.path, line, 1, f"nothing is called '{label}'{hint}")


_CONFIRMATION = {
    "en": ("Confirm: {}", "Confirmed", "Refused"),
    "fr": ("Confirmer : {}", "Confirmé", "Refusé"),
    "es": ("Confirmar: {}", "Confirmado", "Rechazado"),
    "ar": ("تأكيد: {}", "مؤكد", "مرفوض"),
}
_LINE = re.compile(r'(#.*|((msgid|msgstr|msgctxt)\s+)?"(\\.|[^"\\])*")?')
