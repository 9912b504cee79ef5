"""Databases that are furnished once in a run and copied for each test, which is faster than furnishing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from tests.postgres import SharedPostgres, database_name
from workflow.records.databases import as_one_file

Furnish = Callable[[str], None]


class SqliteOriginals:
    """Files in one folder of this process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[Furnish, Path] = {}

    def copied(self, furnish: Furnish, into: Path) -> str:
        """The address of a copy of what `furnish` makes of an empty database."""
        if furnish not in self._made:
            path = self._folder / f"{len(self._made)}.db"
            furnish(f"sqlite:///{path}")
            as_one_file(path)
            self._made[furnish] = path
        return f"sqlite:///{shutil.copy(self._made[furnish], into / 'caseway.db')}"

    def drop(self, url: str) -> None:
        """The folder goes with its test."""


class PostgresqlOriginals:
    """Databases of the run's one server."""

    def __init__(self, server: SharedPostgres) -> None:
        self._server = server
        self._made: dict[Furnish, str] = {}

    def copied(self, furnish: Furnish, into: Path) -> str:
        """As for SQLite; on a server there is no folder to put it into."""
        if furnish not in self._made:
            url = self._server.create_database()
            furnish(url)
            self._made[furnish] = database_name(url)
        return self._server.create_database(template=self._made[furnish])

    def drop(self, url: str) -> None:
        self._server.drop_database(url)


Originals = SqliteOriginals | PostgresqlOriginals
