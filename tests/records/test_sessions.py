"""Sessions: begun, found, renewed, ended; known to the rows by their digests alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from tests.records import samples
from tests.records.samples import NOW, TODAY
from workflow.errors import Malformed
from workflow.records import persons, sessions
from workflow.records.databases import Connection, Database
from workflow.records.persons import Person
from workflow.records.sessions import COARSE, IDLE, LIFE, Session

ELSA = Person("elsa", "Elsa", "en", "elsa@example.org")
DORA = Person("dora", "Dora", "es", "dora@example.org", ("ES", "FR"), ("AR",), title="Sra.")


@pytest.fixture
def house(database: Database) -> Database:
    samples.people(database)

    def people(connection: Connection) -> None:
        for one in (DORA, ELSA):
            persons.put(connection, one, NOW)
        persons.grant(connection, "elsa", "supervisor", since=TODAY)

    database.writing(people)
    return database


def begun(database: Database, person: str = "dora", at: datetime = NOW) -> str:
    return database.writing(
        lambda connection: sessions.new(connection, person, at, method="password", source="192.0.2.0/24")
    )[1]


def found(database: Database, secret: str, at: datetime = NOW, *demanding: str) -> Session | None:
    return database.reading(lambda connection: sessions.find(connection, secret, at, TODAY, demanding))


def test_a_session_leads_to_its_person_till_it_ends(house: Database) -> None:
    secret = begun(house)
    known = found(house, secret)
    assert known is not None
    assert (known.person, known.method, known.whole, known.stale) == (DORA, "password", True, False)
    assert found(house, secret + "x") is None
    assert found(house, known.digest) is None
    assert house.writing(lambda connection: sessions.end(connection, "dora", known.id))
    assert found(house, secret) is None


def test_a_session_ends_by_itself_when_it_is_idle_and_in_any_case(house: Database) -> None:
    secret = begun(house)
    assert found(house, secret, NOW + IDLE) is None
    at = NOW
    while at + IDLE < NOW + LIFE:
        at += IDLE - COARSE
        known = found(house, secret, at)
        assert known is not None
        assert known.stale
        used = [known.digest]
        house.writing(lambda connection, used=used, at=at: sessions.seen(connection, used, at))
    assert found(house, secret, NOW + LIFE) is None
    assert house.writing(lambda connection: sessions.forget(connection, NOW + LIFE)) == 1


def test_a_session_is_nobodys_elses_to_end(house: Database) -> None:
    mine, other = begun(house), begun(house, "elsa")
    known = found(house, mine)
    assert known is not None
    assert not house.writing(lambda connection: sessions.end(connection, "elsa", known.id))
    assert not house.writing(lambda connection: sessions.end(connection, "dora", known.id[:4]))
    assert house.writing(lambda connection: sessions.end_all(connection, "dora")) == 1
    assert found(house, mine) is None
    assert found(house, other) is not None


def test_a_renewed_session_has_another_secret_and_ends_no_later(house: Database) -> None:
    first = begun(house)
    known = found(house, first)
    assert known is not None
    later = NOW + timedelta(minutes=30)
    second = house.writing(lambda connection: sessions.renew(connection, known, later, factor=True))
    assert second is not None
    assert found(house, first) is None
    renewed = found(house, second)
    assert renewed is not None
    assert renewed.factor_given
    [listed] = house.reading(lambda connection: sessions.of_person(connection, "dora", later))
    assert listed.expires_at == NOW + LIFE


def test_of_many_that_renew_a_session_at_once_one_does(house: Database) -> None:
    known = found(house, begun(house))
    assert known is not None
    with ThreadPoolExecutor(4) as threads:
        renewed = list(
            threads.map(
                lambda _: house.writing(lambda connection: sessions.renew(connection, known, NOW)), range(4)
            )
        )
    assert sum(secret is not None for secret in renewed) == 1


def test_a_role_that_demands_a_second_factor_leaves_half_a_session(house: Database) -> None:
    secret = begun(house, "elsa")
    for demanding, whole in (([], True), (["nobodys_role"], True), (["supervisor", "other"], False)):
        known = found(house, secret, NOW, *demanding)
        assert known is not None
        assert known.whole is whole


def test_a_session_of_nobody_is_not_begun(house: Database) -> None:
    with pytest.raises(Malformed, match="there is no person 'nobody'"):
        begun(house, "nobody")


def test_a_session_is_nowhere_in_the_rows(house: Database) -> None:
    secret = begun(house)
    assert secret not in str(house.reading(lambda connection: connection.rows("SELECT * FROM session")))


def test_who_is_disabled_or_invented_has_no_session(house: Database) -> None:
    secret = begun(house, "elsa")
    house.writing(lambda connection: persons.disable(connection, "elsa", NOW))
    assert found(house, secret) is None
    house.writing(lambda connection: persons.enable(connection, "elsa"))
    assert found(house, secret) is not None
    invented = Person("ina", "Ina", "en", demonstration=True)
    house.writing(lambda connection: persons.put(connection, invented, NOW))
    assert found(house, begun(house, "ina")) is None
