"""The schema's revisions, and `upgrade`.

Law: a released revision is never edited; the tables are what the last one leaves.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from workflow.records.databases.protocol import Connection, Database

HERE = Path(__file__).parent


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to a revision, in one transaction. Nothing happens where it is there already."""
    database.writing(lambda connection: _upgrade(connection, revision))


def current(database: Database) -> str | None:
    """The revision that the database is at; None where there is no schema yet."""
    return database.reading(lambda connection: _context(connection).get_current_revision())


def newest() -> str:
    """The revision that this program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def released() -> tuple[str, ...]:
    """All revisions, oldest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())[::-1]


def _upgrade(connection: Connection, revision: str) -> None:
    connection.lock_schema()
    config = _config()
    config.attributes["connection"] = connection
    if not connection.core.in_transaction():
        # Told that there is a transaction, Alembic leaves beginning and committing to its owner.
        connection.core.begin()
    command.upgrade(config, revision)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return config


def _context(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(connection.core)
