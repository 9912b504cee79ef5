"""Erasing the personal values of a case: from every row that holds a copy of one.

Law: what is erased cannot be read from any row again; the case with its states, dates, amounts and scores
stays, and its chain holds. docs/reference/personal-data.md names every place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, select, update
from sqlmodel import col

from workflow.records import history
from workflow.records.databases.protocol import Connection
from workflow.records.tables import (
    AnswerRow,
    CaseRow,
    ErasureRow,
    FileRow,
    LetterRow,
    MandateRow,
    NoticeRow,
    ReplayRow,
    TaskRow,
    TimerRow,
    UndoRow,
)
from workflow.rules import retention
from workflow.rules.definition import Definition

ERASED_NAME = "erased"
ERASED_REFUSAL = "erased"


@dataclass(frozen=True, slots=True)
class Erased:
    """How many personal values of the audit and of answers went, and how many files."""

    values: int
    files: int


def erase_case(connection: Connection, case_id: str, definition: Definition, at: datetime) -> Erased:
    """The case is locked. The contents of its files go after the commit (`contents_to_erase`)."""
    files = _erase_files(connection, case_id, definition, at)
    values = history.erase(connection, case_id, at) + _erase_answers(connection, case_id, definition)
    _forget_remembered(connection, case_id, definition)
    _empty_texts(connection, case_id)
    connection.execute(delete(UndoRow).where(col(UndoRow.case_id) == case_id))
    connection.execute(update(TimerRow).where(col(TimerRow.case_id) == case_id).values(error=""))
    refused = (col(ReplayRow.case_id) == case_id, col(ReplayRow.refusal) != "")
    connection.execute(update(ReplayRow).where(*refused).values(refusal=ERASED_REFUSAL))
    before = connection.execute(
        select(col(ErasureRow.erased)).where(col(ErasureRow.case_id) == case_id)
    ).scalar()
    connection.put(ErasureRow, [{"case_id": case_id, "at": at, "erased": values + (before or 0)}])
    return Erased(values, files)


def erased_at(connection: Connection, case_id: str) -> datetime | None:
    found: datetime | None = connection.execute(
        select(col(ErasureRow.at)).where(col(ErasureRow.case_id) == case_id)
    ).scalar()
    return found


def contents_to_erase(connection: Connection) -> tuple[str, ...]:
    """The digests of contents that no case has any more but those in which it was erased, nor a mandate."""
    remaining = func.count() - func.count(col(FileRow.erased_at))
    letters = select(col(MandateRow.letter_digest)).where(col(MandateRow.letter_digest).is_not(None))
    erased = select(col(FileRow.digest)).where(col(FileRow.digest).not_in(letters))
    found = erased.group_by(col(FileRow.digest)).having(remaining == 0)
    return tuple(connection.execute(found.order_by(col(FileRow.digest))).scalars())


def _erase_answers(connection: Connection, case_id: str, definition: Definition) -> int:
    """Null in place of each personal value of every version; how many there were."""
    erased = 0
    for row_id, form, data in _answers(connection, case_id):
        known = definition.forms.get(form)
        rest, taken = history.parted(data, known.personal if known else ())
        if taken:
            connection.execute(update(AnswerRow).where(col(AnswerRow.id) == row_id).values(data=rest))
            erased += len(taken)
    return erased


def _answers(connection: Connection, case_id: str) -> list[tuple[int, str, Any]]:
    columns = (col(AnswerRow.id), col(AnswerRow.form), col(AnswerRow.data))
    rows = connection.execute(select(*columns).where(col(AnswerRow.case_id) == case_id))
    return [(row[0], row[1], row[2]) for row in rows]


def _forget_remembered(connection: Connection, case_id: str, definition: Definition) -> None:
    """What the case and its tasks remember for facts, without what is personal."""
    places = retention.personal_places(definition)
    kept: Any = connection.execute(select(col(CaseRow.accepted)).where(col(CaseRow.id) == case_id)).scalar()
    if places & (kept or {}).keys():
        of_case = update(CaseRow).where(col(CaseRow.id) == case_id)
        connection.execute(of_case.values(accepted=retention.without(kept, places)))
    paths = retention.personal_task_places(definition)
    of_tasks = select(col(TaskRow.no), col(TaskRow.accepted)).where(col(TaskRow.case_id) == case_id)
    for no, values in connection.execute(of_tasks).all():
        if paths & values.keys():
            own = (col(TaskRow.case_id) == case_id, col(TaskRow.no) == no)
            left = retention.without(values, paths)
            connection.execute(update(TaskRow).where(*own).values(accepted=left))


def _empty_texts(connection: Connection, case_id: str) -> None:
    """Letters and notices say to whom they went and when; what still waits to be sent is dropped."""
    waiting = (col(NoticeRow.case_id) == case_id, col(NoticeRow.status).in_(("pending", "failed")))
    connection.execute(update(NoticeRow).where(*waiting).values(status="dropped", lease_until=None))
    emptied: dict[str, Any] = {"data": {}, "subject": None, "error": ""}
    connection.execute(update(NoticeRow).where(col(NoticeRow.case_id) == case_id).values(emptied))
    empty: dict[str, Any] = {"data": {}, "texts": {}}
    connection.execute(update(LetterRow).where(col(LetterRow.case_id) == case_id).values(empty))


def _erase_files(connection: Connection, case_id: str, definition: Definition, at: datetime) -> int:
    """All files but those that a field names which is not personal."""
    kept = {one.removeprefix("sha256:") for one in _named_plainly(connection, case_id, definition)}
    own = (col(FileRow.case_id) == case_id, col(FileRow.erased_at).is_(None))
    found = connection.execute(select(col(FileRow.digest)).where(*own)).scalars()
    gone = [digest for digest in found if digest not in kept]
    if gone:
        which = update(FileRow).where(*own, col(FileRow.digest).in_(gone))
        connection.execute(which.values(name=ERASED_NAME, erased_at=at))
    return len(gone)


def _named_plainly(connection: Connection, case_id: str, definition: Definition) -> Iterator[str]:
    for _, form, data in _answers(connection, case_id):
        if known := definition.forms.get(form):
            rest, _ = history.parted(data, known.personal)
            yield from (str(named) for _, named in known.named_files(rest) if named)


def due_again(cutoff: datetime) -> Any:
    """The condition on cases of having been left alone since then, and not erased since their last entry."""
    erased = select(col(ErasureRow.case_id)).where(
        col(ErasureRow.case_id) == col(CaseRow.id), col(ErasureRow.at) >= col(CaseRow.updated_at)
    )
    return and_(col(CaseRow.updated_at) < cutoff, ~erased.exists())
