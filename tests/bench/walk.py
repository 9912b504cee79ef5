"""The ordinary walk through the reference procedure: the demonstration's history of one Party, played once
and watched.

What is measured later are these very acts: the commands of `decide`, and the rows of the case before each
trigger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from tests.bench.grounds import PARTY
from workflow.records.databases import Database
from workflow.records.tables import METADATA
from workflow.rules.case import Case, Office
from workflow.rules.commands import Advance, Command, Fire
from workflow.rules.definition import Definition
from workflow.runtime import path
from workflow.runtime.demonstration import history
from workflow.runtime.histories import History, arranged
from workflow.runtime.importing import play
from workflow.runtime.library import Library

TABLES = ("cases", "task", "clock", "timer", "answer", "audit", "undo")
"""What a case consists of; its letters and notices take no part in what comes next."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Act:
    """What `decide` was asked, and for a trigger or a timer the rows of its case before it."""

    definition: Definition
    case: Case | None
    command: Command
    now: datetime
    office: Office
    rows: Rows | None

    @property
    def asked(self) -> tuple[Any, ...]:
        return self.definition, self.case, self.command, self.now, self.office


def watched(database: Database, library: Library) -> list[Act]:
    """Play the walk in this database; every act of it, timers included."""
    acts: list[Act] = []
    decide = path.decide

    def watch(*asked: Any) -> Any:
        case, command = asked[1], asked[2]
        rows = rows_of(database, case.id) if isinstance(command, Advance | Fire) else None
        acts.append(Act(*asked, rows))
        return decide(*asked)

    with patch.object(path, "decide", watch):
        played = play(database, library, story(), datetime.now(UTC))
    if played.refused:
        raise SystemExit(f"The ordinary walk was refused: {played.refused[0]}")
    return acts


def story() -> History:
    """The persons of the demonstration and the acts of one case."""
    whole = history()
    case = next(name for name in whole.cases if name.endswith(f" {PARTY}"))
    return arranged([*whole.persons, *(act.said for act in whole.acts if act.said.case == case)])


def rows_of(database: Database, case_id: str) -> Rows:
    """The rows of a case as they are committed."""

    def read(connection: Any) -> Rows:
        found = {}
        for name in TABLES:
            columns = METADATA.tables[name].columns
            own = columns["id" if name == "cases" else "case_id"] == case_id
            found[name] = [dict(row) for row in connection.execute(select(*columns).where(own)).mappings()]
        return found

    return database.reading(read)
