"""SQLite: one file, one machine. Law: one writer at a time, which commits all works that wait, together.

Each work runs in its own savepoint; its thread is answered after the commit that all share. The thread that
finds nobody writing writes for everybody who waits (turns.py). Other processes may write to the same file:
their turn is waited for with as much patience as this database was opened with.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from math import ceil
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection as Core
from sqlalchemy import create_engine, event
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool, QueuePool

from workflow.errors import CasewayError, Impossible, Unavailable
from workflow.records.databases.checkpoints import LONGEST, Checkpoints
from workflow.records.databases.protocol import PATIENCE, Connection, Database, Row, Words
from workflow.records.databases.sqlite_faults import translated
from workflow.records.databases.turns import Turn, Turns

T = TypeVar("T")

NEEDED = (3, 51, 3)
WORDS = Words(
    array="json_array",
    gather="json_group_array({} ORDER BY {})",
    embed="json({})",
    instant="{} || 'Z'",
    flag="json(iif({}, 'true', 'false'))",
    member="{} IN (SELECT value FROM json_each(?))",
    each="json_each({}) item",
    day="?",
    moment="?",
)


class TooOldSQLite(CasewayError):
    """The SQLite library is too old to be trusted with a file that two connections use"""


class SQLiteConnection(Connection):
    """A transaction on one driver connection. Nothing is held back: there is no network to save.

    `patience` is what it was last told, in tenths.
    """

    words = WORDS
    insert = staticmethod(insert)

    def __init__(self, core: Core, remembered: dict[Any, Any], *, writable: bool) -> None:
        super().__init__(core, remembered)
        self.writable = writable
        self.patience = 10
        self.driver: Any = core.connection.driver_connection

    def rows(self, sql: str, parameters: Row = ()) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.driver.execute(sql, parameters).fetchall()
        return found

    def write(self, sql: str, rows: Sequence[Row]) -> None:
        if len(rows) == 1:
            self.driver.execute(sql, rows[0])
        else:
            self.driver.executemany(sql, rows)

    def flush(self) -> None:
        pass

    def lock(self, case_id: str, *, wait: bool) -> bool:
        return True

    def moment(self, at: datetime | None) -> Any:
        return at and _written(at)

    def listed(self, values: Sequence[str]) -> Any:
        return orjson.dumps(list(values)).decode()


# One act writes the same few moments many times.
@lru_cache(maxsize=4096)
def _written(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class SQLite(Database):
    def __init__(self, url: str, *, connections: int = 8, patience: float = PATIENCE) -> None:
        super().__init__()
        self.url = url
        self._driver = driver()
        self._patience = patience
        path = make_url(url).database
        if not path or path == ":memory:":
            raise Impossible(
                "Name a file, as sqlite:///path/to/file.db; a database in memory has one connection only"
            )
        self._path = Path(path)
        self.engine = self._engine(NullPool, read_only=False)
        self._readers = self._engine(
            QueuePool, read_only=True, pool_size=connections, max_overflow=connections, pool_timeout=patience
        )
        self._turns = Turns(self._serve, patience)
        self._checkpoints = Checkpoints(self._checkpoint)
        self._writer: SQLiteConnection | None = None

    def writing(self, work: Callable[[Connection], T]) -> T:
        return self._turns.take(work)

    def reading(self, work: Callable[[Connection], T]) -> T:
        with translated(self._path, writable=False), self._readers.connect() as core:
            connection = SQLiteConnection(core, self.remembered, writable=False)
            connection.driver.execute("BEGIN")
            try:
                return work(connection)
            finally:
                # A failed statement may have ended it already; its own error is the one to be told.
                if connection.driver.in_transaction:
                    connection.driver.execute("ROLLBACK")

    def pack(self, *, up_to: int | None = None) -> bool:
        if up_to is not None and self._path.stat().st_size > up_to:
            return False
        with translated(self._path, writable=True), self.engine.connect() as core:
            core.exec_driver_sql("VACUUM")
            # What the log still holds of former pages goes too, as far as no reader needs it.
            core.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return True

    def close(self) -> None:
        self._checkpoints.close()
        self._drop_writer()
        self.engine.dispose()
        self._readers.dispose()

    def _serve(self, turns: Sequence[Turn]) -> None:
        """Do all works and commit them together; a failing commit fails them all."""
        try:
            with translated(self._path, writable=True):
                connection = self._writer or self._new_writer()
                self._begin(connection, turns[0])
                for turn in turns:
                    self._do(turn, connection, alone=len(turns) == 1)
                if connection.driver.in_transaction:
                    connection.driver.execute("COMMIT")
                    self._checkpoints.written(len(turns))
        except Exception as error:
            self._give_up(turns, error)
        except BaseException:
            # The leading thread is interrupted; those it writes for are not.
            self._give_up(turns, Unavailable())
            raise

    def _begin(self, connection: SQLiteConnection, first: Turn) -> None:
        """Wait for other processes as long as the first of these turns has patience left, in tenths of it:
        hardly any turn has waited so long that the connection has to be told.
        """
        left = max(0.0, first.came + self._patience - time.monotonic())
        tenths = ceil(10 * left / self._patience)
        if tenths != connection.patience:
            connection.patience = tenths
            connection.driver.execute(f"PRAGMA busy_timeout = {tenths * self._patience * 100:.0f}")
        connection.driver.execute("BEGIN IMMEDIATE")

    def _do(self, turn: Turn, connection: SQLiteConnection, *, alone: bool) -> None:
        """A work that shares its transaction with others has a savepoint of its own to go back to."""
        driver = connection.driver
        if not alone:
            driver.execute("SAVEPOINT work")
        try:
            with translated(self._path, writable=True):
                turn.do(connection)
        except Exception as error:
            if not driver.in_transaction:
                raise  # The database gave up the whole transaction: nothing of this round is left.
            driver.execute("ROLLBACK" if alone else "ROLLBACK TO work")
            turn.fail_with(error)
        if not alone:
            driver.execute("RELEASE work")

    def _give_up(self, turns: Sequence[Turn], error: Exception) -> None:
        self._drop_writer()
        for turn in turns:
            turn.fail_with(error)

    def _new_writer(self) -> SQLiteConnection:
        self._writer = SQLiteConnection(self.engine.connect(), self.remembered, writable=True)
        self._writer.driver.execute(f"PRAGMA wal_autocheckpoint = {LONGEST}").fetchall()
        return self._writer

    def _checkpoint(self) -> None:
        with translated(self._path, writable=True), self.engine.connect() as core:
            core.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _drop_writer(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def _engine(self, pool: type[QueuePool] | type[NullPool], *, read_only: bool, **options: Any) -> Any:
        engine = create_engine(
            f"sqlite+pysqlite:///{self._path}",
            module=self._driver,
            poolclass=pool,
            isolation_level="AUTOCOMMIT",
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            connect_args={"check_same_thread": False, "cached_statements": 512, "timeout": self._patience},
            **options,
        )
        event.listen(
            engine, "connect", lambda connection, _: settle(connection, self._patience, read_only=read_only)
        )
        return engine


def driver() -> ModuleType:
    """pysqlite3 where there is a wheel of it, else the interpreter's own SQLite if it is new enough.

    Raises TooOldSQLite.
    """
    try:
        import pysqlite3.dbapi2 as found
    except ImportError:
        import sqlite3 as found
    if found.sqlite_version_info < NEEDED:
        raise TooOldSQLite(
            "SQLite {found} is installed and {needed} is needed: "
            "install pysqlite3, a newer Python, or use PostgreSQL",
            found=found.sqlite_version,
            needed=".".join(map(str, NEEDED)),
        )
    module: ModuleType = found
    return module


def settle(connection: Any, patience: float, *, read_only: bool) -> None:
    """The settings of a new connection. Patience first: the others already need it."""
    for pragma in (
        f"busy_timeout = {patience * 1000:.0f}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        f"query_only = {'ON' if read_only else 'OFF'}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()


def as_one_file(path: Path) -> None:
    """Bring what lies beside a database's file into it, so that it can be copied as one file.

    Nobody else may use it.
    """
    connection = driver().connect(str(path))
    try:
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        connection.close()
