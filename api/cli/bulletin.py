"""`caseway bulletin`: the list of open cases that goes out again and again, as it would be now."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from api.cli.house import now, open_house
from api.cli.options import By, Json
from api.cli.output import as_json, say
from workflow.errors import NotFound
from workflow.records import calendars, persons
from workflow.records.bulletins import Line
from workflow.records.cases import SECRETARIAT
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person
from workflow.rules.dates.calendars import Calendar
from workflow.runtime.composing import bulletin_named, composed, days_overdue, lines

Definition = Annotated[str, typer.Argument(metavar="DEFINITION", help="A definition, by its key.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="One of its bulletins.")]


def bulletin(definition: Definition, name: Name, by: By, json: Json = False) -> None:
    """Show a periodic list as this person would get it now, in their language. Nothing is sent.

    `caseway bulletin technical_assistance open_requests --as demo-committee`
    """
    with open_house() as house:
        found, at = bulletin_named(house.library, definition, name), now()

        def read(connection: Connection) -> tuple[Person, list[Line], Calendar]:
            if (reader := persons.get(connection, by)) is None:
                raise NotFound("There is no person '{person}'; see `caseway person list`.", person=by)
            told = lines(connection, house.library, found, by, house.engine.today())
            return reader, told, calendars.current(connection, SECRETARIAT)

        reader, listed, office = house.read(read)
    if json:
        return as_json([_row(line, days_overdue(line, at, office)) for line in listed])
    text = composed(found, reader, listed, at, office)
    say(text.subject)
    say()
    return say(text.body)


def _row(line: Line, overdue: int) -> dict[str, Any]:
    due = line.due and line.due.isoformat()
    return {
        "number": line.number,
        "party": line.party,
        "state": line.state,
        "due": due,
        "days_overdue": overdue,
    }
