"""The worklist: what is mine to do, the most urgent first, and nothing that is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.records import samples
from tests.records.samples import NOW, TODAY, act, open_case, submitted
from workflow.records import persons
from workflow.records.databases import Connection, Database
from workflow.records.pages import Place
from workflow.records.worklist import worklist
from workflow.rules.case import Case
from workflow.rules.decision import Decision
from workflow.rules.replacing import replace

DUE = NOW + timedelta(days=7)


@pytest.fixture
def cases(database: Database) -> Database:
    """k1 and f1 are drafts; k2 and f2 are submitted, with carla's ball and elena's appraisal."""
    samples.people(database)
    for place, (name, party) in enumerate([("k1", "KE"), ("k2", "KE"), ("f1", "FJ"), ("f2", "FJ")], start=1):
        open_case(database, name, party)
        if name.endswith("2"):
            at = NOW + timedelta(hours=place)
            act(database, name, lambda case, at=at, place=place: submitted(case, at=at, serial=place // 2))
    return database


def items(database: Database, person: str, place: Place = Place(), **more: Any) -> list[tuple[Any, ...]]:  # noqa: B008
    def work(connection: Connection) -> list[tuple[Any, ...]]:
        mandates = persons.valid_mandates(connection, person, TODAY)
        page = worklist(connection, person, mandates, place, **more)
        return [(row["kind"], row["case_id"], row["name"], row["due"]) for row in page.rows]

    return database.reading(work)


def test_a_role_s_ball_is_everybody_s_who_has_the_mandate(cases: Database) -> None:
    assert items(cases, "amina") == [("ball", "k1", None, None)]
    assert items(cases, "sefa") == [("ball", "f1", None, None)]


def test_a_person_s_ball_is_theirs_with_the_due_date_of_the_state(cases: Database) -> None:
    due = DUE + timedelta(hours=2)
    assert items(cases, "carla") == [("ball", "k2", None, due)], "f2 is not in her region"
    assert items(cases, "colin") == []


def test_tasks_come_with_those_without_a_due_date_last(cases: Database) -> None:
    assert items(cases, "elena") == [("task", "f2", "appraisal", None), ("task", "k2", "appraisal", None)]

    def run(case: Case) -> Decision:
        clock = replace(case.clocks[1], status="running", due=DUE)
        after = replace(
            case, clocks=(case.clocks[0], clock), revision=case.revision + 1, entry=case.entry + 1
        )
        return Decision(
            case, after, (samples.entry(after.entry, "resume", case.state, case.state),), clocks=(clock,)
        )

    act(cases, "k2", run)
    assert items(cases, "elena")[0] == ("task", "k2", "appraisal", DUE)
    assert items(cases, "elena", due_before=DUE) == []
    assert items(cases, "elena", due_before=DUE + timedelta(seconds=1)) == [("task", "k2", "appraisal", DUE)]


def test_a_task_that_waits_to_be_assigned_is_work_of_the_role_that_assigns(cases: Database) -> None:
    def ask(case: Case) -> Decision:
        task = replace(case.tasks[0], person=None, assigned_by="coordinator")
        after = replace(case, tasks=(task, *case.tasks[1:]), revision=case.revision + 1, entry=case.entry + 1)
        return Decision(
            case,
            after,
            (samples.entry(after.entry, "ask", case.state, case.state),),
            tasks=(task,),
            ball_role="coordinator",
        )

    act(cases, "k2", ask)
    assert items(cases, "carla", kind="task") == [("task", "k2", "appraisal", None)]
    assert items(cases, "emil") == [], "an assessor cannot take what the coordinator is to assign"


def test_whose_mandate_has_ended_has_nothing_to_do(cases: Database) -> None:
    for person in ("carla", "elena"):
        cases.writing(
            lambda connection, person=person: persons.end_mandate(
                connection, f"m-{person}", NOW.date().replace(day=1)
            )
        )
        assert items(cases, person) == []


def test_the_worklist_can_be_leafed_through(cases: Database) -> None:
    def page(connection: Connection, place: Place) -> Any:
        return worklist(connection, "elena", persons.valid_mandates(connection, "elena", TODAY), place)

    first = cases.reading(lambda connection: page(connection, Place(limit=1)))
    assert first.after is not None
    second = cases.reading(lambda connection: page(connection, Place(first.after, limit=1)))
    assert [row["case_id"] for row in (*first.rows, *second.rows)] == ["f2", "k2"]
    assert second.after is None
