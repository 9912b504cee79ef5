"""The audit's reader for people: entries with their personal values in place, or marked as erased.

It proves nothing; verify.py does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from sqlalchemy import select
from sqlmodel import col

from workflow.records import lists
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Page, Place, Row
from workflow.records.tables import AuditValueRow
from workflow.rules.replacing import replace

# By the number of an entry: values as JSON texts by their pointers; None where erased.
Personal = defaultdict[int, dict[str, str | None]]


def trail(connection: Connection, case_id: str, place: Place) -> Page:
    """The entries of a case in their order, `data` and `changes` as values, `erased` the pointers of what
    was erased.
    """
    page = lists.entries(connection, case_id, place)
    personal = _personal(connection, case_id, (row["no"] for row in page.rows if row["digests"] != "{}"))
    return replace(page, rows=tuple(_whole(row, personal[row["no"]]) for row in page.rows))


def _personal(connection: Connection, case_id: str, nos: Iterable[int]) -> Personal:
    columns = (col(AuditValueRow.no), col(AuditValueRow.pointer), col(AuditValueRow.value))
    rows = select(*columns).where(col(AuditValueRow.case_id) == case_id)
    found: Personal = defaultdict(dict)
    if wanted := list(nos):
        for no, pointer, value in connection.execute(rows.where(col(AuditValueRow.no).in_(wanted))):
            found[no][pointer] = value
    return found


def _whole(row: Row, personal: dict[str, str | None]) -> Row:
    data = orjson.loads(row["data"])
    for pointer, value in personal.items():
        if value is not None:
            _put(data, [*_steps(pointer)], orjson.loads(value))
    erased = sorted(pointer for pointer, value in personal.items() if value is None)
    return {**row, "data": data, "changes": orjson.loads(row["changes"]), "erased": erased}


def _steps(pointer: str) -> Iterator[str]:
    return (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _put(inside: Any, steps: list[str], value: Any) -> None:
    *way, last = steps
    for step in way:
        inside = inside[int(step)] if isinstance(inside, list) else inside[step]
    inside[int(last) if isinstance(inside, list) else last] = value
