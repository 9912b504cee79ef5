"""Values as the JSON that stands in columns, and back.

A whole case is read from one array (snapshot.py), which is also its undo image: its fields in their order,
with those of its tasks and clocks in theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
import orjson

from workflow.rules.case import Case
from workflow.rules.dates.deadlines import Terms

WITHOUT_OFFSET = len("2026-03-02 10:00:00.000000")


def dumped(value: Any) -> str:
    """Any of the values, as JSON text."""
    return _ENCODER.encode(value).decode()


def canonical(value: Any) -> str:
    """JSON text that is always the same for the same value: sorted keys, no spaces."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def case(text: str) -> Case:
    return _CASE.decode(text)


def terms(column: Any) -> Terms:
    return msgspec.convert(column, Terms)


# Of the moments of a case many are the same.
@lru_cache(maxsize=4096)
def moment(text: str) -> datetime:
    """An instant, from either database's text: PostgreSQL's has an offset, SQLite's is UTC and has none."""
    at = datetime.fromisoformat(f"{text}+00:00" if len(text) == WITHOUT_OFFSET else text)
    return at if at.tzinfo is UTC else at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def loaded(column: Any) -> Any:
    """A JSON column of the driver's own SQL: one driver gives text, the other has read it."""
    return orjson.loads(column) if isinstance(column, str | bytes) else column


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


_CASE = msgspec.json.Decoder(Case)
_ENCODER = msgspec.json.Encoder(enc_hook=_plain)
