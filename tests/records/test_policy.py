"""Who sees which cases in lists; that the rule says the same of one is in test_sights_agree.py."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import pytest
from sqlalchemy import select
from sqlmodel import col

from tests.records import samples
from tests.records.samples import DEFINITION, NOW, TODAY, act, entry, open_case, submitted
from workflow.records import persons
from workflow.records.databases import Connection, Database, open_database
from workflow.records.policy import visible
from workflow.records.tables import METADATA, CaseRow
from workflow.rules.case import Case, Mandate
from workflow.rules.decision import Decision
from workflow.rules.replacing import replace

CASES = ("k1", "k2", "k3", "f1", "f2", "f3")


@pytest.fixture
def cases(database: Database) -> Database:
    """Of Kenya and of Fiji a draft, a submitted case with an appraisal by elena, and one whose appraisal has
    ended; in that of Fiji it engages her.
    """
    samples.people(database)
    for place, name in enumerate(CASES, start=1):
        open_case(database, name, "KE" if name.startswith("k") else "FJ")
        if not name.endswith("1"):
            act(database, name, lambda case, place=place: submitted(case, serial=place))
        if name.endswith("3"):
            act(database, name, partial(appraised, engaged=name == "f3"))
    return database


def appraised(before: Case, *, engaged: bool) -> Decision:
    """The Decision that ends the appraisals of a submitted case."""
    no, changes = (
        before.entry + 1,
        {"status": "ended", "outcome": "scored", "ended_at": NOW, "opens_at": None},
    )
    ended = tuple(replace(task, **changes, engaged=engaged) for task in before.tasks)
    after = replace(before, revision=before.revision + 1, entry=no, tasks=ended)
    done = entry(no, "appraisal.scored", "submitted", "submitted", person="elena")
    return Decision(before, after, (done,), tasks=ended)


def seen(database: Database, person: str, mandates: Iterable[Mandate] | None = None) -> list[str]:
    def work(connection: Connection) -> list[str]:
        valid = persons.valid_mandates(connection, person, TODAY) if mandates is None else mandates
        found = select(col(CaseRow.id)).where(visible(person, valid, [DEFINITION])).order_by(col(CaseRow.id))
        return list(connection.execute(found).scalars())

    return database.reading(work)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("amina", ["k1", "k2", "k3"]),  # the focal point of Kenya
        ("sefa", ["f1", "f2", "f3"]),  # of Fiji
        ("carla", ["k1", "k2", "k3"]),  # the portfolio Africa
        ("colin", []),  # the portfolio Europe
        ("sven", sorted(CASES)),  # sees all
        ("elena", ["f2", "f3", "k2"]),  # has two appraisals, and is engaged by the third
        ("emil", []),  # an assessor without a task
        ("nobody", []),
    ],
)
def test_who_sees_what(cases: Database, person: str, expected: list[str]) -> None:
    assert seen(cases, person) == expected


def test_a_task_in_another_role_shows_nothing(cases: Database) -> None:
    assert seen(cases, "elena", [Mandate("elena", "assessor")]) == ["f2", "f3", "k2"]
    roles = DEFINITION.format.roles | {"reader": DEFINITION.format.roles["assessor"]}
    other = replace(DEFINITION, format=DEFINITION.format.model_copy(update={"roles": roles}))

    def work(connection: Connection) -> list[str]:
        wanted = select(col(CaseRow.id)).where(visible("elena", [Mandate("elena", "reader")], [other]))
        return list(connection.execute(wanted).scalars())

    assert cases.reading(work) == []


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


def test_what_somebody_is_assigned_is_found_by_indexes(sqlite_url: str) -> None:
    """SQLite says so itself; the indexes of both databases are the same."""
    database = open_database(sqlite_url)
    METADATA.create_all(database.engine)
    wanted = select(col(CaseRow.id)).where(visible("elena", [Mandate("elena", "assessor")], [DEFINITION]))
    asked = str(wanted.compile(database.engine, compile_kwargs={"literal_binds": True}))
    plan = database.reading(lambda connection: connection.rows(f"EXPLAIN QUERY PLAN {asked}"))
    database.close()
    steps = [str(step[-1]) for step in plan]
    assert "SEARCH task USING INDEX ix_task_person (person=?)" in steps
    assert "SEARCH task USING INDEX ix_task_free (role=?)" in steps
    assert not [step for step in steps if step.startswith("SCAN")]
