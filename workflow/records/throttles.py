"""How often somebody may try. Kept in rows, so that it holds over all processes.

Law: nothing is ever locked; attempts beyond the rate wait. A row says when nothing would be left of the
attempts made so far: each puts it off by `every`, and it may be at most `burst` attempts ahead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.tables import METADATA, ThrottleRow

_THROTTLE = METADATA.tables["throttle"]
NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class Rate:
    """So many attempts at once, and one more each time `every` has passed."""

    burst: int
    every: timedelta


def named(kind: str, *of: str) -> str:
    """The name of a limit: of a source, an account. Nobody can read from it what it is of."""
    return f"{kind}.{sha256(chr(0).join(of).encode()).hexdigest()[:40]}"


def charge(connection: Connection, limits: Mapping[str, Rate], at: datetime) -> timedelta:
    """Count an attempt against all these limits; or, where one is reached, against none, and answer how long
    to wait.
    """
    # In one order, so that two that need the same rows do not wait for each other.
    names = sorted(limits)
    fresh = [{"name": name, "free_at": at} for name in names]
    connection.execute(connection.insert(_THROTTLE).on_conflict_do_nothing(), fresh)
    free = {name: max(at, _locked(connection, name) or at) for name in names}
    wait = max((_excess(free[name] - at, limits[name]) for name in names), default=NOTHING)
    if wait > NOTHING:
        return wait
    for name in names:
        _write(connection, name, free[name] + limits[name].every)
    return NOTHING


def give_back(connection: Connection, limits: Mapping[str, Rate], at: datetime) -> None:
    """Count an attempt no more: it was a good one. Of what was forgotten meanwhile nothing counts."""
    for name in sorted(limits):
        if free_at := _locked(connection, name):
            _write(connection, name, max(at, free_at - limits[name].every))


def forget(connection: Connection, at: datetime) -> int:
    """Forget those of whose attempts nothing is left."""
    return connection.execute(delete(ThrottleRow).where(col(ThrottleRow.free_at) <= at)).rowcount


def _excess(ahead: timedelta, rate: Rate) -> timedelta:
    return ahead + rate.every - rate.burst * rate.every


def _locked(connection: Connection, name: str) -> datetime | None:
    found = select(col(ThrottleRow.free_at)).where(col(ThrottleRow.name) == name).with_for_update()
    free_at: datetime | None = connection.execute(found).scalar()
    return free_at


def _write(connection: Connection, name: str, free_at: datetime) -> None:
    connection.execute(update(ThrottleRow).where(col(ThrottleRow.name) == name).values(free_at=free_at))
