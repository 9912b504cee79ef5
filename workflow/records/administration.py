"""The administration's log: who changed accounts, mandates and other things that are no case, when and why.

Law: an entry is written in the transaction of the act that it tells of. It names things by their ids, never
by personal facts or secrets, for it is never changed: the database itself refuses it (triggers, in the
migration). The entries are one chain of hashes; docs/reference/audit.md says how, verify_administration.py
computes it with code of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.pages import Order, Page, Place, page
from workflow.records.statements import insert
from workflow.records.tables import AdministrationRow
from workflow.records.values import canonical
from workflow.rules.texts import refuse_nul

BEGINNING = "0" * 64
_END = "SELECT no, hash FROM administration ORDER BY no DESC LIMIT 1"


def note(
    connection: Connection,
    *,
    by: str,
    act: str,
    subject: str,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write that `by` (a person's id, or who owns the installation) did something about a subject.

    `act` is a verb ("grant_mandate"), `subject` a kind with an id ("person:amina"). Raises Malformed for a
    text that cannot be stored.
    """
    refuse_nul({"by": by, "subject": subject, "reason": reason, "data": data})
    end = connection.rows(_END)
    last, previous = end[0] if end else (0, BEGINNING)
    said = canonical(data or {})
    payload = canonical(
        {
            "act": act,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "data": said,
            "no": last + 1,
            "person": by,
            "reason": reason,
            "subject": subject,
        }
    )
    chained = sha256(f"{previous}\n{payload}".encode()).hexdigest()
    row = (last + 1, connection.moment(at), by, act, subject, said, reason, previous, chained)
    # Sent at once: of two that took the same number the later one is done again as a whole.
    connection.write(insert(AdministrationRow), [row])
    connection.flush()


def entries(
    connection: Connection, place: Place, *, subject: str | None = None, by: str | None = None
) -> Page:
    """The newest first, as they are stored; about a subject, by a person."""
    rows = select(*AdministrationRow.__table__.columns)  # type: ignore[attr-defined]
    if subject is not None:
        rows = rows.where(col(AdministrationRow.subject) == subject)
    if by is not None:
        rows = rows.where(col(AdministrationRow.person) == by)
    return page(connection, rows, Order((col(AdministrationRow.no),), descending=True), place)
