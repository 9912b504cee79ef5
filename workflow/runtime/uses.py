"""That tokens and sessions were used: written now and then, away from the requests that use them.

Law: a request waits for no write; what is lost with a process is some minutes of "last used".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock

from workflow.records import sessions, tokens
from workflow.records.databases.protocol import Connection, Database


class Uses:
    """One per process; safe to call from any number of threads."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._lock = Lock()
        self._tokens: set[str] = set()
        self._sessions: set[str] = set()

    def of_token(self, digest: str) -> None:
        with self._lock:
            self._tokens.add(digest)

    def of_session(self, digest: str) -> None:
        with self._lock:
            self._sessions.add(digest)

    def write(self) -> None:
        """Write all that was used since the last time."""
        with self._lock:
            used, self._tokens = self._tokens, set()
            seen, self._sessions = self._sessions, set()
        if not used and not seen:
            return
        at = self._now()

        def work(connection: Connection) -> None:
            tokens.used(connection, sorted(used), at)
            sessions.seen(connection, sorted(seen), at)

        self._database.writing(work)
