"""Portfolios: who has what today, page by page, and the Parties that nobody or several of a role have."""

from datetime import date, timedelta

import pytest

from tests.records import samples
from tests.records.samples import NOW, TODAY
from workflow.records import delegations, persons, portfolios
from workflow.records.databases import Connection, Database
from workflow.records.pages import Page, Place
from workflow.records.portfolios import Covered

FIRST_PAGE = Place()


@pytest.fixture
def house(database: Database) -> Database:
    samples.people(database)
    return database


def told(page: Page) -> list[tuple[str, str]]:
    return [(row["role"], row["person"]) for row in page.rows]


def held(database: Database, place: Place = FIRST_PAGE, **wanted: str) -> list[tuple[str, str]]:
    return told(database.reading(lambda one: portfolios.held(one, place, TODAY, **wanted)))


def test_all_mandates_of_today_are_listed_by_role_and_place(house: Database) -> None:
    assert held(house) == [
        ("assessor", "elena"),
        ("assessor", "emil"),
        ("coordinator", "carla"),
        ("coordinator", "colin"),
        ("focal_point", "sefa"),
        ("focal_point", "amina"),
        ("supervisor", "sven"),
    ]
    assert held(house, role="coordinator") == [("coordinator", "carla"), ("coordinator", "colin")]


def test_what_reaches_a_party_or_a_region_is_listed_with_what_is_for_all(house: Database) -> None:
    everywhere = {("assessor", "elena"), ("assessor", "emil"), ("supervisor", "sven")}
    of_kenya = everywhere | {("coordinator", "carla"), ("focal_point", "amina")}
    assert set(held(house, party="KE")) == of_kenya == set(held(house, region="Africa"))
    assert set(held(house, party="FJ")) == everywhere | {("focal_point", "sefa")}


def test_pages_of_mandates_miss_nothing_and_repeat_nothing(house: Database) -> None:
    whole, found, place = held(house), [], Place(limit=2)
    while True:
        page = house.reading(lambda one, place=place: portfolios.held(one, place, TODAY))
        found += told(page)
        if page.after is None:
            break
        place = Place(page.after, limit=2)
    assert found == whole


def test_who_stands_in_for_somebody_is_listed_and_closes_no_gap(house: Database) -> None:
    def lend(connection: Connection) -> None:
        delegations.add(connection, "carla", "sven", since=TODAY, until=TODAY, set_by="carla", at=NOW)

    house.writing(lend)
    rows = house.reading(lambda one: portfolios.held(one, Place(), TODAY, role="coordinator")).rows
    assert [(row["person"], row["for_person"]) for row in rows] == [
        ("carla", None),
        ("sven", "carla"),
        ("colin", None),
    ]
    assert house.reading(lambda one: portfolios.gaps(one, "coordinator", TODAY)).several == ()


def test_gaps_are_the_parties_that_nobody_or_several_have(house: Database) -> None:
    def coordinators(day: date) -> portfolios.Gaps:
        return house.reading(lambda one: portfolios.gaps(one, "coordinator", day))

    fiji = Covered("FJ", "Asia and the Pacific", ())
    assert coordinators(TODAY) == portfolios.Gaps("coordinator", (fiji,), ())
    for place in ({"party": "KE"}, {"region": "Africa"}):
        house.writing(
            lambda one, place=place: persons.grant(one, "sven", "coordinator", since=TODAY, **place)
        )
    both = Covered("KE", "Africa", ("carla", "sven"))
    assert coordinators(TODAY) == portfolios.Gaps("coordinator", (fiji,), (both,))
    assert coordinators(TODAY - timedelta(days=1)).several == ()
    house.writing(lambda one: persons.disable(one, "carla", NOW))
    assert coordinators(TODAY).several == ()
