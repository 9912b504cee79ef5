"""The hot statements in the driver's own SQL, built once from the tables.

Places are written `?`, names are quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlmodel import SQLModel


@cache
def columns(table: type[SQLModel]) -> tuple[str, ...]:
    """The table's columns in their order, but for those that the database counts up itself."""
    found = table.metadata.tables[str(table.__tablename__)].columns
    return tuple(column.name for column in found if column.autoincrement is not True)


@cache
def insert(table: type[SQLModel]) -> str:
    names = columns(table)
    places = ", ".join("?" for _ in names)
    return f"INSERT INTO {table.__tablename__} ({quoted(names)}) VALUES ({places})"


@cache
def upsert(table: type[SQLModel]) -> str:
    """Insert a row, or put its values in place of those of the row with the same primary key."""
    keys = [column.name for column in table.metadata.tables[str(table.__tablename__)].primary_key]
    news = ", ".join(f'"{name}" = excluded."{name}"' for name in columns(table) if name not in keys)
    return f"{insert(table)} ON CONFLICT ({quoted(keys)}) DO UPDATE SET {news}"


def quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
