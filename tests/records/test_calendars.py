"""Calendars as rows: what was put is read as it was, and an edit is never missed by those who remember."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.records import samples
from tests.records.samples import open_case, read
from workflow.errors import Malformed
from workflow.records import calendars
from workflow.records.calendars import Day
from workflow.records.databases import Connection, Database
from workflow.rules.dates.calendars import Calendar

EASTER = Day(date(2026, 4, 6), "Easter Monday", source="library")
BRIDGE = Day(date(2026, 5, 9), "Worked Saturday", worked=True)
PARIS = Calendar(
    name="paris",
    zone="Europe/Paris",
    days_off={EASTER.day: EASTER.name},
    working_dates=frozenset({BRIDGE.day}),
    hours=((time(9), time(12, 30)), (time(13, 30), time(17))),
    cut_off=time(16, 30),
    sessions={"committee": (date(2026, 6, 9), date(2026, 12, 8))},
    years=(2024, 2030),
)


@pytest.fixture
def paris(database: Database) -> Database:
    database.writing(
        lambda connection: calendars.put(
            connection, PARIS, kind="office", title="Paris", listed=[EASTER, BRIDGE]
        )
    )
    return database


def test_a_calendar_is_read_as_it_was_put(paris: Database) -> None:
    assert paris.reading(lambda connection: calendars.load(connection, "paris")) == PARIS
    assert paris.reading(lambda connection: calendars.days(connection, "paris")) == (EASTER, BRIDGE)


def test_putting_it_again_leaves_nothing_of_before(paris: Database) -> None:
    bare = Calendar(name="paris", zone="Africa/Nairobi", listed=False)
    paris.writing(lambda connection: calendars.put(connection, bare, kind="office"))
    assert paris.reading(lambda connection: calendars.load(connection, "paris")) == bare


def test_days_and_sessions_are_added_and_removed(paris: Database) -> None:
    own = Day(date(2026, 7, 14), "Bastille Day")

    def edit(connection: Connection) -> tuple[int, int]:
        calendars.add_days(connection, "paris", [own])
        calendars.add_session(connection, "paris", "bureau", date(2026, 3, 3))
        removed = calendars.remove_days(connection, "paris", [EASTER.day, date(2030, 1, 1)])
        return removed, calendars.remove_session(connection, "paris", "committee", date(2026, 6, 9))

    assert paris.writing(edit) == (1, 1)
    calendar = paris.reading(lambda connection: calendars.load(connection, "paris"))
    assert calendar.days_off == {own.day: own.name}
    assert calendar.sessions == {"bureau": (date(2026, 3, 3),), "committee": (date(2026, 12, 8),)}


@pytest.mark.parametrize(
    "edit",
    [
        lambda connection: calendars.add_days(connection, "rome", [EASTER]),
        lambda connection: calendars.remove_days(connection, "rome", [EASTER.day]),
        lambda connection: calendars.add_session(connection, "rome", "bureau", EASTER.day),
        lambda connection: calendars.load(connection, "rome"),
    ],
)
def test_an_unknown_calendar_is_named(database: Database, edit: object) -> None:
    with pytest.raises(Malformed, match="'rome' is not a calendar; write an office's name, as paris"):
        database.writing(edit)  # type: ignore[arg-type]


def test_a_case_has_the_secretariat_s_calendar_and_its_party_s(paris: Database) -> None:
    nairobi = Calendar(name="KE", zone="Africa/Nairobi", weekend=frozenset({4, 5}))
    paris.writing(lambda connection: calendars.put(connection, nairobi, kind="party"))
    samples.people(paris)
    open_case(paris)
    office = read(paris, "c1").office
    assert (office.secretariat, office.party) == (PARIS, nairobi)


def test_an_edit_is_seen_by_the_very_next_command(paris: Database) -> None:
    samples.people(paris)
    open_case(paris)
    assert read(paris, "c1").office.secretariat.days_off == {EASTER.day: EASTER.name}
    paris.writing(lambda connection: calendars.remove_days(connection, "paris", [EASTER.day]))
    assert read(paris, "c1").office.secretariat.days_off == {}


def test_an_edit_that_was_rolled_back_is_forgotten(paris: Database) -> None:
    samples.people(paris)
    open_case(paris)

    def edit(connection: Connection) -> None:
        calendars.remove_days(connection, "paris", [EASTER.day])
        assert (
            samples.cases.load(
                connection, "c1", samples.definition_of, today=samples.TODAY
            ).office.secretariat.days_off
            == {}
        )
        raise KeyError("no")

    with pytest.raises(KeyError):
        paris.writing(edit)
    paris.writing(
        lambda connection: calendars.add_days(connection, "paris", [Day(date(2026, 8, 15), "Assumption")])
    )
    assert set(read(paris, "c1").office.secretariat.days_off) == {EASTER.day, date(2026, 8, 15)}


def test_a_party_without_a_calendar_works_from_monday_to_friday_and_is_marked_so(database: Database) -> None:
    samples.people(database)
    open_case(database)
    party = read(database, "c1").office.party
    assert (party.name, party.listed, party.weekend) == ("KE", False, frozenset({5, 6}))
