"""Digests: one message a person and day, quiet weekends, each in its language; escalations of a burst too."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, date, datetime, timedelta
from threading import Event
from typing import Any

import pytest

from tests.runtime.house import House, Post
from workflow.errors import NotDelivered
from workflow.records import notices, persons
from workflow.records.persons import grant
from workflow.runtime.digests import Digests, next_morning
from workflow.runtime.firing import Firing
from workflow.runtime.sending import LEASE, Sender


@pytest.fixture
def post() -> Post:
    return Post()


class Dying(Post):
    """The process ends when the message is out, before anybody can say so."""

    def send(self, message: Any) -> None:
        super().send(message)
        raise SystemExit


def digests(house: House, post: Post) -> Digests:
    return Digests(house.engine, Sender(house.database, house.library, post, house.clock), lease=LEASE)


def send(house: House, post: Post) -> list[Any]:
    """Fire what is due, send digests only; says what went."""
    before = len(post.sent)
    Firing(house.engine).fire_all_due()
    digests(house, post).send_due()
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


def test_who_is_disabled_is_not_reminded(house: House, post: Post) -> None:
    submit(house, 1)
    house.clock.at = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    Firing(house.engine).fire_all_due()
    house.database.writing(lambda connection: persons.disable(connection, "sc", house.clock()))
    digests(house, post).send_due()
    assert post.sent == []
    assert house.rows("SELECT status FROM notice WHERE kind = 'reminder'") == [("dropped",)]


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
    house.came_by_letter(datetime(2026, 2, 27, 9, 0, tzinfo=UTC))
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

    class Failing(Post):
        def send(self, message: Any) -> None:
            self.sent.append(message)
            raise NotDelivered("the line is busy")

    (tried,) = send(house, Failing())
    assert house.rows("SELECT DISTINCT status FROM notice WHERE kind = 'reminder'") == [("failed",)]
    house.clock.move(minutes=1)
    (digest,) = send(house, post)
    assert (digest.id, digest.body) == (tried.id, tried.body)


def test_the_digest_of_a_dead_worker_is_sent_again_just_as_it_was(house: House, post: Post) -> None:
    submit(house, 2)
    house.clock.at = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    Firing(house.engine).fire_all_due()
    dying = Dying()
    with pytest.raises(SystemExit):
        digests(house, dying).send_due()
    # Before anybody takes over, another reminder comes, from longer ago.
    house.clock.move(seconds=31)
    house.came_by_letter(datetime(2026, 2, 27, 9, 0, tzinfo=UTC))
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


def test_who_takes_over_while_a_digest_is_settled_finds_nothing_left(
    house: House, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(house, 3)
    house.clock.at = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
    Firing(house.engine).fire_all_due()
    settle, half_way, go_on = notices.settle, Event(), Event()

    def slow(*told: Any, **outcome: Any) -> bool:
        believed = settle(*told, **outcome)
        if not half_way.is_set():
            half_way.set()
            assert go_on.wait(30)
        return believed

    monkeypatch.setattr(notices, "settle", slow)
    first, second = Post(), Post()
    with ThreadPoolExecutor(2) as threads:
        slow_one = threads.submit(digests(house, first).send_due)
        assert half_way.wait(30)
        house.clock.at += LEASE + timedelta(seconds=1)
        other = threads.submit(digests(house, second).send_due)
        # Long enough for the other to have taken what is not settled yet, if it could.
        wait([other], timeout=0.5)
        go_on.set()
        slow_one.result()
        other.result()
    assert len(first.sent) == 1
    assert second.sent == []
    assert house.rows("SELECT DISTINCT status FROM notice WHERE kind = 'reminder'") == [("sent",)]


def overdue(house: House, cases: int) -> list[str]:
    """Cases whose worker was away while their days passed: an escalation to the supervisor waits in each."""
    found = submit(house, cases)
    Sender(house.database, house.library, Post(), house.clock).send_pending()
    house.clock.at = datetime(2026, 3, 13, 9, 0, tzinfo=UTC)
    return found


def test_escalations_of_a_downtime_go_to_each_person_as_one_message(house: House, post: Post) -> None:
    overdue(house, 3)
    sent = send(house, post)
    assert sorted(one.address for one in sent) == ["sc@example.org", "sup@example.org"]
    (burst,) = [one for one in sent if one.address == "sup@example.org"]
    assert burst.subject == "3 matters on 13 March 2026"
    assert [f"P-2026-000{no} needs you" in burst.body for no in (1, 2, 3)] == [True] * 3
    assert house.rows("SELECT count(*) FROM notice WHERE kind = 'escalation' AND status = 'sent'") == [(3,)]
    assert send(house, post) == []


def test_an_escalation_alone_goes_as_itself_on_any_day_and_at_any_hour(house: House, post: Post) -> None:
    overdue(house, 1)
    house.clock.at = datetime(2026, 3, 14, 3, 0, tzinfo=UTC)
    (escalation,) = send(house, post)
    assert escalation.subject == "P-2026-0001 needs you"
    assert (escalation.id,) in house.rows("SELECT id FROM notice WHERE kind = 'escalation'")


def test_an_escalation_goes_as_soon_as_it_is_due(house: House, post: Post) -> None:
    submit(house, 1)
    house.live(days=9, hours=22)
    (escalation,) = [one for one in send(house, post) if one.address == "sup@example.org"]
    assert escalation.at == house.clock.at


def test_an_escalation_takes_the_reminders_with_it_that_may_go(house: House, post: Post) -> None:
    house.database.writing(lambda connection: grant(connection, "sup", "coordinator", since=date(2020, 1, 1)))
    overdue(house, 1)
    (digest,) = [one for one in send(house, post) if one.address == "sup@example.org"]
    lines = ["is due on 9 March", "was due on 9 March", "needs you"]
    assert [one in digest.body for one in lines] == [True] * 3


def test_letters_and_work_that_is_given_never_go_into_a_digest(house: House, post: Post) -> None:
    overdue(house, 2)
    submit(house, 2)
    Firing(house.engine).fire_all_due()
    Sender(house.database, house.library, post, house.clock).send_pending()
    assert len(post.sent) == 6, "two letters to two persons, and two cases to the coordinator"
    assert not [one for one in post.sent if one.id.startswith("digest.")]


def test_the_burst_of_a_dead_worker_is_sent_again_just_as_it_was(house: House, post: Post) -> None:
    overdue(house, 2)
    Firing(house.engine).fire_all_due()
    dying = Dying()
    with pytest.raises(SystemExit):
        digests(house, dying).send_due()
    while_it_lives = [one for one in send(house, post) if one.address == dying.sent[0].address]
    assert while_it_lives == []
    house.clock.move(seconds=31)
    (again,) = [one for one in send(house, post) if one.address == dying.sent[0].address]
    assert (again.id, again.body) == (dying.sent[0].id, dying.sent[0].body)


def test_another_composition_is_another_message(house: House, post: Post) -> None:
    overdue(house, 2)

    class Failing(Post):
        def send(self, message: Any) -> None:
            self.sent.append(message)
            raise NotDelivered("the line is busy")

    tried = {one.address: one.id for one in send(house, Failing())}
    house.came_by_letter(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    house.clock.move(minutes=1)
    (burst,) = [one for one in send(house, post) if one.address == "sup@example.org"]
    assert burst.subject == "3 matters on 13 March 2026"
    assert burst.id != tried["sup@example.org"]


def test_while_another_worker_sends_to_a_person_nobody_is_told_to_come_at_once(house: House) -> None:
    overdue(house, 2)
    Firing(house.engine).fire_all_due()
    looked: list[int] = []
    other = Digests(house.engine, Sender(house.database, house.library, Post(), house.clock), lease=LEASE)

    class Meanwhile(Post):
        def send(self, message: Any) -> None:
            house.came_by_letter(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
            Firing(house.engine).fire_all_due()
            other.send_due()
            looked.append(other.send_due())

    mine = Sender(house.database, house.library, Meanwhile(), house.clock)
    Digests(house.engine, mine, lease=LEASE).send_due()
    assert looked[0] == 0


def test_a_day_begins_at_eight_where_the_calendar_is(house: House) -> None:
    paris = house.engine.view(house.opened(), by="nfp").office.secretariat
    friday_evening = datetime(2026, 3, 6, 19, 0, tzinfo=UTC)
    assert next_morning(paris, friday_evening) == datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
    before_eight = datetime(2026, 3, 9, 6, 30, tzinfo=UTC)
    assert next_morning(paris, before_eight) == before_eight + timedelta(minutes=30)
