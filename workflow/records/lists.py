"""What people look through, in keyset pages: cases, the history of one, its answers and letters,
deadlines, notices, bulletins, Parties, persons.

Law: a list over several cases takes `visible`, the filter of policy.py, and leaves out what it does not show.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select, true
from sqlmodel import col

from workflow.records.authority import AUTHORITY, OWN, valid_on
from workflow.records.bulletins import outcomes
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Order, Page, Place, Row, page
from workflow.records.tables import (
    AnswerRow,
    AuditRow,
    BulletinRow,
    CaseRow,
    ClockRow,
    ConflictRow,
    LetterRow,
    NoticeRow,
    PartyRow,
    PersonRow,
    TaskRow,
)

Filter = ColumnElement[bool]

CASE = (
    "id", "number", "definition", "version", "party", "region", "state", "category", "revision", "emergency",
    "closed", "historic", "demonstration", "parent", "ball_role", "ball_person", "opened_at", "entered_at",
    "updated_at",
)  # fmt: skip
NEWEST_FIRST = Order((col(CaseRow.opened_at), col(CaseRow.id)), descending=True)


def cases(connection: Connection, visible: Filter, place: Place, **equal: Any) -> Page:
    """Cases, newest first. `equal` are columns with the value that is looked for; None: whatever it is."""
    return page(connection, _where(case_rows().where(visible), CaseRow, equal), NEWEST_FIRST, place)


def held(today: date) -> Filter:
    """Whether somebody holds the mandate for the ball who declared no conflict of interest; a case without
    ball counts as held.
    """
    party, region = AUTHORITY.c.party, AUTHORITY.c.region
    person = col(CaseRow.ball_person)
    holder = exists().where(
        AUTHORITY.c.role == col(CaseRow.ball_role),
        OWN,
        or_(party.is_(None), party == col(CaseRow.party)),
        or_(region.is_(None), region == col(CaseRow.region)),
        or_(person.is_(None), person == AUTHORITY.c.person),
        valid_on(today),
        ~exists().where(
            col(ConflictRow.person) == AUTHORITY.c.person,
            col(ConflictRow.party) == col(CaseRow.party),
            col(ConflictRow.withdrawn_at).is_(None),
        ),
        ~exists().where(
            col(TaskRow.case_id) == col(CaseRow.id),
            col(TaskRow.person) == AUTHORITY.c.person,
            col(TaskRow.conflicted),
        ),
    )
    return or_(col(CaseRow.ball_role).is_(None), holder)


def is_held(connection: Connection, case_id: str, today: date) -> bool:
    """`held`, for one case."""
    found = select(col(CaseRow.id)).where(col(CaseRow.id) == case_id, held(today))
    return connection.execute(found).first() is not None


def case(connection: Connection, case_id: str) -> Row | None:
    found = connection.execute(_ONE_CASE, {"id": case_id}).mappings().one_or_none()
    return dict(found) if found is not None else None


def named(connection: Connection, name: str) -> str | None:
    """The id of the case with this number or id."""
    wanted = or_(col(CaseRow.number) == name, col(CaseRow.id) == name)
    found: str | None = connection.execute(select(col(CaseRow.id)).where(wanted)).scalar()
    return found


def numbers(connection: Connection, ids: Collection[str]) -> dict[str, str | None]:
    """The numbers of these cases by their ids; a draft has none yet."""
    wanted = select(col(CaseRow.id), col(CaseRow.number)).where(col(CaseRow.id).in_(ids))
    return {row.id: row.number for row in connection.execute(wanted)}


def any_real(connection: Connection) -> bool:
    """Whether there is a case that is not of the demonstration."""
    wanted = select(col(CaseRow.id)).where(~col(CaseRow.demonstration)).limit(1)
    return connection.execute(wanted).first() is not None


def case_rows() -> Select[Any]:
    return select(*(getattr(CaseRow, name) for name in CASE))


_ONE_CASE = case_rows().where(col(CaseRow.id) == bindparam("id"))


def deadlines(
    connection: Connection,
    visible: Filter,
    place: Place,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    **equal: Any,
) -> Page:
    """Running clocks by their due date, soonest first, each with its case (as `case_id`, `case_number` …).

    Not those of historic cases, which rest (rules/resting.py).
    """
    clocks = (
        col(ClockRow.case_id),
        col(ClockRow.no),
        col(ClockRow.subject),
        col(ClockRow.name),
        col(ClockRow.task),
    )
    around = ("number", "definition", "version", "party", "region", "state", "ball_role", "ball_person")
    named = (getattr(CaseRow, name).label(f"case_{name}") for name in around)
    rows = (
        select(*clocks, col(ClockRow.due), col(ClockRow.fires_at), *named)
        .join(CaseRow, col(CaseRow.id) == col(ClockRow.case_id))
        .where(col(ClockRow.status) == "running", ~col(CaseRow.historic), visible)
    )
    if since is not None:
        rows = rows.where(col(ClockRow.due) >= since)
    if until is not None:
        rows = rows.where(col(ClockRow.due) < until)
    order = Order((col(ClockRow.due), col(ClockRow.case_id), col(ClockRow.no)))
    return page(connection, _where(rows, CaseRow, equal), order, place)


def entries(connection: Connection, case_id: str, place: Place) -> Page:
    """The audit entries of a case in their order, as they are stored: `data`, `digests`, `changes` are
    JSON texts.
    """
    rows = select(*AuditRow.__table__.columns).where(col(AuditRow.case_id) == case_id)  # type: ignore[attr-defined]
    return page(connection, rows, Order((col(AuditRow.no),)), place)


def answers(connection: Connection, case_id: str, place: Place, *, form: str | None = None) -> Page:
    """The versions of a case's answers, newest first."""
    rows = select(*AnswerRow.__table__.columns).where(col(AnswerRow.case_id) == case_id)  # type: ignore[attr-defined]
    return page(connection, _where(rows, AnswerRow, {"form": form}), Order((col(AnswerRow.id),), True), place)


def letters(connection: Connection, case_id: str, place: Place) -> Page:
    """The letters of a case in the order of their writing."""
    rows = select(*LetterRow.__table__.columns).where(col(LetterRow.case_id) == case_id)  # type: ignore[attr-defined]
    return page(connection, rows, Order((col(LetterRow.at), col(LetterRow.reference))), place)


def unfinished_tasks(connection: Connection, case_id: str) -> list[Row]:
    """The tasks of a case that have not ended, with when each is due."""
    names = ("no", "name", "status", "role", "person", "assigned_by", "opens_at")
    clock = and_(
        col(ClockRow.case_id) == col(TaskRow.case_id),
        col(ClockRow.task) == col(TaskRow.no),
        col(ClockRow.status) != "stopped",
    )
    wanted = (
        select(*(getattr(TaskRow, name) for name in names), col(ClockRow.due))
        .outerjoin(ClockRow, clock)
        .where(col(TaskRow.case_id) == case_id, col(TaskRow.status) != "ended")
        .order_by(col(TaskRow.no))
    )
    return [dict(row) for row in connection.execute(wanted).mappings()]


def notices(connection: Connection, place: Place, **equal: Any) -> Page:
    """Notices, newest first; of a `person`, of a `status`."""
    return _notices(connection, place, true(), equal)


def own_notices(connection: Connection, place: Place, visible: Filter, **equal: Any) -> Page:
    """Notices as `notices`, of the cases that are visible."""
    seen = col(NoticeRow.case_id).in_(select(col(CaseRow.id)).where(visible))
    return _notices(connection, place, seen, equal)


def bulletins(connection: Connection, place: Place, **equal: Any) -> Page:
    """Bulletins without what they tell, newest first; of a `person`, of a `status`."""
    order = Order((col(BulletinRow.created_at), col(BulletinRow.id)), descending=True)
    return page(connection, _where(outcomes(), BulletinRow, equal), order, place)


def parties(connection: Connection, place: Place, **equal: Any) -> Page:
    rows = select(*PartyRow.__table__.columns)  # type: ignore[attr-defined]
    return page(connection, _where(rows, PartyRow, equal), Order((col(PartyRow.code),)), place)


def persons(connection: Connection, place: Place, **equal: Any) -> Page:
    rows = select(*PersonRow.__table__.columns)  # type: ignore[attr-defined]
    return page(connection, _where(rows, PersonRow, equal), Order((col(PersonRow.id),)), place)


def _notices(connection: Connection, place: Place, among: Filter, equal: dict[str, Any]) -> Page:
    rows = select(*NoticeRow.__table__.columns).where(among)  # type: ignore[attr-defined]
    order = Order((col(NoticeRow.created_at), col(NoticeRow.id)), descending=True)
    return page(connection, _where(rows, NoticeRow, equal), order, place)


def _where(rows: Select[Any], table: type, equal: dict[str, Any]) -> Select[Any]:
    wanted = {name: value for name, value in equal.items() if value is not None}
    return rows.where(*(getattr(table, name) == value for name, value in wanted.items()))
