"""Whom a task may be given to, as whoever names somebody sees them. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.records import persons, worklist
from workflow.records.databases.protocol import Connection
from workflow.rules.acting import actor_in
from workflow.rules.candidates import candidates, role_sought
from workflow.rules.case import Mandate
from workflow.rules.ledger import Ledger
from workflow.runtime.engine import Engine, View


@dataclass(frozen=True, slots=True)
class Nominee:
    """Somebody who holds the task's role here. `exception` is the rule that keeps them out, or None."""

    id: str
    name: str
    language: str
    open_tasks: int
    exception: str | None

    @property
    def rank(self) -> tuple[bool, int, str, str]:
        """Those who may have it come first, of them who has the least to do."""
        return self.exception is not None, self.open_tasks, self.name, self.id


@dataclass(frozen=True, slots=True)
class Nomination:
    """The case as it was looked at, and who holds the role of its task."""

    view: View
    nominees: tuple[Nominee, ...]


def nominees(engine: Engine, case: str, task: int, *, by: str) -> Nomination:
    """Raises NotFound (of the task too), NotAllowed for who may not name somebody, NotNow once it ended."""
    return engine.database.reading(lambda connection: _found(connection, engine, case, task, by))


def _found(connection: Connection, engine: Engine, case: str, task: int, by: str) -> Nomination:
    view = engine.path.look(connection, case, by)[1]
    role, here = role_sought(_ledger(engine, view), task), (view.case.party, view.case.region)
    over = Mandate(by, role, *here)
    holding = persons.holders(connection, role, engine.today(), over=over)
    loaded, view = engine.path.look(connection, case, by, holding)
    actors = [actor_in(view.office, person, view.case).own for person in holding]
    busy = worklist.open_tasks(connection, holding)
    told = (
        Nominee(
            one.person,
            loaded.readers[one.person].name,
            loaded.readers[one.person].language,
            busy.get(one.person, 0),
            one.exception,
        )
        for one in candidates(_ledger(engine, view), task, actors)
    )
    return Nomination(view, tuple(sorted(told, key=lambda one: one.rank)))


def _ledger(engine: Engine, view: View) -> Ledger:
    now = engine.now()
    return Ledger(view.definition, view.case, view.office, now=now, actor=view.actor, moment=now)
