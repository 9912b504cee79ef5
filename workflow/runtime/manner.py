"""How an act comes: what every verb of the engine takes beside what is to be done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct

REVISION_MISSING = -1
"""For `expected`: the caller named no revision; refuse with RevisionRequired, in its place among refusals."""


class Manner(Struct, frozen=True):
    """`expected` is the revision the caller read, `received_at` an aware instant that the secretariat may
    record (`rules/received.py`), `reason` a text for the audit, `key` an Idempotency-Key. A
    `dry_run` takes the same path and is rolled back: the receipt says what would change, with its letters'
    texts.
    """

    expected: int | None = None
    received_at: datetime | None = None
    reason: str = ""
    key: str | None = None
    dry_run: bool = False

    @property
    def told(self) -> dict[str, Any]:
        """What of it a command carries to the rules."""
        return {"expected": self.expected, "received_at": self.received_at, "reason": self.reason}


PLAIN = Manner()
