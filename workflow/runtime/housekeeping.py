"""Work that keeps the house small: what was kept for a while and is no longer asked for goes."""

from __future__ import annotations

from datetime import timedelta

from workflow.records import denials, idempotency, links, passwords, sessions, throttles
from workflow.records.databases.protocol import Connection
from workflow.runtime.engine import Engine

KEYS_ARE_KEPT = timedelta(days=7)
LINKS_ARE_KEPT = timedelta(days=1)
SOURCES_ARE_KNOWN = timedelta(days=90)


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


def forget_sign_ins(engine: Engine) -> int:
    """Forget sessions and links that are over, limits of which nothing is left, networks long not seen; 0,
    as nothing is left to do.
    """
    now = engine.now()

    def work(connection: Connection) -> None:
        sessions.forget(connection, now)
        links.forget(connection, now - LINKS_ARE_KEPT)
        throttles.forget(connection, now)
        passwords.forget_sources(connection, now - SOURCES_ARE_KNOWN)

    engine.database.writing(work)
    return 0
