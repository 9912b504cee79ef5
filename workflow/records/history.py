"""The audit's writer: entries hash-chained per case, personal values as salted digests with the values
beside them.

An entry's hash is SHA-256 over the previous hash and the canonical JSON of the entry (`payload`). The form
of both is law: verify.py computes them with code of its own, from docs/reference/audit.md.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from msgspec import Struct
from sqlalchemy import update
from sqlmodel import col

from workflow.records.databases.protocol import Connection, Row
from workflow.records.statements import insert
from workflow.records.tables import AuditRow, AuditValueRow
from workflow.records.values import canonical
from workflow.rules.decision import Entry

BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Personal:
    """A personal value taken out of an entry's data, with the salt of its digest."""

    pointer: str
    salt: str
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.salt}{self.text}".encode()).hexdigest()


class Chain(Struct, frozen=True):
    """New links of a case's chain as rows; `head` is the hash it ends in."""

    rows: list[Row]
    values: list[Row]
    head: str


def chained(
    connection: Connection,
    case_id: str,
    entries: Sequence[Entry],
    head: str,
    personal: Mapping[str, Sequence[str]],
) -> Chain:
    """The entries linked to a chain that ends in `head`.

    `personal` are the pointers of personal fields by form.
    """
    rows: list[Row] = []
    kept: list[Row] = []
    for entry in entries:
        data, taken = parted(entry.data, personal.get(entry.form or "", ()))
        texts = (
            canonical(data),
            canonical({one.pointer: one.digest for one in taken}),
            canonical(entry.changes),
        )
        previous, head = head, hash_of(head, payload(case_id, entry, texts))
        rows.append(_row(connection, case_id, entry, texts, previous, head))
        kept += [(case_id, entry.no, one.pointer, one.salt, one.text, None) for one in taken]
    return Chain(rows, kept, head)


def write(connection: Connection, chain: Chain) -> None:
    connection.write(insert(AuditRow), chain.rows)
    if chain.values:
        connection.write(insert(AuditValueRow), chain.values)


def parted(data: Mapping[str, Any], pointers: Sequence[str]) -> tuple[Any, list[Personal]]:
    """The data with null in place of each personal value, and those values. `*` in a pointer is any item."""
    if not pointers or not data:
        return data, []
    rest = {"": orjson.loads(canonical(data))}
    taken = [
        Personal(found, secrets.token_hex(16), canonical(value))
        for pointer in pointers
        for found, value in _take(rest, "", ["", *_steps(pointer)])
    ]
    return rest[""], taken


def payload(case_id: str, entry: Entry, texts: tuple[str, str, str]) -> str:
    data, digests, changes = texts
    return canonical(
        {
            "act": entry.act,
            "after": entry.after,
            "at": _instant(entry.at),
            "before": entry.before,
            "case": case_id,
            "changes": changes,
            "data": data,
            "digests": digests,
            "form": entry.form,
            "mandate": entry.mandate,
            "no": entry.no,
            "on_behalf_of": entry.on_behalf_of,
            "person": entry.person,
            "reason": entry.reason,
            "received_at": _instant(entry.received_at),
            "task": entry.task,
        }
    )


def hash_of(previous: str, text: str) -> str:
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _take(inside: Any, pointer: str, steps: list[str]) -> Iterator[tuple[str, Any]]:
    """Put null in place of what the steps lead to, and tell where and what it was."""
    step, *rest = steps
    for name in _matching(inside, step):
        place = pointer if pointer == "" and step == "" else f"{pointer}/{_escaped(name)}"
        if rest:
            yield from _take(inside[name], place, rest)
        elif inside[name] is not None:
            value, inside[name] = inside[name], None
            yield place, value


def _matching(inside: Any, step: str) -> list[Any]:
    if isinstance(inside, list):
        return list(range(len(inside))) if step == "*" else []
    return [step] if isinstance(inside, dict) and step in inside else []


def _escaped(name: str | int) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _row(
    connection: Connection, case_id: str, entry: Entry, texts: tuple[str, str, str], previous: str, head: str
) -> Row:
    return (
        case_id, entry.no, entry.act, entry.person, entry.mandate, entry.on_behalf_of,
        connection.moment(entry.at), connection.moment(entry.received_at), entry.before, entry.after,
        entry.task, entry.form, *texts, entry.reason, previous, head,
    )  # fmt: skip


def erase(connection: Connection, case_id: str, at: datetime) -> int:
    """Erase the personal values of a case's entries for ever; answers how many.

    The chain holds, since it has their digests. The answers and others have copies of their own (erasing.py).
    """
    values = {"value": None, "salt": None, "erased_at": at}
    own = (col(AuditValueRow.case_id) == case_id, col(AuditValueRow.value).is_not(None))
    return connection.execute(update(AuditValueRow).where(*own).values(values)).rowcount
