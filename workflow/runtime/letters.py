"""The texts of a case's letters and messages: what is added to the facts, and who gets which language.

Law: a letter's text is fixed on the day it is written and is kept with it; a message is worded when it is
sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from workflow.rules.decision import Letter
from workflow.rules.definition import Definition, LetterText
from workflow.runtime import wording
from workflow.runtime.receipts import Text


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a text of a case may say beside the facts. `zone` is the office's, `party_zone` the reader's own.

    `party_names` are by language; `people` maps the id of a person to (name, language).
    """

    zone: tzinfo
    party_zone: tzinfo
    case: str
    party_names: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def letter_texts(definition: Definition, letter: Letter, around: Surroundings) -> tuple[Text, ...]:
    """The letter in every language that its readers get it in."""
    return tuple(
        _letter_text(definition, letter, around, language)
        for language in _languages(definition, letter, around)
    )


def message_text(
    definition: Definition,
    template: str,
    values: Mapping[str, Any],
    around: Surroundings,
    person: str,
) -> Text:
    """A message for one person, in their language or the next best one that the definition has."""
    name, language = around.people[person]
    text, spoken = wording.text_for(definition, template, language)
    own = _own(definition, text, values, around, spoken) | {"recipient": name}
    return wording.render(text, spoken, own)


def _letter_text(definition: Definition, letter: Letter, around: Surroundings, language: str) -> Text:
    text, spoken = wording.text_for(definition, letter.code, language)
    own = _own(definition, text, letter.values, around, spoken) | {
        "recipient": _listed(
            (around.people[person][0] for person in letter.to if person in around.people), spoken
        ),
        "sender": definition.label(f"role.{letter.sender}", spoken),
        "reference": letter.reference,
    }
    return wording.render(text, spoken, own, letter.reference)


def _languages(definition: Definition, letter: Letter, around: Surroundings) -> tuple[str, ...]:
    """Those of the readers, as far as the letter has them; without a reader, the definition's first."""
    wanted = [around.people[person][1] for person in (*letter.to, *letter.copies) if person in around.people]
    found = (
        wording.text_for(definition, letter.code, one)[1] for one in wanted or definition.format.languages[:1]
    )
    return tuple(dict.fromkeys(found))


def _own(
    definition: Definition,
    text: LetterText,
    values: Mapping[str, Any],
    around: Surroundings,
    language: str,
) -> dict[str, str]:
    """What the text names, written out."""
    named = wording.places(text)
    said = {name: value for name, value in values.items() if name in named or name == "state"}
    written = wording.written(definition, said, language, around.zone)
    # What a state asks for has no name of its own: the state stands for it.
    if not values.get("task"):
        written["task"] = written.get("state", wording.ABSENT)
    if "due_local" in named and (due := values.get("due")):
        written["due_local"] = wording.write_moment(wording.moment(due), language, around.party_zone)
    written["party_name"] = _named(around.party_names, language)
    # A draft has no number yet.
    number = values.get("case_number") or around.case
    written["link_hint"] = wording.WHERE.get(language, wording.WHERE["en"]).format(case=number)
    return written


def _named(names: Mapping[str, str], language: str) -> str:
    return next((names[one] for one in wording.spoken(language, names) if names.get(one)), wording.ABSENT)


def _listed(names: Iterable[str], language: str) -> str:
    return wording.listed(list(names), language)
