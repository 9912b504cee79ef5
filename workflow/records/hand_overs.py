"""What goes over from one person in a role to the next: on which day, and up to which case it has come.

Law: a step forward is written in the transaction of the case that it is about.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlmodel import col

from workflow.records import persons
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Granted
from workflow.records.tables import CaseRow, HandOverRow, MandateRow, TaskRow
from workflow.rules.replacing import replace


@dataclass(frozen=True, slots=True)
class HandOver:
    """`mandate` is the one by which `new` has the role; `after` the last case that was looked at; `case_id`
    the only one that it is about.
    """

    id: str
    party: str
    role: str
    old: str
    new: str
    mandate: str
    on_day: date
    set_by: str
    set_at: datetime
    after: str = ""
    done_at: datetime | None = None
    case_id: str | None = None


def add(connection: Connection, mandate: Granted, old: str, *, by: str, at: datetime) -> HandOver:
    """Let what `old` has go over to whoever holds this mandate for a Party, on its first day."""
    assert mandate.party is not None, "a designation is for a Party"
    new = HandOver(
        secrets.token_hex(8), mandate.party, mandate.role, old, mandate.person, mandate.id, mandate.since,
        by, at,
    )  # fmt: skip
    connection.put(HandOverRow, [asdict(new)])
    return new


def put_off(connection: Connection, one: HandOver, case: str, day: date) -> None:
    """Pass over the case, which is tried again on that day."""
    again = replace(one, id=secrets.token_hex(8), on_day=day, case_id=case, after="")
    connection.put(HandOverRow, [asdict(again)])
    come_to(connection, one.id, case)


def due(connection: Connection, today: date) -> list[str]:
    """The ids of those that have come and are not done, the oldest first."""
    coming = (col(HandOverRow.done_at).is_(None), col(HandOverRow.on_day) <= today)
    ordered = select(col(HandOverRow.id)).where(*coming)
    ordered = ordered.order_by(col(HandOverRow.on_day), col(HandOverRow.set_at), col(HandOverRow.id))
    return list(connection.execute(ordered).scalars())


def lock(connection: Connection, hand_over: str) -> HandOver | None:
    """How far it is, which nobody else changes till the commit; None if it is done."""
    own = select(*_COLUMNS).where(col(HandOverRow.id) == hand_over, col(HandOverRow.done_at).is_(None))
    row = connection.execute(own.with_for_update()).one_or_none()
    return HandOver(*row) if row else None


def come_to(connection: Connection, hand_over: str, case: str) -> None:
    _write(connection, hand_over, after=case)


def done(connection: Connection, hand_over: str, at: datetime) -> None:
    _write(connection, hand_over, done_at=at)


def next_case(connection: Connection, one: HandOver) -> str | None:
    """The next open case of the Party after those that were looked at. Historic ones rest."""
    wanted = select(col(CaseRow.id)).where(
        col(CaseRow.party) == one.party,
        ~col(CaseRow.closed),
        ~col(CaseRow.historic),
        col(CaseRow.id) > one.after,
        *([col(CaseRow.id) == one.case_id] if one.case_id else ()),
    )
    return connection.execute(wanted.order_by(col(CaseRow.id)).limit(1)).scalar()


def held_from(connection: Connection, party: str, role: str, day: date) -> tuple[Granted, ...]:
    """The mandates in the role for the Party that are valid on that day or later, the oldest first."""
    found = select(col(MandateRow.id)).where(
        col(MandateRow.party) == party,
        col(MandateRow.role) == role,
        or_(
            col(MandateRow.until).is_(None),
            and_(col(MandateRow.until) >= day, col(MandateRow.until) >= col(MandateRow.since)),
        ),
    )
    ids = list(connection.execute(found.order_by(col(MandateRow.since), col(MandateRow.id))).scalars())
    held = (persons.mandate(connection, one) for one in ids)
    return tuple(one for one in held if one is not None)


def still_named(connection: Connection, party: str, role: str) -> tuple[str, ...]:
    """Whom something that is to be done in the role names in open cases of the Party."""
    found = select(col(TaskRow.person)).join(CaseRow, col(CaseRow.id) == col(TaskRow.case_id))
    found = found.where(
        col(CaseRow.party) == party,
        ~col(CaseRow.closed),
        ~col(CaseRow.historic),
        col(TaskRow.role) == role,
        col(TaskRow.status).in_(("scheduled", "open", "frozen")),
        col(TaskRow.person).is_not(None),
    )
    named: list[str] = list(connection.execute(found.distinct()).scalars())
    return tuple(sorted(named))


_COLUMNS = [getattr(HandOverRow, one.name) for one in fields(HandOver)]


def _write(connection: Connection, hand_over: str, **changes: Any) -> None:
    connection.execute(update(HandOverRow).where(col(HandOverRow.id) == hand_over).values(changes))
