"""Where the benchmark measures: both databases as they are run in earnest, on a real disk, prepared with
reference data.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tests.postgres import PostgresServer
from workflow.records.databases import Database, open_database
from workflow.records.migrations import upgrade
from workflow.runtime.calendar_sheets import read_sheets
from workflow.runtime.installation import install_calendars
from workflow.runtime.library import package
from workflow.runtime.parties import install_parties, read_parties

PARTY = "AR"
IN_MEMORY = ("tmpfs", "ramfs")
BUILT_ON = datetime(2012, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Ground:
    """A kind of database. `fresh` makes one more of it, with schema, calendars and Parties."""

    name: str
    fresh: Callable[[], Database]


@contextmanager
def grounds(codes: Collection[str]) -> Iterator[tuple[Ground, Ground]]:
    """SQLite and PostgreSQL, with the calendars of these codes. What is prepared is prepared once and
    copied; everything is taken away at the end.
    """
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="caseway-bench-", dir=real_disk()))
        )
        server = PostgresServer(durable=True)
        stack.callback(server.remove)
        server.start()
        _prepare(f"sqlite:///{folder}/prepared.db", codes)
        _create(server, "prepared", "template1")
        _prepare(server.url("prepared"), codes)

        def sqlite() -> Database:
            path = folder / f"{uuid.uuid4().hex}.db"
            shutil.copyfile(folder / "prepared.db", path)
            return _opened(f"sqlite:///{path}")

        def postgresql() -> Database:
            name = f"bench_{uuid.uuid4().hex}"
            _create(server, name, "prepared")
            return _opened(server.url(name))

        def _opened(url: str) -> Database:
            database = open_database(url)
            stack.callback(database.close)
            return database

        yield Ground("SQLite", sqlite), Ground("PostgreSQL", postgresql)


def real_disk() -> Path:
    """The folder for temporary files, unless it lies in memory: then no commit would wait for a disk."""
    for folder in (Path(tempfile.gettempdir()), Path.home(), Path.cwd()):
        if _kind(folder) not in IN_MEMORY:
            return folder
    raise SystemExit("The benchmark needs a folder on a real disk; set TMPDIR to one.")


def _kind(folder: Path) -> str:
    """The kind of file system that the folder lies on, as Linux tells it; unknown elsewhere."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return "unknown"
    fields = (one.split() for one in mounts.read_text().splitlines())
    found = {Path(place): kind for _, place, kind, *_ in fields}
    return next((found[one] for one in (folder, *folder.parents) if one in found), "unknown")


def _create(server: PostgresServer, name: str, template: str) -> None:
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())


def _prepare(url: str, codes: Collection[str]) -> None:
    """Schema, Parties and calendars."""
    database = open_database(url)
    upgrade(database)
    parties = read_parties(package() / "reference" / "parties.csv")
    sheets = {code: sheet for code, sheet in read_sheets().items() if code in codes}
    database.writing(lambda connection: install_calendars(connection, sheets, BUILT_ON.date()))
    database.writing(lambda connection: install_parties(connection, parties))
    database.close()
