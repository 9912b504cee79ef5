"""Answers that are saved and not yet given."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from workflow.records.databases.protocol import Connection
from workflow.records.tables import METADATA

ANSWER = METADATA.tables["answer"]


def newest(connection: Connection, case_id: str, form: str, task: int | None) -> dict[str, Any] | None:
    """The draft of a form that was saved last, if nothing was given on that form since."""
    versions = select(ANSWER.c.status, ANSWER.c.data).where(
        ANSWER.c.case_id == case_id, ANSWER.c.form == form, ANSWER.c.task.is_not_distinct_from(task)
    )
    last = connection.execute(versions.order_by(ANSWER.c.id.desc()).limit(1)).first()
    return last.data if last is not None and last.status == "draft" else None
