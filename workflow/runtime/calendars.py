"""Calendars of offices and Parties: from data and the holidays library into plain rows, and built from them.

The law: the library proposes, rows decide. A new release of the library moves no deadline by itself; its
differences are proposals that an administrator accepts. Codes are an office's name (`paris`) or a Party's ISO
code (`KE`).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from difflib import get_close_matches
from itertools import groupby
from operator import itemgetter
from typing import Literal

import holidays

from workflow.errors import Phrase, UnknownCalendar
from workflow.rules.dates.calendars import Calendar
from workflow.runtime.calendar_sheets import Sheet

ESTIMATED = re.compile(r"\bestimated\b")
EXCHANGED = re.compile(r" \(substituted from [^)]*\)")
SUBSTITUTED = "Worked in exchange for another day"


@dataclass(frozen=True, slots=True)
class Listing:
    """A calendar without its days, as stored. `hours` are pairs of "HH:MM". `listed`: is a list known."""

    code: str
    kind: Literal["office", "party"]
    zone: str
    weekend: tuple[int, ...]
    hours: tuple[tuple[str, str], ...]
    cut_off: str
    listed: bool = True
    first_year: int | None = None
    last_year: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is not what its weekday says: off, or (`worked`) worked in the weekend or on a holiday.

    `source` is `library` or `own`; `estimated`: the library is not certain of the date (it depends on the
    moon).
    """

    calendar: str
    day: date
    name: str
    worked: bool = False
    estimated: bool = False
    source: Literal["library", "own"] = "library"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One difference between a row kept and what the library says now; None where one of them has no row."""

    calendar: str
    day: date
    stored: Day | None
    fresh: Day | None


def find(code: str, sheets: Mapping[str, Sheet]) -> Sheet:
    """The sheet of an office's name or an ISO code, whatever its letters' case. Raises UnknownCalendar."""
    for name in (code, code.upper(), code.lower()):
        if name in sheets:
            return sheets[name]
    raise unknown(code, sheets)


def unknown(code: str, known: Iterable[str]) -> UnknownCalendar:
    """The refusal of a calendar that is not among the known ones, with the nearest of them."""
    by_small = {name.lower(): name for name in known}
    near = get_close_matches(code.lower(), by_small, n=3, cutoff=0.5)
    names = [name for small, name in by_small.items() if small in near]
    if names:
        params = {"code": code, "names": ", ".join(names)}
        return UnknownCalendar(Phrase("there is no calendar '{code}'; did you mean {names}?", params))
    return UnknownCalendar(
        Phrase(
            "there is no calendar '{code}'; write an office's name (paris) or an ISO code (KE)",
            {"code": code},
        )
    )


def listing(sheet: Sheet, years: range) -> Listing:
    """The row of a calendar whose days are known for these years."""
    library = _library(sheet, years)
    weekend = sheet.weekend if sheet.weekend is not None else (library.weekend if library else {5, 6})
    return Listing(
        code=sheet.code,
        kind=sheet.kind,
        zone=sheet.zone,
        weekend=tuple(sorted(weekend)),
        hours=sheet.hours,
        cut_off=sheet.cut_off,
        listed=library is not None,
        first_year=years[0] if library is not None else None,
        last_year=years[-1] if library is not None else None,
    )


def days(sheet: Sheet, years: range) -> tuple[Day, ...]:
    """The days of these years that differ from their weekday; the sheet's own win over the library's."""
    found = {day.day: day for day in _earlier_weekends(sheet, years)}
    found |= {day.day: day for day in _library_days(sheet, years)}
    found |= {
        own.date: Day(sheet.code, own.date, own.name, own.worked, source="own")
        for own in sheet.days
        if own.date.year in years
    }
    return tuple(found[day] for day in sorted(found))


def proposals(stored: Iterable[Day], fresh: Iterable[Day]) -> tuple[Proposal, ...]:
    """What the library would change in the rows kept; rows of the office's own are never proposed away."""
    kept = {(row.calendar, row.day): row for row in stored}
    said = {(row.calendar, row.day): row for row in fresh}
    differ = (key for key in sorted(kept.keys() | said.keys()) if kept.get(key) != said.get(key))
    return tuple(
        Proposal(calendar, day, kept.get((calendar, day)), said.get((calendar, day)))
        for calendar, day in differ
        if (calendar, day) not in kept or kept[calendar, day].source == "library"
    )


def build(row: Listing, days: Iterable[Day], sessions: Iterable[tuple[str, date]] = ()) -> Calendar:
    """The value that counts, from its rows. Raises BrokenCalendar."""
    rows, sittings = tuple(days), sorted(sessions)
    return Calendar(
        name=row.code,
        zone=row.zone,
        weekend=frozenset(row.weekend),
        days_off={day.day: day.name for day in rows if not day.worked},
        working_dates=frozenset(day.day for day in rows if day.worked),
        hours=tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in row.hours),
        cut_off=time.fromisoformat(row.cut_off),
        sessions={name: tuple(day for _, day in group) for name, group in groupby(sittings, itemgetter(0))},
        listed=row.listed,
        years=(row.first_year, row.last_year) if row.first_year and row.last_year else None,
    )


def from_library(sheet: Sheet, years: range) -> Calendar:
    """A calendar straight from the data, without a database."""
    sessions = ((name, day) for name, dates in sheet.sessions.items() for day in dates)
    return build(listing(sheet, years), days(sheet, years), sessions)


def _library(sheet: Sheet, years: range) -> holidays.HolidayBase | None:
    if sheet.holidays == "none":
        return None
    languages = getattr(holidays, sheet.holidays).supported_languages
    language = "en_US" if "en_US" in languages else None
    with warnings.catch_warnings():
        # Some countries are listed for fewer years than asked for: those years simply have no days.
        warnings.simplefilter("ignore")
        return holidays.country_holidays(
            sheet.holidays, subdiv=sheet.subdivision, years=years, language=language
        )


def _library_days(sheet: Sheet, years: range) -> Iterator[Day]:
    library = _library(sheet, years)
    if library is None:
        return
    for day, name in library.items():
        name = EXCHANGED.sub("", name)
        yield Day(sheet.code, day, name, estimated=bool(ESTIMATED.search(name)))
    for day in library.weekend_workdays:
        if day.year in years:
            yield Day(sheet.code, day, SUBSTITUTED, worked=True)


def _earlier_weekends(sheet: Sheet, years: range) -> Iterator[Day]:
    """Where another weekend was kept until a date, the days before it on which the two differ."""
    weekend = set(listing(sheet, years).weekend) if sheet.earlier else set()
    day = date(years[0], 1, 1)
    for earlier in sorted(sheet.earlier, key=lambda earlier: earlier.until):
        while day <= min(earlier.until, date(years[-1], 12, 31)):
            if (day.weekday() in earlier.weekend) != (day.weekday() in weekend):
                worked = day.weekday() in weekend
                yield Day(sheet.code, day, "Worked before the weekend moved" if worked else "weekend", worked)
            day += timedelta(days=1)
