"""The next timer of each case of a replay. Law: the earliest first; then by case and number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush

from workflow.records import replays
from workflow.records.databases.protocol import Database


@dataclass(frozen=True, slots=True, order=True)
class Timer:
    """The timer `no` of a case, due at an instant."""

    at: datetime
    case: str
    no: int


class Agenda:
    """A case has at most one timer here, its earliest; it is looked up anew whenever the case took a step."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._coming: list[Timer] = []
        self._next: dict[str, Timer | None] = {}
        self._ends: dict[str, datetime] = {}

    def look(self, case: str, end: datetime) -> None:
        """Put the case's earliest timer on the agenda, if it comes before the end of the case's history."""
        self._ends[case] = end
        found = self._database.reading(lambda connection: replays.next_timer(connection, case))
        timer = Timer(found[0], case, found[1]) if found and found[0] <= end else None
        if timer and timer != self._next.get(case):
            heappush(self._coming, timer)
        self._next[case] = timer

    def pop(self, before: datetime) -> Timer | None:
        """The earliest timer that falls due before this instant; None if there is none."""
        while self._coming and self._coming[0].at < before:
            timer = heappop(self._coming)
            if self._next.get(timer.case) == timer:
                return timer
        return None

    def drop(self, case: str | None) -> None:
        """Let the case stand still: its timers wait till somebody looks again."""
        if case is not None:
            self._next[case] = None

    def fired(self, timer: Timer) -> None:
        """Look for the case's following timer. One that would not fire is left alone, not tried for ever."""
        self.look(timer.case, self._ends[timer.case])
