"""The answers of a case, version by version. Law: every version is kept; the latest accepted one counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workflow.records.databases.protocol import Connection
from workflow.records.values import loaded

_LATEST = """SELECT data FROM answer WHERE case_id = ? AND form = ? AND status = 'accepted'
    ORDER BY id DESC LIMIT 1"""


def accepted(
    connection: Connection, case_id: str, forms: Iterable[str]
) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """The latest accepted answers of these forms; a form that was never accepted is left out."""
    connection.flush()
    found = ((form, connection.rows(_LATEST, (case_id, form))) for form in forms)
    return tuple((form, loaded(rows[0][0])) for form, rows in found if rows)
