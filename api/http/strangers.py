"""Counting those whom nobody knows, in this process: not each of their requests is worth a commit."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

MOST = 4096
"""So many are counted apart before the counting begins anew."""


class Strangers:
    """What came without a token of anybody's, by operation and network.

    Told of are the first of an hour and then the second, fourth, eighth and so on, so that at most half of
    what came is not told yet.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._hour: tuple[int, ...] = ()
        self._counted: dict[tuple[str, str], int] = {}

    def count(self, operation: str, source: str, at: datetime) -> int:
        """How many are to be told of now."""
        with self._lock:
            hour = at.timetuple()[:4]
            if hour != self._hour or len(self._counted) >= MOST:
                self._hour, self._counted = hour, {}
            own = operation, source
            number = self._counted[own] = self._counted.get(own, 0) + 1
            power_of_two = number & (number - 1) == 0
            return max(1, number // 2) if power_of_two else 0
