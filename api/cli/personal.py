"""`caseway person export`, `erase`, and `caseway readings`: what is kept about a person; who read what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from api.cli import finding
from api.cli.exits import Exit, leave
from api.cli.house import now, open_house
from api.cli.options import Administrator, Json, Limit, PersonId
from api.cli.output import as_json, moment, more, say, table
from workflow.records import readings
from workflow.records.erasing_persons import erase_person
from workflow.records.pages import Place
from workflow.runtime.own_data import own_data
from workflow.runtime.retention import PACKED_UP_TO

Why = Annotated[
    str, typer.Option("--reason", help="Why; it stands in the administration's log, so do not name them.")
]
Out = Annotated[Path | None, typer.Option("--output", help="A new file in place of the screen.")]
Named = Annotated[str | None, typer.Argument(metavar="CASE", help="The case, by number or id.")]
Whose = Annotated[str | None, typer.Option("--person", help="What this person read.")]


def export(person: PersonId, output: Out = None) -> None:
    """Write all that is kept about a person, as JSON for that person. Of others it tells nothing.

    `caseway person export amina --output amina.json`
    """
    if output and output.exists():
        leave(Exit.REFUSED, f"{output} exists; name a file that does not.")
    with open_house() as house:
        finding.person(house, person)
        told = house.read(lambda connection: own_data(connection, person, now()))
    if output is None:
        return as_json(told)
    with output.open("xb") as file:
        file.write(orjson.dumps(told, option=orjson.OPT_INDENT_2, default=str))
    return say(f"What is kept about {person} is in {output}.")


def erase(person: PersonId, why: Why, by: Administrator = None, json: Json = False) -> None:
    """Erase a person for ever: facts, tokens, sessions, messages. What they did stays, under their id.

    Refused while they hold a mandate, have a task or the ball, or a legal hold stands.

    `caseway person erase amina --reason "asked for by letter of 2 March"`
    """
    with open_house() as house:
        who = finding.administrator(house, by)
        finding.person(house, person)
        today = house.engine.today()
        neutral = house.write(
            lambda connection: erase_person(connection, person, by=who, at=now(), today=today, reason=why)
        )
        house.database.pack(up_to=PACKED_UP_TO)
    if json:
        return as_json({"person": person, "name": neutral})
    return say(f"{person} is erased; where a name is asked for, it is '{neutral}'.")


def list_readings(case: Named = None, person: Whose = None, limit: Limit = 50, json: Json = False) -> None:
    """List who of the secretariat read a case in detail, or what a person read, the latest first.

    `caseway readings TA-2026-0001`

    `caseway readings --person amina`
    """
    if (case is None) == (person is None):
        leave(Exit.USAGE, "Name a case, or --person.")
    with open_house() as house:
        place = Place(limit=limit)
        own = finding.case_id(house, case) if case else ""
        if person:
            finding.person(house, person)
        found = house.read(
            lambda connection: (
                readings.by_person(connection, person, place)
                if person
                else readings.of_case(connection, own, place)
            )
        )
    if json:
        return as_json(found.rows)
    rows = [(moment(row["first_at"]), row["person"], row["case_id"], row["door"]) for row in found.rows]
    table(("first on that day", "person", "case", "by"), rows, "Nobody did so far.")
    return more(found)
