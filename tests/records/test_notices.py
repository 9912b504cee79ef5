"""The outbox: a notice is claimed by one at a time, who comes late is not believed, and nothing is sent
twice by mistake.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from tests.records import samples
from tests.records.samples import NOW, act, open_case, submitted
from workflow.records import notices
from workflow.records.databases import Database
from workflow.records.notices import Claimed

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def outbox(database: Database) -> Database:
    """Two notices: c1.2.0 for carla, due now, and c1.2.1 with a letter for amina, due tomorrow."""
    samples.people(database)
    open_case(database)
    text = {"fr": {"subject": "Reçu", "body": "Bonjour"}}
    act(database, "c1", submitted, texts={"H-2026-0001/L01/1": text})
    return database


def claim(database: Database, now: datetime, limit: int = 10) -> tuple[Claimed, ...]:
    return database.writing(lambda connection: notices.claim(connection, now, now.date(), limit=limit))


def settle(database: Database, claimed: Claimed, status: str, at: datetime, **more: object) -> bool:
    return database.writing(
        lambda connection: notices.settle(connection, claimed.id, claimed.fence, status, at=at, **more)  # type: ignore[arg-type]
    )


def status(database: Database, name: str) -> str:
    found = database.reading(lambda connection: notices.get(connection, name))
    assert found is not None
    return str(found["status"])


def test_a_claim_carries_all_that_the_text_is_made_of(outbox: Database) -> None:
    first, second = claim(outbox, TOMORROW)
    assert (first.id, first.person, first.name, first.language) == ("c1.2.0", "carla", "Carla", "en")
    assert (first.data, first.letter, first.letter_texts) == ({"party_name": "Kenya"}, None, None)
    assert (first.definition, first.version, first.party, first.party_names) == (
        "help",
        1,
        "KE",
        {"en": "KE"},
    )
    assert (first.party_zone, first.created_at, first.attempts) == ("UTC", NOW, 0)
    assert second.letter_texts == {"fr": {"subject": "Reçu", "body": "Bonjour"}}


def test_what_is_not_due_yet_is_not_claimed(outbox: Database) -> None:
    assert [one.id for one in claim(outbox, NOW)] == ["c1.2.0"]


def test_what_one_has_claimed_another_does_not_get(outbox: Database) -> None:
    assert claim(outbox, TOMORROW, limit=1)
    assert [one.id for one in claim(outbox, TOMORROW)] == ["c1.2.1"]
    assert claim(outbox, TOMORROW) == ()


def test_a_claim_ends_with_its_lease_and_the_late_one_is_not_believed(outbox: Database) -> None:
    dead = claim(outbox, NOW)[0]
    assert claim(outbox, NOW + timedelta(seconds=29)) == ()
    heir = claim(outbox, NOW + timedelta(seconds=30))[0]
    assert heir.fence == dead.fence + 1
    assert not settle(outbox, dead, "sent", NOW)
    assert settle(outbox, heir, "sent", NOW, subject="Hello")
    assert status(outbox, "c1.2.0") == "sent"
    assert not settle(outbox, heir, "sent", NOW), "the outcome is written once"


def test_what_failed_comes_again_at_its_time(outbox: Database) -> None:
    assert settle(
        outbox, claim(outbox, NOW)[0], "failed", NOW, next_attempt=NOW + timedelta(minutes=2), error="busy"
    )
    assert claim(outbox, NOW + timedelta(minutes=1)) == ()
    again = claim(outbox, NOW + timedelta(minutes=2))[0]
    assert again.attempts == 1


def test_a_dead_letter_is_replayed_by_a_person_and_nothing_else_is(outbox: Database) -> None:
    settle(outbox, claim(outbox, NOW)[0], "dead", NOW, error="no such address")
    assert claim(outbox, TOMORROW + timedelta(days=9), limit=9)[0].id == "c1.2.1"
    assert outbox.writing(lambda connection: notices.replay(connection, "c1.2.0", TOMORROW))
    assert not outbox.writing(lambda connection: notices.replay(connection, "c1.2.0", TOMORROW))
    assert [one.id for one in claim(outbox, TOMORROW)] == ["c1.2.0"]


def test_a_notice_is_read_by_its_own_person_once(outbox: Database) -> None:
    assert not outbox.writing(lambda connection: notices.read(connection, "c1.2.0", "amina", NOW))
    assert outbox.writing(lambda connection: notices.read(connection, "c1.2.0", "carla", NOW))
    assert not outbox.writing(lambda connection: notices.read(connection, "c1.2.0", "carla", NOW))
    assert claim(outbox, NOW) == (), "who has read it need not be sent it"


def test_a_sent_notice_may_bounce(outbox: Database) -> None:
    settle(outbox, claim(outbox, NOW)[0], "sent", NOW)
    assert outbox.writing(lambda connection: notices.bounce(connection, "c1.2.0", "mailbox full"))
    assert outbox.reading(notices.counted) == {"bounced": 1, "pending": 1}


def test_many_senders_claim_each_notice_once(database: Database) -> None:
    samples.people(database)
    for place in range(20):
        open_case(database, f"c{place}")
        act(database, f"c{place}", lambda case, place=place: submitted(case, serial=place + 1))
    with ThreadPoolExecutor(8) as threads:
        claimed = [
            one.id for got in threads.map(lambda _: claim(database, TOMORROW, 4), range(24)) for one in got
        ]
    assert len(claimed) == len(set(claimed))
    while more := claim(database, TOMORROW, 4):
        claimed += [one.id for one in more]
    assert len(set(claimed)) == 40
