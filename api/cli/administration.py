"""`caseway administration`: what was done about accounts, mandates and other things that are no case."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.house import open_rows
from api.cli.options import Json, Limit
from api.cli.output import as_json, moment, more, table
from workflow.records import administration as log
from workflow.records.pages import Place

Subject = Annotated[str | None, typer.Option(help="About this: person:amina, calendar:paris.")]
Actor = Annotated[str | None, typer.Option("--by", help="Done by this person.")]


def administration(
    subject: Subject = None, actor: Actor = None, limit: Limit = 50, json: Json = False
) -> None:
    """List what was done about accounts, mandates, calendars and the like, newest first.

    `caseway administration --subject calendar:paris`
    """
    with open_rows() as database:
        place = Place(limit=limit)
        found = database.reading(lambda connection: log.entries(connection, place, subject=subject, by=actor))
    if json:
        return as_json(found.rows)
    rows = [
        (row["no"], moment(row["at"]), row["person"], row["act"], row["subject"], row["data"], row["reason"])
        for row in found.rows
    ]
    table(("no", "when", "who", "what", "about", "with", "why"), rows, "Nothing was noted so far.")
    return more(found)
