"""A person who is erased is nowhere to be found, what they did stays, and nobody acts by the account."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.runtime.house import House, enter, furnish
from workflow.errors import Malformed, NotNow
from workflow.records import (
    administration,
    delegations,
    identities,
    legal_holds,
    links,
    passwords,
    persons,
    sessions,
    tokens,
)
from workflow.records.databases.protocol import Connection
from workflow.records.erasing_persons import erase_person
from workflow.records.pages import Place
from workflow.records.persons import Person
from workflow.records.tables import METADATA
from workflow.records.verify import verify
from workflow.runtime import admission
from workflow.runtime.own_data import own_data

NAME, EMAIL, TITLE = "Canary Habersaat", "Canary@Example.org", "H.E. Canary"
WHY = "Asked for by letter."


@pytest.fixture
def house(copied: Any) -> Any:
    found = enter(copied(furnish))
    yield found
    found.database.close()


def dumped(house: House) -> str:
    rows = house.reading(
        lambda one: {
            name: [[*row] for row in one.execute(table.select())] for name, table in METADATA.tables.items()
        }
    )
    return json.dumps(rows, default=str, ensure_ascii=False)


def erase(house: House, person: str = "canary", reason: str = WHY) -> str:
    at = house.clock.at
    return house.database.writing(
        lambda one: erase_person(one, person, at=at, today=at.date(), by="sup", reason=reason)
    )


def lend(house: House, absent: str, stand_in: str, at: datetime) -> None:
    days = {"since": at.date(), "until": at.date()}
    house.database.writing(lambda one: delegations.add(one, absent, stand_in, set_by="sup", at=at, **days))


def acted(house: House) -> str:
    """A case that a person with a telling name opened and submitted, whose letter names them; their mandate
    is over since."""
    account = Person("canary", NAME, "en", EMAIL, ("KE",), ("SN",), title=TITLE)

    def work(connection: Connection) -> None:
        persons.put(connection, account, house.clock.at)
        persons.grant(
            connection, "canary", "focal_point", since=date(2026, 1, 1), party="KE", mandate_id="m1"
        )
        tokens.new(connection, "canary", house.clock.at, label=f"of {NAME}")
        sessions.new(connection, "canary", house.clock.at, method="password", source="192.0.2.7")
        links.ask(connection, "reset", house.clock.at, email=passwords.normal(EMAIL))

    house.database.writing(work)
    case = house.engine.open("permit", by="canary", party="KE").case
    house.engine.advance(
        case, "submit", by="canary", data={"subject": "A room", "days": 3, "wanted_on": "2026-06-01"}
    )
    assert NAME in dumped(house)
    return case


def over(house: House) -> None:
    house.database.writing(lambda one: persons.end_mandate(one, "m1", house.clock.at.date()))
    house.clock.move(days=1)


def test_nothing_of_the_person_is_left_and_the_chain_holds(house: House) -> None:
    case = acted(house)
    over(house)
    neutral = erase(house)
    left = dumped(house)
    assert not [one for one in (NAME, EMAIL, EMAIL.lower(), TITLE, "192.0.2.7") if one in left]
    assert neutral.startswith("Erased person ")
    found = house.reading(lambda one: persons.get(one, "canary"))
    assert (found.name, found.email, found.nationalities) == (neutral, None, ())
    verdict = verify(house.database)
    assert verdict.whole
    acts = house.rows("SELECT act FROM audit WHERE case_id = ? AND person = 'canary' ORDER BY no", case)
    assert [act for (act,) in acts] == ["open", "submit"]
    assert house.reading(lambda one: persons.mandates(one, "canary"))[0].role == "focal_point"
    [told] = house.reading(
        lambda one: administration.entries(one, Place(limit=1), subject="person:canary")
    ).rows
    assert (told["act"], told["person"], told["reason"]) == ("erase_person", "sup", WHY)


def test_the_account_is_nobodys_any_more(house: House) -> None:
    acted(house)
    over(house)
    erase(house)
    at = house.clock.at
    with pytest.raises(NotNow, match="make another one"):
        house.database.writing(lambda one: persons.put(one, Person("canary", NAME, "en"), at))
    with pytest.raises(Malformed, match="was erased"):
        house.database.writing(lambda one: persons.grant(one, "canary", "coordinator", since=at.date()))
    for act in (
        lambda one: tokens.new(one, "canary", at),
        lambda one: identities.link(one, "canary", "https://id.example.org", "7", by="sup", at=at),
        lambda one: admission.invite(one, "canary", by="sup", at=at),
        lambda one: admission.enable(one, "canary", by="sup", at=at),
    ):
        with pytest.raises(NotNow, match="make another one"):
            house.database.writing(act)
    with pytest.raises(Malformed, match="name somebody who can sign in"):
        lend(house, "canary", "expert", at)
    assert not house.database.writing(lambda one: persons.enable(one, "canary"))
    assert house.reading(lambda one: tokens.of_person(one, "canary")) == ()
    with pytest.raises(NotNow, match="done before"):
        erase(house)


def test_who_has_something_to_do_here_is_not_erased(house: House) -> None:
    case = acted(house)
    with pytest.raises(NotNow, match="mandate m1 as focal_point has not ended"):
        erase(house)
    over(house)
    place = {"by": "sup", "at": house.clock.at, "reason": "An inquiry."}
    hold = house.database.writing(lambda one: legal_holds.place(one, case=case, **place))
    before = dumped(house)
    with pytest.raises(NotNow, match=f"legal hold {hold.id} stands"):
        erase(house)
    with pytest.raises(Malformed, match="say why"):
        erase(house, reason=" ")
    assert dumped(house) == before


def test_a_mandate_that_was_taken_back_before_its_day_hinders_nothing(house: House) -> None:
    acted(house)
    over(house)
    later = house.clock.at.date() + timedelta(days=30)

    def work(connection: Connection) -> None:
        given = persons.grant(connection, "canary", "coordinator", since=later)
        persons.end_mandate(connection, given, later - timedelta(days=1))

    house.database.writing(work)
    assert erase(house).startswith("Erased person ")


def test_who_has_a_task_is_not_erased(house: House) -> None:
    case = house.submitted()
    house.engine.advance(case, "send_to_review", by="sc")
    [(no,)] = house.rows("SELECT no FROM task WHERE case_id = ? AND status = 'open'", case)
    house.engine.assign(case, no, by="sc", to="expert")
    for one in house.reading(lambda connection: persons.mandates(connection, "expert")):
        mandate = one.id
        house.database.writing(
            lambda connection, mandate=mandate: persons.end_mandate(
                connection, mandate, house.clock.at.date()
            )
        )
    house.clock.move(days=1)
    with pytest.raises(NotNow, match=f"task {no} of the case"):
        erase(house, "expert")


def test_what_is_kept_about_a_person_is_told_without_secrets_and_of_nobody_else(house: House) -> None:
    case = acted(house)
    house.engine.view(case, by="sup")
    told = house.reading(lambda one: own_data(one, "canary", house.clock.at))
    assert told["person"]["email"] == EMAIL
    assert [one["act"] for one in told["acts"]] == ["open", "submit"]
    assert [one["reference"] for one in told["letters"]]
    assert [one["role"] for one in told["mandates"]] == ["focal_point"]
    assert [one["label"] for one in told["tokens"]] == [f"of {NAME}"]
    written = json.dumps(told, default=str)
    assert "digest" not in written
    others = ("sup@example.org", "Nfp", "Sup")
    assert not [one for one in others if one in written]
    read = house.reading(lambda one: own_data(one, "sup", house.clock.at))["readings"]
    assert [one["case"] for one in read] == [case]
