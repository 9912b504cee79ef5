"""Noting that somebody of the secretariat reads a case in detail. Law: what cannot be noted is not shown.

It is noted before the answer goes out, once per person, case and day; whoever reads on costs nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from threading import Lock

from workflow.records import readings
from workflow.records.databases.protocol import Database
from workflow.rules.commands import AUDITOR
from workflow.runtime.requests import View

MOST = 100_000
"""How many readings of a day a process remembers; beyond, it asks the database again."""


class Readings:
    """Remembers what was noted today; safe to use from any number of threads."""

    def __init__(
        self, database: Database, now: Callable[[], datetime], today: Callable[[], date], door: str
    ) -> None:
        self._database = database
        self._now = now
        self._today = today
        self._door = door
        self._noted: tuple[date | None, set[tuple[str, str]]] = (None, set())
        self._lock = Lock()

    def note(self, view: View) -> None:
        """In a transaction of its own. Raises Unavailable where the database takes nothing now."""
        if not _of_the_secretariat(view):
            return
        person, case, day = view.actor.person, view.case.id, self._today()
        with self._lock:
            known, noted = self._noted
            if known == day and (person, case) in noted:
                return
        self._database.writing(
            lambda connection: readings.note(connection, person, case, day, self._now(), self._door)
        )
        with self._lock:
            known, noted = self._noted
            if known != day or len(noted) >= MOST:
                noted = set()
            noted.add((person, case))
            self._noted = (day, noted)


def _of_the_secretariat(view: View) -> bool:
    """By any role that the person has in this case, whichever shows it to them; auditors are staff too."""
    roles = view.definition.format.roles
    return any(
        role == AUDITOR or (role in roles and roles[role].side == "secretariat") for role in view.actor.roles
    )
