"""Sending: at least once, under one id, by whoever holds the claim; failures wait, then are dead letters."""

import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.house import House, Post, permit_library
from tests.runtime.worker_process import CONTEXT, kill, start
from workflow.errors import Bounced, NotDelivered, Undeliverable
from workflow.records import notices, persons, settings
from workflow.records.databases import open_database
from workflow.runtime.channels import Mailbox
from workflow.runtime.digests import Digests
from workflow.runtime.engine import Manner, utc_now
from workflow.runtime.sending import LONGEST_PAUSE, MOST_ATTEMPTS, Sender, pause
from workflow.runtime.undelivered import came_back


@pytest.fixture
def post() -> Post:
    return Post()


def sender(house: House, post: Post, **more: Any) -> Sender:
    return Sender(house.database, house.library, post, house.clock, **more)


def statuses(house: House) -> list[str]:
    return [status for (status,) in house.rows("SELECT status FROM notice ORDER BY id")]


def test_each_reader_gets_the_letter_in_their_language(house: House, post: Post) -> None:
    house.submitted()
    assert sender(house, post).send_pending() == 3
    assert [(one.address, one.language, one.subject) for one in post.sent] == [
        ("nfp@example.org", "en", 'P-2026-0001: we have your request "A reading room"'),
        ("sc@example.org", "fr", "P-2026-0001 : nous avons reçu votre demande « A reading room »"),
        ("sc@example.org", "fr", "P-2026-0001 : à vous"),
    ]
    assert "Soumise" in post.sent[2].body
    assert statuses(house) == ["sent"] * 3


def test_what_was_sent_is_not_sent_again(house: House, post: Post) -> None:
    house.submitted()
    sender(house, post).send_pending()
    assert sender(house, post).send_pending() == 0
    assert len(post.sent) == 3


def test_a_letter_keeps_the_words_of_its_day(house: House, post: Post) -> None:
    case = house.submitted()
    house.engine.revise(
        case, "request", {"subject": "Another title", "days": 1}, by="sc", manner=Manner(reason="Asked for")
    )
    sender(house, post).send_pending()
    assert "A reading room" in post.sent[0].subject


def test_nothing_is_sent_while_sending_is_paused(house: House, post: Post) -> None:
    house.submitted()
    turn = settings.turn
    house.database.writing(
        lambda connection: turn(connection, settings.SENDING_PAUSED, on=True, at=house.clock())
    )
    assert sender(house, post).send_pending() == 0
    house.database.writing(
        lambda connection: turn(connection, settings.SENDING_PAUSED, on=False, at=house.clock())
    )
    assert sender(house, post).send_pending() == 3


def test_who_left_meanwhile_is_told_nothing_of_the_case(house: House, post: Post) -> None:
    house.submitted()
    (mandate,) = house.reading(lambda connection: persons.mandates(connection, "nfp"))
    yesterday = house.engine.today() - timedelta(days=1)
    house.database.writing(lambda connection: persons.end_mandate(connection, mandate.id, yesterday))
    house.database.writing(lambda connection: persons.disable(connection, "sc", house.clock()))
    sender(house, post).send_pending()
    assert post.sent == []
    assert statuses(house) == ["dropped"] * 3


def test_a_failure_waits_and_is_tried_again_under_the_same_id(house: House, post: Post) -> None:
    house.submitted()
    post.failing = [NotDelivered("the line is busy")]
    one_by_one = sender(house, post, batch=1, chance=lambda: 0.5)
    assert one_by_one.send_pending() == 1
    (failed,) = house.rows("SELECT id, status, attempts, error FROM notice WHERE status = 'failed'")
    assert failed[1:] == ("failed", 1, "the line is busy")
    house.clock.move(seconds=29)
    sender(house, post).send_pending()
    assert failed[0] not in {message.id for message in post.sent}
    house.clock.move(seconds=2)
    sender(house, post).send_pending()
    assert post.sent[-1].id == failed[0]
    assert statuses(house) == ["sent"] * 3


def test_pauses_grow_to_six_hours_with_a_little_chance() -> None:
    assert [pause(attempts).total_seconds() for attempts in (1, 2, 3, 4)] == [30, 120, 480, 1920]
    assert pause(20) == LONGEST_PAUSE
    assert pause(1, 0.0) == timedelta(seconds=24)
    assert pause(1, 1.0) == timedelta(seconds=36)


def test_what_fails_too_often_is_a_dead_letter_that_a_person_may_send_again(house: House, post: Post) -> None:
    house.submitted()
    post.failing = [NotDelivered("the line is busy")] * (3 * MOST_ATTEMPTS)
    for _ in range(MOST_ATTEMPTS):
        sender(house, post).send_pending()
        house.clock.move(hours=8)
    rows = house.rows("SELECT id, status FROM notice WHERE template <> 'undelivered' ORDER BY id")
    given_up = [notice for notice, _ in rows]
    assert [status for _, status in rows] == ["dead"] * 3
    post.failing = []
    assert house.database.writing(lambda connection: notices.replay(connection, given_up[0], house.clock()))
    sender(house, post).send_pending()
    assert given_up[0] in {message.id for message in post.sent}
    assert not {*given_up[1:]} & {message.id for message in post.sent}


def test_an_address_that_is_refused_is_not_tried_again(house: House, post: Post) -> None:
    house.submitted()
    post.failing = [Undeliverable("no such mailbox")]
    sender(house, post).send_pending()
    assert house.rows("SELECT status, attempts, error FROM notice WHERE status = 'dead'") == [
        ("dead", 1, "no such mailbox")
    ]


def test_what_cannot_be_delivered_is_told_upwards_at_once(house: House, post: Post) -> None:
    house.submitted()
    post.failing = [NotDelivered("busy"), Undeliverable("no such mailbox")]
    sender(house, post).send_pending()
    sender(house, post).send_pending()
    (news,) = [message for message in post.sent if message.address == "sup@example.org"]
    assert news.subject == "P-2026-0001: a message did not arrive"
    assert "Sc <sc@example.org>: no such mailbox" in news.body


def test_an_address_that_the_server_refuses_bounces_at_once_and_is_told_upwards(
    house: House, post: Post
) -> None:
    house.submitted()
    post.failing = [NotDelivered("busy"), Bounced("550 no such mailbox")]
    sender(house, post).send_pending()
    assert house.rows("SELECT person, attempts, error FROM notice WHERE status = 'bounced'") == [
        ("sc", 1, "550 no such mailbox")
    ]
    sender(house, post).send_pending()
    assert [message.subject for message in post.sent if message.address == "sup@example.org"] == [
        "P-2026-0001: a message did not arrive"
    ]


def test_where_there_is_no_role_above_the_administrators_are_told(house: House, post: Post) -> None:
    house.database.writing(
        lambda connection: persons.grant(connection, "other", "administrator", since=date(2020, 1, 1))
    )
    house.submitted()
    post.failing = [Undeliverable("no such mailbox")]
    sender(house, post).send_pending()
    assert house.rows("SELECT person FROM notice WHERE status = 'dead'") == [("nfp",)]
    sender(house, post).send_pending()
    assert "other@example.org" in {message.address for message in post.sent}


def test_an_escalation_that_cannot_be_delivered_is_told_upwards_too(house: House, post: Post) -> None:
    house.database.writing(
        lambda connection: persons.grant(connection, "other", "administrator", since=date(2020, 1, 1))
    )
    case = house.submitted()
    house.live(days=10)
    post.failing = [Bounced("550 no such mailbox")] * 20
    digests = Digests(house.engine, sender(house, post), lease=timedelta(seconds=30))
    digests.send_due()
    told = house.rows("SELECT person FROM notice WHERE template = 'undelivered' AND case_id = ?", case)
    bounced = house.rows("SELECT person, kind FROM notice WHERE status = 'bounced'")
    assert ("sup", "escalation") in bounced
    assert ("other",) in told


def test_a_notice_that_came_back_is_bounced_once_and_told_upwards(house: House, post: Post) -> None:
    house.submitted()
    sender(house, post).send_pending()
    (notice,) = house.rows("SELECT id FROM notice WHERE template = 'assigned'")[0]

    def come_back() -> bool:
        return house.database.writing(
            lambda connection: came_back(connection, house.library, notice, "550 gone", house.clock())
        )

    assert come_back()
    assert not come_back()
    sender(house, post).send_pending()
    assert "Sc <sc@example.org>: 550 gone" in post.sent[-1].body
    assert [message.address for message in post.sent].count("sup@example.org") == 1


def test_what_was_told_upwards_in_vain_is_not_told_again(house: House, post: Post) -> None:
    house.submitted()
    post.failing = [Undeliverable("no such mailbox")] * 20
    for _ in range(4):
        sender(house, post).send_pending()
    sql = "SELECT template, count(*) FROM notice WHERE status = 'dead' GROUP BY template ORDER BY template"
    # The focal point has nobody above in this procedure; the coordinator's letter and notice both are told.
    assert house.rows(sql) == [("L01", 2), ("assigned", 1), ("undelivered", 2)]


def test_a_channel_that_breaks_down_stops_nobody_else(house: House, post: Post) -> None:
    house.submitted()
    post.failing = [KeyError("a fault of our own")]
    sender(house, post).send_pending()
    assert sorted(statuses(house)) == ["failed", "sent", "sent"]


def test_who_comes_late_with_an_old_claim_is_not_believed(house: House, post: Post) -> None:
    house.submitted()
    lease = timedelta(seconds=30)
    (late, *_) = house.database.writing(
        lambda connection: notices.claim(
            connection, house.clock(), house.engine.today(), limit=3, lease=lease
        )
    )
    assert sender(house, post).send_pending() == 0, "while the lease runs nobody else takes them"
    house.clock.move(seconds=31)
    assert sender(house, post).send_pending() == 3
    outcome = house.database.writing(
        lambda connection: notices.settle(connection, late.id, late.fence, "dead", at=house.clock())
    )
    assert outcome is False
    assert statuses(house) == ["sent"] * 3


def test_a_sending_is_not_begun_when_the_lease_is_nearly_over(house: House, post: Post) -> None:
    house.submitted()

    class Slow(Post):
        def send(self, message: Any) -> None:
            super().send(message)
            house.clock.move(seconds=12)

    slow = Slow()
    sender(house, slow, lease=timedelta(seconds=30)).send_pending()
    assert len(slow.sent) == 2, "the third would have ended after the lease"


def hang(url: str, lease: timedelta, hanging: Any) -> None:
    """A worker whose mail server never answers."""

    class Silent:
        def send(self, message: Any) -> None:
            hanging.set()
            time.sleep(3600)

    Sender(open_database(url), permit_library(), Silent(), utc_now, lease=lease).send_pending()


def test_the_notices_of_a_dead_worker_are_taken_over_within_lease_and_two_seconds(
    house: House, house_url: str, tmp_path: Path
) -> None:
    house.submitted()
    lease, hanging = timedelta(seconds=2), CONTEXT.Event()
    worker = start(hang, house_url, lease, hanging)
    assert hanging.wait(60)
    kill(worker)
    died = time.monotonic()
    other = Sender(
        house.database, house.library, Mailbox(tmp_path, "office@example.org"), utc_now, lease=lease
    )
    while not (claimed := other.send_pending()):
        assert time.monotonic() - died < lease.total_seconds() + 2
        time.sleep(0.05)
    assert claimed == 3
    assert len(list(tmp_path.glob("*.eml"))) >= 1
