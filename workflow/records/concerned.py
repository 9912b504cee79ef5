"""Which open cases a calendar concerns: all of them its office's, or those of the Parties that keep it."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import col

from workflow.records.cases import SECRETARIAT
from workflow.records.databases.protocol import Connection
from workflow.records.tables import CaseRow, PartyRow


def by_calendar(connection: Connection, code: str, *, after: str, limit: int) -> list[str]:
    """The ids of such cases that come after `after`, in their order."""
    wanted = select(col(CaseRow.id)).where(col(CaseRow.closed).is_(False), col(CaseRow.id) > after)
    if code != SECRETARIAT:
        kept = func.coalesce(col(PartyRow.calendar), col(PartyRow.code)) == code
        wanted = wanted.where(col(CaseRow.party).in_(select(col(PartyRow.code)).where(kept)))
    return list(connection.execute(wanted.order_by(col(CaseRow.id)).limit(limit)).scalars())
