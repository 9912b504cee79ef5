"""What two do at one moment with one person's second factor or password: as if one came after the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pyotp
import pytest

from tests.runtime.test_signing_in import CHEAP, GOOD, HERE, NOW, SECRET, signing
from workflow.errors import NotNow, Refusal, Unauthenticated
from workflow.records import factors, passwords, persons, sessions
from workflow.records.databases import Connection, Database
from workflow.records.passwords import Account
from workflow.records.persons import Person
from workflow.records.sessions import Session
from workflow.runtime import codes, own_account
from workflow.runtime.engine import Engine
from workflow.runtime.hashing import Hashing
from workflow.runtime.library import Library
from workflow.runtime.limits import Limits
from workflow.runtime.signing_in import SigningIn

DORA = Person("dora", "Dora", "en", "dora@example.org")
NEWER = "nine quiet rivers of chalk"
ROUNDS = range(12)


@pytest.fixture
def house(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    def work(connection: Connection) -> None:
        persons.put(connection, DORA, NOW)
        passwords.put(connection, "dora", CHEAP.hash(GOOD), NOW)

    database.writing(work)
    # How often somebody may try is not what is tried here.
    monkeypatch.setattr(Limits, "charge", lambda *_: None)
    return database


def begun(own: SigningIn) -> Session:
    secret = own.database.writing(
        lambda one: sessions.new(one, "dora", NOW, method="password", source="192.0.2.0/24")
    )[1]
    known = own.session(secret)
    assert known is not None
    return known


def enrolled(own: SigningIn, *recovery: str) -> None:
    def work(connection: Connection) -> None:
        factors.remove(connection, "dora")
        factors.enrol(connection, "dora", SECRET, NOW)
        factors.confirm(connection, "dora", 1, NOW)
        factors.put_codes(connection, "dora", map(codes.plain, recovery))

    own.database.writing(work)


def together(*attempts: Callable[[], Any]) -> list[Any]:
    """What each answered, or the refusal it met."""
    start = Barrier(len(attempts))

    def attempt(tried: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return tried()
        except Refusal as refused:
            return refused

    with ThreadPoolExecutor(len(attempts)) as threads:
        return list(threads.map(attempt, attempts))


def test_of_two_that_enrol_at_once_the_later_is_to_be_confirmed(house: Database) -> None:
    own = signing(house)
    known = begun(own)
    for _ in ROUNDS:
        house.writing(lambda connection: factors.remove(connection, "dora"))
        told = together(lambda: own.factors.enrol(known), lambda: own.factors.enrol(known))
        kept = house.writing(lambda connection: factors.get(connection, "dora"))
        assert kept is not None
        assert [one.secret for one in told].count(kept.secret) == 1


def test_of_two_that_confirm_with_one_code_one_is_told_recovery_codes(house: Database) -> None:
    own = signing(house)
    for _ in ROUNDS:
        house.writing(lambda connection: factors.remove(connection, "dora"))
        one, other = begun(own), begun(own)
        code = pyotp.TOTP(own.factors.enrol(one).secret).at(NOW)
        won, lost = sorted(
            together(
                lambda one=one, code=code: own.factors.confirm(one, code, HERE),
                lambda other=other, code=code: own.factors.confirm(other, code, HERE),
            ),
            key=lambda answer: isinstance(answer, Refusal),
        )
        assert isinstance(lost, NotNow | Unauthenticated)
        assert house.reading(lambda connection: factors.codes_left(connection, "dora")) == len(
            won.recovery_codes
        )


def test_of_recovery_codes_made_twice_at_once_those_made_last_are_good(house: Database) -> None:
    own = signing(house)
    known = begun(own)
    written = codes.new_recovery_codes()[:2]
    for _ in ROUNDS:
        enrolled(own, *written)
        made = together(*(lambda code=code: own.factors.renew_codes(known, code, HERE) for code in written))
        assert sum(isinstance(answer, tuple) for answer in made) == 1
        assert house.reading(lambda connection: factors.codes_left(connection, "dora")) == 10


def test_recovery_codes_go_with_the_factor_whoever_renews_them_meanwhile(house: Database) -> None:
    own = signing(house)
    known = begun(own)
    for _ in ROUNDS:
        enrolled(own, "ABCD-EFGH-JKLM-NPQR")
        together(
            lambda: own.factors.renew_codes(known, "ABCD-EFGH-JKLM-NPQR", HERE),
            lambda: house.writing(lambda connection: factors.remove(connection, "dora")),
        )
        assert house.reading(lambda connection: factors.codes_left(connection, "dora")) == 0


def test_nobody_enters_with_a_password_that_is_changed_at_that_moment(house: Database) -> None:
    looked, changed = Event(), Event()

    class Slow(SigningIn):
        """Has looked at the password, and begins the session when it was changed; if anybody could."""

        def begin(self, connection: Connection, account: Account, *told: Any, **more: Any) -> str:
            looked.set()
            changed.wait(0.4)
            return super().begin(connection, account, *told, **more)

    own, slow = signing(house), Slow(Engine(house, Library([]), lambda: NOW), Hashing(CHEAP))
    known = begun(own)

    def change() -> None:
        assert looked.wait(20)
        own_account.change_password(own, known, GOOD, NEWER, HERE)
        changed.set()

    together(lambda: slow.with_password("dora@example.org", GOOD, None, HERE), change)
    assert len(house.reading(lambda connection: sessions.of_person(connection, "dora", NOW))) == 1
