"""Legal holds: while one stands, nothing of the case, or of the person and their cases, is erased.

Law: who places or lifts one says why, and the administration's log has it. One that was lifted stays a row.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlmodel import col

from workflow.errors import Fault, Malformed, NotFound, NotNow
from workflow.records import administration, lists, persons
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Order, Page, Place, page
from workflow.records.parts_taken import took_part
from workflow.records.tables import LegalHoldRow, PersonRow


@dataclass(frozen=True, slots=True)
class LegalHold:
    """Of a case (`case_id`) or of a person; it stands until it is lifted."""

    id: str
    case_id: str | None
    person: str | None
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_by: str | None = None
    lifted_at: datetime | None = None
    lifted_reason: str = ""

    @property
    def subject(self) -> str:
        return f"case:{self.case_id}" if self.case_id else f"person:{self.person}"


def place(
    connection: Connection,
    *,
    by: str,
    at: datetime,
    reason: str,
    case: str | None = None,
    person: str | None = None,
) -> LegalHold:
    """Raises Malformed (not one subject, no reason), NotFound."""
    if (case is None) == (person is None):
        raise Malformed((Fault("", "a legal hold is of a case or of a person; name one of them"),))
    _check_reason(reason)
    _lock(connection, case, person)
    hold = LegalHold(secrets.token_hex(8), case, person, reason, by, at)
    connection.put(LegalHoldRow, [{name: getattr(hold, name) for name in LegalHold.__slots__}])
    _note(connection, "place_legal_hold", hold, by, at, reason)
    return hold


def lift(connection: Connection, hold_id: str, *, by: str, at: datetime, reason: str) -> LegalHold:
    """Raises NotFound, Malformed (no reason), NotNow (lifted before)."""
    _check_reason(reason)
    found = get(connection, hold_id)
    if found is None:
        raise NotFound("There is no legal hold '{hold}'; the list of them tells their ids.", hold=hold_id)
    own = (col(LegalHoldRow.id) == hold_id, col(LegalHoldRow.lifted_at).is_(None))
    lifted = {"lifted_by": by, "lifted_at": at, "lifted_reason": reason}
    if connection.execute(update(LegalHoldRow).where(*own).values(lifted)).rowcount == 0:
        raise NotNow("The legal hold '{hold}' was lifted before.", hold=hold_id)
    _note(connection, "lift_legal_hold", found, by, at, reason)
    return get(connection, hold_id) or found


def get(connection: Connection, hold_id: str) -> LegalHold | None:
    row: Any = connection.execute(_HOLDS.where(col(LegalHoldRow.id) == hold_id)).one_or_none()
    return LegalHold(*row) if row is not None else None


def listed(connection: Connection, place: Place, *, lifted: bool = False) -> Page:
    """The newest first: those that stand, with `lifted` all there ever were."""
    rows = _HOLDS if lifted else _HOLDS.where(col(LegalHoldRow.lifted_at).is_(None))
    order = Order((col(LegalHoldRow.placed_at), col(LegalHoldRow.id)), descending=True)
    return page(connection, rows, order, place)


def over_case(connection: Connection, case_id: str) -> tuple[LegalHold, ...]:
    """Those that stand over a case, also by a person who acted in it, had a task of it or was told of it."""
    part = took_part(case_id, col(LegalHoldRow.person))
    return _standing(connection, or_(col(LegalHoldRow.case_id) == case_id, part))


def over_person(connection: Connection, person: str) -> tuple[LegalHold, ...]:
    """Those that stand over a person, or over a case in which they had a part."""
    part = took_part(col(LegalHoldRow.case_id), person)
    return _standing(connection, or_(col(LegalHoldRow.person) == person, part))


def _standing(connection: Connection, wanted: ColumnElement[bool]) -> tuple[LegalHold, ...]:
    rows = connection.execute(_HOLDS.where(col(LegalHoldRow.lifted_at).is_(None), wanted))
    return tuple(LegalHold(*row) for row in rows)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Malformed((Fault("/reason", "say why: whoever reads of it later will ask"),))


def _lock(connection: Connection, case: str | None, person: str | None) -> None:
    """What is to be held is not being erased meanwhile. Raises NotFound."""
    if case is not None:
        connection.lock(case, wait=True)
        if lists.case(connection, case) is None:
            raise NotFound("There is no case '{case}'.", case=case)
    elif person is not None:
        connection.execute(select(col(PersonRow.id)).where(col(PersonRow.id) == person).with_for_update())
        if persons.get(connection, person) is None:
            raise NotFound("There is no person '{person}'; /api/persons lists them.", person=person)


def _note(connection: Connection, act: str, hold: LegalHold, by: str, at: datetime, reason: str) -> None:
    administration.note(
        connection, by=by, act=act, subject=hold.subject, at=at, data={"legal_hold": hold.id}, reason=reason
    )


_HOLDS = select(*(getattr(LegalHoldRow, name) for name in LegalHold.__slots__))
