"""Taking turns: many threads want to write, one writes for all that wait.

Law: first come, first served; nobody is left out, and nobody waits longer than there is patience.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from workflow.errors import Busy
from workflow.records.databases.protocol import PATIENCE, Again, Connection

T = TypeVar("T")

ATTEMPTS = 5


class Turn:
    """One thread's work: done or failed, or not yet."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.work = work
        self.settled = False
        self.leads = False
        self.answer: Any = None
        self.error: BaseException | None = None
        self.came = time.monotonic()
        self.awake = threading.Lock()
        self.awake.acquire()

    def do(self, connection: Connection) -> None:
        self.answer = self.work(connection)

    def fail_with(self, error: BaseException) -> None:
        self.error = self.error or error


class Turns:
    """`serve` is called by one thread at a time, with all works that wait."""

    def __init__(self, serve: Callable[[Sequence[Turn]], None], patience: float = PATIENCE) -> None:
        self._serve = serve
        self._patience = patience
        self._mutex = threading.Lock()
        self._waiting: list[Turn] = []
        self._busy = False
        self._leader: int | None = None

    def take(self, work: Callable[[Connection], T]) -> T:
        if self._leader == threading.get_ident():
            raise RuntimeError("A work that writes opened the writing door again; it would wait for itself")
        for _ in range(ATTEMPTS):
            try:
                return cast(T, self._once(work))
            except Again:
                continue
        raise Busy("Too many want the same at once; nothing was changed, try again")

    def _once(self, work: Callable[[Connection], Any]) -> Any:
        turn = Turn(work)
        self._queue(turn)
        try:
            self._wait(turn)
        except BaseException:
            self._abandon(turn)
            raise
        if not turn.settled:
            self._serve_all()
        if turn.error is not None:
            raise turn.error
        return turn.answer

    def _wait(self, turn: Turn) -> None:
        """Raises Busy. A turn that is being served is waited for: nobody knows yet what comes of it."""
        if not turn.awake.acquire(timeout=self._patience):
            if self._abandon(turn):
                raise Busy
            turn.awake.acquire()

    def _queue(self, turn: Turn) -> None:
        with self._mutex:
            self._waiting.append(turn)
            if not self._busy:
                self._hand_on()

    def _abandon(self, turn: Turn) -> bool:
        """A thread that waits goes; if it was to lead, the next one does. False where it is being served."""
        with self._mutex:
            if turn not in self._waiting:
                return False
            self._waiting.remove(turn)
            if turn.leads:
                self._hand_on()
            return True

    def _hand_on(self) -> None:
        """Let the first who waits lead."""
        self._busy = bool(self._waiting)
        if self._waiting:
            self._waiting[0].leads = True
            self._waiting[0].awake.release()

    def _serve_all(self) -> None:
        """Serve who waits now, wake them, and hand the lead to the first who came meanwhile."""
        with self._mutex:
            turns, self._waiting = self._waiting, []
        self._leader = threading.get_ident()
        try:
            self._serve(turns)
        finally:
            self._leader = None
            with self._mutex:
                for turn in turns:
                    turn.settled = True
                    if not turn.leads:
                        turn.awake.release()
                self._hand_on()
