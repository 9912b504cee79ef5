"""A Decision as rows: which statement writes which part of it.

Law: one Decision, one transaction, no part left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from workflow.records import history
from workflow.records.databases.protocol import Connection, Row
from workflow.records.loaded import Loaded
from workflow.records.statements import columns, insert, upsert
from workflow.records.tables import (
    AnswerRow,
    CaseRow,
    ClockRow,
    LetterRow,
    NoticeRow,
    TaskRow,
    TimerRow,
    UndoRow,
)
from workflow.records.values import dumped
from workflow.rules.case import Case, Clock, Task
from workflow.rules.conflicts import gone
from workflow.rules.decision import Decision, Notice
from workflow.rules.definition import Definition

NEVER = datetime(9000, 1, 1, tzinfo=UTC)
_NEVER_CHANGED = {"id", "definition", "version", "party", "demonstration", "parent", "opened_at"}

# What most acts leave as it is. Naming a column in an UPDATE writes its indexes anew, changed or not.
_SELDOM = (
    "number", "region", "state", "entered_at", "emergency", "closed", "historic", "letters", "values",
    "events", "frames",
)  # fmt: skip
_STORED = {"state": ("state", "category"), "values": ("accepted",)}
_PIN = (
    "INSERT INTO definition_version (key, version, digest, pinned_at) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (key, version) DO NOTHING"
)
# A number that somebody else took meanwhile becomes null, which the column refuses: the whole work is done
# again.
_COUNT = (
    "INSERT INTO serial (definition, year, last) VALUES (?, ?, ?) ON CONFLICT (definition, year) "
    "DO UPDATE SET last = CASE WHEN serial.last = excluded.last - 1 THEN excluded.last END"
)
_TURN = "UPDATE timer SET wake_at = COALESCE(?, at) WHERE case_id = ?"
_CANCEL = "DELETE FROM timer WHERE case_id = ? AND no = ?"
_FORGET = "DELETE FROM undo WHERE case_id = ?"
_TAKE_BACK = "UPDATE letter SET taken_back = ? WHERE case_id = ? AND entry >= ? AND taken_back IS NULL"
_SENT = """SELECT DISTINCT person, for_person FROM notice WHERE case_id = ? AND entry >= ?
    AND status IN ('pending', 'failed', 'sent', 'read', 'bounced') ORDER BY person, for_person"""
_DROP = """UPDATE notice SET status = 'dropped' WHERE case_id = ? AND entry >= ?
    AND status IN ('pending', 'failed') AND (lease_until IS NULL OR lease_until < ?)"""
_TAKE_OFF = """UPDATE notice SET status = 'dropped' WHERE case_id = ? AND person = ?
    AND status IN ('pending', 'failed')"""


def write(
    connection: Connection, loaded: Loaded, decision: Decision, texts: Mapping[str, Any]
) -> tuple[Notice, ...]:
    """The case first, since all others refer to it. Says which corrections are owed besides."""
    case, definition = decision.case, loaded.definition
    chain = history.chained(connection, case.id, decision.entries, loaded.head, _personal(definition))
    _write_case(connection, loaded, decision, chain.head)
    if case.number and not (decision.before and decision.before.number):
        assert loaded.office.today is not None
        year, serial = loaded.office.today.year, loaded.office.next_serial
        connection.write(_COUNT, [(case.definition, year, serial)])
    _write_rows(connection, upsert(TaskRow), [_task(connection, case.id, task) for task in decision.tasks])
    _write_rows(
        connection, upsert(ClockRow), [_clock(connection, case.id, clock) for clock in decision.clocks]
    )
    _write_timers(connection, decision)
    _write_rows(connection, _TAKE_OFF, [(case.id, person) for person in sorted(_leaving(loaded, decision))])
    _write_answers(connection, loaded, decision)
    history.write(connection, chain)
    _write_letters(connection, decision, texts)
    _write_undo(connection, loaded, decision)
    return _write_notices(connection, decision)


@cache
def _personal(definition: Definition) -> Mapping[str, Sequence[str]]:
    """The pointers of personal fields by form."""
    return {name: form.personal for name, form in definition.forms.items() if form.personal}


def _write_rows(connection: Connection, sql: str, rows: Sequence[Row]) -> None:
    if rows:
        connection.write(sql, rows)


def _write_case(connection: Connection, loaded: Loaded, decision: Decision, head: str) -> None:
    values = _case(connection, loaded, decision, head)
    if decision.before is None:
        definition = loaded.definition
        pinned_at = connection.moment(decision.entries[0].at)
        connection.write(_PIN, [(definition.key, definition.version, definition.digest, pinned_at)])
        connection.write(insert(CaseRow), [[values[name] for name in columns(CaseRow)]])
    else:
        names = _changing(frozenset(_unchanged(decision.before, loaded.ball, decision)))
        revisions = (decision.before.revision, decision.case.revision)
        news = [values[name] for name in names]
        connection.write(_advance(names), [(*revisions, *news, decision.case.id)])


def _unchanged(before: Case, ball: tuple[str | None, str | None], decision: Decision) -> Iterator[str]:
    """The columns that stay as they are."""
    for name in _SELDOM:
        if getattr(before, name) == getattr(decision.case, name):
            yield from _STORED.get(name, (name,))
    if ball == (decision.ball_role, decision.ball_person):
        yield from ("ball_role", "ball_person")


@cache
def _changing(unchanged: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in columns(CaseRow) if name not in {*_NEVER_CHANGED, "revision", *unchanged})


@cache
def _advance(names: tuple[str, ...]) -> str:
    # A revision that is no longer the one that was read becomes null, which the column refuses: the race is
    # lost.
    news = ", ".join(f'"{name}" = ?' for name in names)
    guarded = '"revision" = CASE WHEN "revision" = ? THEN CAST(? AS integer) END'
    return f"UPDATE cases SET {guarded}, {news} WHERE id = ?"


def _case(connection: Connection, loaded: Loaded, decision: Decision, head: str) -> dict[str, Any]:
    case = decision.case
    return {
        "id": case.id,
        "number": case.number,
        "definition": case.definition,
        "version": case.version,
        "party": case.party,
        "region": case.region,
        "state": case.state,
        "category": loaded.definition.format.states[case.state].category,
        "revision": case.revision,
        "entry": case.entry,
        "serial": case.serial,
        "letters": case.letters,
        "emergency": case.emergency,
        "closed": case.closed,
        "historic": case.historic,
        "demonstration": loaded.demonstration,
        "parent": case.parent,
        "ball_role": decision.ball_role,
        "ball_person": decision.ball_person,
        "opened_at": connection.moment(case.opened_at),
        "entered_at": connection.moment(case.entered_at),
        "updated_at": connection.moment(_now(decision)),
        "accepted": dumped(case.values),
        "events": dumped(case.events),
        "frames": dumped(case.frames),
        "head": head,
    }


def _leaving(loaded: Loaded, decision: Decision) -> frozenset[str]:
    """Who declared a conflict of interest just now, or was replaced: what they were to be told yet is not
    sent.
    """
    left = gone(decision.case.tasks) - gone(decision.before.tasks if decision.before else ())
    case, person = decision.case, decision.relieves
    if person is None or any(
        one.person == person and one.reaches(case.party, case.region, case.definition)
        for one in loaded.office.mandates
    ):
        return left
    return left | {person}


def _now(decision: Decision) -> datetime:
    return decision.entries[-1].at


def _task(connection: Connection, case_id: str, task: Task) -> Row:
    moment = connection.moment
    return (
        case_id, task.no, task.name, task.status, task.role, task.person, task.assigned_by, task.opened_in,
        moment(task.opened_at), moment(task.opens_at), moment(task.anchor), task.outcome,
        moment(task.ended_at), task.ended_entry, task.trigger, dumped(task.values),
        moment(task.declared_at), task.conflicted, task.stood_in, task.engaged,
    )  # fmt: skip


def _clock(connection: Connection, case_id: str, clock: Clock) -> Row:
    moment = connection.moment
    return (
        case_id, clock.no, clock.subject, clock.name, clock.calendar, clock.status, clock.task,
        dumped(clock.terms), moment(clock.due), moment(clock.seen), moment(clock.fires_at),
    )  # fmt: skip


def _write_timers(connection: Connection, decision: Decision) -> None:
    """The timers of a historic case never wake anybody; those of one that is woken do so again, until that
    act is taken back.
    """
    case_id, moment = decision.case.id, connection.moment
    never = moment(NEVER) if decision.case.historic else None
    coming = [(no, moment(at)) for no, at in decision.timers.items() if at is not None]
    cancelled = [(case_id, no) for no, at in decision.timers.items() if at is None]
    if decision.before and decision.before.historic != decision.case.historic:
        connection.write(_TURN, [(never, case_id)])
    _write_rows(connection, upsert(TimerRow), [(case_id, no, at, never or at, 0, "") for no, at in coming])
    _write_rows(connection, _CANCEL, cancelled)


def _write_answers(connection: Connection, loaded: Loaded, decision: Decision) -> None:
    rows = [
        (
            decision.case.id, answer.form, answer.task, answer.status, dumped(answer.data), answer.person,
            connection.moment(answer.at), answer.entry, answer.reason, loaded.demonstration,
        )
        for answer in decision.answers
    ]  # fmt: skip
    _write_rows(connection, insert(AnswerRow), rows)


def _write_letters(connection: Connection, decision: Decision, texts: Mapping[str, Any]) -> None:
    rows = [
        (
            decision.case.id, letter.reference, letter.code, letter.sender, letter.signer, letter.signed_for,
            dumped(letter.to), dumped(letter.copies), letter.entry, connection.moment(letter.at),
            dumped(letter.values), dumped(texts.get(letter.reference, {})), None,
        )
        for letter in decision.letters
    ]  # fmt: skip
    _write_rows(connection, insert(LetterRow), rows)


def _write_undo(connection: Connection, loaded: Loaded, decision: Decision) -> None:
    """The image of an act: the rows that were read for it. An undone act leaves none, so nothing is undone
    twice.

    A mere reminder is no act.
    """
    if decision.undoes is not None or decision.relieves is not None:
        connection.write(_FORGET, [(decision.case.id,)])
    elif decision.before is not None and decision.case.revision != decision.before.revision:
        act = decision.entries[0]
        image = (decision.case.id, act.no, act.person, connection.moment(act.at), loaded.image)
        connection.write(upsert(UndoRow), [image])


def _write_notices(connection: Connection, decision: Decision) -> tuple[Notice, ...]:
    corrections = () if decision.undoes is None else _corrections(connection, decision, decision.undoes)
    rows = [_notice(connection, decision, notice, place) for place, notice in enumerate(decision.notices)]
    rows += [_notice(connection, decision, notice, f"c{place}") for place, notice in enumerate(corrections)]
    _write_rows(connection, insert(NoticeRow), rows)
    return corrections


def _notice(connection: Connection, decision: Decision, notice: Notice, place: int | str) -> Row:
    case, before, now = decision.case, decision.before, connection.moment(_now(decision))
    # Who was told in the present is corrected in the present, though the case rests again.
    historic = case.historic and (before is None or before.historic)
    first_try = connection.moment(notice.not_before) or now
    return (
        f"{case.id}.{notice.entry}.{place}", case.id, notice.entry, notice.person, notice.for_, notice.kind,
        notice.template, dumped(notice.values), notice.letter, "historic" if historic else "pending",
        now, first_try, 0, None, 0, None, None, None, None, "",
    )  # fmt: skip


def _corrections(connection: Connection, decision: Decision, undone: int) -> tuple[Notice, ...]:
    """Unsent notices of the undone act are dropped and its letters marked; everyone who got one, or may be
    getting one now, is told once.
    """
    key, entry = (decision.case.id, undone), decision.entries[-1].no
    connection.write(_DROP, [(*key, connection.moment(_now(decision)))])
    connection.write(_TAKE_BACK, [(entry, *key)])
    knowing = {notice.person for notice in decision.notices}
    return tuple(
        Notice(person, "notice", "correction", entry, decision.correction, for_=for_)
        for person, for_ in connection.rows(_SENT, key)
        if person not in knowing
    )
