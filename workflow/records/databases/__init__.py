"""Which database it is: one file per database, one protocol, two doors. Nothing outside this room knows."""

from workflow.errors import CasewayError
from workflow.records.databases.postgresql import PostgreSQL
from workflow.records.databases.protocol import PATIENCE, Connection, Database
from workflow.records.databases.sqlite import SQLite, as_one_file

__all__ = ["Connection", "Database", "as_one_file", "open_database"]


class UnknownDatabase(CasewayError):
    """This kind of database is not known"""


def open_database(url: str, *, connections: int = 8, patience: float = PATIENCE) -> Database:
    """The database at `sqlite:///path/to/file.db` or `postgresql://user@host/name`. Nothing is touched
    before it is used.

    `connections` is how many commands and reads may run at once; `patience`, for how many seconds
    one waits for others. Raises UnknownDatabase.
    """
    kind = url.partition(":")[0].partition("+")[0]
    if kind == "sqlite":
        return SQLite(url, connections=connections, patience=patience)
    if kind in ("postgresql", "postgres"):
        return PostgreSQL(url, connections=connections, patience=patience)
    raise UnknownDatabase(
        "'{kind}' is not a database this engine knows; write sqlite:///path/to/file.db or postgresql://user@host/name",
        kind=kind,
    )
