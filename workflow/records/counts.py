"""How much waits in the database, for those who watch it. One statement; every part of it reads an index."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from workflow.records.databases.protocol import Connection
from workflow.records.values import moment

MEANING: Mapping[str, str] = {
    "cases_open": "Cases that are not closed.",
    "timers_pending": "Timers that are still to come or due.",
    "timers_late_seconds": "How long the oldest due timer has been waiting to fire.",
    "notices_pending": "Notices that wait to be sent, or to be tried again.",
    "notices_dead": "Notices that failed for good and wait for a person.",
    "bulletins_dead": "Bulletins that failed for good and wait for a person.",
}
_COUNTS = """
SELECT (SELECT COUNT(*) FROM cases WHERE NOT closed),
       (SELECT COUNT(*) FROM timer),
       (SELECT MIN(wake_at) FROM timer),
       (SELECT COUNT(*) FROM notice WHERE status IN ('pending', 'failed')),
       (SELECT COUNT(*) FROM notice WHERE status = 'dead'),
       (SELECT COUNT(*) FROM bulletin WHERE status = 'dead')
"""


def waiting(connection: Connection, now: datetime) -> dict[str, float]:
    """The numbers by the names in MEANING."""
    cases, timers, oldest, *unsent = connection.rows(_COUNTS)[0]
    late = max(now - moment(str(oldest)), timedelta()) if oldest else timedelta()
    return dict(zip(MEANING, (cases, timers, late.total_seconds(), *unsent), strict=True))


def cases(connection: Connection) -> int:
    """How many cases there are, closed ones too."""
    return int(connection.rows("SELECT COUNT(*) FROM cases")[0][0])
