"""Signing in where many do at once, in many processes: what is good once is taken once, limits hold over all,
and no more memory is used than the places to hash allow.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Lock
from typing import Any

import pyotp
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import text

from workflow.errors import Busy, Refusal, TooMany, Unauthenticated
from workflow.records import factors, links, passwords, persons
from workflow.records.databases import Connection, Database, open_database
from workflow.records.persons import Person
from workflow.runtime import codes
from workflow.runtime.channels import Mailbox
from workflow.runtime.engine import Engine
from workflow.runtime.hashing import Hashing
from workflow.runtime.library import Library
from workflow.runtime.limits import Source
from workflow.runtime.link_mail import LinkMail
from workflow.runtime.signing_in import SigningIn

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
GOOD = "tin lantern under seven maps"
HERE = Source("192.0.2.1/32", "192.0.2.0/24")
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
DORA = Person("dora", "Dora", "en", "dora@example.org")
CODE = "ABCD-EFGH-JKLM-NPQR"
PROCESSES = 2


def signing(database: Database, hashing: Hashing | None = None) -> SigningIn:
    return SigningIn(Engine(database, Library([]), lambda: NOW), hashing or Hashing(CHEAP))


@pytest.fixture
def house(database: Database) -> Database:
    def work(connection: Connection) -> None:
        persons.put(connection, DORA, NOW)
        passwords.put(connection, "dora", CHEAP.hash(GOOD), NOW)

    database.writing(work)
    return database


def _in_a_process(url: str, attempt: str, secret: str, start: Any, outcomes: Any) -> None:
    """Try once, together with the others; what came of it goes into `outcomes`."""
    database = open_database(url)
    try:
        tried = ATTEMPTS[attempt]
        own = signing(database)
        start.wait(timeout=120)
        tried(own, secret)
        outcomes.put("let in")
    except Refusal as refused:
        outcomes.put(type(refused).__name__)
    except BaseException as fault:
        outcomes.put(repr(fault))
        raise
    finally:
        database.close()


def _code(own: SigningIn, code: str) -> None:
    own.with_password("dora@example.org", GOOD, code, HERE)


ATTEMPTS = {
    "link": lambda own, secret: own.with_link(secret, HERE),
    "invitation": lambda own, secret: own.with_invitation(secret, GOOD, HERE),
    "code": _code,
    "wrong": lambda own, secret: own.with_password("dora@example.org", secret, None, HERE),
}


def together(url: str, attempt: str, secret: str, count: int = PROCESSES) -> list[str]:
    """What becomes of the same attempt in several processes at once."""
    spawn = multiprocessing.get_context("spawn")
    start, outcomes = spawn.Barrier(count), spawn.Queue()
    arguments = (url, attempt, secret, start, outcomes)
    processes = [spawn.Process(target=_in_a_process, args=arguments) for _ in range(count)]
    for process in processes:
        process.start()
    found = [outcomes.get(timeout=180) for _ in processes]
    for process in processes:
        process.join()
    return sorted(found)


@pytest.mark.parametrize("kind", ["link", "invitation", "recovery code", "code of the app"])
def test_of_processes_that_use_the_same_secret_one_is_let_in(house: Database, kind: str) -> None:
    def prepare(connection: Connection) -> str:
        if kind in ("link", "invitation"):
            return links.new(connection, "dora", {"link": "sign_in"}.get(kind, "invite"), NOW)[0]
        factors.enrol(connection, "dora", SECRET, NOW)
        factors.confirm(connection, "dora", 1, NOW)
        factors.put_codes(connection, "dora", [codes.plain(CODE)])
        return CODE if kind == "recovery code" else pyotp.TOTP(SECRET).at(NOW)

    secret = house.writing(prepare)
    attempt = kind if kind in ATTEMPTS else "code"
    assert together(house.url, attempt, secret) == ["Unauthenticated"] * (PROCESSES - 1) + ["let in"]


def test_limits_hold_over_processes(house: Database) -> None:
    own = signing(house)
    for _ in range(4):
        with pytest.raises(Unauthenticated):
            own.with_password("dora@example.org", "wrong", None, HERE)
    # Six at once are allowed, and four were made: of three more, elsewhere, two are looked at.
    assert together(house.url, "wrong", "wrong", 3) == ["TooMany", "Unauthenticated", "Unauthenticated"]
    with pytest.raises(TooMany):
        own.with_password("dora@example.org", GOOD, None, HERE)


class Counting(Argon2Hasher):
    """Counts how many hashes are computed at the same moment."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=1024, parallelism=1)
        self.now = self.most = 0
        self._lock = Lock()

    def verify(self, password: Any, hash: Any) -> bool:  # noqa: A002
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            return super().verify(password, hash)
        finally:
            with self._lock:
                self.now -= 1


def test_of_two_hundred_that_sign_in_at_once_two_are_hashed(house: Database) -> None:
    counting = Counting()
    own = signing(house, Hashing(PasswordHash((counting,)), patience=120))
    start = Barrier(200)

    def attempt(number: int) -> str:
        start.wait()
        try:
            own.hashing.verify(GOOD, None if number % 2 else counting.hash(GOOD))
        except Busy:
            return "busy"
        return "done"

    with ThreadPoolExecutor(200) as threads:
        assert set(threads.map(attempt, range(200))) == {"done"}
    assert counting.most == 2


def test_who_finds_no_place_to_hash_is_told_so_in_time(house: Database) -> None:
    hashing = Hashing(CHEAP, places=1, patience=0.01)
    assert hashing._places.acquire(timeout=1)
    with pytest.raises(Busy):
        hashing.verify(GOOD, None)
    hashing._places.release()
    assert hashing.verify(GOOD, CHEAP.hash(GOOD))[0]


def test_a_hash_of_other_parameters_is_computed_anew(house: Database) -> None:
    def hashed(connection: Connection) -> str:
        return str(connection.execute(text("SELECT hash FROM password")).scalar_one())

    before = house.reading(hashed)
    signing(house).with_password("dora@example.org", GOOD, None, HERE)
    assert house.reading(hashed) == before
    other = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=16, parallelism=1),))
    signing(house, Hashing(other)).with_password("dora@example.org", GOOD, None, HERE)
    after = house.reading(hashed)
    assert after != before
    assert other.verify(GOOD, after)


def test_an_account_that_is_not_there_is_hashed_all_the_same() -> None:
    counting = Counting()
    hashing = Hashing(PasswordHash((counting,)))
    assert hashing.verify(GOOD, None) == (False, None)
    assert counting.most == 1


def test_the_recommended_parameters_are_those_of_argon2id() -> None:
    assert Hashing().hash(GOOD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


class Post:
    """Takes messages; refuses the first `failing` of them."""

    def __init__(self, failing: int = 0) -> None:
        self.taken: list[Any] = []
        self._failing = failing

    def send(self, message: Any) -> None:
        self.taken.append(message)
        if len(self.taken) <= self._failing:
            raise OSError("no connection")


def secret_in(message: Any) -> str:
    [secret] = [line.strip() for line in message.body.splitlines() if line.strip().startswith("cl_")]
    return str(secret)


def test_a_link_is_made_for_the_message_that_carries_it_and_stands_nowhere(house: Database) -> None:
    own, post = signing(house), Post()
    own.ask_link("DORA@example.org", "sign_in", HERE)
    engine = Engine(house, Library([]), lambda: NOW)
    assert LinkMail(engine, post, "https://caseway.example.org").work() == 1
    [message] = post.taken
    assert message.address == "dora@example.org"
    assert "https://caseway.example.org/api/session/link/use" in message.body
    secret = secret_in(message)
    for table in ("link", "link_request"):
        rows = house.reading(lambda connection, table=table: connection.rows(f"SELECT * FROM {table}"))
        assert secret not in str(rows)
    own.with_link(secret, HERE)


def test_an_address_that_nobody_has_gets_nothing(house: Database) -> None:
    own, post = signing(house), Post()
    own.ask_link("nobody@example.org", "sign_in", HERE)
    mail = LinkMail(Engine(house, Library([]), lambda: NOW), post)
    assert mail.work() == 1
    assert mail.work() == 0
    assert post.taken == []


def test_a_link_that_did_not_go_is_sent_again_as_another_one(house: Database) -> None:
    own, post = signing(house), Post(failing=1)
    own.ask_link("dora@example.org", "reset", HERE)
    now = [NOW]
    mail = LinkMail(Engine(house, Library([]), lambda: now[0]), post, chance=lambda: 0.5)
    mail.work()
    assert mail.work() == 0
    now[0] += timedelta(minutes=1)
    assert mail.work() == 1
    first, second = map(secret_in, post.taken)
    assert first != second
    with pytest.raises(Unauthenticated):
        own.with_invitation(first, "green harbour with nine slow boats", HERE)
    own.with_invitation(second, "green harbour with nine slow boats", HERE)


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
@pytest.mark.parametrize("purpose", ["sign_in", "reset", "invite"])
def test_every_link_is_worded(house: Database, tmp_path: Path, purpose: str, language: str) -> None:
    def work(connection: Connection) -> None:
        persons.put(connection, Person("dora", "Dora", language, "dora@example.org"), NOW)
        links.ask(connection, purpose, NOW, person="dora")

    house.writing(work)
    LinkMail(Engine(house, Library([]), lambda: NOW), Mailbox(tmp_path, "caseway@example.org")).work()
    [letter] = tmp_path.glob("*.eml")
    assert "{" not in letter.read_text().partition("\n\n")[2].replace('{"link"', "")
