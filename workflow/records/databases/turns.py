"""Taking turns: many threads want to write, one writes for all that wait.

Law: first come, first served, nobody is left out.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from workflow.records.databases.protocol import Again, Connection

T = TypeVar("T")

ATTEMPTS = 5


class Turn:
    """One thread's work: done or failed, or not yet."""

    def __init__(self, work: Callable[[Connection], Any]) -> None:
        self.work = work
        self.settled = False
        self.answer: Any = None
        self.error: BaseException | None = None
        self.awake = threading.Lock()
        self.awake.acquire()

    def do(self, connection: Connection) -> None:
        self.answer = self.work(connection)

    def fail_with(self, error: BaseException) -> None:
        self.error = self.error or error


class Turns:
    """`serve` is called by one thread at a time, with all works that wait."""

    def __init__(self, serve: Callable[[Sequence[Turn]], None]) -> None:
        self._serve = serve
        self._mutex = threading.Lock()
        self._waiting: list[Turn] = []
        self._busy = False
        self._leader: int | None = None

    def take(self, work: Callable[[Connection], T]) -> T:
        if self._leader == threading.get_ident():
            raise RuntimeError("A work that writes opened the writing door again; it would wait for itself")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return cast(T, self._once(work))
            except Again:
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    def _once(self, work: Callable[[Connection], Any]) -> Any:
        turn = Turn(work)
        if not self._leads(turn):
            turn.awake.acquire()
        if not turn.settled:
            self._serve_all()
        if turn.error is not None:
            raise turn.error
        return turn.answer

    def _leads(self, turn: Turn) -> bool:
        with self._mutex:
            self._waiting.append(turn)
            leads, self._busy = not self._busy, True
            return leads

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
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
            for turn in turns:
                turn.settled = True
                turn.awake.release()
            if following is not None:
                following.awake.release()
