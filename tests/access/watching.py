"""Which statements a piece of work asks of the database, whichever it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from workflow.records.databases.postgresql import PostgreSQLConnection
from workflow.records.databases.protocol import Connection
from workflow.records.databases.sqlite import SQLiteConnection


def statements(work: Callable[[], Any]) -> list[str]:
    """Their texts, in their order."""
    asked: list[str] = []

    def noting(real: Any) -> Any:
        def note(self: Any, statement: Any, *more: Any, **others: Any) -> Any:
            asked.append(" ".join(str(statement).split()))
            return real(self, statement, *more, **others)

        return note

    watched = [
        (kind, name) for kind in (SQLiteConnection, PostgreSQLConnection) for name in ("rows", "write")
    ]
    patches = [
        patch.object(kind, name, noting(getattr(kind, name)))
        for kind, name in [*watched, (Connection, "execute")]
    ]
    for one in patches:
        one.start()
    try:
        work()
    finally:
        for one in patches:
            one.stop()
    return asked
