"""Changes of calendars, and the running clocks derived anew because of them.

Law: a change is never left half done.

That work is left to do is written down together with the change; every batch of cases writes down how far it
came, in its own transaction. So whoever is interrupted, the next worker goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog

from workflow.errors import CasewayError, Unavailable
from workflow.records import administration, concerned, settings
from workflow.records.databases.protocol import Connection
from workflow.runtime.engine import Engine
from workflow.runtime.requests import new_id

BATCH = 50
MARK = "calendar_change."

log = structlog.get_logger()


class Rederiving:
    """Changes calendars and carries the change into every open case that it concerns."""

    def __init__(self, engine: Engine, *, batch: int = BATCH) -> None:
        self._engine = engine
        self._database = engine.database
        self._batch = batch

    def change(
        self,
        code: str,
        change: Callable[[Connection], object],
        *,
        by: str,
        reason: str,
        progress: Callable[[int], None] = lambda done: None,
    ) -> int:
        """Change the calendar `code` (an office's name, a Party's ISO code) and derive clocks anew.

        `reason` stands in the audit of every case that moved; answers how many did. `progress` is told how
        many cases were looked at. What `change` raises leaves all as it was.
        """
        at = self._engine.now()
        mark = MARK + new_id(at)
        left = {"calendar": code, "by": by, "reason": reason, "after": ""}

        def begin(connection: Connection) -> None:
            change(connection)
            settings.write(connection, mark, dict(left), at=at, by=by)
            subject = f"calendar:{code}"
            administration.note(
                connection, by=by, act="change_calendar", subject=subject, at=at, reason=reason
            )

        self._database.writing(begin)
        return self._finish(mark, left, progress)

    def finish(self) -> int:
        """Finish what others began and were stopped in; answers how many cases moved."""
        found = self._database.reading(lambda connection: settings.starting_with(connection, MARK))
        return sum(self._finish(mark, left, lambda done: None) for mark, left in found.items())

    def _finish(self, mark: str, left: Mapping[str, Any], progress: Callable[[int], None]) -> int:
        moved = looked_at = 0
        after = left["after"]
        while batch := self._next(left["calendar"], after):
            after = batch[-1]
            moved += self._derive(batch, mark, {**left, "after": after})
            looked_at += len(batch)
            progress(looked_at)
        self._database.writing(lambda connection: settings.remove(connection, mark))
        return moved

    def _next(self, code: str, after: str) -> list[str]:
        return self._database.reading(
            lambda connection: concerned.by_calendar(connection, code, after=after, limit=self._batch)
        )

    def _derive(self, batch: list[str], mark: str, left: Mapping[str, Any]) -> int:
        by, reason, at = left["by"], left["reason"], self._engine.now()

        def work(connection: Connection) -> int:
            receipts = [
                self._engine.rederive_within(connection, case, by=by, reason=reason) for case in batch
            ]
            settings.write(connection, mark, dict(left), at=at, by=by)
            return sum(bool(receipt.entries) for receipt in receipts)

        try:
            return self._database.writing(work)
        except Unavailable:
            raise
        except CasewayError as fault:
            if len(batch) == 1:
                log.error("a case's clocks could not be derived anew", case=batch[0], fault=str(fault))
                return 0
            return sum(self._derive([case], mark, {**left, "after": case}) for case in batch)
