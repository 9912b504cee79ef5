"""The rows of files of cases; their content lies in the home (runtime/files.py)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.tables import METADATA, FileRow
from workflow.rules.replacing import replace

_FILE = METADATA.tables["file"]


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a case: `digest` is the SHA-256 of its content in hexadecimal, `size` in bytes.

    `erased_at` says when its name and content went, if they did.
    """

    case_id: str
    digest: str
    name: str
    kind: str
    size: int
    person: str
    at: datetime
    erased_at: datetime | None = None


def put(connection: Connection, file: Kept) -> None:
    """Once, however often the same person puts the same content there; what was erased comes back."""
    insert = connection.insert(_FILE)
    news = {name: insert.excluded[name] for name in ("name", "at", "erased_at")}
    again = insert.on_conflict_do_update(
        index_elements=["case_id", "digest", "person"], set_=news, where=_FILE.c.erased_at.is_not(None)
    )
    connection.execute(again, asdict(file))


def get(connection: Connection, case_id: str, digest: str) -> tuple[Kept, ...]:
    """What people put of this content to a case, the oldest first."""
    return tuple(file for file in of_case(connection, case_id) if file.digest == digest)


def of_case(connection: Connection, case_id: str) -> tuple[Kept, ...]:
    """All files of a case, the oldest first."""
    own = select(*_FILE.columns).where(col(FileRow.case_id) == case_id)
    rows: Any = connection.execute(own.order_by(col(FileRow.at), col(FileRow.digest), col(FileRow.person)))
    return tuple(Kept(*row) for row in rows)


def count(connection: Connection, case_id: str) -> int:
    found = select(func.count()).select_from(_FILE).where(col(FileRow.case_id) == case_id)
    return int(connection.execute(found).scalar_one())


def copy(connection: Connection, case_id: str, other: str, named: Collection[str]) -> None:
    """Take those files of a case that are named, as forms do, over into another one."""
    for file in of_case(connection, case_id):
        if file.erased_at is None and f"sha256:{file.digest}" in named:
            put(connection, replace(file, case_id=other))


def digests(connection: Connection) -> Iterator[str]:
    """Every content that some case has, once."""
    kept = select(col(FileRow.digest)).where(col(FileRow.erased_at).is_(None))
    yield from connection.execute(kept.distinct().order_by(col(FileRow.digest))).scalars()
