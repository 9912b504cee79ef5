"""`caseway mandates`: who has what today, and the Parties that nobody or several of a role have."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import finding
from api.cli.exits import Exit, leave
from api.cli.house import House, open_house
from api.cli.options import Json, Limit
from api.cli.output import as_json, counted, more, say, table
from workflow.records import portfolios
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Page, Place, Row
from workflow.runtime import accounts

Role = Annotated[str | None, typer.Option(help="Of this role.")]
Party = Annotated[str | None, typer.Option(help="That reach this Party.")]
Region = Annotated[str | None, typer.Option(help="That reach into this region.")]
Gaps = Annotated[
    bool,
    typer.Option("--gaps", help="The Parties that nobody of the --role has, and those that several have."),
]


def list_mandates(
    role: Role = None,
    party: Party = None,
    region: Region = None,
    gaps: Gaps = False,
    limit: Limit = 200,
    json: Json = False,
) -> None:
    """List who has which mandate today; or (--gaps) the Parties that nobody of a role has, or several have.

    `caseway mandates --region Africa`

    `caseway mandates --role coordinator --gaps`
    """
    with open_house() as house, finding.in_options():
        if not gaps:
            found = _held(house, Place(limit=limit), role, party, region)
            return as_json(_told(found)) if json else _show(found)
        if role is None or party is not None or region is not None:
            leave(Exit.USAGE, "Gaps are of one role: give --gaps with its --role, and nothing else.")
        left = _gaps(house, role)
    return as_json(left) if json else _show_gaps(left)


def _held(house: House, place: Place, role: str | None, party: str | None, region: str | None) -> Page:
    today = house.engine.today()

    def work(connection: Connection) -> Page:
        accounts.check_portfolio(connection, house.library, role=role, party=party, region=region)
        return portfolios.held(connection, place, today, role=role, party=party, region=region)

    return house.read(work)


def _gaps(house: House, role: str) -> portfolios.Gaps:
    today = house.engine.today()

    def work(connection: Connection) -> portfolios.Gaps:
        accounts.check_portfolio(connection, house.library, role=role)
        return portfolios.gaps(connection, role, today)

    return house.read(work)


def _told(found: Page) -> list[Row]:
    keys = {one.key for one in portfolios.KEYS}
    return [{name: value for name, value in row.items() if name not in keys} for row in found.rows]


def _show(found: Page) -> None:
    rows = [
        (
            row["role"],
            row["party"] or row["region"] or "all",
            row["person"],
            row["name"],
            row["since"],
            row["until"],
            row["for_person"],
        )
        for row in found.rows
    ]
    titles = ("role", "for", "person", "name", "from", "until", "stands in for")
    table(titles, rows, "Nobody has such a mandate today.")
    return more(found)


def _show_gaps(left: portfolios.Gaps) -> None:
    say(f"Nobody is {left.role} for {counted(len(left.nobody), 'Party', 'Parties')}.")
    if left.nobody:
        table(("Party", "region"), [(one.party, one.region) for one in left.nobody])
    say(f"Several persons are for {counted(len(left.several), 'Party', 'Parties')}.")
    if left.several:
        several = [(one.party, one.region, ", ".join(one.persons)) for one in left.several]
        table(("Party", "region", "persons"), several)
