"""Verifying the audit: every chain recomputed from the stored rows, by code of its own. Law: nothing of the
writer is used here.

docs/reference/audit.md is the common source of both. What is found is named: the case, the entry, and what
does not fit.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any

from workflow.records.databases.protocol import Connection, Database

AT_ONCE = 200
COLUMNS = (
    "no", "act", "person", "mandate", "on_behalf_of", "at", "received_at", "before", "after", "task", "form",
    "data", "digests", "changes", "reason", "previous", "hash",
)  # fmt: skip
HASHED = [name for name in COLUMNS if name not in ("previous", "hash")]

_CASES = "SELECT id, entry, head, state FROM cases WHERE id > ? ORDER BY id LIMIT ?"
_CASE = "SELECT id, entry, head, state FROM cases WHERE id = ?"
_AMONG = "WHERE case_id >= ? AND case_id <= ? ORDER BY case_id, no"
_ENTRIES = f"SELECT case_id, {', '.join(COLUMNS)} FROM audit {_AMONG}"
_VALUES = f"SELECT case_id, no, pointer, salt, value, erased_at FROM audit_value {_AMONG}, pointer"


@dataclass(frozen=True, slots=True)
class Misfit:
    """The first thing of a case's chain that does not fit; `no` is the number of the entry."""

    case: str
    no: int
    problem: str


@dataclass(frozen=True, slots=True)
class Erased:
    """A personal value that was erased; its digest still stands in the chain."""

    case: str
    no: int
    pointer: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was looked at and what was found. The audit is whole where there are no misfits."""

    cases: int
    entries: int
    misfits: tuple[Misfit, ...]
    erased: tuple[Erased, ...]

    @property
    def whole(self) -> bool:
        return not self.misfits


Entry = dict[str, Any]
Value = tuple[str, str | None, str | None, Any]
Chain = tuple[str, tuple[int, str, str], list[Entry], dict[int, list[Value]]]


def verify(
    database: Database, *, case: str | None = None, progress: Callable[[int], None] | None = None
) -> Verdict:
    """Recompute the chains of all cases or of one.

    `progress` is told how many cases are done since it was last told.
    """
    cases = entries = 0
    misfits: list[Misfit] = []
    erased: list[Erased] = []
    for group in _groups(database, case):
        for name, end, rows, values in group:
            found = _misfit(name, end, rows, values)
            misfits += [found] if found else []
            erased += _erased(name, values)
            entries += len(rows)
        cases += len(group)
        if progress:
            progress(len(group))
    return Verdict(cases, entries, tuple(misfits), tuple(erased))


def instant(stored: Any) -> str | None:
    """One driver gives text in UTC, the other an aware moment."""
    if stored is None:
        return None
    at = (
        datetime.fromisoformat(stored).replace(tzinfo=UTC)
        if isinstance(stored, str)
        else stored.astimezone(UTC)
    )
    return at.isoformat(timespec="microseconds")


def _erased(case: str, values: dict[int, list[Value]]) -> list[Erased]:
    return [Erased(case, no, one[0]) for no, those in values.items() for one in those if one[3] is not None]


def _groups(database: Database, case: str | None) -> Iterator[list[Chain]]:
    """Some cases at a time, each group as it stood at one moment, though others write meanwhile."""
    if case is not None:
        yield database.reading(lambda connection: _chains(connection, connection.rows(_CASE, (case,))))
        return
    last = ""
    while group := database.reading(partial(_next_chains, last)):
        yield group
        last = group[-1][0]


def _next_chains(last: str, connection: Connection) -> list[Chain]:
    return _chains(connection, connection.rows(_CASES, (last, AT_ONCE)))


def _chains(connection: Connection, cases: Sequence[tuple[Any, ...]]) -> list[Chain]:
    if not cases:
        return []
    ends = (cases[0][0], cases[-1][0])
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    for case_id, *row in connection.rows(_ENTRIES, ends):
        entries[case_id].append(dict(zip(COLUMNS, row, strict=True)))
    values: defaultdict[str, defaultdict[int, list[Value]]] = defaultdict(lambda: defaultdict(list))
    for case_id, no, *value in connection.rows(_VALUES, ends):
        values[case_id][no].append(tuple(value))
    return [(name, (entry, head, state), entries[name], values[name]) for name, entry, head, state in cases]


def _misfit(
    case: str, end: tuple[int, str, str], rows: list[Entry], values: dict[int, list[Value]]
) -> Misfit | None:
    previous = "0" * 64
    for no, row in enumerate(rows, start=1):
        for problem in _problems(case, no, row, previous, values.get(row["no"], [])):
            return Misfit(case, no, problem)
        previous = row["hash"]
    if len(rows) != end[0]:
        # What is missing at the end comes after all that is there, what is too much after all that should be.
        return Misfit(case, min(len(rows), end[0]) + 1, _wrong_count(end[0], len(rows)))
    for problem in _problems_at_end(end, rows, previous):
        return Misfit(case, len(rows), problem)
    return None


def _problems(case: str, no: int, row: Entry, previous: str, values: list[Value]) -> Iterator[str]:
    if row["no"] != no:
        yield f"entry {no} is missing; entry {row['no']} follows instead"
    if row["previous"] != previous:
        yield "it does not continue the entry before it"
    if _hash(case, row) != row["hash"]:
        yield "its content is not what was hashed when it was written"
    digests = json.loads(row["digests"])
    for pointer, salt, value, erased_at in values:
        if pointer not in digests:
            yield f"a personal value at {pointer} was added"
        elif erased_at is None and sha256(f"{salt}{value}".encode()).hexdigest() != digests[pointer]:
            yield f"the personal value at {pointer} is not the one that was written"
    for pointer in digests.keys() - {value[0] for value in values}:
        yield f"the personal value at {pointer} is gone, and not by being erased"


def _problems_at_end(end: tuple[int, str, str], rows: list[Entry], last: str) -> Iterator[str]:
    _, head, state = end
    if last != head:
        yield "the case does not end in this entry"
    if rows and rows[-1]["after"] != state:
        yield f"it leaves the case in {rows[-1]['after']}, the case says {state}"


def _wrong_count(wanted: int, there: int) -> str:
    which = "missing" if there < wanted else "one too many"
    return f"it is {which}; the case has {wanted} entries, {there} are there"


def _hash(case_id: str, row: Entry) -> str:
    payload = {name: row[name] for name in HASHED} | {"case": case_id}
    payload |= {name: instant(row[name]) for name in ("at", "received_at")}
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(f"{row['previous']}\n{text}".encode()).hexdigest()
