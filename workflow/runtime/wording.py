"""Texts of letters and messages as their reader sees them: places filled, dates written out.

The law: no date as 02/03, no code where there is a word for it, no place left open; what is absent is a dash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

from workflow.errors import NotFound
from workflow.rules.definition import Definition, LetterText
from workflow.runtime.receipts import Text

PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
FIRST = re.compile(r"\b1\b")
EMPHASIS = re.compile(r"\*\*(.+?)\*\*")
ABSENT = "–"
# Plain "en" writes March 2, 2026; the office writes 2 March 2026.
LOCALES = {"en": "en_GB"}
YES_NO = {"en": ("yes", "no"), "fr": ("oui", "non"), "es": ("sí", "no"), "ar": ("نعم", "لا")}
# How to open the case. There are no pages yet that a link could lead to.
WHERE = {
    "en": "To open this case: caseway show {case}",
    "fr": "Pour ouvrir ce dossier : caseway show {case}",
    "es": "Para abrir este expediente: caseway show {case}",
    "ar": "caseway show {case}",
}
# What follows a due time for a reader whose clock shows another one.
THERE = {
    "en": "; that is {moment} your time",
    "fr": ", soit le {moment} à votre heure",
    "es": ", es decir, el {moment} en su hora local",
    "ar": "، أي {moment} بتوقيتكم",
}
# How a letter greets whoever reads it.
ANYBODY = {"en": "Madam, Sir", "fr": "Madame, Monsieur", "es": "Señora, Señor", "ar": "سيدتي، سيدي"}
# What stands between addressees, who have commas within.
AMONG = {"fr": "\N{NO-BREAK SPACE}; ", "ar": "؛ "}
# Where a text is missing: Spanish readers get English, Arabic readers French, as the programme's offices do.
NEXT_BEST = {"es": ("en", "fr"), "ar": ("fr", "en"), "fr": ("en",), "en": ("fr",)}
# Who reads or signs for somebody absent: a sentence, and what stands beside a name or a subject.
STANDING_IN = {
    "en": "You get this because you stand in for {name}.",
    "fr": "Vous recevez ceci parce que vous remplacez {name}.",
    "es": "Recibe esto porque sustituye a {name}.",
    "ar": "تصلكم هذه الرسالة لأنكم تنوبون عن {name}.",
}
FOR = {"en": "for {name}", "fr": "pour {name}", "es": "por {name}", "ar": "نيابة عن {name}"}
OWN_DATES = ("today",)
OWN_MOMENTS = ("due", "received")


def render(text: LetterText, language: str, written: Mapping[str, str], reference: str = "") -> Text:
    """The text with its places filled from values that are already written out."""

    def place(match: re.Match[str]) -> str:
        return written.get(match[1], ABSENT)

    return Text(
        reference=reference,
        language=language,
        subject=PLACE.sub(place, text.subject),
        body=PLACE.sub(place, text.body),
    )


@cache
def places(text: LetterText) -> frozenset[str]:
    """What the text names."""
    return frozenset(PLACE.findall(f"{text.subject}{text.body}"))


@cache
def text_for(definition: Definition, name: str, language: str) -> tuple[LetterText, str]:
    """The text of a letter or message in the language, or in the next best; and which one that is."""
    for candidate in spoken(language, definition.format.languages):
        if found := definition.letters.get((name, candidate)):
            return found, candidate
    raise NotFound("{definition} has no text named {name}", definition=definition.key, name=name)


def plain(text: str) -> str:
    """A text as a plain letter shows it: without the marks of emphasis."""
    return EMPHASIS.sub(r"\1", text)


def in_place(absent: str, language: str) -> tuple[str, str]:
    """For whom somebody stands in: as a sentence, and as what is added to a name or a subject."""
    known = language if language in FOR else "en"
    return STANDING_IN[known].format(name=absent), FOR[known].format(name=absent)


def spoken(language: str, known: Iterable[str]) -> tuple[str, ...]:
    """The languages to try for a reader, best first."""
    return tuple(dict.fromkeys((language, *NEXT_BEST.get(language, ("en", "fr")), *known)))


def written(definition: Definition, values: Mapping[str, Any], language: str, zone: tzinfo) -> dict[str, str]:
    """Every value written out: facts by their declared type, states, tasks and roles by their labels."""
    return {name: _write(definition, name, value, language, zone) for name, value in values.items()}


@lru_cache(maxsize=1024)
def write_date(day: date, language: str, form: str = "long") -> str:
    """A date in words, as 2 March 2026; `form` is one of the library's, or a pattern of it."""
    text = format_date(day, format=form, locale=locale(language))
    # The first of a month is an ordinal in French, which the library's data leave out.
    return FIRST.sub("1er", text, count=1) if language == "fr" and day.day == 1 else text


def write_moment(at: datetime, language: str, zone: tzinfo) -> str:
    """A date and a time in words with the place whose time it is, as 9 March 2026, 23:59 (Paris)."""
    there = at.astimezone(zone)
    clock = _write_time(time(there.hour, there.minute), language)
    return f"{write_date(there.date(), language)}, {clock} ({place_name(zone)})"


def write_there(at: datetime, language: str, here: tzinfo, there: tzinfo) -> str:
    """The same moment as a clock there shows it, to follow the one here; nothing where both show the same."""
    if at.astimezone(here).utcoffset() == at.astimezone(there).utcoffset():
        return ""
    return THERE.get(language, THERE["en"]).format(moment=write_moment(at, language, there))


def listed(items: list[str], language: str) -> str:
    """Items as a sentence lists them: a, b and c."""
    if len(items) < 2:
        return items[0] if items else ABSENT
    return str(format_list(items, locale=locale(language)))


def moment(value: Any) -> datetime:
    """An instant that may have been kept as ISO 8601."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def place_name(zone: tzinfo) -> str:
    """The town that a zone is named after: Europe/Paris is Paris."""
    return str(zone).rpartition("/")[2].replace("_", " ")


@cache
def locale(language: str) -> Locale:
    try:
        return Locale.parse(LOCALES.get(language, language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(LOCALES["en"])


def _write(definition: Definition, name: str, value: Any, language: str, zone: tzinfo) -> str:
    if value is None or value == "":
        return ABSENT
    if isinstance(value, list) and name == "task":
        return listed([definition.label(f"task.{one}", language) for one in value], language)
    if name in ("state", "task", "role"):
        return definition.label(f"{name}.{value}", language)
    if name in OWN_MOMENTS:
        return write_moment(moment(value), language, zone)
    fact = definition.format.facts.get(name)
    kind = fact.type if fact else ("date" if name in OWN_DATES else "text")
    return write_as(kind, definition, value, language)


def write_as(kind: str, definition: Definition, value: Any, language: str) -> str:
    if kind.startswith("list of "):
        return listed(
            [write_as(kind.removeprefix("list of "), definition, item, language) for item in value], language
        )
    if kind == "role":
        return definition.label(f"role.{value}", language)
    writer = _WRITERS.get(kind)
    return writer(value, language) if writer else str(value)


def _write_boolean(value: Any, language: str) -> str:
    yes, no = YES_NO.get(language, YES_NO["en"])
    return yes if value else no


@lru_cache(maxsize=2048)
def _write_time(at: time, language: str) -> str:
    return str(format_time(at, format="short", locale=locale(language)))


@lru_cache(maxsize=1024, typed=True)
def _write_number(value: Any, language: str) -> str:
    # By way of its shortest text, so that 0.1 stays 0.1.
    return format_decimal(Decimal(str(value)), locale=locale(language))


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value[:10])


_WRITERS: Mapping[str, Callable[[Any, str], str]] = {
    "boolean": _write_boolean,
    "integer": _write_number,
    "number": _write_number,
    "date": lambda value, language: write_date(_day(value), language),
}
