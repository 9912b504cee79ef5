"""The values of a case as JSON and back: what stands in the columns `terms`, `events`, `frames` and in the
undo image.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import orjson

from workflow.rules.case import Case, Clock, Event, Frame, Task
from workflow.rules.dates.deadlines import Extension, Hold, Terms
from workflow.rules.dates.durations import Duration, Unit

Json = Mapping[str, Any]
WITHOUT_OFFSET = len("2026-03-02 10:00:00.000000")


def dumped(value: Any) -> str:
    """Any of the values, as JSON text."""
    return orjson.dumps(value, default=_plain).decode()


def canonical(value: Any) -> str:
    """JSON text that is always the same for the same value: sorted keys, no spaces."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


# Of the moments of a case many are the same.
@lru_cache(maxsize=4096)
def moment(text: str) -> datetime:
    """An instant, from either database's text: PostgreSQL's has an offset, SQLite's is UTC and has none."""
    at = datetime.fromisoformat(f"{text}+00:00" if len(text) == WITHOUT_OFFSET else text)
    return at if at.tzinfo is UTC else at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def maybe(text: str | None) -> datetime | None:
    return None if text is None else moment(text)


def terms(data: Json) -> Terms:
    fixed, floor = data["fixed"], data["floor"]
    return Terms(
        budget=duration(data["budget"]) if data["budget"] else None,
        day0=date.fromisoformat(data["day0"]),
        started_at=moment(data["started_at"]),
        fixed=date.fromisoformat(fixed) if fixed else None,
        holds=tuple(
            Hold(moment(one["from_"]), maybe(one["to"]), one["by"], one["why"]) for one in data["holds"]
        ),
        extensions=tuple(map(extension, data["extensions"])),
        floor=date.fromisoformat(floor) if floor else None,
        closing=maybe(data["closing"]),
        told=data["told"],
    )


def duration(data: Json) -> Duration:
    return Duration(data["amount"], Unit(data["unit"]))


def extension(data: Json) -> Extension:
    return Extension(duration(data["by"]), moment(data["at"]), data["person"], data["reason"])


def event(data: Json) -> Event:
    return Event(data["name"], moment(data["at"]), data["entry"])


def frame(data: Json) -> Frame:
    return Frame(data["state"], moment(data["entered_at"]), tuple(data["tasks"]), tuple(data["clocks"]))


def task(row: Sequence[Any]) -> Task:
    """From its fields in their order."""
    no, name, status, role, opened_in, opened, person, by, opens, anchor, outcome, ended, *rest = row
    return Task(
        no, name, status, role, opened_in, moment(opened), person, by,
        maybe(opens), maybe(anchor), outcome, maybe(ended), *rest,
    )  # fmt: skip


def clock(row: Sequence[Any]) -> Clock:
    """From its fields in their order."""
    no, subject, name, calendar, status, rule, due, seen, fires, of_task = row
    return Clock(
        no, subject, name, calendar, status, terms(rule), maybe(due), moment(seen), maybe(fires), of_task
    )


def case(row: Sequence[Any], tasks: Iterable[list[Any]], clocks: Iterable[list[Any]]) -> Case:
    """From its fields in their order, and those of its tasks and clocks in theirs."""
    (case_id, definition, version, party, region, state, revision, entry, serial, opened_at, entered_at,
     number, emergency, closed, historic, parent, accepted, events, frames, letters, *_) = row  # fmt: skip
    return Case(
        case_id, definition, version, party, region, state, revision, entry, serial,
        moment(opened_at), moment(entered_at), number,
        bool(emergency), bool(closed), bool(historic), parent, accepted,
        tuple(map(event, events)), tuple(map(frame, frames)),
        tuple(map(task, sorted(tasks))), tuple(map(clock, sorted(clocks))), letters,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def loaded(column: Any) -> Any:
    """A JSON column of the driver's own SQL: one driver gives text, the other has read it."""
    return orjson.loads(column) if isinstance(column, str | bytes) else column
