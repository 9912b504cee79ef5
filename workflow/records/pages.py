"""Keyset pages of any query: sorted by unique columns, read from a place onwards or backwards.

A page costs the same wherever it lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, tuple_
from sqlmodel.sql.sqltypes import UTCDateTime

from workflow.records.databases.protocol import Connection

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: behind the row with these keys, or before it when going `back`; None: at the
    beginning.
    """

    keys: tuple[Any, ...] | None = None
    back: bool = False
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list in its order.

    `before` and `after` are the keys of its ends where more rows lie beyond them.
    """

    rows: tuple[Row, ...]
    before: tuple[Any, ...] | None
    after: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class Order:
    """The columns that a list is sorted by, all in one direction; together they are unique."""

    columns: tuple[Any, ...]
    descending: bool = False


def page(connection: Connection, rows: Select[Any], order: Order, place: Place) -> Page:
    """One page of a query."""
    downwards = order.descending != place.back
    statement = rows.order_by(*(one.desc() if downwards else one.asc() for one in order.columns))
    if place.keys is not None:
        keys = tuple_(*order.columns)
        here = tuple_(*_typed(order.columns, place.keys))
        statement = statement.where(keys < here if downwards else keys > here)
    found = [dict(row) for row in connection.execute(statement.limit(place.limit + 1)).mappings()]
    more, found = len(found) > place.limit, found[: place.limit]
    ordered = tuple(reversed(found)) if place.back else tuple(found)
    return _ends(ordered, order, more, place)


def of_rows(rows: Sequence[Row], names: Sequence[str], place: Place, *, descending: bool = False) -> Page:
    """One page of rows that are all there, in the order of these columns."""
    found = [(row, _told_keys(row[name] for name in names)) for row in rows]
    if place.keys is not None:
        here, upwards = _told_keys(place.keys), descending == place.back
        found = [(row, keys) for row, keys in found if (keys > here if upwards else keys < here)]
    more = len(found) > place.limit
    kept = found[-place.limit :] if place.back else found[: place.limit]
    earlier, later = (more, True) if place.back else (place.keys is not None, more)
    first, last = (tuple(kept[at][0][name] for name in names) for at in (0, -1)) if kept else (None, None)
    return Page(tuple(row for row, _ in kept), first if earlier else None, last if later else None)


def _told_keys(keys: Iterable[Any]) -> tuple[Any, ...]:
    """Keys that can be compared; a time may have been kept as text."""
    return tuple(key.isoformat() if isinstance(key, datetime) else key for key in keys)


def _ends(rows: tuple[Row, ...], order: Order, more: bool, place: Place) -> Page:
    came = place.keys is not None
    earlier, later = (more, came) if place.back else (came, more)
    names = [column.key for column in order.columns]
    first, last = (
        (tuple(row[name] for name in names) for row in (rows[0], rows[-1])) if rows else (None, None)
    )
    return Page(rows, first if earlier else None, last if later else None)


def _typed(columns: Sequence[Any], keys: Sequence[Any]) -> list[Any]:
    """Keys as values of their columns; a time may have been kept as text."""
    return [literal(_value(column, key), column.type) for column, key in zip(columns, keys, strict=True)]


def _value(column: Any, key: Any) -> Any:
    return (
        datetime.fromisoformat(key) if isinstance(column.type, UTCDateTime) and isinstance(key, str) else key
    )
