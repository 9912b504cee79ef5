"""The texts of a case's letters and messages: what is added to the facts, and who gets which language.

Law: a letter's text is fixed on the day it is written and is kept with it; a message is worded when it is
sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from msgspec import Struct

from workflow.records.persons import Reader
from workflow.rules.decision import Letter
from workflow.rules.definition import Definition, LetterText
from workflow.runtime import wording
from workflow.runtime.receipts import Text


class Surroundings(Struct, frozen=True):
    """What a text of a case may say beside the facts. `zone` is the office's, `party_zone` the reader's own.

    `party_names` are by language, `people` by their ids.
    """

    zone: tzinfo
    party_zone: tzinfo
    case: str
    party_names: Mapping[str, str] = {}
    people: Mapping[str, Reader] = {}


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
    reader = around.people[person]
    text, spoken = wording.text_for(definition, template, reader.language)
    own = _own(definition, text, values, around, spoken) | {"recipient": reader.name}
    return wording.render(text, spoken, own)


def _letter_text(definition: Definition, letter: Letter, around: Surroundings, language: str) -> Text:
    text, spoken = wording.text_for(definition, letter.code, language)
    to = {person: around.people[person] for person in letter.to if person in around.people}
    roles = {person: definition.label(f"role.{role}", spoken) for person, role in letter.roles.items()}
    sender = definition.label(f"role.{letter.sender}", spoken)
    own = _own(definition, text, letter.values, around, spoken) | {
        "recipient": wording.listed([reader.name for reader in to.values()], spoken),
        "addressee": _addressee(to, roles, spoken),
        "greeted": _greeted(definition, letter, around, spoken),
        "sender": sender,
        "signature": _signature(letter, around, sender, spoken),
        "reference": letter.reference,
    }
    return wording.render(text, spoken, own, letter.reference)


def _signature(letter: Letter, around: Surroundings, sender: str, language: str) -> str:
    """The name and the role; of who signs for somebody absent both names."""
    signer, absent = around.people.get(letter.signer or ""), around.people.get(letter.signed_for or "")
    if signer and absent:
        return f"{signer.name}\n{wording.in_place(absent.name, language)[1]}, {sender}"
    return f"{signer.name}\n{sender}" if signer else sender


def _addressee(to: Mapping[str, Reader], roles: Mapping[str, str], language: str) -> str:
    """Each with title, name and role, as H.E. Ms Amina Otieno, Focal point."""
    named = (", ".join(filter(None, (_titled(reader), roles.get(person)))) for person, reader in to.items())
    return wording.AMONG.get(language, "; ").join(named) or wording.ABSENT


def _greeted(definition: Definition, letter: Letter, around: Surroundings, language: str) -> str:
    """The one addressee as they want it; without a name several, or one of whom that is not known.

    A title is of its person's language, so what others read in theirs has none.
    """
    reader = around.people.get(letter.to[0]) if len(letter.to) == 1 else None
    if reader and reader.title and wording.text_for(definition, letter.code, reader.language)[1] == language:
        return _titled(reader)
    return wording.ANYBODY.get(language, wording.ANYBODY["en"])


def _titled(reader: Reader) -> str:
    return f"{reader.title} {reader.name}" if reader.title else reader.name


def _languages(definition: Definition, letter: Letter, around: Surroundings) -> tuple[str, ...]:
    """Those of the readers, as far as the letter has them; without a reader, the definition's first."""
    wanted = [
        around.people[person].language for person in (*letter.to, *letter.copies) if person in around.people
    ]
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
    if "due_local" in named:
        written["due_local"] = _due_local(values.get("due"), around, language)
    written["party_name"] = _named(around.party_names, language)
    # A draft has no number yet.
    number = values.get("case_number") or around.case
    hint = wording.WHERE.get(language, wording.WHERE["en"]).format(case=number)
    return written | {"case_number": number, "link_hint": hint}


def _due_local(due: Any, around: Surroundings, language: str) -> str:
    if not due:
        return ""
    return wording.write_there(wording.moment(due), language, around.zone, around.party_zone)


def _named(names: Mapping[str, str], language: str) -> str:
    return next((names[one] for one in wording.spoken(language, names) if names.get(one)), wording.ABSENT)
