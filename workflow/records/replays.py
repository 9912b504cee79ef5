"""What was played of recorded histories, and what a replay asks of a case. Law: an act is played once;
one that was refused may be judged again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from workflow.records.databases.protocol import Connection
from workflow.records.parts_taken import INDEXED, OTHERS
from workflow.records.tables import METADATA, ReplayRow

MANY = 500
REPLAY, CASES, TASK, TIMER, MANDATE, ANSWER = (
    METADATA.tables[name] for name in ("replay", "cases", "task", "timer", "mandate", "answer")
)


@dataclass(frozen=True, slots=True)
class Played:
    """An act that was played: for which case; or, if it was refused, why and in which state."""

    act: str
    reference: str
    case: str | None
    refusal: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands, as far as a replay asks."""

    state: str
    party: str
    region: str | None
    historic: bool
    opened_at: datetime
    updated_at: datetime
    ball_role: str | None
    ball_person: str | None


@dataclass(frozen=True, slots=True)
class OpenTask:
    no: int
    name: str
    role: str
    person: str | None


def played(connection: Connection, acts: Iterable[str]) -> dict[str, Played]:
    """Those of the acts that were played or refused before."""
    keys, found = list(acts), {}
    for start in range(0, len(keys), MANY):
        wanted = select(REPLAY).where(REPLAY.c.act.in_(keys[start : start + MANY]))
        for row in connection.execute(wanted):
            found[row.act] = Played(row.act, row.reference, row.case_id, row.refusal, row.state)
    return found


def cases(connection: Connection, references: Iterable[str]) -> dict[str, str]:
    """The cases that stand for these references, and those that they opened (reference#1, reference#2)."""
    wanted = set(references)
    of = select(REPLAY.c.reference, REPLAY.c.case_id).where(REPLAY.c.case_id.is_not(None)).distinct()
    rows = [(row.reference, row.case_id) for row in connection.execute(of)]
    return {name: case for name, case in rows if name in wanted or name.rpartition("#")[0] in wanted}


def pins(connection: Connection, references: Iterable[str]) -> dict[str, tuple[str, int]]:
    """The definition and version of the cases that stand for these references, and of what they opened."""
    ids = cases(connection, references)
    columns = (CASES.c.id, CASES.c.definition, CASES.c.version)
    found: dict[str, tuple[str, int]] = {}
    for start in range(0, len(ids), MANY):
        wanted = list(ids.values())[start : start + MANY]
        rows = connection.execute(select(*columns).where(CASES.c.id.in_(wanted)))
        found |= {row.id: (row.definition, row.version) for row in rows}
    return {name: found[case] for name, case in ids.items() if case in found}


def note(connection: Connection, done: Played) -> None:
    """Remember that an act was played or refused, in place of what came of it before."""
    names = ("act", "reference", "case_id", "refusal", "state")
    connection.put(ReplayRow, [dict(zip(names, astuple(done), strict=True))])


def standing(connection: Connection, case_id: str) -> Standing | None:
    columns = [CASES.c[name] for name in Standing.__slots__]
    row = connection.execute(select(*columns).where(CASES.c.id == case_id)).first()
    return Standing(*row) if row else None


def open_tasks(connection: Connection, case_id: str) -> tuple[OpenTask, ...]:
    columns = [TASK.c[name] for name in OpenTask.__slots__]
    wanted = select(*columns).where(TASK.c.case_id == case_id, TASK.c.status == "open").order_by(TASK.c.no)
    return tuple(OpenTask(*row) for row in connection.execute(wanted))


def next_timer(connection: Connection, case_id: str) -> tuple[datetime, int] | None:
    """The instant and number of the case's earliest timer."""
    wanted = select(TIMER.c.at, TIMER.c.no).where(TIMER.c.case_id == case_id).order_by(TIMER.c.at, TIMER.c.no)
    row = connection.execute(wanted.limit(1)).first()
    return (row.at, row.no) if row else None


def holder(connection: Connection, role: str, party: str, region: str | None, day: date) -> str | None:
    """Who held the role for the Party (or its region) on that day: the first by name of account."""
    of = MANDATE.c
    wanted = select(of.person).where(
        of.role == role,
        or_(of.party.is_(None), of.party == party),
        or_(of.region.is_(None), of.region == region),
        of.since <= day,
        or_(of.until.is_(None), of.until >= day),
    )
    person: str | None = connection.execute(wanted.order_by(of.person).limit(1)).scalar()
    return person


def concerned(connection: Connection, case_id: str) -> set[str]:
    """Everybody who had a part in the case, or in whose name somebody had."""
    columns = (METADATA.tables[table].c[column] for table, column in INDEXED + OTHERS)
    of = (select(one).where(one.table.c.case_id == case_id) for one in columns)
    return {person for each in of for person in connection.execute(each).scalars() if person}


def first_drafts(connection: Connection, case_id: str) -> dict[str, Any]:
    """The answers that were given with the opening, by form."""
    own = (ANSWER.c.case_id == case_id, ANSWER.c.entry == 1)
    rows = connection.execute(select(ANSWER.c.form, ANSWER.c.data).where(*own).order_by(ANSWER.c.id))
    return {row.form: row.data for row in rows}


def task_names(connection: Connection, case_id: str) -> dict[int, str]:
    rows = connection.execute(select(TASK.c.no, TASK.c.name).where(TASK.c.case_id == case_id))
    return {row.no: row.name for row in rows}
