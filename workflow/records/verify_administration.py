"""Verifying the administration's log, as verify.py does the audit of cases. Law: nothing of the writer is
used here; docs/reference/audit.md is the common source of both.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from workflow.records.databases.protocol import Connection
from workflow.records.verify import instant

COLUMNS = ("no", "at", "person", "act", "subject", "data", "reason", "previous", "hash")
_ENTRIES = f"SELECT {', '.join(COLUMNS)} FROM administration ORDER BY no"


def problem(connection: Connection) -> tuple[int, str] | None:
    """The first entry that does not fit, by its number, and what is wrong with it. None: the log is whole."""
    previous = "0" * 64
    for no, row in enumerate(connection.rows(_ENTRIES), start=1):
        entry = dict(zip(COLUMNS, row, strict=True))
        for said in _problems(no, entry, previous):
            return no, said
        previous = entry["hash"]
    return None


def _problems(no: int, entry: dict[str, Any], previous: str) -> Iterator[str]:
    if entry["no"] != no:
        yield f"entry {no} is missing; entry {entry['no']} follows instead"
    if entry["previous"] != previous:
        yield "it does not continue the entry before it"
    if _hash(entry) != entry["hash"]:
        yield "its content is not what was hashed when it was written"


def _hash(entry: dict[str, Any]) -> str:
    payload = {name: entry[name] for name in COLUMNS[:-2]} | {"at": instant(entry["at"])}
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(f"{entry['previous']}\n{text}".encode()).hexdigest()
