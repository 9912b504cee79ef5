"""All clocks that a case ever had, stopped ones too, and when its tasks ended. For reading only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from workflow.records import values
from workflow.records.databases.protocol import Connection
from workflow.records.tables import ClockRow, TaskRow
from workflow.rules.dates.deadlines import Terms


@dataclass(frozen=True, slots=True)
class StoredClock:
    """As rules/case.py's Clock; `due` of one that stopped is when it would have been due."""

    no: int
    subject: str
    name: str
    status: str
    task: int | None
    due: datetime | None
    terms: Terms


def stored(connection: Connection, case_id: str) -> tuple[StoredClock, ...]:
    """In the order in which they began."""
    columns = [getattr(ClockRow, name) for name in StoredClock.__slots__]
    own = select(*columns).where(col(ClockRow.case_id) == case_id).order_by(col(ClockRow.no))
    rows = connection.execute(own).mappings()
    return tuple(StoredClock(**{**row, "terms": values.terms(row["terms"])}) for row in rows)


def task_ends(connection: Connection, case_id: str) -> dict[int, datetime]:
    """When each task that has ended did so, by its number."""
    ended = (col(TaskRow.case_id) == case_id, col(TaskRow.ended_at).is_not(None))
    rows = connection.execute(select(col(TaskRow.no), col(TaskRow.ended_at)).where(*ended))
    return {row.no: row.ended_at for row in rows}
