"""Idempotency keys for writes that are not on cases: the same key and request get the same answer, and
are done once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

import orjson

from api.http.identity import Caller
from workflow.errors import KeyReused
from workflow.records import idempotency
from workflow.records.databases.protocol import Connection

Answer = dict[str, Any]


def once(
    caller: Caller,
    key: str | None,
    asked: Mapping[str, Any],
    work: Callable[[Connection], Answer],
    *,
    untold: frozenset[str] = frozenset(),
) -> Answer:
    """Do the work and keep its answer in the same transaction.

    Members `untold` are null when the answer is repeated.
    """

    def attempt(connection: Connection) -> Answer:
        caller.keep_rights(connection, changing=True)
        stored = answered_before(connection, caller, key, asked)
        if stored is not None:
            return stored
        answer = work(connection)
        keep(
            connection,
            caller,
            key,
            asked,
            {name: None if name in untold else answer[name] for name in answer},
        )
        return answer

    caller.known()
    return caller.engine.database.writing(attempt)


def answered_before(
    connection: Connection, caller: Caller, key: str | None, asked: Mapping[str, Any]
) -> Answer | None:
    """The answer given before to this request with this key. Raises KeyReused."""
    found = idempotency.find(connection, caller.id, key) if key else None
    if found is None:
        return None
    if found.fingerprint != _fingerprint(asked):
        raise KeyReused("The key {key} was used for another request; take a new one.", key=key)
    return dict(found.answer)


def keep(
    connection: Connection, caller: Caller, key: str | None, asked: Mapping[str, Any], answer: Answer
) -> None:
    if key:
        idempotency.keep(connection, caller.id, key, _fingerprint(asked), answer, caller.engine.now())


def _fingerprint(asked: Mapping[str, Any]) -> str:
    return sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS, default=str)).hexdigest()
