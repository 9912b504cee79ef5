"""`caseway due`: when something is due, and why, line by line."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from api.cli.finding import in_options
from api.cli.house import is_furnished, open_rows
from api.cli.options import Json
from api.cli.output import as_json, say
from workflow.records import calendars
from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.durations import Duration
from workflow.runtime.calendar_sheets import read_sheets
from workflow.runtime.calendars import find, from_library
from workflow.runtime.explaining import calendars_for, explain_deadline, read_office_time

OFFICE = "paris"
From = Annotated[
    str, typer.Option("--from", help="When it begins. Without offset it is read as a time of the office.")
]
Within = Annotated[str, typer.Option(help="How long: working days, working hours, days or months.")]
Code = Annotated[str, typer.Option(help="An office's name (paris) or a Party's ISO 3166 code (KE).")]
Language = Annotated[Literal["en", "fr", "es"], typer.Option("--lang", help="The language of the reasons.")]


def due(
    start: From, within: Within, calendar: Code = OFFICE, language: Language = "en", json: Json = False
) -> None:
    """Say when something is due, and why.

    `caseway due --from 2026-03-02T10:00 --within "15 working days" --calendar paris`

    `caseway due --from 2026-08-31T12:00+02:00 --within "6 months" --calendar KE --json`
    """
    sheets = read_sheets()
    office = from_library(find(OFFICE, sheets), range(2026, 2027))
    with in_options():
        length = Duration.parse(within)
        at, assumed = read_office_time(start, office)
        duty, secretariat = calendars_for(calendar, OFFICE, at, length, sheets)
    duty, secretariat = _as_kept(duty), _as_kept(secretariat)
    answer = explain_deadline(at, length, duty, secretariat, language, assumed=assumed)
    if json:
        return as_json(answer.as_json())
    say(f"{answer.due.isoformat()}\n")
    for step in answer.steps:
        say(f"  {step}")
    return None


def _as_kept(calendar: Calendar) -> Calendar:
    """The calendar as the office keeps it, where there is a home and its rows cover the same years."""
    if not is_furnished():
        return calendar
    with open_rows() as database:
        kept = database.reading(lambda connection: calendars.load(connection, calendar.name))
    covers = (
        kept.years
        and calendar.years
        and kept.years[0] <= calendar.years[0]
        and calendar.years[1] <= kept.years[1]
    )
    return kept if covers else calendar
