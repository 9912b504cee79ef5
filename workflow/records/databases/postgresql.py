"""PostgreSQL: where it grows. Law: READ COMMITTED with a lock on the case's row, and as few round trips as
can be.

BEGIN travels with the first statement, what `write` holds back travels with COMMIT, each in one pipeline.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

import orjson
import psycopg
from psycopg import errors, pq, sql
from psycopg.types.json import set_json_loads
from sqlalchemy import Connection as Core
from sqlalchemy import create_engine, event, exc
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from workflow.errors import Busy, Impossible
from workflow.records.databases.pipeline import Pipeline, Statement, inserts, joined, numbered
from workflow.records.databases.postgresql_faults import translated
from workflow.records.databases.protocol import PATIENCE, Again, Connection, Database, Row, Words

T = TypeVar("T")

ATTEMPTS = 20
IDLE = 5.0
"""A connection that was not used for so many seconds is tried before it is trusted."""

SETTINGS = {
    "timezone": "UTC",
    # Every statement is short and finds its rows by an index: compiling it or planning it anew costs more
    # than running it.
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "default_transaction_isolation": "read committed",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "120s",
}
WORDS = Words(
    array="json_build_array",
    gather="COALESCE(json_agg({} ORDER BY {}), '[]')",
    embed="{}",
    instant="{}",
    flag="{}",
    member="{} = ANY(?)",
    each="json_array_elements({}) item(value)",
    day="CAST(? AS date)",
    moment="CAST(? AS timestamptz)",
)
SCHEMA = 20051020
"""The advisory lock of whoever changes the schema."""
RIGHTS = 20070318
"""The advisory lock of all mandates, persons and Parties: acts share it, the trigger that renews their
edition takes it alone. Nothing is written for it, as would be for the share of a row.
"""
CONTENTS = SCHEMA + 1
"""The advisory lock of whoever keeps or erases contents of files."""

BEGIN = {True: "BEGIN", False: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE UPDATE, DELETE, TRUNCATE ON audit, administration FROM {role}",
    "REVOKE UPDATE, DELETE, TRUNCATE ON reading FROM {role}",
    "REVOKE DELETE, TRUNCATE ON audit_value, definition_version, erasure, legal_hold FROM {role}",
    "REVOKE UPDATE ON definition_version FROM {role}",
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON alembic_version FROM {role}",
)


class PostgreSQLConnection(Connection):
    """A transaction. Writes are held back until something is asked, or until the commit."""

    words = WORDS
    insert = staticmethod(insert)

    def __init__(self, core: Core, remembered: dict[Any, Any], *, writable: bool, again: bool) -> None:
        super().__init__(core, remembered)
        self.writable = writable
        self._again = again
        self.driver: psycopg.Connection[Any] = core.connection.driver_connection  # type: ignore[assignment]
        self._pipeline: Pipeline = core.connection.info["pipeline"]
        self.committing = False
        self._begun = False
        self._held: list[Statement] = []

    def rows(self, sql: str, parameters: Row = ()) -> list[tuple[Any, ...]]:
        return self._send([(numbered(sql), parameters)])

    def write(self, sql: str, rows: Sequence[Row]) -> None:
        if sql.startswith("INSERT") and len(rows) > 1:
            self._held.extend(inserts(sql, rows))
        else:
            self._held.extend((sql, row) for row in rows)

    def flush(self) -> None:
        if self._held or not self._begun:
            self._send([])

    def commit(self) -> None:
        if self._begun or self._held:
            self.committing = True
            self._send([("COMMIT", ())])

    def rollback(self) -> bool:
        """Whether the connection can still be used."""
        try:
            if self.driver.info.transaction_status != pq.TransactionStatus.IDLE:
                self._pipeline.exchange([("ROLLBACK", ())])
        except psycopg.Error:
            return False
        return not self.driver.closed

    def hold_rights(self) -> None:
        self.write(f"SELECT pg_advisory_xact_lock_shared({RIGHTS})", [()])

    def change_rights(self) -> None:
        self.write(f"SELECT pg_advisory_xact_lock({RIGHTS})", [()])

    def lock(self, case_id: str, *, wait: bool) -> bool:
        sql = "SELECT 1 FROM cases WHERE id = ? FOR UPDATE"
        if wait:
            # A statement of its own: what is read after it sees what the former holder of the lock wrote.
            self.write(sql, [(case_id,)])
            return True
        return bool(self.rows(f"{sql} SKIP LOCKED", (case_id,)))

    def lock_numbers(self) -> None:
        if self._again and self.writable:
            self.write("SELECT last FROM serial ORDER BY definition, year FOR UPDATE", [()])

    def lock_contents(self) -> None:
        self.rows(f"SELECT pg_advisory_xact_lock({CONTENTS})")

    def lock_schema(self) -> None:
        self.write("SET LOCAL statement_timeout = 0", [()])
        self.write("SET LOCAL lock_timeout = 0", [()])
        self.rows(f"SELECT pg_advisory_xact_lock({SCHEMA})")

    def count_on(self, table: str, column: str) -> None:
        highest = f"(SELECT COALESCE(MAX({column}), 1) FROM {table})"
        self.rows(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), {highest})")

    def moment(self, at: datetime | None) -> Any:
        return at and at.isoformat()

    def listed(self, values: Sequence[str]) -> Any:
        return list(values)

    def _send(self, more: list[Statement]) -> list[tuple[Any, ...]]:
        """Everything held back and these, in one round trip; answers the rows of the last."""
        first: list[Statement] = [] if self._begun else [(BEGIN[self.writable], ())]
        self._begun = True
        return self._pipeline.exchange([*first, *self._written(), *more])

    def _written(self) -> Iterator[Statement]:
        """What is held back, and from now on is not."""
        held, self._held = self._held, []
        return joined(held)


class PostgreSQL(Database):
    def __init__(self, url: str, *, connections: int = 8, patience: float = PATIENCE) -> None:
        super().__init__()
        self.url = url
        self.engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            isolation_level="AUTOCOMMIT",
            poolclass=QueuePool,
            pool_size=connections,
            max_overflow=connections,
            pool_timeout=patience,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            connect_args={"connect_timeout": 5, "tcp_user_timeout": 30_000, "options": _options(patience)},
        )
        self._suspected_at = 0.0
        event.listen(self.engine, "connect", _settle)
        event.listen(self.engine, "checkout", self._try_if_doubtful)
        event.listen(self.engine, "checkin", _note_use)

    def writing(self, work: Callable[[Connection], T]) -> T:
        return self._repeated(work, writable=True)

    def reading(self, work: Callable[[Connection], T]) -> T:
        return self._repeated(work, writable=False)

    def admit(self, role: str) -> None:
        name = sql.Identifier(role)
        with translated(), self.engine.connect() as core:
            driver: psycopg.Connection[Any] = core.connection.driver_connection  # type: ignore[assignment]
            try:
                for words in GRANTS:
                    driver.execute(sql.SQL(words).format(role=name))
            except errors.UndefinedObject:
                raise Impossible(
                    "There is no role '{role}'; CREATE ROLE {role} LOGIN makes it", role=role
                ) from None

    def close(self) -> None:
        self.engine.dispose()

    def _repeated(self, work: Callable[[Connection], T], *, writable: bool) -> T:
        """The whole work again when transactions crossed."""
        for attempt in range(ATTEMPTS):
            try:
                return self._once(work, writable=writable, again=attempt > 0)
            except Again:
                time.sleep(random.uniform(0, 0.002 * attempt))  # noqa: S311
        raise Busy("Too many want the same at once; nothing was changed, try again")

    def _once(self, work: Callable[[Connection], T], *, writable: bool, again: bool) -> T:
        with translated(writable=writable), self.engine.connect() as core:
            connection = PostgreSQLConnection(core, self.remembered, writable=writable, again=again)
            try:
                answer = work(connection)
                connection.commit()
            except BaseException as error:
                if connection.rollback():
                    raise
                self._suspected_at = time.monotonic()
                core.invalidate()
                if isinstance(error, psycopg.Error) and not connection.committing:
                    raise Again from error  # Lost before anything could be kept: a new connection may do.
                raise
            return answer

    def _try_if_doubtful(self, driver: Any, record: Any, _: Any) -> None:
        """One that rested for long, or for as long as another one is known to be lost."""
        now = time.monotonic()
        used = record.info.get("used", now)
        if now - used < IDLE and used >= self._suspected_at:
            return
        try:
            driver.execute("SELECT 1")
        except psycopg.Error as error:
            raise exc.DisconnectionError from error


def _settle(driver: Any, record: Any) -> None:
    set_json_loads(orjson.loads, driver)
    record.info["pipeline"] = Pipeline(driver)


def _note_use(_: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _options(patience: float) -> str:
    options = {**SETTINGS, "lock_timeout": f"{patience * 1000:.0f}ms"}
    return " ".join(f"-c {name}={value.replace(' ', chr(92) + ' ')}" for name, value in options.items())
