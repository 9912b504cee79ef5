"""What SQLite says, in words of the engine: a lost race, a crossing, a file that is not as it should
be. Each cause has its own words, with what would help.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import exc

from workflow.errors import Busy, Damaged, LostRace, Unavailable, Unwritable
from workflow.records.databases.protocol import Again

# The unique rows that decide a race: what losing it means.
RACES = {"serial.": Again, "idempotency.": Again, "administration.": Again, "cases.revision": LostRace}
RACES |= dict.fromkeys(("audit.", "letter.", "notice."), LostRace)
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")
DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
UNREACHED = ("SQLITE_CANTOPEN", "SQLITE_READONLY")
LOST = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_NOMEM")


@contextmanager
def translated(path: Path, *, writable: bool) -> Iterator[None]:
    """`path`: the database's file. `writable`: whether it is used through the writing door."""
    try:
        yield
    except exc.DBAPIError as error:
        raise meaning(error.orig, path, writable) or error from error
    except Exception as error:
        if hasattr(error, "sqlite_errorname"):
            raise meaning(error, path, writable) or error from error
        raise


def meaning(error: Any, path: Path, writable: bool) -> Exception | None:
    name, said = getattr(error, "sqlite_errorname", None) or "", str(error)
    if name.startswith("SQLITE_CONSTRAINT"):
        return next((race() for place, race in RACES.items() if f" {place}" in said), None)
    if name.startswith(BUSY):
        return Busy()
    if name.startswith(DAMAGED):
        return Damaged(
            "{path} is damaged, or is no database ({reason}); move it away and restore a backup",
            path=path,
            reason=said,
        )
    # To write through the reading door is a mistake of the caller's, where the file itself can be written.
    if name.startswith(UNREACHED) and (writable or name != "SQLITE_READONLY" or _read_only(path)):
        return _unwritable(path, said)
    if name.startswith(LOST):
        return Unavailable(
            "The database cannot be used now ({reason}); nothing was changed, try again", reason=said
        )
    return None


def _unwritable(path: Path, said: str) -> Unwritable:
    if not path.parent.is_dir():
        return Unwritable(
            "There is no folder {folder} ({reason}); make it, or name another",
            folder=path.parent,
            reason=said,
        )
    if (place := _read_only(path)) is not None:
        return Unwritable(
            "{path} is read-only for this account ({reason}); let it write there, or name another",
            path=place,
            reason=said,
        )
    return Unwritable("{path} cannot be opened as a file ({reason}); name another", path=path, reason=said)


def _read_only(path: Path) -> Path | None:
    """The folder or the file itself, where this account may not write to it."""
    places = (place for place in (path.parent, path) if place.exists())
    return next((place for place in places if not os.access(place, os.W_OK, effective_ids=True)), None)
