"""Who is let into the house, on both databases; each act stands in the administration's log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from workflow.errors import Malformed, NotFound, NotNow
from workflow.records import administration, factors, links, passwords, persons, sessions, tokens
from workflow.records.databases import Connection, Database
from workflow.records.pages import Place
from workflow.records.persons import Person
from workflow.runtime import admission

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
ADA = Person("ada", "Ada", "en", "ada@example.org")
DORA = Person("dora", "Dora", "en", "dora@example.org")
BY = {"by": "ada", "at": NOW}


@pytest.fixture
def house(database: Database) -> Database:
    def work(connection: Connection) -> None:
        admission.make_administrator(connection, ADA, by="(owner)", at=NOW, today=TODAY)
        persons.put(connection, DORA, NOW)

    database.writing(work)
    return database


def acts(database: Database) -> list[str]:
    found = database.reading(lambda connection: administration.entries(connection, Place(limit=20)))
    return [row["act"] for row in found.rows]


def test_the_first_administrator_is_made_once_unless_another_one_is_asked_for(database: Database) -> None:
    def check(connection: Connection, *, another: bool = False) -> None:
        admission.check_new_administrator(connection, TODAY, another=another)

    database.reading(check)
    invented = Person("ina", "Ina", "en", "ina@example.org", demonstration=True)
    database.writing(lambda connection: admission.make_administrator(connection, invented, today=TODAY, **BY))
    database.reading(check)
    database.writing(lambda connection: admission.make_administrator(connection, ADA, today=TODAY, **BY))
    with pytest.raises(NotNow, match="--another"):
        database.reading(check)
    database.reading(lambda connection: check(connection, another=True))
    with pytest.raises(Malformed, match="choose another --id"):
        database.writing(lambda connection: admission.make_administrator(connection, ADA, today=TODAY, **BY))
    assert database.reading(lambda connection: passwords.by_person(connection, "ada")).hash is None


def test_who_is_disabled_is_known_by_nothing_any_more_nor_when_enabled_again(house: Database) -> None:
    def prepare(connection: Connection) -> tuple[str, str, str]:
        session = sessions.new(connection, "dora", NOW, method="password", source="")[1]
        token = tokens.new(connection, "dora", NOW)[1]
        return session, token, links.new(connection, "dora", "sign_in", NOW)[0]

    session, token, link = house.writing(prepare)

    def known(connection: Connection) -> list[object]:
        found = sessions.find(connection, session, NOW, TODAY, ()), tokens.bearer(connection, token, NOW)
        return [one for one in (*found, links.owner(connection, link, ("sign_in",), NOW)) if one]

    assert len(house.reading(known)) == 3
    house.writing(lambda connection: admission.disable(connection, "dora", reason="left", **BY))
    assert house.reading(known) == []
    house.writing(lambda connection: admission.enable(connection, "dora", **BY))
    assert house.reading(known) == []
    assert acts(house) == ["enable_person", "disable_person", "create_administrator"]


@pytest.mark.parametrize(
    ("act", "refused"),
    [
        (lambda one: admission.disable(one, "ada", **BY), NotNow),
        (lambda one: admission.disable(one, "nobody", **BY), NotFound),
        (lambda one: admission.enable(one, "dora", **BY), NotNow),
        (lambda one: admission.remove_factor(one, "dora", **BY), NotNow),
        (lambda one: admission.end_sessions(one, "nobody", **BY), NotFound),
        (lambda one: admission.invite(one, "nobody", **BY), NotFound),
    ],
)
def test_what_is_refused_leaves_no_entry(
    house: Database, act: Callable[[Connection], object], refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        house.writing(act)
    assert acts(house) == ["create_administrator"]


@pytest.mark.parametrize(
    ("person", "refused"),
    [
        (Person("x", "X", "en"), Malformed),
        (Person("x", "X", "en", "Dora@Example.org"), Malformed),
        (Person("x", "X", "en", "x@example.org", demonstration=True), NotNow),
    ],
)
def test_whoever_could_not_sign_in_is_not_invited(
    house: Database, person: Person, refused: type[Exception]
) -> None:
    house.writing(lambda connection: persons.put(connection, person, NOW))
    with pytest.raises(refused):
        house.writing(lambda connection: admission.invite(connection, "x", **BY))


def test_a_lost_factor_is_taken_away_with_its_codes_and_sessions(house: Database) -> None:
    def prepare(connection: Connection) -> str:
        factors.enrol(connection, "dora", "A" * 32, NOW)
        factors.confirm(connection, "dora", 1, NOW)
        factors.put_codes(connection, "dora", ["ONE", "TWO"])
        return sessions.new(connection, "dora", NOW, method="password", source="", factor_at=NOW)[1]

    session = house.writing(prepare)
    house.writing(lambda connection: admission.remove_factor(connection, "dora", **BY))
    assert house.reading(lambda connection: factors.codes_left(connection, "dora")) == 0
    assert house.reading(lambda one: sessions.find(one, session, NOW, TODAY, ())) is None


def test_an_invitation_that_is_told_stands_in_no_log(house: Database) -> None:
    secret, ends = house.writing(lambda connection: admission.invite_aloud(connection, "dora", **BY))
    assert ends == NOW + timedelta(days=7)
    told = house.reading(lambda connection: connection.rows("SELECT * FROM administration"))
    assert secret not in str(told)
