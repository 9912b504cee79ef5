"""Work that keeps the house small: what was kept for a while and is no longer asked for goes."""

from __future__ import annotations

from datetime import timedelta

from workflow.records import denials, idempotency
from workflow.runtime.engine import Engine

KEYS_ARE_KEPT = timedelta(days=7)


def forget_old_keys(engine: Engine) -> int:
    """Forget the answers kept for keys that nobody repeats any more; 0, as nothing is left to do."""
    before = engine.now() - KEYS_ARE_KEPT
    engine.database.writing(lambda connection: idempotency.forget(connection, before))
    return 0


def forget_old_denials(engine: Engine, kept: timedelta) -> int:
    """Forget who was refused what longer ago than that; 0, as nothing is left to do."""
    before = engine.now() - kept
    engine.database.writing(lambda connection: denials.forget(connection, before))
    return 0
