"""Wording: dates in words, labels in place of names, nothing open, each in the language read."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.runtime.house import permit_library
from workflow.errors import NotFound
from workflow.rules.definition import LetterText
from workflow.runtime import wording

PERMIT = permit_library().newest("permit")
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("language", "day", "words"),
    [
        ("en", date(2026, 3, 2), "2 March 2026"),
        ("fr", date(2026, 3, 2), "2 mars 2026"),
        ("fr", date(2026, 3, 1), "1er mars 2026"),
        ("es", date(2026, 3, 2), "2 de marzo de 2026"),
        ("ar", date(2026, 3, 2), "2 مارس 2026"),
        # A language that nobody knows is written in English.
        ("tlh", date(2026, 3, 2), "2 March 2026"),
    ],
)
def test_a_date_is_written_out(language: str, day: date, words: str) -> None:
    assert wording.write_date(day, language).replace("\N{ARABIC-INDIC DIGIT TWO}", "2") == words


@pytest.mark.parametrize(
    ("language", "zone", "words"),
    [
        ("en", "Europe/Paris", "9 March 2026, 23:59 (Paris)"),
        ("fr", "Africa/Nairobi", "10 mars 2026, 01:59 (Nairobi)"),
        ("en", "America/Port_of_Spain", "9 March 2026, 18:59 (Port of Spain)"),
    ],
)
def test_a_moment_says_whose_time_it_is(language: str, zone: str, words: str) -> None:
    moment = datetime(2026, 3, 9, 22, 59, 59, tzinfo=UTC)
    assert wording.write_moment(moment, language, ZoneInfo(zone)) == words


@pytest.mark.parametrize(
    ("language", "zone", "words"),
    [
        ("en", "Africa/Nairobi", "; that is 10 March 2026, 01:59 (Nairobi) your time"),
        ("fr", "Africa/Nairobi", ", soit le 10 mars 2026, 01:59 (Nairobi) à votre heure"),
        ("es", "America/Lima", ", es decir, el 9 de marzo de 2026, 17:59 (Lima) en su hora local"),
        ("tlh", "Asia/Tokyo", "; that is 10 March 2026, 07:59 (Tokyo) your time"),
        # The same hour in two places is told once.
        ("en", "Europe/Paris", ""),
        ("fr", "Africa/Algiers", ""),
    ],
)
def test_the_readers_own_time_is_told_where_their_clock_shows_another(
    language: str, zone: str, words: str
) -> None:
    moment = datetime(2026, 3, 9, 22, 59, 59, tzinfo=UTC)
    assert wording.write_there(moment, language, PARIS, ZoneInfo(zone)) == words


@pytest.mark.parametrize(
    ("name", "value", "language", "words"),
    [
        ("state", "submitted", "fr", "Soumise"),
        ("task", "review", "en", "Review"),
        ("role", "reviewer", "fr", "Relecteur"),
        ("due", "2026-03-09T22:59:59+00:00", "en", "9 March 2026, 23:59 (Paris)"),
        ("today", "2026-03-02", "en", "2 March 2026"),
        ("wanted_on", "2026-06-01", "fr", "1er juin 2026"),
        ("wanted_on", date(2026, 6, 1), "en", "1 June 2026"),
        ("days", 12000, "en", "12,000"),
        ("days", 12000, "fr", "12\N{NARROW NO-BREAK SPACE}000"),
        ("subject", "As 2026-06-01 was written", "en", "As 2026-06-01 was written"),
        ("subject", "", "en", "–"),
        ("due", None, "en", "–"),
    ],
)
def test_values_are_written_by_their_declared_type(
    name: str, value: object, language: str, words: str
) -> None:
    assert wording.written(PERMIT, {name: value}, language, PARIS) == {name: words}


@pytest.mark.parametrize(
    ("kind", "value", "language", "words"),
    [
        ("boolean", True, "fr", "oui"),
        ("boolean", False, "es", "no"),
        ("number", 0.1, "en", "0.1"),
        ("number", 1234.5, "fr", "1\N{NARROW NO-BREAK SPACE}234,5"),
        ("list of text", ["a", "b", "c"], "en", "a, b and c"),
        ("list of role", ["reviewer", "supervisor"], "fr", "Relecteur et Superviseur"),
        ("list of date", [], "en", "–"),
    ],
)
def test_every_type_of_fact_has_its_words(kind: str, value: object, language: str, words: str) -> None:
    assert wording.write_as(kind, PERMIT, value, language) == words


def test_what_is_absent_is_a_dash_and_no_place_stays_open() -> None:
    text = LetterText("{case_number}: {nothing}", "Braces in a value stay: {subject}")
    rendered = wording.render(text, "en", {"case_number": "P-1", "subject": "{days} {{x}}"})
    assert rendered.subject == "P-1: –"
    assert rendered.body == "Braces in a value stay: {days} {{x}}"


def test_who_reads_spanish_gets_english_where_there_is_no_spanish() -> None:
    assert wording.text_for(PERMIT, "L01", "es")[1] == "en"
    assert wording.text_for(PERMIT, "L01", "ar")[1] == "fr"
    assert wording.text_for(PERMIT, "L01", "tlh")[1] == "en"


def test_a_text_that_is_not_there_is_named() -> None:
    with pytest.raises(NotFound, match="permit has no text named L99"):
        wording.text_for(PERMIT, "L99", "en")


def test_a_plain_letter_has_no_marks_of_emphasis() -> None:
    assert wording.plain("It is **yours**, by **9 March**. 2 ** 3") == "It is yours, by 9 March. 2 ** 3"
