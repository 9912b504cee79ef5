"""Bulletins: one a person and issue, with what the person may see, in the person's language."""

from datetime import UTC, date, datetime
from functools import cache
from threading import Thread

import pytest

from tests.runtime.house import DEFINITIONS, REQUEST, Clock, House, Post
from workflow.errors import NotDelivered, NotFound, Undeliverable
from workflow.records import bulletins, calendars, persons, settings
from workflow.records.databases.protocol import Connection
from workflow.rules.replacing import replace
from workflow.runtime.bulletins import Bulletins
from workflow.runtime.channels import Message
from workflow.runtime.engine import Engine
from workflow.runtime.library import Library, compile_all, editions

BULLETIN = "bulletins:\n  open_permits: {every: 2 months, from: 2026-03-05, to: [coordinator, focal_point]}\n"
WORDS = {"en": "Open permits", "fr": "Permis en cours"}
OUT = datetime(2026, 3, 5, 7, 0, tzinfo=UTC)  # eight in Paris


@cache
def library(words: tuple[str, str] = ("", "")) -> Library:
    (permit,) = editions(DEFINITIONS)
    files = dict(permit.files)
    files[permit.path] += BULLETIN.replace(*words)
    for language, words in WORDS.items():
        files[f"permit/locales/{language}.po"] += f'\nmsgid "bulletin.open_permits"\nmsgstr "{words}"\n'
    return compile_all([replace(permit, files=files)])


@pytest.fixture
def office(house: House) -> House:
    return seen(House(house.database, library(), house.clock))


def seen(office: House) -> House:
    """The office, where a worker has seen the bulletins before their first issue."""
    assert work(office, Post()) == 0
    return office


@pytest.fixture
def post() -> Post:
    return Post()


def work(office: House, post: Post) -> int:
    """What a worker's tick sends."""
    before = len(post.sent)
    worker = Bulletins(office.engine, post, chance=lambda: 0.5)
    while worker.work():
        pass
    return len(post.sent) - before


def test_every_reader_gets_what_they_may_see_in_their_language(office: House, post: Post) -> None:
    office.submitted()
    review = office.submitted()
    office.engine.advance(review, "send_to_review", by="sc")
    office.opened()
    office.clock.at = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
    assert work(office, post) == 3
    kenya, senegal, secretariat = sorted(post.sent, key=lambda one: one.address)
    assert [one.address for one in (kenya, senegal, secretariat)] == [
        "nfp@example.org",
        "other@example.org",
        "sc@example.org",
    ]
    assert kenya.subject == "Open permits: 2 on 12 March 2026"
    assert kenya.body.splitlines()[4:] == [
        "Submitted (1)",
        "* P-2026-0001, Kenya: overdue by 3 days",
        "",
        "In review (1)",
        "* P-2026-0002, Kenya: overdue by 3 days",
    ]
    assert senegal.subject == "Permis en cours\xa0: 0 le 12 mars 2026"
    assert senegal.body.endswith("–")
    assert "P-2026-0001, Kenya\xa0: en retard de 3\xa0jours" in secretariat.body


def test_a_role_that_is_addressed_in_full_is_told_of_cases_that_it_cannot_open(
    house: House, post: Post
) -> None:
    words = "to: [coordinator, focal_point]", "to: [reviewer, focal_point], in_full: [reviewer]"
    office = seen(House(house.database, library(words), house.clock))
    case = office.submitted()
    office.clock.at = OUT
    assert work(office, post) == 3
    told = {one.address: one.subject for one in post.sent}
    assert told["expert@example.org"] == "Open permits: 1 on 5 March 2026"
    assert told["other@example.org"] == "Permis en cours\xa0: 0 le 5 mars 2026"
    with pytest.raises(NotFound):
        office.engine.actions(case, by="expert")


def test_an_issue_goes_once_and_the_next_one_again(office: House, post: Post) -> None:
    office.clock.at = OUT.replace(hour=6, minute=59)
    assert work(office, post) == 0
    office.clock.at = OUT
    assert work(office, post) == 3
    assert work(office, post) == 0
    office.clock.at = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    assert work(office, post) == 0
    office.clock.at = datetime(2026, 5, 5, 6, 0, tzinfo=UTC)
    assert work(office, post) == 3
    assert len({one.id for one in post.sent}) == 6


def test_what_came_out_before_there_was_a_worker_is_not_made_up_for(house: House, post: Post) -> None:
    house.clock.at = datetime(2026, 3, 12, 7, 0, tzinfo=UTC)
    office = seen(House(house.database, library(), house.clock))
    office.clock.at = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    assert work(office, post) == 0
    office.clock.at = datetime(2026, 5, 5, 6, 0, tzinfo=UTC)
    assert work(office, post) == 3


def test_after_a_long_rest_only_the_last_issue_goes(office: House, post: Post) -> None:
    office.clock.at = datetime(2026, 12, 24, 12, 0, tzinfo=UTC)
    assert work(office, post) == 3
    assert office.rows("SELECT DISTINCT issue FROM bulletin") in ([("2026-11-05",)], [(date(2026, 11, 5),)])


def test_a_holiday_added_afterwards_sends_nothing_again(office: House, post: Post) -> None:
    office.clock.at = datetime(2026, 5, 5, 6, 0, tzinfo=UTC)
    assert work(office, post) == 3
    closed = calendars.Day(date(2026, 5, 5), "Office closed")
    office.database.writing(lambda connection: calendars.add_days(connection, "paris", [closed]))
    assert work(office, post) == 0
    office.clock.at = datetime(2026, 5, 6, 6, 0, tzinfo=UTC)
    assert work(office, post) == 0


def test_who_comes_later_waits_for_the_next_issue(office: House, post: Post) -> None:
    office.clock.at = OUT
    work(office, post)
    office.database.writing(
        lambda connection: persons.grant(connection, "sup", "coordinator", since=date(2026, 3, 6))
    )
    office.clock.at = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    assert work(office, post) == 0
    office.clock.at = datetime(2026, 5, 5, 6, 0, tzinfo=UTC)
    assert work(office, post) == 4


def test_historic_closed_and_drafted_cases_are_left_out(office: House, post: Post) -> None:
    past = Engine(
        office.database, office.library, Clock(datetime(2026, 2, 2, 9, 0, tzinfo=UTC)), virtual=True
    )
    old = past.open("permit", by="nfp", party="KE", historic=True).case
    past.advance(old, "submit", by="nfp", data=REQUEST)
    closed = office.submitted()
    office.engine.advance(closed, "grant", by="sc")
    office.opened()
    office.clock.at = OUT
    work(office, post)
    assert {one.subject.partition(" ")[0] for one in post.sent} == {"Open", "Permis"}
    assert all(" 0 " in one.subject for one in post.sent)


def test_a_bulletin_that_fails_is_tried_again_just_as_it_was(office: House, post: Post) -> None:
    office.submitted()
    office.clock.at = OUT
    post.failing = [NotDelivered("the line is busy"), Undeliverable("no such address")]
    assert work(office, post) == 1
    office.submitted()
    office.clock.move(minutes=1)
    assert work(office, post) == 1
    assert not any("2 on" in one.subject for one in post.sent)
    found = office.rows("SELECT status, count(*) FROM bulletin GROUP BY status ORDER BY status")
    assert found == [("dead", 1), ("sent", 2)]


class Refusing(Post):
    """A mail server that knows some addresses no more."""

    def __init__(self, *unknown: str) -> None:
        super().__init__()
        self.unknown = set(unknown)

    def send(self, message: Message) -> None:
        if message.address in self.unknown:
            raise Undeliverable("no such mailbox")
        super().send(message)


def states(office: House) -> list[tuple[str, str | None, str]]:
    """Reader, whom it is about, status of each bulletin that did not go."""
    sql = "SELECT person, about, status FROM bulletin WHERE status <> 'sent' ORDER BY person, about"
    return office.rows(sql)


def replay(office: House, person: str) -> bool:
    (own,) = office.rows("SELECT id FROM bulletin WHERE person = ? AND about IS NULL", person)
    return office.database.writing(lambda connection: bulletins.replay(connection, *own, office.clock()))


def test_a_dead_bulletin_is_told_once_to_the_role_above(office: House) -> None:
    office.clock.at = OUT
    post = Refusing("sc@example.org")
    assert work(office, post) == 3  # to the two who are reached, and the news
    (news,) = [one for one in post.sent if one.address == "sup@example.org"]
    assert (news.language, news.subject) == ("en", "Open permits: a reader was not reached")
    assert "“Open permits” of 5 March 2026" in news.body
    assert "Sc <sc@example.org>: no such mailbox" in news.body
    assert states(office) == [("sc", None, "dead")]
    assert replay(office, "sc")
    assert work(office, post) == 0
    assert states(office) == [("sc", None, "dead")]


def test_where_nobody_is_above_the_administrators_are_told_in_their_language(office: House) -> None:
    office.database.writing(
        lambda connection: persons.grant(connection, "other", "administrator", since=date(2020, 1, 1))
    )
    office.clock.at = OUT
    post = Refusing("nfp@example.org")
    work(office, post)
    news = [one.subject for one in post.sent if one.address == "other@example.org"]
    assert "Permis en cours : un destinataire n’a pas été joint" in news


def test_only_who_is_above_for_the_same_party_or_region_is_told(office: House) -> None:
    def rearrange(connection: Connection) -> None:
        (everywhere,) = (one.id for one in persons.mandates(connection, "sup"))
        persons.end_mandate(connection, everywhere, date(2026, 1, 1))
        persons.grant(connection, "sup", "supervisor", since=date(2026, 1, 1), region="Europe")
        persons.grant(connection, "expert", "supervisor", since=date(2026, 1, 1), region="Africa")
        (own,) = (one.id for one in persons.mandates(connection, "sc"))
        persons.end_mandate(connection, own, date(2026, 1, 1))
        persons.grant(connection, "sc", "coordinator", since=date(2026, 1, 1), party="KE")

    office.database.writing(rearrange)
    office.clock.at = OUT
    post = Refusing("sc@example.org")
    work(office, post)
    told = {one.address for one in post.sent if "not reached" in one.subject}
    assert told == {"expert@example.org"}


def test_news_that_cannot_be_delivered_goes_no_further(office: House) -> None:
    office.database.writing(
        lambda connection: persons.grant(connection, "other", "administrator", since=date(2020, 1, 1))
    )
    office.clock.at = OUT
    post = Refusing("sc@example.org", "sup@example.org")
    assert work(office, post) == 2
    assert states(office) == [("sc", None, "dead"), ("sup", "sc", "dead")]


def test_a_dead_bulletin_that_is_replayed_tells_what_it_told_on_its_day(office: House) -> None:
    office.submitted()
    office.clock.at = OUT
    post = Refusing("sc@example.org")
    work(office, post)
    office.submitted()
    office.clock.move(days=3)
    post.unknown.clear()
    assert replay(office, "sc")
    assert not replay(office, "sc")
    assert work(office, post) == 1
    assert post.sent[-1].address == "sc@example.org"
    assert post.sent[-1].subject == "Permis en cours\xa0: 1 le 5 mars 2026"


def test_a_bulletin_that_the_definition_has_no_more_dies_quietly(office: House, house: House) -> None:
    office.clock.at = OUT
    post = Refusing()
    post.failing = [NotDelivered("the line is busy")] * 3
    work(office, post)
    post.unknown.add("sc@example.org")
    house.clock.move(minutes=1)
    assert work(house, post) == 2
    assert states(house) == [("sc", None, "dead")]


def test_a_dead_workers_bulletins_are_taken_over_when_its_lease_ends(office: House, post: Post) -> None:
    office.clock.at = OUT

    class Dying(Post):
        def send(self, message: object) -> None:
            raise SystemExit

    with pytest.raises(SystemExit):
        Bulletins(office.engine, Dying()).work()
    assert work(office, post) == 0
    office.clock.move(seconds=31)
    assert work(office, post) == 3


def test_many_workers_send_one_each(office: House, post: Post) -> None:
    office.clock.at = OUT
    workers = [Thread(target=work, args=(office, post)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(one.address for one in post.sent) == [
        "nfp@example.org",
        "other@example.org",
        "sc@example.org",
    ]


def test_nothing_goes_while_sending_is_paused(office: House, post: Post) -> None:
    office.clock.at = OUT
    office.database.writing(
        lambda connection: settings.turn(connection, settings.SENDING_PAUSED, on=True, at=OUT)
    )
    assert work(office, post) == 0
    assert office.rows("SELECT count(*) FROM bulletin") == [(0,)]
