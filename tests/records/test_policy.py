"""The policy says the same as a filter and for one case, and a mandate that has ended shows nothing."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from tests.records import samples
from tests.records.samples import DEFINITION, TODAY, act, open_case, read, submitted
from workflow.records import persons
from workflow.records.databases import Connection, Database
from workflow.records.policy import visible
from workflow.records.tables import CaseRow
from workflow.rules.case import Mandate
from workflow.rules.commands import Actor
from workflow.rules.replacing import replace
from workflow.rules.sight import Held, ground, may_see


@pytest.fixture
def cases(database: Database) -> Database:
    """Four cases: a draft and a submitted one (with an appraisal by elena) of Kenya, the same of Fiji."""
    samples.people(database)
    for place, (name, party) in enumerate([("k1", "KE"), ("k2", "KE"), ("f1", "FJ"), ("f2", "FJ")], start=1):
        open_case(database, name, party)
        if name.endswith("2"):
            act(database, name, lambda case, place=place: submitted(case, serial=place // 2))
    return database


def seen(database: Database, person: str, mandates: Iterable[Mandate] | None = None) -> list[str]:
    def work(connection: Connection) -> list[str]:
        valid = persons.valid_mandates(connection, person, TODAY) if mandates is None else mandates
        found = select(col(CaseRow.id)).where(visible(person, valid, [DEFINITION])).order_by(col(CaseRow.id))
        return list(connection.execute(found).scalars())

    return database.reading(work)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("amina", ["k1", "k2"]),  # the focal point of Kenya
        ("sefa", ["f1", "f2"]),  # of Fiji
        ("carla", ["k1", "k2"]),  # the portfolio Africa
        ("colin", []),  # the portfolio Europe
        ("sven", ["f1", "f2", "k1", "k2"]),  # sees all
        ("elena", ["f2", "k2"]),  # assigned to both appraisals
        ("emil", []),  # an assessor without a task
        ("nobody", []),
    ],
)
def test_who_sees_what(cases: Database, person: str, expected: list[str]) -> None:
    assert seen(cases, person) == expected


def test_a_mandate_that_has_ended_shows_nothing(cases: Database) -> None:
    cases.writing(lambda connection: persons.end_mandate(connection, "m-amina", TODAY.replace(month=2)))
    assert seen(cases, "amina") == []


def test_a_role_that_the_definition_does_not_know_shows_nothing(cases: Database) -> None:
    assert seen(cases, "amina", [Mandate("amina", "minister", "KE")]) == []


def test_a_definition_s_other_version_may_show_more_or_less(cases: Database) -> None:
    roles = {name: replace_sees(role) for name, role in DEFINITION.format.roles.items()}
    second = replace(DEFINITION, format=DEFINITION.format.model_copy(update={"version": 2, "roles": roles}))
    mandates = [Mandate("sven", "supervisor")]

    def work(connection: Connection) -> list[str]:
        return list(
            connection.execute(select(col(CaseRow.id)).where(visible("sven", mandates, [second]))).scalars()
        )

    assert cases.reading(work) == []


def replace_sees(role: object) -> object:
    return role.model_copy(update={"sees": "none"})  # type: ignore[attr-defined]


ROLES = st.sampled_from([*DEFINITION.format.roles, "minister"])
MANDATES = st.lists(
    st.builds(
        Mandate,
        person=st.sampled_from(["elena", "emil"]),
        role=ROLES,
        party=st.sampled_from([None, "KE", "FJ"]),
        region=st.sampled_from([None, "Africa", "Europe"]),
    ),
    max_size=3,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(mandates=MANDATES, person=st.sampled_from(["elena", "emil"]))
def test_the_filter_the_answer_for_one_case_and_its_grounds_agree(
    cases: Database, mandates: list[Mandate], person: str
) -> None:
    own = [mandate for mandate in mandates if mandate.person == person]
    filtered = seen(cases, person, own)
    for name in ("k1", "k2", "f1", "f2"):
        case = read(cases, name).case
        assert case is not None
        scope = [one for one in own if one.party in (None, case.party) and one.region in (None, case.region)]
        actor = Actor(person, frozenset(one.role for one in scope))
        assert may_see(DEFINITION, case, actor) is (name in filtered)
        grounds = (
            ground(DEFINITION, case, Held("m", person, one.role, one.party, one.region, TODAY, None), TODAY)
            for one in own
        )
        assert any(one.shows for one in grounds) is (name in filtered)
