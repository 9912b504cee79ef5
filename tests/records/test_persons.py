"""Persons, mandates and tokens; and the small rows that keep the house: keys, pins, settings, Parties."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from tests.records import samples
from tests.records.samples import NOW, TODAY
from workflow.errors import Malformed
from workflow.records import idempotency, parties, persons, settings, tokens, versions
from workflow.records.databases import Connection, Database
from workflow.records.parties import Party
from workflow.records.persons import Letter, Person, Reader

DORA = Person(
    "dora", "Dora", "es", "dora@example.org", ("ES", "FR"), ("AR",), demonstration=True, title="Sra."
)


@pytest.fixture
def house(database: Database) -> Database:
    samples.people(database)
    database.writing(lambda connection: persons.put(connection, DORA, NOW))
    return database


def test_a_person_is_read_as_put_and_changed_by_putting_again(house: Database) -> None:
    assert house.reading(lambda connection: persons.get(connection, "dora")) == DORA
    assert house.reading(lambda connection: persons.readers(connection, ["dora"])) == {
        "dora": Reader("Dora", "es", "Sra.")
    }
    changed = Person("dora", "Dora D.", "fr", demonstration=True)
    house.writing(lambda connection: persons.put(connection, changed, NOW))
    assert house.reading(lambda connection: persons.get(connection, "dora")) == changed
    assert house.reading(lambda connection: persons.readers(connection, ["dora", "sven", "x"])) == {
        "dora": Reader("Dora D.", "fr"),
        "sven": Reader("Sven", "en"),
    }


def test_who_is_invented_stays_so_and_nobody_becomes_it(house: Database) -> None:
    again = (Person("dora", "Dora", "en"), Person("seven", "Seven", "en", demonstration=True))
    for person in (Person("seven", "Seven", "en"), *again):
        house.writing(lambda connection, person=person: persons.put(connection, person, NOW))
    invented = {
        one: house.reading(lambda connection, one=one: persons.get(connection, one).demonstration)
        for one in ("dora", "seven")
    }
    assert invented == {"dora": True, "seven": False}


def test_a_nul_is_stored_nowhere(house: Database) -> None:
    strange = Person("eve", "E\0ve", "en", nationalities=("F\0",))
    for pointers, work in (
        ({"/name", "/nationalities/0"}, lambda connection: persons.put(connection, strange, NOW)),
        ({"/role"}, lambda connection: persons.grant(connection, "dora", "a\0", since=TODAY)),
        ({"/names/en"}, lambda connection: parties.put(connection, [Party("ZZ", names={"en": "\0"})])),
    ):
        with pytest.raises(Malformed) as refused:
            house.writing(work)
        assert {fault.pointer for fault in refused.value.faults} == pointers
    assert house.reading(lambda connection: persons.get(connection, "eve")) is None


def test_a_mandate_is_granted_and_ended(house: Database) -> None:
    given = house.writing(
        lambda connection: persons.grant(
            connection, "dora", "focal_point", party="FJ", since=TODAY, granted_by="sven"
        )
    )
    assert "dora" in house.reading(lambda connection: persons.holders(connection, "focal_point", TODAY))
    mandate = house.reading(lambda connection: persons.valid_mandates(connection, "dora", TODAY))[0]
    assert (mandate.party, mandate.role, mandate.nationalities, mandate.id) == (
        "FJ",
        "focal_point",
        ("ES", "FR"),
        given,
    )
    assert house.writing(lambda connection: persons.end_mandate(connection, given, TODAY))
    tomorrow = TODAY + timedelta(days=1)
    assert "dora" not in house.reading(
        lambda connection: persons.holders(connection, "focal_point", tomorrow)
    )
    assert house.reading(lambda connection: persons.mandates(connection, "dora"))[0].until == TODAY
    assert not house.writing(lambda connection: persons.end_mandate(connection, given, date(2020, 1, 1)))


def test_the_letter_of_designation_stays_with_the_mandate(house: Database) -> None:
    letter = Letter("MFA/12/2026", date(2026, 3, 2), "a" * 64)
    for given in (letter, Letter("MFA/13/2026", date(2026, 3, 2)), None):
        mandate = house.writing(
            lambda connection, given=given: persons.grant(
                connection, "dora", "focal_point", party="FJ", since=TODAY, letter=given
            )
        )
        found = house.reading(lambda connection, mandate=mandate: persons.mandate(connection, mandate))
        assert found is not None
        assert found.letter == given


def test_a_role_is_held_over_a_mandate_by_who_has_it_for_all_of_that(house: Database) -> None:
    def over(person: str, role: str) -> tuple[str, ...]:
        def read(connection: Connection) -> tuple[str, ...]:
            (own,) = persons.valid_mandates(connection, person, TODAY)
            return persons.holders(connection, role, TODAY, over=own)

        return house.reading(read)

    assert over("amina", "coordinator") == ("carla",)  # Kenya lies in Africa, Fiji in neither of theirs
    assert over("sefa", "coordinator") == ()
    assert over("carla", "supervisor") == ("sven",)
    assert over("sven", "coordinator") == ()


def test_every_fault_of_a_mandate_is_named_at_once(house: Database) -> None:
    with pytest.raises(Malformed) as refused:
        house.writing(
            lambda connection: persons.grant(
                connection,
                "nobody",
                "expert",
                party="XX",
                region="Africa",
                since=TODAY,
                until=date(2020, 1, 1),
            )
        )
    assert sorted(fault.pointer for fault in refused.value.faults) == [
        "/party",
        "/person",
        "/region",
        "/until",
    ]


def test_a_token_leads_to_its_person_till_it_ends(house: Database) -> None:
    def make(connection: Connection) -> tuple[str, str]:
        return tokens.new(connection, "dora", NOW, label="laptop", expires_at=NOW + timedelta(days=1))

    name, token = house.writing(make)
    assert who(house, token) == DORA
    assert who(house, token, days=1) is None
    assert who(house, token + "x") is None
    assert who(house, "") is None
    listed = house.reading(lambda connection: tokens.of_person(connection, "dora"))
    assert [(one.id, one.label) for one in listed] == [(name, "laptop")]
    assert not house.writing(lambda connection: tokens.revoke(connection, "sven", name, NOW))
    assert house.writing(lambda connection: tokens.revoke(connection, "dora", name, NOW))
    assert who(house, token) is None


def who(database: Database, token: str, days: int = 0) -> Person | None:
    later = NOW + timedelta(days=days)
    found = database.reading(lambda connection: tokens.bearer(connection, token, later))
    return found.person if found else None


def test_a_token_is_nowhere_in_the_rows(house: Database) -> None:
    _, token = house.writing(lambda connection: tokens.new(connection, "dora", NOW))
    rows = house.reading(lambda connection: connection.rows("SELECT * FROM token"))
    assert token not in str(rows)
    with pytest.raises(Malformed, match="there is no person 'nobody'"):
        house.writing(lambda connection: tokens.new(connection, "nobody", NOW))


def test_the_answer_to_a_key_is_kept_and_forgotten_in_time(house: Database) -> None:
    answer = {"case": "c1", "due": None, "number": "Ü"}
    house.writing(lambda connection: idempotency.keep(connection, "dora", "k1", "f", answer, NOW))
    stored = house.reading(lambda connection: idempotency.find(connection, "dora", "k1"))
    assert stored == idempotency.Stored("f", answer)
    assert house.reading(lambda connection: idempotency.find(connection, "sven", "k1")) is None
    assert house.writing(lambda connection: idempotency.forget(connection, NOW)) == 0
    assert house.writing(lambda connection: idempotency.forget(connection, NOW + timedelta(days=1))) == 1


def test_the_same_key_many_times_at_once_is_done_once(house: Database) -> None:
    def work(connection: Connection) -> str:
        if idempotency.find(connection, "dora", "k1"):
            return "found"
        idempotency.keep(connection, "dora", "k1", "f", {}, NOW)
        return "done"

    with ThreadPoolExecutor(8) as threads:
        answers = sorted(threads.map(lambda _: house.writing(work), range(8)))
    assert answers == ["done"] + ["found"] * 7


def test_a_pin_never_changes(house: Database) -> None:
    for digest in ("a" * 64, "b" * 64):
        house.writing(lambda connection, digest=digest: versions.pin(connection, "ta", 1, digest, NOW))
    assert house.reading(versions.pinned) == {("ta", 1): "a" * 64}


def test_a_switch_is_turned_on_and_off(house: Database) -> None:
    def paused() -> bool:
        return house.reading(lambda connection: settings.is_on(connection, settings.SENDING_PAUSED))

    assert not paused()
    for on in (True, False):
        house.writing(
            lambda connection, on=on: settings.turn(connection, settings.SENDING_PAUSED, on=on, at=NOW)
        )
        assert paused() is on


def test_a_party_is_read_as_put(house: Database) -> None:
    benin = Party(
        "BJ", "BEN", {"en": "Benin", "fr": "Bénin"}, "V(a)", "Africa", "fr", True, False, False,
        date(2007, 12, 20), "A", date(2008, 3, 20), "verified", {"date": "NL"}, None,
    )  # fmt: skip
    house.writing(lambda connection: parties.put(connection, [benin]))
    assert house.reading(lambda connection: parties.get(connection, "BJ")) == benin
    assert house.reading(lambda connection: parties.find(connection, "XX")) is None
    with pytest.raises(Malformed, match="'XX' is not the code of a Party"):
        house.reading(lambda connection: parties.region(connection, "XX"))
