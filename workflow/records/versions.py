"""The definitions that were used: each version with the digest of its logic, pinned at first use.

Law: a pin never changes.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.tables import DefinitionRow


def pinned(connection: Connection) -> dict[tuple[str, int], str]:
    """The digest of each version that was used, by key and version."""
    columns = (col(DefinitionRow.key), col(DefinitionRow.version), col(DefinitionRow.digest))
    return {(key, version): digest for key, version, digest in connection.execute(select(*columns))}


def pin(connection: Connection, key: str, version: int, digest: str, at: datetime) -> None:
    """Pin a version that was not pinned before; opening a case does so by itself."""
    row = {"key": key, "version": version, "digest": digest, "pinned_at": at}
    table = DefinitionRow.metadata.tables["definition_version"]
    connection.execute(connection.insert(table).on_conflict_do_nothing(), row)
