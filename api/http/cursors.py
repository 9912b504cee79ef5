"""Cursors of keyset pages: a position in a list, signed for that list and its filters.

Law: a cursor not ours is refused.
"""

from __future__ import annotations

import base64
import hmac
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from workflow.errors import Fault, Malformed

SIGNATURE = 16


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: behind the row with these sort values, or before it when going `back`."""

    values: tuple[Any, ...]
    back: bool = False


@dataclass(frozen=True, slots=True)
class Cursors:
    """Makes and reads cursors with the secret of this home."""

    secret: bytes

    def make(self, scope: Mapping[str, Any], position: Position) -> str:
        """`scope` is the list with its filters: the cursor is good for nothing else."""
        payload = orjson.dumps([int(position.back), *position.values])
        return base64.urlsafe_b64encode(self._sign(scope, payload) + payload).rstrip(b"=").decode()

    def read(self, scope: Mapping[str, Any], cursor: str) -> Position:
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (NotBase64, ValueError):
            raise _not_ours() from None
        signature, payload = raw[:SIGNATURE], raw[SIGNATURE:]
        if not hmac.compare_digest(signature, self._sign(scope, payload)):
            raise _not_ours()
        back, *values = orjson.loads(payload)
        return Position(tuple(values), bool(back))

    def _sign(self, scope: Mapping[str, Any], payload: bytes) -> bytes:
        name = orjson.dumps(scope, option=orjson.OPT_SORT_KEYS)
        return hmac.digest(self.secret, b"\0".join((b"cursor", name, payload)), "sha256")[:SIGNATURE]


def _not_ours() -> Malformed:
    return Malformed(
        (
            Fault(
                "query:cursor",
                "This cursor was not given out for this list with these filters; ask again without it.",
            ),
        )
    )
