"""Calendars of the secretariat and of the Parties.

A change derives the running clocks anew that count with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import Path, Query

from api.http.bodies import Day, Key
from api.http.bodies_of_administration import DayBody
from api.http.declared import ADMINISTERING, READING, READING_ONE
from api.http.doors import AdministratorsDoor, Door
from api.http.faults import in_path
from api.http.idempotency import answered_before, keep
from api.http.identity import Caller, TheCaller
from api.http.replies_of_reference import (
    CalendarReply,
    CalendarsReply,
    CalendarSummary,
    ChangedCases,
    DayReply,
)
from api.http.wings import Wing
from workflow.errors import Malformed, NotFound
from workflow.records import calendars
from workflow.records.databases.protocol import Connection
from workflow.rules.dates.calendars import Calendar
from workflow.runtime.meetings import check_body
from workflow.runtime.rederiving import Rederiving

Code = Annotated[
    str, Path(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$", description="an office's name, or a Party's code")
]
TheDay = Annotated[Day, Path(description="as 2026-07-14")]
Session = Annotated[
    str, Path(pattern=r"^[a-z][a-z0-9_]*$", max_length=100, description="the body that meets")
]
Why = Annotated[
    str, Query(max_length=4000, description="stands in the audit of every case whose clocks move")
]

router = Wing(prefix="/api/calendars", tags=["reference"], route_class=Door)
administration = Wing(prefix="/api/calendars/{code}", tags=["reference"], route_class=AdministratorsDoor)


@router.get("", operation_id="list_calendars", summary="Every calendar, offices first", responses=READING)
def list_calendars(caller: TheCaller) -> CalendarsReply:
    found = caller.read(calendars.summaries)
    return CalendarsReply(items=[CalendarSummary.model_validate(one, from_attributes=True) for one in found])


@router.get(
    "/{code}", operation_id="get_calendar", summary="One calendar with its days", responses=READING_ONE
)
def get_calendar(caller: TheCaller, code: Code) -> CalendarReply:
    """Days are those that are not what their weekday says: holidays, and weekend days that are worked."""
    return caller.read(lambda connection: _whole(connection, code))


@administration.put(
    "/days/{day}", operation_id="put_day", summary="Add a holiday or a worked day", responses=ADMINISTERING
)
def put_day(caller: TheCaller, code: Code, day: TheDay, body: DayBody, key: Key = None) -> ChangedCases:
    """For administrators. It takes the place of what was said of that day."""
    added = calendars.Day(day, body.name, body.worked)
    reason = body.reason or f"{day}: {body.name}"
    asked = {"put day": [code, day], **body.model_dump()}
    return _change(caller, code, key, asked, reason, lambda there: calendars.add_days(there, code, [added]))


@administration.delete(
    "/days/{day}",
    operation_id="remove_day",
    summary="Remove a holiday or a worked day",
    responses=ADMINISTERING,
)
def remove_day(caller: TheCaller, code: Code, day: TheDay, reason: Why = "", key: Key = None) -> ChangedCases:
    """For administrators. The day is again what its weekday says."""

    def work(connection: Connection) -> None:
        if not calendars.remove_days(connection, code, [day]):
            raise NotFound("Calendar {code} says nothing of {day}.", code=code, day=day)

    return _change(caller, code, key, {"remove day": [code, day]}, reason or f"{day}: removed", work)


@administration.put(
    "/sessions/{name}/{day}",
    operation_id="put_session",
    summary="A body meets that day",
    responses=ADMINISTERING,
)
def put_session(
    caller: TheCaller, code: Code, name: Session, day: TheDay, reason: Why = "", key: Key = None
) -> ChangedCases:
    """For administrators. Deadlines that wait for the next session are derived anew."""
    caller.administrate()
    with in_path():
        check_body(caller.engine.library, name)
    asked, why = {"put session": [code, name, day]}, reason or f"{name} meets on {day}"
    return _change(caller, code, key, asked, why, lambda there: calendars.add_session(there, code, name, day))


@administration.delete(
    "/sessions/{name}/{day}",
    operation_id="remove_session",
    summary="It does not meet",
    responses=ADMINISTERING,
)
def remove_session(
    caller: TheCaller, code: Code, name: Session, day: TheDay, reason: Why = "", key: Key = None
) -> ChangedCases:
    """For administrators."""

    def work(connection: Connection) -> None:
        if not calendars.remove_session(connection, code, name, day):
            raise NotFound("No session {name} on {day} in calendar {code}.", name=name, day=day, code=code)

    asked = {"remove session": [code, name, day]}
    return _change(caller, code, key, asked, reason or f"{name} does not meet on {day}", work)


def _change(
    caller: Caller,
    code: str,
    key: str | None,
    asked: Mapping[str, object],
    reason: str,
    work: Callable[[Connection], object],
) -> ChangedCases:
    """Change the calendar and what counts with it.

    Done again it changes nothing, so its answer may be kept afterwards.
    """
    by = caller.administrate()
    stored = caller.read(lambda connection: answered_before(connection, caller, key, asked))
    if stored is not None:
        return ChangedCases(**stored)
    caller.read(lambda connection: _known(connection, code))

    def change(connection: Connection) -> object:
        caller.keep_rights(connection)
        return work(connection)

    moved = Rederiving(caller.engine).change(code, change, by=by, reason=reason)
    answer = ChangedCases(calendar=code, cases=moved)
    caller.engine.database.writing(
        lambda connection: keep(connection, caller, key, asked, answer.model_dump())
    )
    return answer


def _known(connection: Connection, code: str) -> Calendar:
    try:
        return calendars.load(connection, code)
    except Malformed:
        raise NotFound("There is no calendar '{code}'; /api/calendars lists them.", code=code) from None


def _whole(connection: Connection, code: str) -> CalendarReply:
    calendar = _known(connection, code)
    summary = next(one for one in calendars.summaries(connection) if one.code == code)
    first, last = calendar.years or (None, None)
    return CalendarReply(
        **CalendarSummary.model_validate(summary, from_attributes=True).model_dump(),
        weekend=sorted(calendar.weekend),
        hours=[[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in calendar.hours],
        cut_off=f"{calendar.cut_off:%H:%M}",
        first_year=first,
        last_year=last,
        days=[DayReply.model_validate(one, from_attributes=True) for one in calendars.days(connection, code)],
        sessions={name: list(dates) for name, dates in calendar.sessions.items()},
    )
