"""Switches of the whole house, as `sending_paused`. One row each, with who turned it and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.tables import SettingRow

SENDING_PAUSED = "sending_paused"


def is_on(connection: Connection, name: str) -> bool:
    return read(connection, name).get("on") is True


def turn(
    connection: Connection, name: str, *, on: bool, at: datetime, by: str | None = None, reason: str = ""
) -> None:
    write(connection, name, {"on": on, "reason": reason}, at=at, by=by)


def read(connection: Connection, name: str) -> dict[str, Any]:
    """The setting's value; empty where it was never set."""
    row = connection.execute(select(col(SettingRow.value)).where(col(SettingRow.name) == name)).one_or_none()
    return dict(row[0]) if row else {}


def write(
    connection: Connection, name: str, value: dict[str, Any], *, at: datetime, by: str | None = None
) -> None:
    connection.put(SettingRow, [{"name": name, "value": value, "at": at, "person": by}])


def try_to_write(connection: Connection) -> None:
    """Fails where nothing can be written; changes nothing."""
    connection.write("UPDATE setting SET name = name WHERE name IS NULL", [()])


def starting_with(connection: Connection, beginning: str) -> dict[str, dict[str, Any]]:
    """All settings whose names begin so, by name."""
    own = col(SettingRow.name).startswith(beginning, autoescape=True)
    found = select(col(SettingRow.name), col(SettingRow.value)).where(own).order_by(col(SettingRow.name))
    return {name: dict(value) for name, value in connection.execute(found)}


def remove(connection: Connection, name: str) -> None:
    connection.execute(delete(SettingRow).where(col(SettingRow.name) == name))
