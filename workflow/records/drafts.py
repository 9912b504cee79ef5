"""Answers that are saved and not yet given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, func, select

from workflow.records.databases.protocol import Connection
from workflow.records.tables import METADATA

ANSWER, AUDIT, MANDATE = (METADATA.tables[name] for name in ("answer", "audit", "mandate"))


@dataclass(frozen=True, slots=True)
class Draft:
    """A version, with who wrote it, and in which role if by a mandate; `first`: it came with the opening."""

    data: dict[str, Any]
    person: str
    role: str | None
    first: bool


def left_by(connection: Connection, case_id: str, person: str) -> tuple[str, ...]:
    """The forms of which the person saved drafts since something was given on them."""
    later = ANSWER.alias()
    given = exists().where(
        later.c.case_id == ANSWER.c.case_id,
        later.c.form == ANSWER.c.form,
        later.c.task.is_not_distinct_from(ANSWER.c.task),
        later.c.status != "draft",
        later.c.id > ANSWER.c.id,
    )
    theirs = (ANSWER.c.case_id == case_id, ANSWER.c.person == person, ANSWER.c.status == "draft", ~given)
    forms = select(ANSWER.c.form).where(*theirs).distinct().order_by(ANSWER.c.form)
    return tuple(connection.execute(forms).scalars())


def saved(connection: Connection, case_id: str, form: str, task: int | None) -> list[Draft]:
    """The drafts of a form since something was given on it, the newest first."""
    of = (ANSWER.c.case_id == case_id, ANSWER.c.form == form, ANSWER.c.task.is_not_distinct_from(task))
    given = select(func.coalesce(func.max(ANSWER.c.id), 0)).where(*of, ANSWER.c.status != "draft")
    entry = and_(AUDIT.c.case_id == ANSWER.c.case_id, AUDIT.c.no == ANSWER.c.entry)
    versions = (
        select(ANSWER.c.data, ANSWER.c.person, MANDATE.c.role, ANSWER.c.entry)
        .join(AUDIT, entry)
        .outerjoin(MANDATE, MANDATE.c.id == AUDIT.c.mandate)
        .where(*of, ANSWER.c.id > given.scalar_subquery())
        .order_by(ANSWER.c.id.desc())
    )
    rows = connection.execute(versions)
    return [Draft(row.data, row.person, row.role, row.entry == 1) for row in rows]
