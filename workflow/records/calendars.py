"""The rows of calendars as values, and back.

Law: every edit gives the calendar a new edition, so that nobody uses an old copy.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import col

from workflow.errors import Fault, Malformed, Phrase
from workflow.records.databases.protocol import Connection
from workflow.records.tables import CalendarRow, HolidayRow, SessionRow
from workflow.rules.dates.calendars import Calendar


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is not what its weekday says: a holiday, or (`worked`) a day of the weekend that is worked.

    `source` is `library` or `own`; `estimated` marks a date that is not certain yet.
    """

    day: date
    name: str
    worked: bool = False
    estimated: bool = False
    source: str = "own"


@dataclass(frozen=True, slots=True)
class Summary:
    """A calendar in a list of calendars."""

    code: str
    kind: str
    name: str
    zone: str
    listed: bool


def remembered(connection: Connection, code: str, edition: str | None) -> Calendar:
    """The calendar in this edition, read once.

    Where there is none yet: Monday to Friday, marked as not listed.
    """
    if edition is None:
        return Calendar(name=code, listed=False)
    known: Calendar | None = connection.remembered.get(("calendar", code, edition))
    if known is None:
        known = connection.remembered["calendar", code, edition] = load(connection, code)
    return known


def current(connection: Connection, code: str) -> Calendar:
    """The calendar as it stands, without reading what was read before."""
    edition = select(col(CalendarRow.edition)).where(col(CalendarRow.code) == code)
    return remembered(connection, code, connection.execute(edition).scalar())


def load(connection: Connection, code: str) -> Calendar:
    """The calendar as it stands. Raises Malformed for an unknown code."""
    row = connection.execute(select(CalendarRow).where(col(CalendarRow.code) == code)).one_or_none()
    if row is None:
        raise _unknown(code)
    found = days(connection, code)
    return Calendar(
        name=code,
        zone=row.zone,
        weekend=frozenset(row.weekend),
        days_off={day.day: day.name for day in found if not day.worked},
        working_dates=frozenset(day.day for day in found if day.worked),
        hours=tuple((time.fromisoformat(start), time.fromisoformat(end)) for start, end in row.hours),
        cut_off=time.fromisoformat(row.cut_off),
        sessions=sessions(connection, code),
        listed=row.listed,
        years=(row.first_year, row.last_year) if row.first_year and row.last_year else None,
    )


def days(connection: Connection, code: str) -> tuple[Day, ...]:
    """All days of the calendar that are not what their weekday says, in their order."""
    names = ("day", "name", "worked", "estimated", "source")
    columns = [getattr(HolidayRow, name) for name in names]
    found = select(*columns).where(col(HolidayRow.calendar) == code).order_by(col(HolidayRow.day))
    return tuple(Day(*row) for row in connection.execute(found))


def sessions(connection: Connection, code: str) -> dict[str, tuple[date, ...]]:
    """The dates on which bodies meet, by the name of the session."""
    columns = (col(SessionRow.name), col(SessionRow.day))
    found = select(*columns).where(col(SessionRow.calendar) == code).order_by(*columns)
    dates: dict[str, list[date]] = {}
    for name, day in connection.execute(found):
        dates.setdefault(name, []).append(day)
    return {name: tuple(listed) for name, listed in dates.items()}


def summaries(connection: Connection) -> tuple[Summary, ...]:
    """Every calendar, offices first."""
    columns = [getattr(CalendarRow, name) for name in ("code", "kind", "name", "zone", "listed")]
    found = select(*columns).order_by(col(CalendarRow.kind), col(CalendarRow.code))
    return tuple(Summary(*row) for row in connection.execute(found))


def put(
    connection: Connection, calendar: Calendar, *, kind: str, title: str = "", listed: Sequence[Day] = ()
) -> None:
    """Make the calendar, or put it in place of the one of this name (`calendar.name` is the code).

    `listed` are its days.
    """
    first, last = calendar.years or (None, None)
    row = {
        "code": calendar.name,
        "kind": kind,
        "name": title or calendar.name,
        "zone": calendar.zone,
        "weekend": sorted(calendar.weekend),
        "hours": [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in calendar.hours],
        "cut_off": f"{calendar.cut_off:%H:%M}",
        "listed": calendar.listed,
        "first_year": first,
        "last_year": last,
        "edition": _new_edition(),
    }
    connection.put(CalendarRow, [row])
    for table in (HolidayRow, SessionRow):
        connection.execute(delete(table).where(table.calendar == calendar.name))  # type: ignore[arg-type]
    connection.put(HolidayRow, [_row(calendar.name, day) for day in listed])
    dates = [(name, day) for name, dates in calendar.sessions.items() for day in dates]
    connection.put(SessionRow, [{"calendar": calendar.name, "name": name, "day": day} for name, day in dates])


def add_days(connection: Connection, code: str, added: Collection[Day]) -> None:
    """Add days, or put them in place of those of the same date. Raises Malformed for an unknown code."""
    _touch(connection, code)
    connection.put(HolidayRow, [_row(code, day) for day in added])


def remove_days(connection: Connection, code: str, removed: Collection[date]) -> int:
    """Remove days; answers how many were there. Raises Malformed for an unknown code."""
    _touch(connection, code)
    found = delete(HolidayRow).where(col(HolidayRow.calendar) == code, col(HolidayRow.day).in_(removed))
    return connection.execute(found).rowcount


def add_session(connection: Connection, code: str, name: str, day: date) -> None:
    """Say that a body meets on a day. Raises Malformed for an unknown code."""
    _touch(connection, code)
    connection.put(SessionRow, [{"calendar": code, "name": name, "day": day}])


def remove_session(connection: Connection, code: str, name: str, day: date) -> int:
    """Take a session off; answers how many were there. Raises Malformed for an unknown code."""
    _touch(connection, code)
    own = (col(SessionRow.calendar) == code, col(SessionRow.name) == name, col(SessionRow.day) == day)
    return connection.execute(delete(SessionRow).where(*own)).rowcount


def _row(code: str, day: Day) -> dict[str, Any]:
    """One of sixty thousand at a first start: nothing is copied that need not be."""
    return {
        "calendar": code,
        "day": day.day,
        "name": day.name,
        "worked": day.worked,
        "estimated": day.estimated,
        "source": day.source,
    }


def _touch(connection: Connection, code: str) -> None:
    edited = update(CalendarRow).where(col(CalendarRow.code) == code).values(edition=_new_edition())
    if connection.execute(edited).rowcount == 0:
        raise _unknown(code)


def _new_edition() -> str:
    return secrets.token_hex(8)


def _unknown(code: str) -> Malformed:
    said = Phrase(
        "'{code}' is not a calendar; write an office's name, as paris, or a Party's ISO 3166 code, as KE",
        {"code": code},
    )
    return Malformed((Fault("/calendar", said),))
