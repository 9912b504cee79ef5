"""Answers to requests with a key.

Law: the same key and the same request get the same answer, and are done once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import col

from workflow.records.databases.protocol import Connection
from workflow.records.statements import insert
from workflow.records.tables import IdempotencyRow
from workflow.records.values import dumped, loaded

_FIND = "SELECT fingerprint, answer FROM idempotency WHERE person = ? AND key = ?"


@dataclass(frozen=True, slots=True)
class Stored:
    """The answer that was given; `fingerprint` tells the same request from another one."""

    fingerprint: str
    answer: Mapping[str, Any]


def find(connection: Connection, person: str, key: str) -> Stored | None:
    rows = connection.rows(_FIND, (person, key))
    return Stored(rows[0][0], loaded(rows[0][1])) if rows else None


def keep(
    connection: Connection, person: str, key: str, fingerprint: str, answer: Mapping[str, Any], at: datetime
) -> None:
    """Keep the answer. Where the same key came twice at once, the later work is done again, and finds it."""
    row = (person, key, fingerprint, dumped(answer), connection.moment(at))
    connection.write(insert(IdempotencyRow), [row])


def forget(connection: Connection, before: datetime) -> int:
    """Let go of answers older than this; says how many."""
    return connection.execute(delete(IdempotencyRow).where(col(IdempotencyRow.at) < before)).rowcount
