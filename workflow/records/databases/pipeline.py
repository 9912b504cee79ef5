"""Several statements of one PostgreSQL connection in one round trip. Law: they succeed up to the first that
fails; none after it is done.

This speaks with libpq below psycopg's cursors, which wait for the network at every statement, even in a
pipeline; the waiting and the reading of values are psycopg's own.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import count, groupby
from typing import Any

import psycopg
from psycopg import generators, pq
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq.abc import PGconn, PGresult

from workflow.records.databases.protocol import Again

Row = Sequence[Any]
Statement = tuple[str, Row]

MOST = 400
"""How many statements a connection keeps prepared; the one used longest ago makes room."""

WRITING = ("INSERT", "UPDATE", "DELETE")
TOGETHER = 40
"""How many statements are made one at most."""
PLACES = 1_000
"""How many values one statement takes at most: beyond 65,535 the protocol has no places for them, and long
before that it is no faster, while each length that comes is kept prepared.
"""

NO_SUCH_STATEMENT = b"26000"
FAILED = (pq.ExecStatus.FATAL_ERROR, pq.ExecStatus.BAD_RESPONSE)


class Pipeline:
    """One per driver connection, for as long as it lives."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver
        self._read = Transformer.from_context(driver)
        self._prepared: dict[str, bytes] = {}
        self._fresh: list[str] = []
        self._numbers = count(1)

    def exchange(self, statements: Sequence[Statement]) -> list[tuple[Any, ...]]:
        """Send all, wait once; answers the rows of the last.

        Raises psycopg's error of the first that fails.
        """
        connection = self._driver.pgconn
        self._fresh = []
        connection.enter_pipeline_mode()
        try:
            sent = sum(self._send(connection, *statement) for statement in statements)
            connection.pipeline_sync()
            results = self._driver.wait(_received(connection, sent))
        except BaseException:
            # What is still under way would be taken for the answer to the next question.
            self._driver.close()
            raise
        connection.exit_pipeline_mode()
        self._raise_failure(results)
        self._read.set_pgresult(results[-1])
        return self._read.load_rows(0, results[-1].ntuples, tuple)

    def _send(self, connection: PGconn, sql: str, row: Row) -> int:
        """Answers how many results will come."""
        if not row:
            connection.send_query_params(sql.encode(), None)
            return 1
        name = self._prepared.pop(sql, None)
        asked = 1
        if name is None:
            name = f"caseway_{next(self._numbers)}".encode()
            connection.send_prepare(name, sql.encode())
            self._fresh.append(sql)
            asked += 1 + self._make_room(connection)
        self._prepared[sql] = name
        connection.send_query_prepared(name, [encoded(value) for value in row])
        return asked

    def _make_room(self, connection: PGconn) -> int:
        if len(self._prepared) < MOST:
            return 0
        oldest = self._prepared.pop(next(iter(self._prepared)))
        connection.send_query_params(b"DEALLOCATE " + oldest, None)
        return 1

    def _raise_failure(self, results: Sequence[PGresult]) -> None:
        for result in results:
            if result.status in FAILED:
                # What comes after a failure is not prepared either: it gets a new name the next time.
                for sql in self._fresh:
                    self._prepared.pop(sql, None)
                self._notice_cleared(result)
                raise error_from_result(result, self._driver.info.encoding)

    def _notice_cleared(self, result: PGresult) -> None:
        """psycopg clears all prepared statements of a connection when it sees a schema change.

        Raises Again.
        """
        if result.error_field(pq.DiagnosticField.SQLSTATE) == NO_SUCH_STATEMENT:
            self._prepared.clear()
            raise Again


def _received(connection: PGconn, sent: int) -> Generator[Any, Any, list[PGresult]]:
    """One result of each statement, and after them the mark of the end.

    While the server cannot take more, it is read what it answers: it may wait for that in its turn.
    """
    yield from generators.send(connection)
    came: list[list[PGresult]] = []
    while len(came) <= sent:
        came.append((yield from generators.fetch_many(connection)))
    return [results[-1] for results in came[:sent]]


def inserts(sql: str, rows: Sequence[Row]) -> Iterator[Statement]:
    """An INSERT of one row as INSERTs of many, as few as have places for their values."""
    size = PLACES // len(rows[0])
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        yield of_rows(sql, len(part)), [value for row in part for value in row]


def joined(statements: Sequence[Statement]) -> Iterator[Statement]:
    """The same, as few: those that write become one, since many small ones cost more than the writing."""
    for writing, part in groupby(statements, lambda one: one[0].startswith(WRITING)):
        yield from (_one(share) for share in (_shares(part) if writing else ([one] for one in part)))


def _shares(statements: Iterable[Statement]) -> Iterator[list[Statement]]:
    share: list[Statement] = []
    places = 0
    for statement in statements:
        places += len(statement[1])
        if share and (len(share) == TOGETHER or places > PLACES):
            yield share
            share, places = [], len(statement[1])
        share.append(statement)
    yield share


def _one(part: Sequence[Statement]) -> Statement:
    return together(tuple(sql for sql, _ in part)), [value for _, row in part for value in row]


@lru_cache(maxsize=1000)
def together(statements: tuple[str, ...]) -> str:
    """One statement that does all of these."""
    *parts, last = statements
    if not parts:
        return numbered(last)
    named = ", ".join(f"w{place} AS ({part})" for place, part in enumerate(parts))
    return numbered(f"WITH {named} {last}")


@lru_cache(maxsize=1000)
def of_rows(insert: str, rows: int) -> str:
    """An INSERT of one row as one of several, each with places of its own."""
    into, _, rest = insert.partition(" VALUES (")
    places, _, conflict = rest.partition(")")
    return f"{into} VALUES {', '.join([f'({places})'] * rows)}{conflict}"


@lru_cache(maxsize=1000)
def numbered(sql: str) -> str:
    """`?` as the server writes its places: $1, $2 and so on."""
    first, *others = sql.split("?")
    return first + "".join(f"${place}{part}" for place, part in enumerate(others, start=1))


def encoded(value: Any) -> bytes | None:
    """A parameter as text: the server knows the type of every place."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, list | tuple):
        return b"{" + b",".join(_item(str(item)) for item in value) + b"}"
    return b"ft"[value : value + 1] if isinstance(value, bool) else str(value).encode()


def _item(text: str) -> bytes:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.encode()
