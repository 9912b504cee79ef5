"""Who stands in for somebody absent acts in their place: both names stand on what is done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.runtime.house import REQUEST, House, Post
from workflow.errors import Malformed, NotAllowed, NotFound
from workflow.records import administration, delegations, persons
from workflow.records.databases import Connection
from workflow.records.delegations import Delegation
from workflow.records.pages import Place
from workflow.records.persons import Person
from workflow.records.verify import verify
from workflow.rules.commands import OWNER
from workflow.runtime import absences
from workflow.runtime.absences import Absence
from workflow.runtime.sending import Sender


def today(house: House) -> date:
    return house.engine.today()


def lend(house: House, absent: str, stand_in: str, by: str | None = None, **scope: Any) -> Delegation:
    first = today(house)
    asked = Absence(absent, stand_in, first, first + timedelta(days=7), **scope)
    return house.database.writing(
        lambda connection: absences.delegate(connection, house.engine, by or absent, asked)
    )


def ended(house: House, given: Delegation, by: str) -> Delegation:
    return house.database.writing(lambda connection: absences.end(connection, house.engine, by, given.id))


def test_a_stand_in_acts_with_both_names_until_it_ends(house: House) -> None:
    case = house.opened()
    with pytest.raises(NotFound):
        house.engine.advance(case, "submit", by="expert", data=REQUEST)
    given = lend(house, "nfp", "expert", by=OWNER)
    receipt = house.engine.advance(case, "submit", by="expert", data=REQUEST)
    assert [(one["person"], one["on_behalf_of"]) for one in receipt.entries] == [("expert", "nfp")]
    rows = house.rows("SELECT person, on_behalf_of, mandate FROM audit WHERE act = 'submit'")
    mandate = house.rows("SELECT id FROM mandate WHERE person = 'nfp'")[0][0]
    assert rows == [("expert", "nfp", mandate)]
    assert verify(house.database).whole
    ended(house, given, "nfp")
    with pytest.raises(NotFound):
        house.engine.view(case, by="expert")


def test_who_stands_in_is_told_for_whom(house: House) -> None:
    lend(house, "sc", "expert")
    receipt = house.engine.advance(house.opened(), "submit", by="nfp", data=REQUEST)
    rows = house.rows("SELECT person, for_person FROM notice WHERE case_id = ?", receipt.case)
    assert {("sc", None), ("expert", "sc")} <= set(rows)
    post = Post()
    Sender(house.database, house.library, post, house.clock).send_pending()
    [mine] = [one for one in post.sent if one.address == "expert@example.org" and "(for Sc)" in one.subject][
        :1
    ]
    assert mine.body.startswith("You get this because you stand in for Sc.")


def test_an_act_of_the_secretariat_is_done_for_whoever_is_absent(house: House) -> None:
    case = house.submitted()
    lend(house, "sc", "expert")
    house.engine.advance(case, "grant", by="expert")
    [(person, absent)] = house.rows("SELECT person, on_behalf_of FROM audit WHERE act = 'grant'")
    assert (person, absent) == ("expert", "sc")


def test_it_is_said_by_the_person_by_who_is_above_or_by_nobody(house: House) -> None:
    with pytest.raises(NotAllowed):
        lend(house, "sc", "expert", by="nfp")
    with pytest.raises(NotAllowed):
        lend(house, "sup", "expert", by="sc")
    given = lend(house, "sc", "expert", by="sup")
    with pytest.raises(NotFound):
        ended(house, given, "nfp")
    assert ended(house, given, "sup").ended_by == "sup"
    page = house.database.reading(lambda connection: administration.entries(connection, Place(limit=9)))
    assert [(row["person"], row["act"]) for row in page.rows] == [
        ("sup", "end_delegation"),
        ("sup", "set_delegation"),
    ]


@pytest.mark.parametrize(
    ("scope", "pointer"),
    [
        ({"role": "coordinatr"}, "/role"),
        ({"role": "administrator"}, "/role"),
        ({"definition": "permits"}, "/definition"),
    ],
)
def test_what_is_not_there_is_not_lent(house: House, scope: dict[str, str], pointer: str) -> None:
    with pytest.raises(Malformed) as refused:
        lend(house, "sc", "expert", **scope)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_who_is_of_no_office_learns_of_no_account_that_they_do_not_know(house: House) -> None:
    day = today(house)

    def furnish(connection: Connection) -> None:
        persons.put(connection, Person("deputy", "Deputy", "en"), house.clock())
        persons.grant(connection, "deputy", "focal_point", since=day, party="KE")
        persons.put(connection, Person("gone", "Gone", "en"), house.clock())
        persons.disable(connection, "gone", house.clock())

    house.database.writing(furnish)
    said = set()
    for unknown in ("zed", "other", "sc", "gone"):
        with pytest.raises(Malformed) as refused:
            lend(house, "nfp", unknown)
        [fault] = refused.value.faults
        said.add((fault.pointer, fault.message.replace(unknown, "…")))
    assert len(said) == 1
    assert lend(house, "nfp", "deputy").stand_in == "deputy"


def test_an_act_that_waits_for_the_end_of_its_delegation_is_refused(house: House) -> None:
    """Whichever of the act and the end of its right comes second sees the other."""
    case = house.opened()
    given = lend(house, "nfp", "expert", by=OWNER)

    def end_and_try(connection: Connection) -> None:
        delegations.end(connection, given, today(house), "nfp")
        with pytest.raises(NotFound):
            house.engine.path.look(connection, case, "expert")

    house.database.writing(end_and_try)
