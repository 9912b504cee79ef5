"""Denials: who asked for what they may not see or do, noted after the request was refused.

Law: what is noted does not depend on whether what was asked for exists. There is one row for a person, what
they asked and an hour; what exceeds MOST rows for one of them in an hour is counted without saying what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import delete, select
from sqlmodel import col

from workflow.records.databases.protocol import Connection, Words
from workflow.records.pages import Order, Page, Place, page
from workflow.records.tables import DenialRow

KEY = ("hour", "person", "source", "operation", "asked", "status")
MOST = 200
LONGEST = 100
ANYTHING = "*"
"""Stands in the place of what was asked, where there was too much of it."""


@dataclass(frozen=True, slots=True)
class Denied:
    """`asked` is the id as it was asked for, `status` that of the answer. Of somebody who is not known there
    is the network they came from, `source`, in place of the person.
    """

    operation: str
    asked: str
    status: int
    person: str = ""
    source: str = ""


def note(connection: Connection, denied: Denied, at: datetime, *, times: int = 1) -> None:
    """Count a denial, so many times."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    texts = (denied.person, denied.source[:LONGEST], denied.operation, denied.asked[:LONGEST])
    now = connection.moment(at)
    connection.rows(_counted(connection.words), (connection.moment(hour), *texts, denied.status, now, times))


def listed(connection: Connection, place: Place, **equal: str | int | None) -> Page:
    """The latest first; of a `person`, an `operation`, a `status`."""
    rows = select(*DenialRow.__table__.columns)  # type: ignore[attr-defined]
    wanted = {name: value for name, value in equal.items() if value is not None}
    rows = rows.where(*(getattr(DenialRow, name) == value for name, value in wanted.items()))
    order = Order(tuple(col(getattr(DenialRow, name)) for name in ("last_at", *KEY)), descending=True)
    return page(connection, rows, order, place)


def forget(connection: Connection, before: datetime) -> int:
    """Let go of denials of before; says how many rows."""
    return connection.execute(delete(DenialRow).where(col(DenialRow.hour) < before)).rowcount


@cache
def _counted(words: Words) -> str:
    """One statement, whatever there is already: a row more, or a count raised."""
    text = "CAST(? AS varchar)"
    new = (
        f"SELECT {words.moment} AS hour, {text} AS person, {text} AS source, {text} AS operation, "
        f"{text} AS asked, CAST(? AS integer) AS status, {words.moment} AS at, CAST(? AS integer) AS times"
    )
    same = " AND ".join(f"d.{name} = n.{name}" for name in KEY)
    full = (
        f"(SELECT COUNT(*) FROM denial d WHERE d.hour = n.hour AND d.person = n.person) >= {MOST} "
        f"AND NOT EXISTS (SELECT 1 FROM denial d WHERE {same})"
    )
    kept = {
        "source": f"CASE WHEN n.person = '' AND {full} THEN '{ANYTHING}' ELSE n.source END",
        "asked": f"CASE WHEN {full} THEN '{ANYTHING}' ELSE n.asked END",
    }
    values = ", ".join(kept.get(name, f"n.{name}") for name in KEY)
    return (
        f"INSERT INTO denial ({', '.join(KEY)}, first_at, last_at, count) "
        f"SELECT {values}, n.at, n.at, n.times FROM ({new}) n WHERE n.times > 0 "
        f"ON CONFLICT ({', '.join(KEY)}) DO UPDATE "
        f"SET count = denial.count + excluded.count, last_at = excluded.last_at RETURNING count"
    )
