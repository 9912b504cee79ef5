"""One request's whole life: every step, whose turn it was then, every deadline and whether it was kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflow.errors import NotFound
from workflow.records import clocks, lists, persons
from workflow.records.clocks import StoredClock
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Place, Row
from workflow.records.trail import trail
from workflow.rules.definition import Definition
from workflow.rules.eyes import Eyes
from workflow.rules.redaction import NOBODY, all_shown, sees_clock, shown
from workflow.rules.replacing import replace
from workflow.runtime.library import Library

ALL = 100_000
# Acts that are about a task and do not end it.
BY_THE_WAY = ("assign", "declare", "revise")
BY_TIME = ("opened", "rung", "silence")


@dataclass(frozen=True, slots=True)
class Step:
    """One audit entry. `role` is what it was done as; `turn` is the role whose turn it was before it, `ball`
    and `holder` after it; `told` are those for whom a rung fell due: a digest may bring it later, as weekends
    are quiet; `handed`: from whom to whom it went over, by a designation.
    """

    no: int
    at: datetime
    act: str
    person: str
    on_behalf_of: str | None
    role: str | None
    before: str | None
    after: str
    task: int | None
    turn: str | None
    ball: str | None
    holder: str | None
    late: bool
    told: tuple[str, ...]
    reason: str
    handed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock. `counts_from` is its day 0. `ended` is when its duty was done or fell away; `kept` None: it
    fell away, or that is not known yet. `due` is None while the clock is held. `silent`: nobody acted, and
    the silence was taken for an answer.
    """

    no: int
    subject: str
    name: str
    status: str
    budget: str
    began: datetime
    counts_from: date
    due: datetime | None
    ended: datetime | None
    held_times: int
    extended_times: int
    kept: bool | None
    silent: bool = False
    task: int | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """`names` are those of the persons in it, by their ids."""

    case: Row
    steps: tuple[Step, ...]
    deadlines: tuple[Deadline, ...]
    letters: tuple[Row, ...]
    names: Mapping[str, str]


def life(
    connection: Connection, library: Library, case_id: str, now: datetime, eyes: Eyes | None = None
) -> Life:
    """The life of a case as it stands, as far as these eyes see it (None: whole); of one at rest, as its
    history ended. Raises NotFound.
    """
    case = lists.case(connection, case_id)
    if case is None:
        raise NotFound("There is no case '{case}'.", case=case_id)
    definition = library.get(case["definition"], case["version"])
    rows = trail(connection, case_id, Place(limit=ALL)).rows
    roles = persons.roles_of(connection, {row["mandate"] for row in rows if row["mandate"]})
    steps = _steps(rows, roles)
    ended = clocks.task_ends(connection, case_id)
    until = case["updated_at"] if case["historic"] else now
    deadlines = [
        _deadline(definition, clock, steps, ended, until) for clock in clocks.stored(connection, case_id)
    ]
    letters = lists.letters(connection, case_id, Place(limit=ALL)).rows
    if eyes is not None and not eyes.everything:
        told = all_shown(eyes, ({**row, "role": roles.get(row["mandate"] or "")} for row in rows), "entry")
        steps = _steps(told, roles)
        deadlines = [one for one in deadlines if sees_clock(eyes, one.task)]
        case, letters = shown(eyes, case, "case") or case, all_shown(eyes, letters, "letter")
    people = {name for step in steps for name in _named(step) if name}
    return Life(
        case=case,
        steps=steps,
        deadlines=tuple(deadlines),
        letters=letters,
        names={person: one.name for person, one in persons.readers(connection, people).items()},
    )


def _named(step: Step) -> tuple[str | None, ...]:
    return step.person, step.on_behalf_of, step.holder, *step.told, *step.handed


def _steps(rows: Iterable[Row], roles: Mapping[str, str]) -> tuple[Step, ...]:
    """What an entry does not say of the ball is as it was before."""
    steps: list[Step] = []
    ball: str | None = None
    holder: str | None = None
    for row in rows:
        changes: Mapping[str, Any] = row["changes"]
        turn = ball
        ball, holder = changes.get("ball", ball), changes.get("holder", holder)
        steps.append(
            Step(
                no=row["no"],
                at=row["received_at"] or row["at"],
                act=row["act"],
                person=row["person"] or NOBODY,
                on_behalf_of=row["on_behalf_of"],
                role=roles.get(row["mandate"] or ""),
                before=row["before"],
                after=row["after"],
                task=row["task"],
                turn=turn,
                ball=ball,
                holder=holder,
                late=bool(changes.get("late")),
                told=tuple(changes.get("told", ())),
                reason=row["reason"],
                handed=_handed(changes),
            )
        )
    return tuple(steps)


def _handed(changes: Mapping[str, Any]) -> tuple[str, ...]:
    over = changes.get("handed_over")
    return (over["from"], over["to"]) if over else ()


def _deadline(
    definition: Definition,
    clock: StoredClock,
    steps: tuple[Step, ...],
    task_ends: Mapping[int, datetime],
    now: datetime,
) -> Deadline:
    terms = clock.terms
    found = Deadline(
        no=clock.no,
        subject=clock.subject,
        name=clock.name,
        status=clock.status,
        budget=str(terms.budget) if terms.budget else "a fixed date",
        began=terms.started_at,
        counts_from=terms.day0,
        due=clock.due,
        ended=None,
        held_times=len(terms.holds),
        extended_times=len(terms.extensions),
        kept=None,
        task=clock.task,
    )
    if clock.status != "stopped":
        return replace(found, kept=False) if clock.due and now > clock.due else found
    silent = any(step.task == clock.task and step.act == f"{clock.name}.silence" for step in steps)
    if clock.task:
        ended, done = task_ends.get(clock.task), _is_done(clock.task, steps)
    else:
        last = _last_step(definition, clock, steps)
        ended, done = (last.at, _is_theirs(definition, last)) if last else (None, False)
    late = silent or bool(ended and clock.due and ended > clock.due)
    kept = True if ended and clock.due and done else None
    return replace(found, ended=ended, kept=False if late else kept, silent=silent)


def _is_done(task: int, steps: tuple[Step, ...]) -> bool:
    """Whether somebody ended the task; else it fell away, with its state or by what another one brought."""
    return any(
        step.task == task and step.act not in BY_THE_WAY and step.act.rpartition(".")[2] not in BY_TIME
        for step in steps
    )


def _last_step(definition: Definition, clock: StoredClock, steps: tuple[Step, ...]) -> Step | None:
    """The step that ended the clock of a state, or one that spans states; an interruption only holds it."""
    held = {hold.from_ for hold in clock.terms.holds}
    for step in steps:
        if step.at < clock.terms.started_at or step.at in held:
            continue
        if clock.subject == "span":
            if _events(step) & set(definition.format.clocks[clock.name].until):
                return step
        elif step.before == clock.name != step.after:
            return step
    return None


def _is_theirs(definition: Definition, step: Step) -> bool:
    """Whether a duty was done by this step. Who withdraws a case on which the office has the turn, or ends
    one that waits for a Party, does not do the other's duty: it falls away; so does that of a state into
    which an undone act had led.
    """
    roles = definition.format.roles
    if step.act == "undo":
        return False
    if step.role not in roles or step.turn not in roles:
        return True
    return (roles[step.role].side == "party") == (roles[step.turn].side == "party")


def _events(step: Step) -> set[str]:
    moved = step.before != step.after
    return {step.act} | ({f"enter {step.after}", f"leave {step.before}"} if moved else set())
