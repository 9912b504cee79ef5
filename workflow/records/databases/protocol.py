"""What every database offers: a door for writing, a door for reading, and one transaction behind each.

Law: a work that raises leaves nothing behind, and its exception passes through unchanged. What `writing`
returns is committed. A database that is lost, full or locked for longer than there is patience raises
Unavailable; the next work connects anew.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection as Core
from sqlalchemy import CursorResult, Engine, Executable, Table
from sqlmodel import SQLModel

from workflow.errors import Impossible
from workflow.records.tables import METADATA
from workflow.rules.texts import refuse_nul

PATIENCE = 30.0
"""How many seconds a work waits for its turn and for what others have locked, where nobody is in a hurry."""

T = TypeVar("T")
Row = Sequence[Any]


class Again(Exception):
    """Two transactions crossed; the whole work is done once more"""


@dataclass(frozen=True, slots=True)
class Words:
    """What the databases call the same thing, for statements in the driver's own SQL.

    `array` makes a JSON array of values, `gather` one of rows in an order. `embed`, `instant` and `flag` put
    a column of JSON, a moment and a boolean into one. `member` tests a column against a list, `each` makes
    rows `item` of a JSON array, with the column `value`; `day` and `moment` are places for a date and for a
    moment.
    """

    array: str
    gather: str
    embed: str
    instant: str
    flag: str
    member: str
    each: str
    day: str
    moment: str


class Connection(ABC):
    """One transaction. `writable` tells through which door it came."""

    words: Words
    insert: Callable[[Table], Any]
    writable: bool

    def __init__(self, core: Core, remembered: dict[Any, Any]) -> None:
        self._core = core
        self.remembered = remembered

    def close(self) -> None:
        self._core.close()

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`, for building a statement of SQLAlchemy's that has two spellings."""
        return self._core.dialect.name

    @property
    def core(self) -> Core:
        """SQLAlchemy's connection, with the transaction begun and nothing held back."""
        self.flush()
        return self._core

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement of SQLAlchemy Core, after all that `write` still holds back."""
        return self.core.execute(statement, parameters)

    def put(self, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, or put them in place of those with the same primary keys.

        All rows name the same columns. Raises Malformed for a text that cannot be stored.
        """
        if not rows:
            return
        for row in rows:
            refuse_nul(row)
        insert = self.insert(METADATA.tables[str(table.__tablename__)])
        keys = [column.name for column in insert.table.primary_key]
        news = {name: insert.excluded[name] for name in rows[0] if name not in keys}
        action = (
            insert.on_conflict_do_update(index_elements=keys, set_=news)
            if news
            else insert.on_conflict_do_nothing()
        )
        self.execute(action, list(rows))

    @abstractmethod
    def rows(self, sql: str, parameters: Row = ()) -> list[tuple[Any, ...]]:
        """Run a query in the driver's own SQL, places written `?`."""

    @abstractmethod
    def write(self, sql: str, rows: Sequence[Row]) -> None:
        """Run a statement in the driver's own SQL once per row.

        It may be held back until the next query or the commit. What is held back may reach the database as
        one statement: none of it sees what the others change, so it names no row twice.
        """

    @abstractmethod
    def flush(self) -> None:
        """Send what `write` holds back."""

    def hold_rights(self) -> None:
        """Let nobody change a mandate, a person or a Party till the commit: who changes one waits for the
        works that hold them, and whoever comes later sees the change.
        """
        return

    def change_rights(self) -> None:
        """Let nobody act till the commit: the first thing that is asked by a work which changes rights and
        itself needs one.
        """
        return

    @abstractmethod
    def lock(self, case_id: str, *, wait: bool) -> bool:
        """Lock the case's row till the commit. Without `wait`, False if another transaction has it."""

    def lock_numbers(self) -> None:
        """Where this work is done again because a number was taken meanwhile: let nobody take one till the
        commit.
        """
        return

    def lock_contents(self) -> None:
        """Let nobody else keep or erase contents of files till the commit."""
        return

    def lock_schema(self) -> None:
        """Let nobody else change the schema till the commit, and take as long as it takes."""
        return

    def count_on(self, table: str, column: str) -> None:
        """Let the database count on from the highest number there is, after rows with numbers of their own
        were put in.
        """
        return

    @abstractmethod
    def moment(self, at: datetime | None) -> Any:
        """An aware instant as the driver's own SQL takes it."""

    @abstractmethod
    def listed(self, values: Sequence[str]) -> Any:
        """A list of texts as the parameter of `words.member`."""


class Database(ABC):
    """One database, used by any number of threads.

    `remembered` keeps what never changes: pins of cases, calendars by revision.
    """

    url: str
    engine: Engine

    def __init__(self) -> None:
        self.remembered: dict[Any, Any] = {}

    @abstractmethod
    def writing(self, work: Callable[[Connection], T]) -> T:
        """Do the work in a transaction, commit, return its answer.

        It may be done more than once, when transactions cross.
        """

    @abstractmethod
    def reading(self, work: Callable[[Connection], T]) -> T:
        """Do the work on a snapshot that cannot be written to."""

    def admit(self, role: str) -> None:
        """Let a database role do what the service does and nothing more: it cannot change or delete the
        audit.
        """
        raise Impossible("This database knows no roles; who may read its file may do everything")

    def pack(self, *, up_to: int | None = None) -> bool:
        """Let nothing of what was erased remain in the free places of the file, where nobody else sees to
        that. Nobody writes meanwhile. False where the file has more than `up_to` bytes, and nothing is done.
        """
        return True

    @abstractmethod
    def close(self) -> None:
        """End all connections."""
