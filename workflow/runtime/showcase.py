"""Loading the demonstration into an installation, with its persons' tokens. Law: never among real cases.

The tokens are made anew in each home and kept in a file there, so that a later start can show them again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from workflow.errors import CasewayError
from workflow.records import lists, settings
from workflow.records import tokens as records
from workflow.records.databases.protocol import Connection
from workflow.runtime import demonstration
from workflow.runtime.importing import play
from workflow.runtime.installation import Installation

LOADED = "demonstration_loaded"
TOKENS = "demonstration-tokens.json"
SHOWN = (
    "demo-coordinator-africa",
    "demo-supervisor",
    "demo-focal-point-ke",
    "demo-expert-1",
    "demo-administrator",
)

Progress = Callable[[int, int], None]


class BrokenDemonstration(CasewayError):
    """The demonstration does not fit the definition"""


def is_loaded(installation: Installation) -> bool:
    return installation.database.reading(lambda connection: settings.is_on(connection, LOADED))


def is_wanted(installation: Installation) -> bool:
    """Whether the demonstration may be loaded, or go on being loaded: not among cases that are not of it."""
    return not is_loaded(installation) and not installation.database.reading(lists.any_real)


def load(installation: Installation, now: datetime, progress: Progress) -> None:
    """Play the demonstration. What was begun and interrupted goes on. Raises BrokenDemonstration."""
    told = demonstration.history()
    summary = play(installation.database, installation.library, told, now, progress=progress)
    if summary.refused:
        first = summary.refused[0]
        raise BrokenDemonstration(
            "{case}, {verb} in state {state}: {reason}",
            case=first.case,
            verb=first.verb,
            state=first.state,
            reason=first.reason,
        )
    installation.database.writing(lambda connection: settings.turn(connection, LOADED, on=True, at=now))


def tokens(installation: Installation, now: datetime) -> dict[str, str]:
    """The tokens of the persons that are shown, by person; made where there are none yet."""
    path = installation.home.folder / TOKENS
    known = _kept(path)
    missing = [person for person in SHOWN if not _holds(installation, person, known, now)]
    known |= installation.database.writing(lambda connection: _made(connection, missing, now))
    if missing:
        _keep(path, known)
    return {person: known[person] for person in SHOWN}


def _holds(installation: Installation, person: str, known: Mapping[str, str], now: datetime) -> bool:
    if person not in known:
        return False
    found = installation.database.reading(lambda connection: records.bearer(connection, known[person], now))
    return found is not None and found.person.id == person


def _made(connection: Connection, people: list[str], now: datetime) -> dict[str, str]:
    made = partial(records.new, label="demonstration", scope="administer")
    return {one: made(connection, one, now)[1] for one in people}


def _kept(path: Path) -> dict[str, str]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _keep(path: Path, known: Mapping[str, str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(known, file, indent=1)
