"""Deadlines explained in words: for a question from outside, and for the clocks of a case.

The law: whoever asks gets the same date as the engine, because both count with
`workflow.rules.dates.deadlines`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from babel.dates import format_time

from workflow.errors import BadTime, NaiveTime, Phrase
from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.deadlines import Terms, day_zero
from workflow.rules.dates.durations import Duration, Unit
from workflow.rules.dates.explanations import NO_REASON, Explanation, Step, explain
from workflow.rules.definition import Definition
from workflow.rules.replacing import replace
from workflow.runtime.calendar_sheets import Sheet
from workflow.runtime.calendars import find, from_library
from workflow.runtime.catalogues import catalogue
from workflow.runtime.wording import locale, write_date

ASSUMED = "The time has no offset; it is read as a time of {zone}."
# Babel's full English date has a comma that breaks a sentence.
DATES = {"en": "EEEE d MMMM y"}
FIRST_YEAR, LAST_YEAR = 1970, 2200
# How many days a unit can take at most, holidays and all; used to know which years a count can reach.
_SPAN = {Unit.WORKING_HOURS: 0.5, Unit.WORKING_DAYS: 2.0, Unit.DAYS: 1.1, Unit.MONTHS: 31.0}


@dataclass(frozen=True, slots=True)
class Answer:
    """A deadline in words: `due` with the office's offset, and a sentence per step."""

    due: datetime
    steps: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {"due": self.due.isoformat(), "steps": list(self.steps)}


def read_time(text: str, pointer: str = "/from") -> datetime:
    """A time of ISO 8601 with its offset. Raises NaiveTime."""
    at = _parse(text, pointer)
    if at.tzinfo is None:
        said = Phrase("'{text}' has no offset; write for example {text}Z or {text}+01:00", {"text": text})
        raise NaiveTime(pointer, said)
    return at


def read_office_time(text: str, secretariat: Calendar, pointer: str = "/from") -> tuple[datetime, bool]:
    """A time of ISO 8601; without offset it is one of the office's zone, which the second value says."""
    at = _parse(text, pointer)
    return (at, False) if at.tzinfo else (at.replace(tzinfo=secretariat.tz), True)


def explain_deadline(
    start: datetime,
    within: Duration,
    calendar: Calendar,
    secretariat: Calendar,
    language: str = "en",
    *,
    assumed: bool = False,
) -> Answer:
    """When something that begins at `start` (aware) is due, and why. `assumed`: the offset was not given."""
    day0 = day_zero(start, within.unit, calendar, secretariat)
    explanation = explain(Terms(within, day0, start.astimezone(UTC)), calendar, secretariat)
    assert explanation.due is not None, "nothing is held here"
    said = (_fill(ASSUMED, {"zone": secretariat.zone}, language),) if assumed else ()
    return Answer(explanation.due.astimezone(secretariat.tz), said + sentences(explanation, language))


def calendars_for(
    code: str, office: str, start: datetime, within: Duration, sheets: Mapping[str, Sheet]
) -> tuple[Calendar, Calendar]:
    """The duty's calendar and the secretariat's from the data alone, for the years concerned."""
    last = start.year + 1 + int(within.amount * _SPAN[within.unit] / 365)
    years = range(start.year - 1, min(last, LAST_YEAR) + 1)
    duty, own = find(code, sheets), find(office, sheets)
    secretariat = from_library(own, years)
    return (secretariat if duty is own else from_library(duty, years)), secretariat


def people_in(explanation: Explanation) -> set[str]:
    """The ids of those who held the clock or gave more time."""
    return {step.params["by"] for step in explanation.steps if "by" in step.params}


def named(
    explanation: Explanation, people: Mapping[str, str], definition: Definition, language: str = "en"
) -> Explanation:
    """The explanation with the names of persons (by their ids) and the labels of the states that hold."""

    def said(step: Step) -> Step:
        params = dict(step.params)
        if "by" in params:
            params["by"] = people.get(params["by"], params["by"])
        if step.code.startswith("held") and params["why"] in definition.format.states:
            params["why"] = definition.label(f"state.{params['why']}", language)
        return replace(step, params=params)

    return replace(explanation, steps=tuple(map(said, explanation.steps)))


def sentences(explanation: Explanation, language: str = "en") -> tuple[str, ...]:
    return tuple(sentence(step, language) for step in explanation.steps)


def sentence(step: Step, language: str = "en") -> str:
    """A step in words. A holiday is told by its name in that language where the catalogue has one."""
    return _fill(step.text, step.params, language)


def _parse(text: str, pointer: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        said = Phrase("'{text}' is not a time; write it as 2026-03-02T10:00+01:00", {"text": text})
        raise BadTime(pointer, said) from None
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        params = {"text": text, "first": FIRST_YEAR, "last": LAST_YEAR}
        said = Phrase("'{text}' is out of range; years {first} to {last} can be counted", params)
        raise BadTime(pointer, said)
    return at


def _fill(template: str, params: Mapping[str, Any], language: str) -> str:
    said = {name: _say(name, value, language) for name, value in params.items()}
    return _translate(template, language).format(**said)


def _say(name: str, value: Any, language: str) -> str:
    match value:
        case Duration():
            return _count(value, language)
        case date():
            return write_date(value, language, DATES.get(language, "full"))
        case time():
            return format_time(value, "medium" if value.second else "short", locale=locale(language))
        case tuple():
            return ", ".join("–".join(_say(name, part, language) for part in pair) for pair in value)
    return _translate(str(value), language) if name == "reason" or value == NO_REASON else str(value)


def _count(length: Duration, language: str) -> str:
    many = length.unit.value
    return (
        catalogue("calendars/locales", language)
        .ngettext(f"{{n}} {many[:-1]}", f"{{n}} {many}", length.amount)
        .format(n=length.amount)
    )


def _translate(text: str, language: str) -> str:
    return catalogue("calendars/locales", language).gettext(text)
