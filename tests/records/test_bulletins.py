"""Bulletins: claimed by one at a time, who comes late is not believed, a dead one is sent once more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from tests.records import samples
from tests.records.samples import NOW
from workflow.records import bulletins, lists
from workflow.records.bulletins import Claimed, Issue
from workflow.records.databases import Database
from workflow.records.pages import Place
from workflow.rules.replacing import replace

LEASE = timedelta(seconds=30)
LIST = Issue("help", "open", date(2026, 3, 2), "sven", "en", "Open: 1", "H-2026-0001")


@pytest.fixture
def outbox(database: Database) -> Database:
    """One bulletin, for sven."""
    samples.people(database)
    database.writing(lambda connection: bulletins.owe(connection, [LIST], NOW))
    return database


def claim(database: Database, seconds: int = 0) -> tuple[Claimed, ...]:
    at = NOW + timedelta(seconds=seconds)
    return database.writing(lambda connection: bulletins.claim(connection, at, limit=9, lease=LEASE))


def settle(database: Database, claimed: Claimed, status: str, **more: Any) -> bool:
    return database.writing(lambda connection: bulletins.settle(connection, claimed, status, at=NOW, **more))


def listed(database: Database, **equal: str) -> tuple[Mapping[str, Any], ...]:
    return database.reading(lambda connection: lists.bulletins(connection, Place(), **equal)).rows


def test_one_a_person_and_issue_whoever_owes_it(outbox: Database) -> None:
    news = replace(LIST, about="carla", subject="Not reached")
    worded_anew = replace(LIST, subject="Open: 2")
    outbox.writing(lambda connection: bulletins.owe(connection, [worded_anew, news, news], NOW))
    found = {row["about"]: row["subject"] for row in listed(outbox)}
    assert found == {None: "Open: 1", "carla": "Not reached"}


def test_a_claim_ends_with_its_lease_and_the_late_one_is_not_believed(outbox: Database) -> None:
    (late,) = claim(outbox)
    assert (late.issue, late.reader, late.email) == (LIST, "Sven", None)
    assert claim(outbox, 29) == ()
    (heir,) = claim(outbox, 30)
    assert heir.fence == late.fence + 1
    assert not settle(outbox, late, "dead")
    assert settle(outbox, heir, "sent")
    assert not settle(outbox, heir, "dead"), "the outcome is written once"


def test_a_dead_one_is_listed_with_what_was_said_and_without_what_it_tells(outbox: Database) -> None:
    settle(outbox, claim(outbox)[0], "dead", error="no such mailbox")
    (row,) = listed(outbox, status="dead")
    assert (row["person"], row["issue"], row["attempts"]) == ("sven", date(2026, 3, 2), 1)
    assert row["error"] == "no such mailbox"
    assert "body" not in row
    assert listed(outbox, status="dead", person="carla") == ()


def test_only_a_dead_one_is_sent_once_more_with_all_attempts_before_it(outbox: Database) -> None:
    def replay() -> bool:
        return outbox.writing(lambda connection: bulletins.replay(connection, LIST.id, NOW))

    assert not replay()
    settle(outbox, claim(outbox)[0], "dead", error="no such mailbox")
    assert claim(outbox, 3600) == ()
    assert replay()
    assert not replay()
    (again,) = claim(outbox)
    assert (again.issue, again.attempts) == (LIST, 0)
