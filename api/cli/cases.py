"""`caseway cases` and `caseway worklist`: which cases there are, and what somebody has to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

import typer
from sqlalchemy import true

from api.cli import finding
from api.cli.house import House, now, open_house
from api.cli.options import By, Json, Limit
from api.cli.output import as_json, day, table
from api.cli.words import Words, words_of
from workflow.records import lists, persons, policy
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Page, Place, Row
from workflow.records.policy import Filter
from workflow.records.worklist import worklist as work_of
from workflow.runtime import filters, reading

Party = Annotated[str | None, typer.Option(help="Only cases of this Party (ISO 3166 code).")]
State = Annotated[str | None, typer.Option(help="Only cases in this state.")]
Definition = Annotated[str | None, typer.Option(help="Only cases of this definition.")]
Viewer = Annotated[
    str | None, typer.Option("--as", help="Only what this person may see. Default: all cases.")
]
Overdue = Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")]


def list_cases(
    party: Party = None,
    state: State = None,
    definition: Definition = None,
    viewer: Viewer = None,
    limit: Limit = 50,
    json: Json = False,
) -> None:
    """List cases, the newest first.

    `caseway cases --party KE`

    `caseway cases --state delivery --as demo-coordinator-africa --json`
    """
    with open_house() as house:
        visible = _visible(house, viewer)
        wanted = {"party": party and party.upper(), "state": state, "definition": definition}

        def work(connection: Connection) -> Page:
            filters.check(connection, house.library, **wanted)
            return lists.cases(connection, visible, Place(limit=limit), **wanted)

        with finding.in_options():
            page = house.read(work)
        told = page.rows if viewer is None else _told(house, viewer, page.rows)
    if json:
        return as_json([dict(row) for row in told])
    rows = [
        (
            row["number"] or row["id"],
            row["party"],
            words.state(row["state"]),
            words.role(row["ball_role"]),
            day(row["opened_at"]),
            _kind(row),
        )
        for row, words in _with_words(house, told)
    ]
    return table(("case", "Party", "state", "ball with", "opened", ""), rows, "There is no such case.")


def worklist(by: By, overdue: Overdue = False, limit: Limit = 50, json: Json = False) -> None:
    """List what a person has to do, the most urgent first.

    `caseway worklist --as demo-coordinator-africa`
    """
    with open_house() as house:
        today, before = house.engine.today(), now() if overdue else None
        finding.actor(house, by, "worklist")

        def work(connection: Connection) -> Page:
            valid = persons.valid_mandates(connection, by, today)
            mandates = policy.usable(valid, house.library.all())
            return work_of(connection, by, mandates, Place(limit=limit), due_before=before)

        page = house.read(work)
    if json:
        return as_json([dict(row) for row in page.rows])
    rows = [
        (
            day(row["due"]),
            row["number"] or row["case_id"],
            row["party"],
            words.state(row["state"]),
            words.task(row["name"]) if row["name"] else "to move it on",
            row["no"] or "",
        )
        for row, words in _with_words(house, page.rows)
    ]
    return table(("due", "case", "Party", "state", "what", "task"), rows, f"{by} has nothing to do.")


def _with_words(house: House, rows: Iterable[Row]) -> Iterator[tuple[Row, Words]]:
    return ((row, words_of(house.library, row)) for row in rows)


def _told(house: House, viewer: str, rows: Iterable[Row]) -> Sequence[Row]:
    """The cases as they are listed to that person."""
    today = house.engine.today()
    mandates = house.read(lambda connection: persons.valid_mandates(connection, viewer, today))
    return [reading.listed_card(house.library, viewer, mandates, row) for row in rows]


def _visible(house: House, viewer: str | None) -> Filter:
    if viewer is None:
        return true()
    today = house.engine.today()
    finding.actor(house, viewer, "cases")
    mandates = house.read(lambda connection: persons.valid_mandates(connection, viewer, today))
    return policy.visible(viewer, mandates, house.library.all())


def _kind(row: Any) -> str:
    marks = [("demonstration", "demonstration"), ("historic", "at rest"), ("emergency", "emergency")]
    return ", ".join(word for name, word in marks if row[name])
