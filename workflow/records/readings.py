"""The log of who of the secretariat read which case in detail: a row per person, case and day.

Law: a row is never changed; reading the same case again on the same day adds nothing.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.pages import Order, Page, Place, page
from workflow.records.tables import METADATA, ReadingRow

_READING = METADATA.tables["reading"]


def note(connection: Connection, person: str, case_id: str, day: date, at: datetime, door: str) -> None:
    row = {"person": person, "case_id": case_id, "day": day, "first_at": at, "door": door}
    connection.execute(connection.insert(_READING).on_conflict_do_nothing(), row)


def of_case(connection: Connection, case_id: str, place: Place) -> Page:
    """Who read the case, the latest first."""
    rows = select(*_READING.columns).where(col(ReadingRow.case_id) == case_id)
    return page(connection, rows, _LATEST_FIRST, place)


def by_person(connection: Connection, person: str, place: Place) -> Page:
    """What the person read, the latest first."""
    rows = select(*_READING.columns).where(col(ReadingRow.person) == person)
    return page(connection, rows, _LATEST_FIRST, place)


_LATEST_FIRST = Order(
    (col(ReadingRow.first_at), col(ReadingRow.person), col(ReadingRow.case_id)), descending=True
)
