"""Firing what is due: read without locking, oldest first; lock each case, read again, fire.

Law: a timer fires once.

Firing has no effect outside the database, so it needs no lease: what a dead worker held is free as soon as
its connection is gone. Timers of several cases share a commit; if one of them fails, each is tried by
itself, and the one that fails is put off, so that it holds nobody up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog

from workflow.errors import CasewayError, Unavailable
from workflow.records import timers
from workflow.records.timers import Timer
from workflow.runtime.engine import Engine

BATCH = 100
SHARED = 20
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)

log = structlog.get_logger()


class Firing:
    """Works off due timers. Any number of them may run, in any number of processes."""

    def __init__(self, engine: Engine, *, batch: int = BATCH, shared: int = SHARED) -> None:
        self._engine = engine
        self._batch = batch
        self._shared = shared

    def fire_due(self) -> int:
        """Fire what is due now, one batch; says how many fired. What another worker is at is passed over."""
        now = self._engine.now()
        due = self._engine.database.reading(lambda connection: timers.due(connection, now, self._batch))
        shares = (due[start : start + self._shared] for start in range(0, len(due), self._shared))
        return sum(self._fire(share) for share in shares)

    def fire_all_due(self) -> int:
        """Work off everything that is due, whatever becomes due by it included; says how many fired."""
        total = 0
        while fired := self.fire_due():
            total += fired
        return total

    def _fire(self, due: Sequence[Timer]) -> int:
        try:
            return sum(receipt is not None for receipt in self._engine.fire_all(due))
        except Unavailable:
            raise
        except Exception as fault:
            if len(due) == 1:
                self._put_off(due[0], fault)
                return 0
            return sum(self._fire([one]) for one in due)

    def _put_off(self, due: Timer, fault: Exception) -> None:
        """Not lost: it comes again later, and whoever looks at the timers sees what it said."""
        said = str(fault) if isinstance(fault, CasewayError) else f"{type(fault).__name__}: {fault}"
        log.error("a timer could not be fired", case=due.case, no=due.no, at=due.at.isoformat(), fault=said)
        now = self._engine.now()
        self._engine.database.writing(
            lambda connection: timers.put_off(
                connection, due.case, due.no, now, error=said, first=FIRST_PAUSE, longest=LONGEST_PAUSE
            )
        )
