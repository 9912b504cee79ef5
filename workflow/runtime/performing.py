"""One act of a history as a command of the engine. Law: what it does not say (person, task) is looked up."""

from __future__ import annotations

from collections.abc import Callable

from workflow.errors import LostRace, NotAllowed, NotFound, NotNow
from workflow.records import lists, replays
from workflow.records.databases.protocol import Connection, Database
from workflow.records.replays import OpenTask, Standing
from workflow.runtime.engine import Engine
from workflow.runtime.histories import Act, ActLine
from workflow.runtime.manner import Manner
from workflow.runtime.receipts import Receipt


def perform(engine: Engine, database: Database, act: Act, case: str | None) -> Receipt:
    """Carry out an act on its case; None opens one. Raises Refusal."""
    said = act.said
    if said.open:
        return _open(engine, database, act, case)
    if case is None:
        raise NotFound(
            "There is no case '{case}' yet: its history begins with a line that opens it.", case=said.case
        )
    standing = _living(database, case, said)
    task = _task(database, case, said)
    by = said.person or _holder(engine, database, said, standing, task)
    return _VERBS[said.kind](engine, act, case, by, task.no if task else None)


def _open(engine: Engine, database: Database, act: Act, case: str | None) -> Receipt:
    said, opening = act.said, act.said.open
    assert opening is not None, "only openings come here"
    there = case or database.reading(lambda connection: lists.named(connection, said.case))
    if there is not None:
        raise NotNow("The case '{case}' is open already.", case=said.case)
    by = said.person or _in_office(engine, database, said.role or "", opening.party)
    return engine.open(
        said.definition or "",
        by=by,
        party=opening.party,
        version=said.version,
        answers=opening.answers,
        parent=opening.parent,
        historic=True,
        demonstration=opening.demonstration,
        manner=_manner(act),
    )


def _living(database: Database, case: str, said: ActLine) -> Standing:
    """The case as it stands. What happened in the present, or later, leaves no room for this act."""
    found = database.reading(lambda connection: replays.standing(connection, case))
    if found is None:
        raise NotFound("The case of '{case}' is no longer there.", case=said.case)
    if not found.historic:
        raise NotNow(
            "The case '{case}' lives in the present now; no history can be played into it.", case=said.case
        )
    if said.at < found.updated_at:
        raise LostRace(
            "The case '{case}' was played up to {until} already; an act of {at} comes too late.",
            case=said.case,
            until=found.updated_at.isoformat(),
            at=said.at.isoformat(),
        )
    return found


def _task(database: Database, case: str, said: ActLine) -> OpenTask | None:
    """The open task that the act is about: the one told, else the one that who acts would take."""
    if said.task is None:
        return None
    tasks = database.reading(lambda connection: replays.open_tasks(connection, case))
    named = [task for task in tasks if task.name == said.task and said.no in (None, task.no)]
    if not named:
        raise NotNow(
            "There is no open task '{task}'{no}; open are: {tasks}.",
            task=said.task,
            no=f" number {said.no}" if said.no else "",
            tasks=", ".join(f"{task.name} {task.no}" for task in tasks) or "none",
        )
    return min(named, key=lambda task: _preference(said, task))


def _preference(said: ActLine, task: OpenTask) -> tuple[bool, int]:
    """Somebody's own task comes first; who assigns looks for one that nobody has."""
    wanted = None if said.assign else said.person
    return task.person != wanted, task.no


def _holder(
    engine: Engine, database: Database, said: ActLine, standing: Standing, task: OpenTask | None
) -> str:
    """Who held the role then: of the task, of the ball, else whoever had the mandate."""
    role = said.role or ""
    if task and task.role == role and task.person and not said.assign:
        return task.person
    if standing.ball_role == role and standing.ball_person:
        return standing.ball_person
    return _in_office(engine, database, role, standing.party, standing.region)


def _in_office(engine: Engine, database: Database, role: str, party: str, region: str | None = None) -> str:
    day = engine.today()

    def find(connection: Connection) -> str | None:
        return replays.holder(connection, role, party, region, day)

    found = database.reading(find)
    if found is None:
        raise NotAllowed(
            "On {day} nobody held the role '{role}' for {party}.", day=str(day), role=role, party=party
        )
    return found


def _advance(engine: Engine, act: Act, case: str, by: str, task: int | None) -> Receipt:
    said = act.said
    return engine.advance(
        case,
        said.trigger or "",
        by=by,
        data=said.data,
        task=task,
        manner=_manner(act),
    )


def _complete(engine: Engine, act: Act, case: str, by: str, task: int | None) -> Receipt:
    said = act.said
    return engine.complete(
        case,
        task or 0,
        said.outcome or "",
        by=by,
        data=said.data,
        manner=_manner(act),
    )


def _declare(engine: Engine, act: Act, case: str, by: str, task: int | None) -> Receipt:
    return engine.declare(case, task or 0, by=by, manner=_manner(act))


def _assign(engine: Engine, act: Act, case: str, by: str, task: int | None) -> Receipt:
    said = act.said
    return engine.assign(
        case,
        task or 0,
        by=by,
        to=said.assign or "",
        manner=_manner(act),
    )


def _revise(engine: Engine, act: Act, case: str, by: str, task: int | None) -> Receipt:
    said = act.said
    return engine.revise(
        case,
        said.revise or "",
        said.data or {},
        by=by,
        task=task,
        manner=_manner(act),
    )


def _undo(engine: Engine, act: Act, case: str, by: str, task: int | None) -> Receipt:
    return engine.undo(case, by=by, manner=_manner(act))


def _manner(act: Act) -> Manner:
    return Manner(received_at=act.said.received_at, reason=act.said.reason, key=act.key)


_VERBS: dict[str, Callable[[Engine, Act, str, str, int | None], Receipt]] = {
    "trigger": _advance,
    "outcome": _complete,
    "declare": _declare,
    "assign": _assign,
    "revise": _revise,
    "undo": _undo,
}
