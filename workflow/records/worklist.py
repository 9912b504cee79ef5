"""What a person has to do: the balls that are theirs and the open tasks they hold or could take, the most
urgent first.

Law: whoever has no valid mandate for the role, of their own or for somebody absent, has nothing to do; a ball
whose task is listed is not listed twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, exists, false, func, literal, null, or_, select, true, union_all
from sqlalchemy.sql.elements import ColumnElement
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from workflow.records.databases.protocol import Connection
from workflow.records.pages import Order, Page, Place, page
from workflow.records.policy import not_gone, unconflicted
from workflow.records.tables import CaseRow, ClockRow, TaskRow
from workflow.rules.case import Mandate

CASE = ("number", "definition", "version", "party", "region", "state", "emergency", "revision")
# What has no due date comes last.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def worklist(
    connection: Connection,
    person: str,
    mandates: Iterable[Mandate],
    place: Place,
    *,
    due_before: datetime | None = None,
    kind: str | None = None,
) -> Page:
    """Rows of `kind` ball or task: case_id, no and name (of the task), role, person, due, and the case's
    own words.

    `mandates` are those valid today. `due_before` now gives what is overdue. The order is by due date (none:
    last), case, task.
    """
    mine = list(mandates)
    items = union_all(_balls(person, mine), _tasks(person, mine)).subquery("items")
    rows = select(items)
    if due_before is not None:
        rows = rows.where(items.c.due < due_before)
    if kind is not None:
        rows = rows.where(items.c.kind == kind)
    return page(connection, rows, Order((items.c.urgency, items.c.case_id, items.c.no)), place)


def open_tasks(connection: Connection, persons: Collection[str]) -> dict[str, int]:
    """How many open tasks each of them has; who has none is left out."""
    found = select(col(TaskRow.person), func.count()).where(
        col(TaskRow.status) == "open", col(TaskRow.person).in_(persons)
    )
    return {str(person): number for person, number in connection.execute(found.group_by(col(TaskRow.person)))}


def _balls(person: str, mandates: list[Mandate]) -> Any:
    named = col(CaseRow.ball_person)
    theirs = or_(
        *(
            and_(_scope(mandate, CaseRow.ball_role), or_(named == _whose(mandate, person), named.is_(None)))
            for mandate in mandates
        ),
        false(),
    )
    theirs = and_(theirs, not_gone(person))
    own_task = exists().where(
        col(TaskRow.case_id) == col(CaseRow.id),
        col(TaskRow.status) == "open",
        col(TaskRow.role) == col(CaseRow.ball_role),
        or_(
            col(TaskRow.person).in_({person, *(_whose(mandate, person) for mandate in mandates)}),
            col(TaskRow.person).is_(None),
        ),
    )
    due = _due(col(ClockRow.subject) == "state")
    row = _row("ball", literal(0), null(), CaseRow.ball_role, CaseRow.ball_person, due)
    return row.select_from(CaseRow).where(theirs, ~own_task, ~col(CaseRow.closed))


def _tasks(person: str, mandates: list[Mandate]) -> Any:
    scopes = [(mandate, _scope(mandate, TaskRow.role)) for mandate in mandates]
    scope = or_(*(scope for _, scope in scopes), false())
    # A task that waits to be assigned is the work of the role that assigns it.
    assigns = or_(*(_scope(mandate, TaskRow.assigned_by) for mandate in mandates), false())
    waiting = and_(
        col(TaskRow.person).is_(None), or_(and_(col(TaskRow.assigned_by).is_(None), scope), assigns)
    )
    due = _due(col(ClockRow.task) == col(TaskRow.no))
    row = _row("task", col(TaskRow.no), col(TaskRow.name), TaskRow.role, TaskRow.person, due)
    named = or_(*(and_(col(TaskRow.person) == _whose(one, person), here) for one, here in scopes), false())
    joined = row.select_from(TaskRow).join(CaseRow, col(CaseRow.id) == col(TaskRow.case_id))
    return joined.where(col(TaskRow.status) == "open", or_(named, waiting), not_gone(person))


def _row(kind: str, no: Any, name: Any, role: Any, person: Any, due: Any) -> Any:
    return select(
        literal(kind).label("kind"),
        col(CaseRow.id).label("case_id"),
        no.label("no"),
        name.label("name"),
        col(role).label("role"),
        col(person).label("person"),
        due.label("due"),
        func.coalesce(due, literal(NEVER, UTCDateTime())).label("urgency"),
        *(getattr(CaseRow, name) for name in CASE),
    )


def _due(of: ColumnElement[bool]) -> Any:
    """The earliest due date; a historic case rests, so nothing of it is due (rules/resting.py)."""
    running = (
        col(ClockRow.case_id) == col(CaseRow.id),
        col(ClockRow.status) == "running",
        ~col(CaseRow.historic),
        of,
    )
    return select(func.min(ClockRow.due)).where(*running).scalar_subquery()


def _scope(mandate: Mandate, role: Any) -> ColumnElement[bool]:
    party = true() if mandate.party is None else col(CaseRow.party) == mandate.party
    region = true() if mandate.region is None else col(CaseRow.region) == mandate.region
    kind = true() if mandate.definition is None else col(CaseRow.definition) == mandate.definition
    return and_(col(role) == mandate.role, party, region, kind, unconflicted(mandate))


def _whose(mandate: Mandate, person: str) -> str:
    """Whose named work the mandate gives: of the absent person where it is lent."""
    return mandate.for_ or person
