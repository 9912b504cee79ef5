"""Backups: a consistent copy of everything in one SQLite file, from either database, while it runs; and
restoring it. The contents of files of cases are in it too, in a table of their own.

Law: a restored house does not send: sending is paused till a person resumes it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select, tuple_, update

from workflow.errors import CasewayError, Damaged, Impossible
from workflow.records import files, migrations, settings
from workflow.records.databases import as_one_file, open_database
from workflow.records.databases.protocol import Connection, Database
from workflow.records.tables import METADATA
from workflow.rules.texts import refuse_nul

AT_ONCE = 1000
# Editions never come again, so a copy makes its own.
COPIED = [table for table in METADATA.sorted_tables if table.name != "edition"]
Progress = Callable[[str, int], None]
Content = Callable[[str], bytes | None]
"""The content of a digest; None where it was lost, which must not keep all else from being saved."""
Keep = Callable[[bytes], object]
Judge = Callable[[Table, list[dict[str, Any]]], None]
"""Raises Malformed for rows that are not to be copied."""
_MAKE = "CREATE TABLE file_content (digest TEXT PRIMARY KEY, content BLOB NOT NULL)"
_FILL = "INSERT INTO file_content VALUES (?, ?)"
_CONTENT = "SELECT content FROM file_content WHERE digest = ?"


class NotEmpty(CasewayError):
    """A backup is restored into an empty database only"""


class NoBackup(CasewayError):
    """This file is not a backup"""


def backup(database: Database, path: Path, content: Content, progress: Progress | None = None) -> int:
    """Write all rows, as they stand at one moment, to a new file; answers how many. `progress`: table and
    rows just done.

    Raises CasewayError where the file exists.
    """
    if path.exists():
        raise Impossible("{path} exists; name a file that does not", path=path)
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    copy = open_database(f"sqlite:///{partial}")
    try:
        migrations.upgrade(copy)
        rows = database.reading(lambda source: copy.writing(lambda target: _copy(source, target, progress)))
        copy.writing(lambda target: _add_contents(target, content))
    finally:
        copy.close()
    as_one_file(partial)
    partial.replace(path)
    return rows


def restore(
    database: Database, path: Path, at: datetime, keep: Keep, progress: Progress | None = None
) -> int:
    """Put a backup's rows into an empty database and pause sending; answers how many rows. `keep` is given
    the contents of files. Raises NotEmpty, NoBackup, Malformed (a text that not every database takes).

    A backup of an earlier release is brought to this one's schema on the way; the file itself stays as it is.
    """
    if not path.is_file():
        raise NoBackup("{path} is not there, or is not a file", path=path)
    migrations.upgrade(database)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(path, folder))
        source = open_database(f"sqlite:///{copy}")
        try:
            _bring_up_to_date(source, path)
            # What lies in the home without a row harms nobody; a row without its content would.
            source.reading(lambda one: _keep_contents(one, keep))
            return source.reading(
                lambda one: database.writing(lambda target: _restore(one, target, at, progress))
            )
        except Damaged as error:
            # What is read is a copy; its name tells nobody anything.
            raise NoBackup("{path} is damaged, or is not a backup; take another", path=path) from error
        finally:
            source.close()


def _add_contents(copy: Connection, content: Content) -> None:
    """What a row tells of was kept before the row, so it is there."""
    copy.write(_MAKE, [()])
    for digest in list(files.digests(copy)):
        if (found := content(digest)) is not None:
            copy.write(_FILL, [(digest, found)])


def _keep_contents(source: Connection, keep: Keep) -> None:
    for digest in list(files.digests(source)):
        for (content,) in source.rows(_CONTENT, (digest,)):
            keep(content)


def _bring_up_to_date(source: Database, path: Path) -> None:
    try:
        known = migrations.current(source)
    except Damaged:
        raise
    except Exception as error:
        raise NoBackup("{path} cannot be read as a backup: {why}", path=path, why=error) from error
    if known is None:
        raise NoBackup("{path} is not a backup of this program", path=path)
    migrations.upgrade(source)


def _restore(source: Connection, target: Connection, at: datetime, progress: Progress | None) -> int:
    for table in COPIED:
        if target.execute(select(table).limit(1)).first() is not None:
            raise NotEmpty("There are rows in {table} already; name an empty database", table=table.name)
    rows = _copy(source, target, progress, judge=_refuse_nul)
    settings.turn(target, settings.SENDING_PAUSED, on=True, at=at, reason="restored from a backup")
    target.count_on("answer", "id")
    return rows


def _refuse_nul(table: Table, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        key = "+".join(str(row[column.name]) for column in table.primary_key)
        refuse_nul(row, f"/{table.name}/{key}")


def _copy(
    source: Connection, target: Connection, progress: Progress | None, *, judge: Judge = lambda *_: None
) -> int:
    total = 0
    for table in COPIED:
        for rows in _portions(source, table):
            judge(table, rows)
            _put(target, table, rows)
            total += len(rows)
            if progress:
                progress(table.name, len(rows))
        if table.name == "cases":
            _link(source, target, table)
    return total


def _portions(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """All rows, by the primary key."""
    keys = tuple_(*table.primary_key)
    ordered = select(table).order_by(*table.primary_key).limit(AT_ONCE)
    found = source.execute(ordered).mappings().all()
    while found:
        yield [dict(row) for row in found]
        last = tuple(found[-1][column.name] for column in table.primary_key)
        found = source.execute(ordered.where(keys > last)).mappings().all()


def _put(target: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if table.name == "cases":
        # The case that it was opened from may come later; all are linked when all are there.
        rows = [row | {"parent": None} for row in rows]
    target.execute(target.insert(table), rows)


def _link(source: Connection, target: Connection, cases: Table) -> None:
    linked = select(cases.c.id, cases.c.parent).where(cases.c.parent.is_not(None))
    for case, parent in source.execute(linked):
        target.execute(update(cases).where(cases.c.id == case).values(parent=parent))
