"""`caseway demo`: the demonstration without serving, and one request's whole life."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from sqlalchemy import true

from api.cli.exits import Exit, leave
from api.cli.house import House, now, open_house
from api.cli.options import Json
from api.cli.output import as_json, day, say, table, warn
from api.cli.serving import load_demonstration
from api.cli.showing import head, print_life
from api.cli.words import Words, words_of
from workflow.records import lists
from workflow.records.pages import Place, Row
from workflow.runtime import showcase
from workflow.runtime.lives import life

Party = Annotated[str, typer.Option(help="Print the life of this country's request.")]


def demo(party: Party = "AR", json: Json = False) -> None:
    """Play the demonstration in the home, list its cases, and print one request's whole life.

    `caseway demo`

    `CASEWAY_HOME=/tmp/trial caseway demo --party ZW`
    """
    with open_house(lambda step: warn(f"Preparing: {step}")) as house:
        load_demonstration(house)
        if not showcase.is_loaded(house.installation):
            leave(
                Exit.REFUSED,
                "This home has cases of its own. Name an empty one: CASEWAY_HOME=trial caseway demo",
            )
        rows = _rows(house)
        chosen = next((row for row in rows if row["party"] == party.upper()), None)
        if chosen is None:
            leave(
                Exit.REFUSED,
                f"The demonstration has no request of '{party}'; it has those of: {_countries(rows)}.",
            )
        told = house.read(lambda connection: life(connection, house.library, chosen["id"], now()))
    if json:
        return as_json({"cases": rows, "life": asdict(told)})
    columns = ("case", "Party", "state", "ball with", "opened", "last changed")
    table(columns, [_shown(row, words_of(house.library, row)) for row in rows])
    say("\nPersons, texts and days are invented; countries, themes and status are those of the file.\n")
    words = words_of(house.library, chosen)
    head(told, words)
    return print_life(told, words)


def _rows(house: House) -> tuple[Row, ...]:
    return house.read(
        lambda connection: lists.cases(connection, true(), Place(limit=1000), demonstration=True).rows
    )


def _shown(row: Row, words: Words) -> tuple[str | None, ...]:
    named, state = row["number"] or row["id"], words.state(row["state"])
    ball = words.role(row["ball_role"])
    return named, row["party"], state, ball, day(row["opened_at"]), day(row["updated_at"])


def _countries(rows: tuple[Row, ...]) -> str:
    return ", ".join(sorted(row["party"] for row in rows))
