"""`caseway conflicts`: the Parties that a person has a conflict of interest with."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import finding
from api.cli.house import open_house
from api.cli.options import Json, PersonId
from api.cli.output import as_json, moment, table
from workflow.records.conflicts import Declared, declared
from workflow.records.databases.protocol import Connection
from workflow.runtime import conflicts

Add = Annotated[list[str] | None, typer.Option("--add", metavar="PARTY", help="Declare one with this Party.")]
Withdraw = Annotated[
    list[str] | None,
    typer.Option("--withdraw", metavar="PARTY", help="There is none with this Party any more."),
]


def conflicts_of(person: PersonId, add: Add = None, withdraw: Withdraw = None, json: Json = False) -> None:
    """List with which Parties a person has a conflict of interest, and declare or withdraw one, as they do.

    `caseway conflicts demo-assessor-1`

    `caseway conflicts demo-assessor-1 --add KE --withdraw TG`
    """
    with open_house() as house, finding.in_options(parties="add"):
        finding.person(house, person)

        def work(connection: Connection) -> tuple[Declared, ...]:
            found = declared(connection, person)
            standing = {one.party for one in found if one.withdrawn_at is None}
            wanted = (standing | {*(add or ())}) - {*(withdraw or ())}
            if wanted == standing:
                return found
            return conflicts.declare(house.engine, connection, person, sorted(wanted), by=person)

        found = house.write(work) if add or withdraw else house.read(work)
    if json:
        return as_json([{name: getattr(one, name) for name in Declared.__slots__} for one in found])
    rows = [
        (one.party, moment(one.declared_at), moment(one.withdrawn_at) if one.withdrawn_at else "stands")
        for one in found
    ]
    return table(("Party", "declared", "withdrawn"), rows, f"{person} declared no conflict of interest.")
