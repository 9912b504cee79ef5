"""The reference procedure in the house: nobody acts, and everybody who is to know is told, in words."""

from datetime import date
from functools import cache
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.runtime.house import MONDAY, House, Post
from tests.runtime.test_digests import send
from workflow.records import files, persons
from workflow.records.databases import Connection
from workflow.records.files import Kept
from workflow.records.persons import Person
from workflow.rules.checks import named_files
from workflow.runtime import wording
from workflow.runtime.library import Library, compile_all, editions, package
from workflow.runtime.sending import Sender


@cache
def reference() -> Library:
    return compile_all(editions(package()))


@pytest.fixture
def office(house: House) -> House:
    """The house with the reference procedure and a director."""
    house.library = reference()
    house.database.writing(_hire)
    return house


def _hire(connection: Connection) -> None:
    persons.put(connection, Person("dir", "Dir", "fr", "dir@example.org", demonstration=True), MONDAY)
    persons.grant(connection, "dir", "director", since=date(2020, 1, 1))


def example(form: str) -> dict[str, object]:
    path = package() / "technical_assistance" / "v1" / "forms" / "examples" / f"{form}.yaml"
    answers: dict[str, object] = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return answers


def opened(office: House, by: str = "nfp", **more: Any) -> str:
    """A draft to which the files that the example of a request names were put."""
    case = office.engine.open("technical_assistance", by=by, party="KE", **more).case
    named = named_files(reference().newest("technical_assistance"), example("request"))
    kept = [Kept(case, name[7:], "letter.pdf", "application/pdf", 1, "nfp", MONDAY) for name in named]
    office.database.writing(lambda connection: [files.put(connection, file) for file in kept])
    return case


def test_a_request_that_nobody_looks_at_climbs_to_the_director_week_after_week(office: House) -> None:
    case = opened(office)
    office.engine.advance(case, "submit", by="nfp", data=example("request"))
    office.live(days=40)
    rows = office.rows(
        "SELECT person, kind, created_at FROM notice WHERE kind <> 'letter' ORDER BY created_at"
    )
    told = [(person, kind, str(at)[:10]) for person, kind, at in rows]
    assert told == [
        ("sc", "notice", "2026-03-02"),
        ("sc", "reminder", "2026-03-04"),
        ("sc", "reminder", "2026-03-10"),
        ("sup", "escalation", "2026-03-12"),
        ("sup", "escalation", "2026-03-16"),
        ("dir", "escalation", "2026-03-23"),
        ("dir", "escalation", "2026-03-30"),
        ("dir", "escalation", "2026-04-06"),
    ]
    assert office.engine.view(case, by="sup").case.state == "submitted"


def test_what_is_told_is_told_in_words(office: House) -> None:
    case = opened(office)
    office.engine.advance(case, "submit", by="nfp", data=example("request"))
    office.live(days=21)
    post = Post()
    while Sender(office.database, office.library, post, office.clock).send_pending():
        pass
    send(office, post)
    assert {message.address.partition("@")[0] for message in post.sent} == {"nfp", "sc", "sup", "dir"}
    for message in post.sent:
        text = f"{message.subject}\n{message.body}"
        assert "{" not in text
        assert "technical_assistance" not in text
        assert "2026-03-" not in text, "dates are written out"
    (first, *_) = [message for message in post.sent if message.address == "nfp@example.org"]
    assert "TA-2026-0001" in first.subject
    assert "2 March 2026" in first.body


def test_a_due_time_is_told_in_the_readers_own_zone_too(office: House) -> None:
    case = opened(office)
    office.engine.advance(case, "submit", by="nfp", data=example("request"))
    office.engine.advance(case, "request_information", by="sc", data=example("missing_items"))
    post = Post()
    Sender(office.database, office.library, post, office.clock).send_pending()
    told = {message.address: message.body for message in post.sent if "Nairobi" in message.body}
    assert told.keys() == {"nfp@example.org"}


def test_a_letter_is_addressed_greets_and_is_signed_and_stays_as_it_was(office: House) -> None:
    case = opened(office)
    retitle(office, "H.E. Ms")
    office.engine.advance(case, "submit", by="nfp", data=example("request"))
    retitle(office, "Mr")
    office.engine.advance(case, "request_information", by="sc", data=example("missing_items"))
    post = Post()
    Sender(office.database, office.library, post, office.clock).send_pending()
    told = [message.body for message in post.sent if message.address == "nfp@example.org"]
    received, asked = [body for body in told if "Reference:" in body]
    assert "To: H.E. Ms Amina Otieno, National focal point\n\nDear H.E. Ms Amina Otieno,\n" in received
    assert "Please accept, H.E. Ms Amina Otieno, the assurance" in received
    assert "To: Mr Amina Otieno, National focal point\n\nDear Mr Amina Otieno,\n" in asked
    assert received.endswith("\n\nSc\nCoordinator")
    assert office.rows("SELECT DISTINCT sender, signer FROM letter") == [("coordinator", "sc")]


def retitle(office: House, title: str) -> None:
    amina = Person("nfp", "Amina Otieno", "en", "nfp@example.org", title=title)
    office.database.writing(lambda connection: persons.put(connection, amina, MONDAY))


def test_a_draft_that_nobody_uses_is_archived_and_nothing_is_deleted(office: House) -> None:
    case = office.engine.open("technical_assistance", by="nfp", party="KE", answers={"request": {}}).case
    office.live(days=400)
    view = office.engine.view(case, by="sup").case
    assert view.closed
    assert office.rows("SELECT count(*) FROM answer") == [(1,)]
    assert office.rows("SELECT count(*) FROM timer") == [(0,)]


TEXTS = sorted((definition.key, *name) for definition in reference().all() for name in definition.letters)


@pytest.mark.parametrize(("key", "name", "language"), TEXTS)
def test_every_letter_and_message_leaves_no_place_open(key: str, name: str, language: str) -> None:
    text = reference().newest(key).letters[name, language]
    rendered = wording.render(text, language, {})
    assert rendered.subject
    assert rendered.body
    assert "{" not in f"{rendered.subject}{rendered.body}"
