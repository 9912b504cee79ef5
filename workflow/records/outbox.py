"""How a row of the outbox, a notice, a bulletin or a link, is claimed, settled and sent once more.

Law: a claim is a lease with a fence. Who comes back with an old fence is not believed; what was claimed by
one who died is free when the lease ends.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, text, update
from sqlalchemy.sql.elements import TextClause
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.policy import Filter
from workflow.records.tables import BulletinRow, LinkRequestRow, NoticeRow

Owed = type[NoticeRow] | type[BulletinRow] | type[LinkRequestRow]


def take(
    connection: Connection, owed: Owed, now: datetime, *, limit: int, lease: timedelta, among: Filter
) -> Sequence[str]:
    """Claim what is due and free, oldest first, for as long as the lease; others pass it over. The ids."""
    wanted = select(col(owed.id)).where(due(owed, now), among)
    oldest = wanted.order_by(col(owed.next_attempt_at), col(owed.id)).limit(limit)
    ids = connection.execute(oldest.with_for_update(skip_locked=True)).scalars().all()
    if ids:
        taken = {"lease_until": now + lease, "fence": col(owed.fence) + 1}
        connection.execute(update(owed).where(col(owed.id).in_(ids)).values(taken))
    return ids


def settle(
    connection: Connection,
    owed: Owed,
    row_id: str,
    fence: int,
    status: str,
    *,
    at: datetime,
    next_attempt: datetime | None = None,
    error: str = "",
    **more: Any,
) -> bool:
    """Write what became of a claimed row. False if the claim is not valid any more."""
    outcome = {
        "status": status,
        "attempts": col(owed.attempts) + 1,
        "lease_until": None,
        "next_attempt_at": next_attempt or col(owed.next_attempt_at),
        "sent_at": at if status == "sent" else None,
        "error": error[:2000],
        **more,
    }
    own = and_(col(owed.id) == row_id, col(owed.fence) == fence, waiting(owed))
    return connection.execute(update(owed).where(own).values(outcome)).rowcount == 1


def replay(
    connection: Connection, owed: Owed, row_id: str, at: datetime, *, lost: Collection[str] = ("dead",)
) -> bool:
    """Send once more what is lost, with all attempts before it. False if it is not."""
    fresh = {"status": "pending", "attempts": 0, "next_attempt_at": at, "error": "", "lease_until": None}
    own = and_(col(owed.id) == row_id, col(owed.status).in_(lost))
    return connection.execute(update(owed).where(own).values(fresh)).rowcount == 1


def fresh(at: datetime) -> dict[str, Any]:
    """What a row has that is owed from now on and was never tried."""
    owed = {"status": "pending", "created_at": at, "next_attempt_at": at}
    return owed | {"attempts": 0, "fence": 0, "error": ""}


def due(owed: Owed, now: datetime) -> Filter:
    """The condition of being for anybody to send now."""
    free = or_(col(owed.lease_until).is_(None), col(owed.lease_until) <= now)
    return and_(waiting(owed), col(owed.next_attempt_at) <= now, free)


def waiting(owed: Owed) -> TextClause:
    """The condition of being tried, now or later."""
    # Written out, not as parameters: only so can the partial index serve.
    return text(f"{owed.__tablename__}.status IN ('pending', 'failed')")
