"""Digests: one message a person and day, quiet weekends, each in its language."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.runtime.house import REQUEST, House, Post
from workflow.errors import NotDelivered
from workflow.runtime.digests import Digests, next_morning
from workflow.runtime.engine import Manner
from workflow.runtime.firing import Firing
from workflow.runtime.sending import LEASE, Sender


@pytest.fixture
def post() -> Post:
    return Post()


def send(house: House, post: Post) -> list[Any]:
    """Fire what is due, send digests only; says what went."""
    before = len(post.sent)
    Firing(house.engine).fire_all_due()
    sender = Sender(house.database, house.library, post, house.clock)
    Digests(house.engine, sender, lease=LEASE).send_due()
    return post.sent[before:]


def submit(house: House, number: int) -> list[str]:
    return [house.submitted() for _ in range(number)]


def test_reminders_of_a_day_go_as_one_message(house: House, post: Post) -> None:
    submit(house, 3)
    house.clock.at = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    (digest,) = send(house, post)
    assert (digest.address, digest.language) == ("sc@example.org", "fr")
    assert digest.subject == "3 affaires le 4 mars 2026"
    assert digest.body.count("échoit le 9 mars 2026") == 3
    assert house.rows("SELECT DISTINCT status FROM notice WHERE kind = 'reminder'") == [("sent",)]


def test_a_single_reminder_goes_as_itself(house: House, post: Post) -> None:
    submit(house, 1)
    house.clock.at = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    (reminder,) = send(house, post)
    assert reminder.subject == "P-2026-0001 échoit le 9 mars 2026, 23:59 (Paris)"


def test_reminders_never_go_one_by_one(house: House, post: Post) -> None:
    submit(house, 1)
    house.clock.at = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    Firing(house.engine).fire_all_due()
    Sender(house.database, house.library, post, house.clock).send_pending()
    assert {kind for (kind,) in house.rows("SELECT kind FROM notice WHERE status = 'sent'")} == {
        "letter",
        "notice",
    }


def test_what_comes_after_the_digest_of_the_day_waits_for_the_next(house: House, post: Post) -> None:
    submit(house, 1)
    house.clock.at = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    assert len(send(house, post)) == 1
    # Another case, submitted earlier on paper, whose reminder is due at once.
    case = house.opened()
    received = datetime(2026, 2, 27, 9, 0, tzinfo=UTC)
    house.engine.advance(case, "submit", by="nfp", data=REQUEST, manner=Manner(received_at=received))
    house.clock.move(hours=3)
    assert send(house, post) == []
    house.clock.at = datetime(2026, 3, 5, 6, 59, tzinfo=UTC)
    assert send(house, post) == []
    house.clock.at = datetime(2026, 3, 5, 7, 0, tzinfo=UTC)
    assert len(send(house, post)) == 1


def test_weekends_and_holidays_of_the_holder_are_quiet(house: House, post: Post) -> None:
    # Day 0 is Tuesday 31 March; five working days end on Wednesday 8 April, three before it is the second.
    house.clock.at = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)
    submit(house, 1)
    # The worker sleeps until Good Friday is over, which in France is worked, and wakes on Saturday.
    house.clock.at = datetime(2026, 4, 4, 9, 0, tzinfo=UTC)
    assert send(house, post) == []
    # Easter Monday.
    house.clock.at = datetime(2026, 4, 6, 9, 0, tzinfo=UTC)
    assert send(house, post) == []
    house.clock.at = datetime(2026, 4, 7, 5, 59, tzinfo=UTC)
    assert send(house, post) == []
    house.clock.at = datetime(2026, 4, 7, 6, 0, tzinfo=UTC)
    assert len(send(house, post)) == 1


def test_a_digest_waits_for_the_timers_that_have_come(house: House, post: Post) -> None:
    submit(house, 2)
    house.clock.at = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    assert Firing(house.engine, batch=1).fire_due() == 1
    sender = Sender(house.database, house.library, post, house.clock)
    assert Digests(house.engine, sender, lease=LEASE).send_due() == 0
    (digest,) = send(house, post)
    assert digest.subject == "2 affaires le 4 mars 2026"


def test_a_digest_that_fails_is_sent_the_same_day_with_the_same_id(house: House, post: Post) -> None:
    submit(house, 2)
    house.clock.at = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    post.failing = [NotDelivered("the line is busy")]
    assert send(house, post) == []
    assert house.rows("SELECT DISTINCT status FROM notice WHERE kind = 'reminder'") == [("failed",)]
    house.clock.move(minutes=1)
    (digest,) = send(house, post)
    (first, *_) = house.rows("SELECT id FROM notice WHERE kind = 'reminder' ORDER BY id")[0]
    assert digest.id == f"digest.{first}"


def test_the_digest_of_a_dead_worker_is_sent_again_just_as_it_was(house: House, post: Post) -> None:
    submit(house, 2)
    house.clock.at = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    Firing(house.engine).fire_all_due()

    class Dying(Post):
        def send(self, message: Any) -> None:
            super().send(message)
            raise SystemExit

    dying = Dying()
    with pytest.raises(SystemExit):
        Digests(
            house.engine, Sender(house.database, house.library, dying, house.clock), lease=LEASE
        ).send_due()
    # Before anybody takes over, another reminder comes, from longer ago.
    house.clock.move(seconds=31)
    case = house.opened()
    received = datetime(2026, 2, 27, 9, 0, tzinfo=UTC)
    house.engine.advance(case, "submit", by="nfp", data=REQUEST, manner=Manner(received_at=received))
    (again,) = send(house, post)
    assert (again.id, again.subject, again.body) == (
        dying.sent[0].id,
        dying.sent[0].subject,
        dying.sent[0].body,
    )


def test_two_workers_make_one_digest(house: House, post: Post) -> None:
    submit(house, 2)
    house.clock.at = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    Firing(house.engine).fire_all_due()
    sender = Sender(house.database, house.library, post, house.clock)
    other = Digests(house.engine, sender, lease=LEASE)

    class Meanwhile(Post):
        def send(self, message: Any) -> None:
            other.send_due()
            super().send(message)

    mine = Meanwhile()
    Digests(house.engine, Sender(house.database, house.library, mine, house.clock), lease=LEASE).send_due()
    assert len(mine.sent) == 1
    assert post.sent == []


def test_a_day_begins_at_eight_where_the_calendar_is(house: House) -> None:
    paris = house.engine.view(house.opened(), by="nfp").office.secretariat
    friday_evening = datetime(2026, 3, 6, 19, 0, tzinfo=UTC)
    assert next_morning(paris, friday_evening) == datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
    before_eight = datetime(2026, 3, 9, 6, 30, tzinfo=UTC)
    assert next_morning(paris, before_eight) == before_eight + timedelta(minutes=30)
