"""`caseway db upgrade`, `db grant`, `backup` and `restore`: the rows themselves."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from api.cli.exits import Exit, leave
from api.cli.house import now, open_rows, settings
from api.cli.options import Json
from api.cli.output import Step, as_json, counted, progress, say, warn
from workflow.errors import LostContent
from workflow.records import backups, migrations
from workflow.records.databases import open_database
from workflow.records.tables import METADATA
from workflow.runtime.files import Store
from workflow.runtime.home import Home

Target = Annotated[
    Path | None,
    typer.Argument(metavar="PATH", help="The file to write. Default: one named by the time, in the home."),
]
Source = Annotated[Path, typer.Argument(metavar="PATH", help="A file that `caseway backup` wrote.")]

Role = Annotated[str, typer.Argument(metavar="ROLE", help="A role of the database, as CREATE ROLE made it.")]


def upgrade(json: Json = False) -> None:
    """Bring the schema up to this program's. A start does so by itself; this does nothing else.

    `caseway db upgrade`
    """
    chosen = settings()
    Home(chosen.home).prepare()
    database = open_database(chosen.database)
    try:
        before = migrations.current(database)
        migrations.upgrade(database)
    finally:
        database.close()
    after = migrations.newest()
    if json:
        return as_json({"before": before, "after": after, "changed": before != after})
    if before == after:
        return say(f"The schema is at {after}.")
    return say(f"The schema went from {before} to {after}." if before else f"The schema is made, at {after}.")


def grant(role: Role, json: Json = False) -> None:
    """Let a database role do what the service does, but neither change nor delete the audit (PostgreSQL).

    `caseway db grant caseway_service`
    """
    with open_rows() as database:
        database.admit(role)
    if json:
        return as_json({"role": role})
    return say(
        f"{role} may read and write, and cannot change what has happened. Grant again after an upgrade."
    )


def backup(path: Target = None, json: Json = False) -> None:
    """Write a consistent copy of everything to one file, while the service goes on.

    `caseway backup`

    `caseway backup /safe/place/2026-03-02.caseway`
    """
    home = Home(settings().home).prepare()
    target, lost = path or _named(home.backups), list[str]()
    content = partial(_content, Store(home.files), lost)
    with open_rows() as database, progress("Backing up", json=json) as step:
        rows = backups.backup(database, target, content, _by_tables(step))
        step(len(METADATA.tables), len(METADATA.tables))
    for digest in lost:
        warn(f"The content of the file {digest} is lost or damaged, and not in the backup.")
    if json:
        return as_json({"file": target, "rows": rows, "lost": lost})
    return say(
        f"{counted(rows, 'row')} in {target}. `caseway restore {target}` puts them into an empty database."
    )


def restore(path: Source, json: Json = False) -> None:
    """Put a backup into an empty database. Sending is paused until `caseway notices resume`.

    `CASEWAY_HOME=restored caseway restore 2026-03-02.caseway`
    """
    if not path.is_file():
        leave(Exit.UNREACHABLE, f"There is no file {path}.")
    chosen = settings()
    store = Store(Home(chosen.home).prepare().files)
    database = open_database(chosen.database)
    try:
        with progress("Restoring", json=json) as step:
            rows = backups.restore(database, path, now(), store.keep, _by_tables(step))
            step(len(METADATA.tables), len(METADATA.tables))
    finally:
        database.close()
    if json:
        return as_json({"rows": rows, "sending": "paused"})
    return say(f"{rows} rows are back. Sending is paused: verify them, then `caseway notices resume`.")


def _content(store: Store, lost: list[str], digest: str) -> bytes | None:
    try:
        return store.content(digest)
    except LostContent:
        lost.append(digest)
        return None


def _named(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{now():%Y-%m-%dT%H%M%S}.caseway"


def _by_tables(step: Step) -> backups.Progress:
    """How many tables are begun, of all."""
    begun: set[str] = set()

    def told(table: str, _rows: int) -> None:
        begun.add(table)
        step(len(begun), len(METADATA.tables))

    return told


def pack(json: Json = False) -> None:
    """Pack the database's file, so that nothing of what was erased remains in its free places.

    Nobody writes meanwhile; it needs as much free room as the file has. PostgreSQL does this by itself.

    `caseway db pack`
    """
    with open_rows() as database:
        database.pack()
    return as_json({"packed": True}) if json else say("The database is packed.")
