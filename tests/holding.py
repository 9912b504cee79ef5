"""Somebody else who holds a lock for as long as a test wants."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from workflow.records.databases import Connection, open_database

CASES = "SELECT 1 FROM cases FOR UPDATE"
SETTINGS = "LOCK TABLE setting IN EXCLUSIVE MODE"


@contextmanager
def held(url: str, lock: str) -> Iterator[None]:
    """SQLite has one lock for everything; on PostgreSQL the statement says what is locked."""
    other, taken, over = open_database(url), Event(), Event()

    def hold(connection: Connection) -> None:
        if connection.dialect == "postgresql":
            connection.write(lock, [()])
            connection.flush()
        taken.set()
        over.wait(60)

    holder = Thread(target=other.writing, args=(hold,))
    holder.start()
    try:
        assert taken.wait(20)
        yield
    finally:
        over.set()
        holder.join()
        other.close()
