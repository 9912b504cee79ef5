"""What a bulletin says: the open cases that its reader may see, by state, and how each stands with its time.

Law: the policy decides what is in it, for the worker and for the command line alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from babel.units import format_unit

from workflow.errors import Fault, Malformed, Phrase
from workflow.records import bulletins, persons, policy
from workflow.records.bulletins import Line
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person
from workflow.rules.checks import nearest
from workflow.rules.dates.calendars import Calendar
from workflow.rules.definition import Definition
from workflow.runtime import wording
from workflow.runtime.library import Library
from workflow.runtime.receipts import Text

LATE = {
    "en": "{case}: overdue by {days}",
    "fr": "{case}\u00a0: en retard de {days}",
    "es": "{case}: con retraso de {days}",
    "ar": "{case}: متأخر {days}",
}
DUE = {
    "en": "{case}: due on {day}",
    "fr": "{case}\u00a0: échéance le {day}",
    "es": "{case}: vence el {day}",
    "ar": "{case}: الموعد {day}",
}


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One of a definition's bulletins, in its newest version."""

    definition: Definition
    name: str


def all_bulletins(library: Library) -> Iterator[Bulletin]:
    for key in dict.fromkeys(definition.key for definition in library.all()):
        newest = library.newest(key)
        yield from (Bulletin(newest, name) for name in newest.format.bulletins)


def bulletin_of(library: Library, key: str, name: str) -> Bulletin | None:
    """The bulletin; None where the newest version has it no more, or nothing is left of the definition."""
    wanted = (one for one in all_bulletins(library) if (one.definition.key, one.name) == (key, name))
    return next(wanted, None)


def bulletin_named(library: Library, key: str, name: str) -> Bulletin:
    """Raises Malformed for an unknown definition or bulletin."""
    definition = library.newest(key)
    known = definition.format.bulletins
    if name not in known:
        params = {"key": key, "name": name, "hint": nearest(name, known)}
        raise Malformed((Fault("/bulletin", Phrase("{key} has no bulletin '{name}'{hint}", params)),))
    return Bulletin(definition, name)


def lines(
    connection: Connection, library: Library, bulletin: Bulletin, reader: str, today: date
) -> list[Line]:
    """What a person is told, by state in the definition's order, then by number."""
    mandates = persons.valid_mandates(connection, reader, today)
    told = (bulletin.definition, bulletin.definition.format.bulletins[bulletin.name].in_full)
    visible = policy.listed(reader, mandates, library.all(), told)
    places = {state: place for place, state in enumerate(bulletin.definition.format.states)}
    found = bulletins.open_cases(connection, bulletin.definition.key, visible)
    return sorted(found, key=lambda line: places.get(line.state, len(places)))


def days_overdue(line: Line, now: datetime, office: Calendar) -> int:
    """Days since the due day, begun ones too; 0 while it is in time."""
    if line.due is None or line.due >= now:
        return 0
    return max((office.date_of(now) - office.date_of(line.due)).days, 1)


def composed(bulletin: Bulletin, reader: Person, listed: list[Line], now: datetime, office: Calendar) -> Text:
    """The bulletin in the reader's language, or the next best one that the definition has."""
    definition, message = bulletin.definition, bulletin.definition.format.bulletins[bulletin.name].message
    text, language = wording.text_for(definition, message, reader.language)
    by_state = groupby(listed, key=lambda line: line.state)
    told = (_state(definition, state, list(of), language, now, office) for state, of in by_state)
    written = {
        "bulletin": definition.label(f"bulletin.{bulletin.name}", language),
        "count": str(len(listed)),
        "today": wording.write_date(office.date_of(now), language),
        "recipient": reader.name,
        "entries": "\n\n".join(told) or wording.ABSENT,
    }
    return wording.render(text, language, written)


def not_reached(bulletin: Bulletin, reader: Person, issue: date, reason: str) -> Text:
    """The news, for `reader`, that an issue of the bulletin did not reach somebody."""
    definition = bulletin.definition
    text, language = wording.text_for(definition, "bulletin_undelivered", reader.language)
    written = {
        "bulletin": definition.label(f"bulletin.{bulletin.name}", language),
        "issue": wording.write_date(issue, language),
        "recipient": reader.name,
        "reason": reason,
    }
    return wording.render(text, language, written)


def _state(
    definition: Definition, state: str, listed: list[Line], language: str, now: datetime, office: Calendar
) -> str:
    head = f"{definition.label(f'state.{state}', language)} ({len(listed)})"
    return "\n".join([head, *(f"* {_line(line, language, now, office)}" for line in listed)])


def _line(line: Line, language: str, now: datetime, office: Calendar) -> str:
    party = line.party_names.get(language) or line.party_names.get("en") or line.party
    case = f"{line.number}, {party}"
    if days := days_overdue(line, now, office):
        length = format_unit(days, "duration-day", locale=wording.locale(language))
        return _in(LATE, language).format(case=case, days=length)
    if line.due is None:
        return case
    day = wording.write_date(office.date_of(line.due), language)
    return _in(DUE, language).format(case=case, day=day)


def _in(texts: dict[str, str], language: str) -> str:
    return texts[next(one for one in wording.spoken(language, texts) if one in texts)]
