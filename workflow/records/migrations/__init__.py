"""The schema's revisions, and `upgrade`.

Law: a released revision is never edited; the tables are what the last one leaves. A name begins with the
release that the revision came with: 01 is 0.1.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from workflow.errors import OtherSchema
from workflow.records.databases.protocol import Connection, Database

HERE = Path(__file__).parent


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to a revision, in one transaction. Nothing happens where it is there already.

    Raises OtherSchema.
    """
    database.writing(lambda connection: _upgrade(connection, revision))


def current(database: Database) -> str | None:
    """The revision that the database is at; None where there is no schema yet. Raises OtherSchema."""
    return database.reading(_current)


def newest() -> str:
    """The revision that this program needs."""
    return released()[-1]


@cache
def released() -> tuple[str, ...]:
    """All revisions, oldest first."""
    return tuple(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())[::-1]


def _upgrade(connection: Connection, revision: str) -> None:
    connection.lock_schema()
    _current(connection)
    config = _config()
    config.attributes["connection"] = connection
    if not connection.core.in_transaction():
        # Told that there is a transaction, Alembic leaves beginning and committing to its owner.
        connection.core.begin()
    command.upgrade(config, revision)


def _current(connection: Connection) -> str | None:
    found = MigrationContext.configure(connection.core).get_current_revision()
    if found is not None and found not in released():
        raise OtherSchema(
            "The database is at schema {found}, which this program does not know (its own is {own}): another "
            "version of Caseway made it. Go on with that version, or name another home or database.",
            found=found,
            own=newest(),
        )
    return found


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return config
