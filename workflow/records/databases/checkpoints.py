"""Checkpoints beside the writing: a thread of its own brings SQLite's log of changes into the file.

Law: no act waits for one. What cannot be done now is done later; a log that grew long for want of a pause is
worked off by the writer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from workflow.errors import CasewayError

ACTS = 24
"""They write about a thousand pages, which is when SQLite would stop for a checkpoint."""
LONGEST = 8000
"""So many pages of 4 KiB the log may have before the writer works it off."""


class Checkpoints:
    """`checkpoint` does one. The thread begins with the first."""

    def __init__(self, checkpoint: Callable[[], None]) -> None:
        self._checkpoint = checkpoint
        self._written = 0
        self._due = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None

    def written(self, acts: int) -> None:
        """So many acts are committed. Called by the one thread that writes."""
        self._written += acts
        if self._written < ACTS:
            return
        self._written = 0
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="checkpoints", daemon=True)
            self._thread.start()
        self._due.set()

    def close(self) -> None:
        self._closed = True
        self._due.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while self._due.wait() and not self._closed:
            self._due.clear()
            # A file that cannot be written now is told to whoever writes.
            with suppress(CasewayError):
                self._checkpoint()
