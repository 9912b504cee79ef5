"""Conflicts of interest with Parties as persons declared them: from when, and till when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select, update
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.tables import CaseRow, ConflictRow, NoticeRow, TaskRow


@dataclass(frozen=True, slots=True)
class Declared:
    """`withdrawn_at` None: it stands."""

    party: str
    declared_at: datetime
    withdrawn_at: datetime | None


def declared(connection: Connection, person: str) -> tuple[Declared, ...]:
    """All that the person ever declared, by Party, the oldest first."""
    columns = (col(ConflictRow.party), col(ConflictRow.declared_at), col(ConflictRow.withdrawn_at))
    found = select(*columns).where(col(ConflictRow.person) == person)
    ordered = found.order_by(col(ConflictRow.party), col(ConflictRow.declared_at))
    return tuple(Declared(*row) for row in connection.execute(ordered))


def keep(connection: Connection, person: str, parties: Collection[str], at: datetime) -> None:
    """Keep when those among these began that did not stand yet, and when those ended that stood till now."""
    standing = {one.party for one in declared(connection, person) if one.withdrawn_at is None}
    ended = (
        col(ConflictRow.person) == person,
        col(ConflictRow.party).in_(standing - set(parties)),
        col(ConflictRow.withdrawn_at).is_(None),
    )
    connection.execute(update(ConflictRow).where(*ended).values(withdrawn_at=at))
    fresh = {"person": person, "declared_at": at, "withdrawn_at": None}
    if began := sorted(set(parties) - standing):
        # Withdrawn and declared again at the same instant, it stands as before.
        connection.put(ConflictRow, [fresh | {"party": one} for one in began])


def take_off(connection: Connection, person: str, parties: Collection[str]) -> None:
    """Drop what is owed to the person and not sent yet of the cases of these Parties."""
    theirs = select(col(CaseRow.id)).where(col(CaseRow.party).in_(parties))
    owed = (
        col(NoticeRow.person) == person,
        col(NoticeRow.case_id).in_(theirs),
        col(NoticeRow.status).in_(("pending", "failed")),
    )
    connection.execute(update(NoticeRow).where(*owed).values(status="dropped"))


def open_cases(connection: Connection, person: str, parties: Collection[str]) -> list[str]:
    """The open cases of these Parties, whose turn may be another's now, and those in which the person has a
    task; by their ids. Historic ones rest.
    """
    theirs = exists().where(
        col(TaskRow.case_id) == col(CaseRow.id),
        col(TaskRow.status).in_(("open", "frozen")),
        col(TaskRow.person) == person,
    )
    wanted = select(col(CaseRow.id)).where(
        ~col(CaseRow.closed), ~col(CaseRow.historic), or_(col(CaseRow.party).in_(parties), theirs)
    )
    return list(connection.execute(wanted.order_by(col(CaseRow.id))).scalars())
