"""Timers: the one next instant of each clock and scheduled task.

Law: reading what is due locks nothing; the case's lock decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from workflow.records.databases.protocol import Connection
from workflow.records.values import moment

# The index gives them oldest first, however many are still to come.
_DUE = "SELECT case_id, no, at FROM timer WHERE wake_at <= ? ORDER BY wake_at, case_id, no LIMIT ?"
_READ = "SELECT at FROM timer WHERE case_id = ? AND no = ?"
_FAILURES = "SELECT failures FROM timer WHERE case_id = ? AND no = ?"
_PUT_OFF = "UPDATE timer SET failures = ?, wake_at = ?, error = ? WHERE case_id = ? AND no = ?"
_FAILING = "SELECT case_id, no, at, failures, error FROM timer WHERE failures > 0 ORDER BY at, case_id, no"
_NEXT = "SELECT wake_at FROM timer ORDER BY wake_at LIMIT 1"


@dataclass(frozen=True, slots=True)
class Timer:
    """For task or clock `no` of the case, at the instant `at`."""

    case: str
    no: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Failing:
    """A timer that could not be fired so often, and what was said last."""

    timer: Timer
    failures: int
    error: str


def due(connection: Connection, now: datetime, limit: int) -> tuple[Timer, ...]:
    """What has come by now, oldest first."""
    rows = connection.rows(_DUE, (connection.moment(now), limit))
    return tuple(Timer(case, no, _at(at)) for case, no, at in rows)


def read(connection: Connection, case: str, no: int) -> datetime | None:
    """The instant of this timer now; None if it has fired or was cancelled."""
    rows = connection.rows(_READ, (case, no))
    return _at(rows[0][0]) if rows else None


def put_off(
    connection: Connection,
    case: str,
    no: int,
    now: datetime,
    *,
    error: str,
    first: timedelta,
    longest: timedelta,
) -> None:
    """Firing failed: try it again later, twice as late each time. Its own instant stays what it is."""
    rows = connection.rows(_FAILURES, (case, no))
    if not rows:
        return
    failures = int(rows[0][0]) + 1
    pause = min(first * 2 ** min(failures - 1, 20), longest)
    connection.write(_PUT_OFF, [(failures, connection.moment(now + pause), error[:2000], case, no)])


def failing(connection: Connection) -> tuple[Failing, ...]:
    """The timers that could not be fired, oldest first."""
    return tuple(
        Failing(Timer(case, no, _at(at)), failures, error)
        for case, no, at, failures, error in connection.rows(_FAILING)
    )


def next_at(connection: Connection) -> datetime | None:
    """When the next one comes; None if there is none."""
    rows = connection.rows(_NEXT)
    return _at(rows[0][0]) if rows else None


def _at(value: str | datetime) -> datetime:
    return value if isinstance(value, datetime) else moment(value)
