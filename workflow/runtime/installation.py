"""Preparing an installation: schema, calendars, Parties, and the check that no used definition was changed.

Law: it may be run at every start; what is there already stays as it is. A new release never moves a deadline
in silence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from workflow.errors import ChangedDefinition, Unavailable
from workflow.records import calendars, migrations, versions
from workflow.records.databases import open_database
from workflow.records.databases.protocol import Connection, Database
from workflow.runtime.calendar_sheets import Sheet, read_sheets
from workflow.runtime.calendars import build, days, listing
from workflow.runtime.home import Home, Settings
from workflow.runtime.library import Library, package, read_library
from workflow.runtime.parties import install_parties, read_parties

FIRST_YEAR = 2008
YEARS_AHEAD = 12

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Installation:
    """What the doors need: the settings, the home, the database and the library."""

    settings: Settings
    home: Home
    database: Database
    library: Library


def prepare(settings: Settings, *, today: date, say: Say = lambda step: None) -> Installation:
    """Make an installation ready; `say` is told each step.

    Raises BrokenDefinition, ChangedDefinition, OtherSchema, BadSetting.
    """
    say("definitions")
    library = read_library(*([settings.definitions] if settings.definitions else []))
    home = Home(settings.home).prepare()
    home.secret_key()
    database = open_database(settings.database)
    say("schema")
    if migrations.current(database) is not None:
        database.reading(lambda connection: refuse_changed(connection, library))
    migrations.upgrade(database)
    say("calendars")
    database.writing(lambda connection: install_calendars(connection, read_sheets(), today))
    say("Parties")
    parties = read_parties(package() / "reference" / "parties.csv")
    database.writing(lambda connection: install_parties(connection, parties))
    return Installation(settings, home, database, library)


def enter(settings: Settings, *, today: date) -> Installation:
    """The installation as this release left it; one that is new or older is prepared first."""
    database = open_database(settings.database)
    try:
        ready = migrations.current(database) == migrations.newest() and database.reading(_has_calendars)
    except Unavailable:
        ready = False  # A file that is not there yet; a server that is away is told by what comes next.
    if not ready:
        database.close()
        return prepare(settings, today=today)
    library = read_library(*([settings.definitions] if settings.definitions else []))
    database.reading(lambda connection: refuse_changed(connection, library))
    return Installation(settings, Home(settings.home), database, library)


def install_calendars(connection: Connection, sheets: dict[str, Sheet], today: date) -> int:
    """Install the calendars that have no row yet; answers how many. Those that have one are never touched."""
    there = {calendar.code for calendar in calendars.summaries(connection)}
    missing = [sheet for code, sheet in sheets.items() if code not in there]
    years = range(FIRST_YEAR, today.year + YEARS_AHEAD)
    for sheet in missing:
        _install(connection, sheet, years)
    return len(missing)


def refuse_changed(connection: Connection, library: Library) -> None:
    """Raises ChangedDefinition where cases run on a version whose files are changed or gone."""
    digests = {(one.key, one.version): one.digest for one in library.all()}
    pinned = versions.pinned(connection)
    changed = [f"{name[0]} v{name[1]}" for name, digest in pinned.items() if digests.get(name) != digest]
    if changed:
        raise ChangedDefinition(
            "{versions}: cases run on this, and its files are changed or gone. Put them back as they were; "
            "a change of rules is a new version, in a folder v2 beside v1.",
            versions=", ".join(sorted(changed)),
        )


def _has_calendars(connection: Connection) -> bool:
    return bool(calendars.summaries(connection))


def _install(connection: Connection, sheet: Sheet, years: range) -> None:
    listed = days(sheet, years)
    meetings = [(name, day) for name, dates in sheet.sessions.items() for day in dates]
    calendar = build(listing(sheet, years), listed, meetings)
    rows = [calendars.Day(one.day, one.name, one.worked, one.estimated, one.source) for one in listed]
    calendars.put(connection, calendar, kind=sheet.kind, listed=rows)
