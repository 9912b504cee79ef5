"""`caseway calendar`: days off, worked days and sessions. A change derives running clocks anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

import typer

from api.cli import finding
from api.cli.house import House, open_house
from api.cli.options import Administrator, Json
from api.cli.output import as_json, counted, say, table, warn
from workflow.records import calendars
from workflow.records.databases.protocol import Connection
from workflow.runtime.calendars import unknown
from workflow.runtime.meetings import bodies, check_body
from workflow.runtime.rederiving import Rederiving

Code = Annotated[
    str, typer.Argument(metavar="CODE", help="An office's name (paris) or a Party's ISO code (KE).")
]
Day = Annotated[datetime, typer.Argument(metavar="DAY", formats=["%Y-%m-%d"], help="A date, as 2026-07-14.")]
Year = Annotated[int | None, typer.Option(help="Only this year. Default: this one.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="What the day is.")]
Body = Annotated[str, typer.Argument(metavar="BODY", help="The body that meets, as definitions call it.")]
Worked = Annotated[bool, typer.Option("--worked", help="The day is worked, although it is in the weekend.")]
Remove = Annotated[bool, typer.Option("--remove", help="It does not meet that day.")]
Why = Annotated[str, typer.Option("--reason", help="Why; it stands in the audit of every case that moves.")]


def show(code: Code, year: Year = None, json: Json = False) -> None:
    """Show a calendar: its weekend, hours, sessions, and the days off of a year.

    `caseway calendar show paris --year 2026`
    """
    with open_house() as house:
        named = _named(house, code)
        calendar = house.read(lambda connection: calendars.load(connection, named))
        wanted = year or house.engine.today().year
        days = [
            one
            for one in house.read(lambda connection: calendars.days(connection, named))
            if one.day.year == wanted
        ]
    if json:
        return as_json(
            {
                "calendar": calendar.name,
                "zone": calendar.zone,
                "weekend": sorted(calendar.weekend),
                "days": days,
                "sessions": calendar.sessions,
            }
        )
    weekend = ", ".join(_weekday(one) for one in sorted(calendar.weekend))
    say(f"{calendar.name}: {calendar.zone}, weekend {weekend}")
    if not calendar.listed:
        say("No list of its holidays is known: Monday to Friday are worked.")
    for body, dates in calendar.sessions.items():
        say(f"{body} meets {', '.join(map(str, dates))}")
    rows = [
        (one.day, "worked" if one.worked else "off", one.name, "estimated" if one.estimated else one.source)
        for one in days
    ]
    return table(("day", "", "what", "from"), rows, f"No days off are known in {wanted}.")


def add(
    code: Code,
    day: Day,
    name: Name,
    by: Administrator = None,
    worked: Worked = False,
    reason: Why = "",
    json: Json = False,
) -> None:
    """Add a day off, or with --worked a day that is worked. Running clocks follow.

    `caseway calendar add paris 2026-05-15 "Office closed" --as demo-administrator`
    """
    added = calendars.Day(day.date(), name, worked)
    _change(
        code,
        by,
        reason or f"{added.day}: {name}",
        json,
        lambda there, named: calendars.add_days(there, named, [added]),
    )


def remove(code: Code, day: Day, by: Administrator = None, reason: Why = "", json: Json = False) -> None:
    """Take a day off or a worked day away. Running clocks follow.

    `caseway calendar remove paris 2026-05-15 --as demo-administrator`
    """
    gone = day.date()
    _change(
        code,
        by,
        reason or f"{gone}: removed",
        json,
        lambda there, named: calendars.remove_days(there, named, [gone]),
    )


def session(
    code: Code,
    body: Body,
    day: Day,
    by: Administrator = None,
    removed: Remove = False,
    reason: Why = "",
    json: Json = False,
) -> None:
    """Say that a body meets on a day, or with --remove that it does not.

    `caseway calendar session paris committee 2027-02-09 --as demo-administrator`
    """
    if not removed:
        _check_body(body)
    work = calendars.remove_session if removed else calendars.add_session
    why = reason or f"{body} {'does not meet' if removed else 'meets'} on {day.date()}"
    _change(code, by, why, json, lambda there, named: work(there, named, body, day.date()))


def _check_body(body: str) -> None:
    with open_house() as house:
        check_body(house.library, body)
        if body not in bodies(house.library):
            warn(f"No definition waits for a session of '{body}' yet.")


def _change(code: str, by: str | None, reason: str, json: bool, change: Callable[[Any, str], object]) -> None:
    with open_house() as house:
        who = finding.administrator(house, by)
        named = _named(house, code)
        before = house.read(lambda connection: _told(connection, named))
        looked = 0

        def told(cases: int) -> None:
            nonlocal looked
            looked = cases

        moved = Rederiving(house.engine).change(
            named, lambda connection: change(connection, named), by=who, reason=reason, progress=told
        )
        changed = house.read(lambda connection: _told(connection, named)) != before
    if json:
        return as_json({"calendar": named, "changed": changed, "cases": moved})
    if not changed:
        return say(f"Calendar {named} said so already; nothing is changed.")
    if not moved:
        warn("No running clock moved.")
    return say(f"Calendar {named} is changed; the clocks of {counted(moved, 'case')} moved.")


def _told(connection: Connection, code: str) -> tuple[object, ...]:
    """What a change may change of a calendar."""
    return calendars.days(connection, code), calendars.load(connection, code).sessions


def _named(house: House, code: str) -> str:
    """The code as it is stored, whatever its letters' case. Raises UnknownCalendar with the nearest ones."""
    known = {one.code.lower(): one.code for one in house.read(calendars.summaries)}
    if code.lower() not in known:
        raise unknown(code, known.values())
    return known[code.lower()]


def _weekday(number: int) -> str:
    return f"{date(2024, 1, 1 + number):%A}"
