"""Deadlines in words: the dates of counting, in the reader's language, with the office's offset."""

import string
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po

from tests.rules.offices import calendar, hold, terms
from workflow.errors import BadTime, NaiveTime, UnknownCalendar
from workflow.rules.dates.durations import Duration
from workflow.rules.dates.explanations import TEXTS, explain
from workflow.runtime.calendar_sheets import read_sheets
from workflow.runtime.explaining import (
    ASSUMED,
    Answer,
    calendars_for,
    explain_deadline,
    read_office_time,
    read_time,
    sentences,
)

SHEETS = read_sheets()


def ask(text: str, within: str, code: str, language: str = "en") -> Answer:
    length = Duration.parse(within)
    calendar, secretariat = calendars_for(code, "paris", datetime.fromisoformat(text), length, SHEETS)
    at, assumed = read_office_time(text, secretariat)
    return explain_deadline(at, length, calendar, secretariat, language, assumed=assumed)


def test_a_time_without_offset_is_the_offices_and_the_answer_says_so() -> None:
    assert ask("2026-03-02T10:00", "15 working days", "paris").as_json() == {
        "due": "2026-03-23T23:59:59+01:00",
        "steps": [
            "The time has no offset; it is read as a time of Europe/Paris.",
            "Day 0 is Monday 2 March 2026, the day of the event.",
            "The time allowed is 15 working days.",
            "Saturday 7 March 2026 to Sunday 8 March 2026 are not counted: weekend.",
            "Saturday 14 March 2026 to Sunday 15 March 2026 are not counted: weekend.",
            "Saturday 21 March 2026 to Sunday 22 March 2026 are not counted: weekend.",
            "The count ends on Monday 23 March 2026.",
            "Due on Monday 23 March 2026 at 23:59:59 (Europe/Paris).",
        ],
    }


def test_a_partys_deadline_is_told_in_french_with_its_local_time() -> None:
    answer = ask("2026-03-06T12:00+01:00", "30 days", "KE", "fr")
    assert answer.due.isoformat() == "2026-04-07T23:59:59+02:00"
    assert answer.steps == (
        "Le jour 0 est le vendredi 6 mars 2026, jour de l’événement.",
        "Le délai accordé est de 30 jours.",
        "Le décompte s’achève le dimanche 5 avril 2026.",
        "Le dimanche 5 avril 2026 n’est pas ouvré (fin de semaine) ; la date est reportée.",
        "Le lundi 6 avril 2026 n’est pas ouvré (Lundi de Pâques) ; la date est reportée.",
        "Échéance le mardi 7 avril 2026 à 23:59:59 (Europe/Paris).",
        "À Africa/Nairobi, ce sera le mercredi 8 avril 2026 à 00:59:59.",
    )


def test_the_first_of_a_month_is_an_ordinal_in_french_explanations() -> None:
    first, *_ = ask("2026-04-01T10:00+02:00", "2 working days", "paris", "fr").steps
    assert first == "Le jour 0 est le mercredi 1er avril 2026, jour de l’événement."


@pytest.mark.parametrize(
    ("within", "language", "words"),
    [
        ("1 working day", "en", "1 working day."),
        ("1 working day", "fr", "1 jour ouvré."),
        ("2 working days", "fr", "2 jours ouvrés."),
        ("1 month", "fr", "1 mois."),
        ("3 working hours", "es", "3 horas hábiles."),
        ("3 days", "ar", "3 days."),
        ("3 days", "../fr", "3 days."),
    ],
)
def test_lengths_are_said_in_singular_and_plural(within: str, language: str, words: str) -> None:
    assert any(step.endswith(words) for step in ask("2026-03-02T10:00Z", within, "paris", language).steps)


def test_far_deadlines_know_the_holidays_of_their_years() -> None:
    answer = ask("2026-03-02T10:00Z", "2600 working days", "paris")
    assert answer.due.year == 2036
    assert not any("known from" in step for step in answer.steps)


def test_office_hours_and_an_unlisted_calendar_are_told() -> None:
    steps = ask("2026-05-22T16:30+02:00", "4 working hours", "EU").steps
    assert "Only office hours count: 09:00–12:30, 13:30–17:00." in steps
    assert steps[-1] == "No list of holidays is known for calendar EU; only weekends are days off."


def test_what_a_clock_went_through_is_told_with_person_and_reason() -> None:
    clock = terms("5 working days", date(2026, 3, 2), holds=(hold(date(2026, 3, 6), date(2026, 3, 27)),))
    told = sentences(explain(clock, calendar("paris"), calendar("paris")))
    assert (
        "Held on Friday 6 March 2026 by Ms Coordinator (waiting for the Party), "
        "going on after Friday 27 March 2026: 15 working days not counted."
    ) in told


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_text_is_translated_with_the_same_places(language: str) -> None:
    with files("definitions").joinpath("calendars", "locales", f"{language}.po").open("rb") as lines:
        catalog = read_po(lines, locale=language)
    for text in [*TEXTS.values(), ASSUMED]:
        message = catalog.get(text)
        assert message is not None, text
        assert places(str(message.string)) == places(text)
    assert not [message.id for message in catalog if message.id and (not message.string or message.fuzzy)]
    for day in (
        "Easter Monday",
        "Ascension Day",
        "Pentecost Monday",
        "Christmas Day",
        "weekend",
        "no reason given",
    ):
        assert catalog.get(day) is not None


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_programs_door_refuses_a_time_without_offset() -> None:
    assert read_time("2026-03-02T10:00Z") == datetime(2026, 3, 2, 10, tzinfo=UTC)
    with pytest.raises(NaiveTime, match="has no offset; write for example 2026-03-02T10:00Z") as refusal:
        read_time("2026-03-02T10:00")
    assert refusal.value.faults[0].pointer == "/from"


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-02-30", "2026-03-02T25:00", "9999-01-01T00:00Z", "0001-01-01T00:00Z"]
)
def test_what_is_no_time_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(BadTime, match=r"write it as 2026-03-02T10:00\+01:00|years 1970 to 2200"):
        read_time(text)


def test_an_unknown_calendar_is_named() -> None:
    with pytest.raises(UnknownCalendar, match="no calendar 'Kenya'"):
        ask("2026-03-02T10:00Z", "3 days", "Kenya")
