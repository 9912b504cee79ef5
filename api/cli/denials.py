"""`caseway denials`: who asked for what they may not see or do."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.house import open_rows
from api.cli.options import Json, Limit
from api.cli.output import as_json, moment, more, table
from workflow.records import denials
from workflow.records.pages import Place

Refused = Annotated[str | None, typer.Option("--person", help="Refused to this person.")]
Operation = Annotated[str | None, typer.Option(help="Of this operation, as get_case.")]


def list_denials(
    person: Refused = None, operation: Operation = None, limit: Limit = 50, json: Json = False
) -> None:
    """List what was refused to whom, the latest first, counted by the hour.

    `caseway denials --person amina`
    """
    with open_rows() as database:
        found = database.reading(
            lambda connection: denials.listed(
                connection, Place(limit=limit), person=person, operation=operation
            )
        )
    if json:
        return as_json(found.rows)
    rows = [
        (
            moment(row["last_at"]),
            row["person"] or row["source"],
            row["operation"],
            row["asked"],
            row["status"],
            row["count"],
        )
        for row in found.rows
    ]
    table(("latest", "who", "operation", "asked for", "answer", "times"), rows, "Nothing was refused.")
    return more(found)
