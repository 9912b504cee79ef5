"""`caseway delegate` and what goes with it: who stands in for somebody absent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from api.cli import finding
from api.cli.house import open_house
from api.cli.options import Json, Limit, Reason
from api.cli.output import as_json, more, say, table
from workflow.records import delegations
from workflow.records.delegations import Delegation
from workflow.records.pages import Place
from workflow.rules.commands import OWNER
from workflow.runtime import absences
from workflow.runtime.absences import Absence

DAY = ["%Y-%m-%d"]
Absent = Annotated[str, typer.Argument(metavar="ABSENT", help="Who is absent: the id of an account.")]
StandIn = Annotated[str, typer.Argument(metavar="STAND_IN", help="Who stands in: the id of an account.")]
Since = Annotated[datetime, typer.Option(formats=DAY, help="The first day.")]
Until = Annotated[datetime, typer.Option(formats=DAY, help="The last day; it ends with that by itself.")]
Role = Annotated[str | None, typer.Option(help="In this role only. Default: in whatever role they have.")]
Definition = Annotated[str | None, typer.Option(help="In this kind of request only. Default: in all.")]
Who = Annotated[
    str | None,
    typer.Option(
        "--as",
        envvar="CASEWAY_PERSON",
        help="Who says so: the absent person, whoever is above them, an administrator. "
        "Default: whoever holds this installation, as its owner.",
    ),
]
Whose = Annotated[str | None, typer.Argument(metavar="PERSON", help="Only those of this person.")]
Id = Annotated[str, typer.Argument(metavar="DELEGATION", help="An id, from `caseway delegations`.")]
On = Annotated[
    datetime | None,
    typer.Option(formats=DAY, help="The first day on which it counts no more. Default: today."),
]


def delegate(
    absent: Absent,
    stand_in: StandIn,
    since: Since,
    until: Until,
    role: Role = None,
    definition: Definition = None,
    reason: Reason = "",
    by: Who = None,
    json: Json = False,
) -> None:
    """Let somebody stand in for somebody absent, from a first day to a last one, both included.

    `caseway delegate amina ben --since 2026-12-01 --until 2026-12-18 --as amina --reason leave`
    """
    asked = Absence(absent, stand_in, since.date(), until.date(), role, definition, reason)
    with open_house() as house, finding.in_options(absent="ABSENT", stand_in="STAND_IN"):
        finding.person(house, absent)
        finding.person(house, stand_in)
        who = OWNER if by is None else finding.person(house, by)
        made = house.write(lambda connection: absences.delegate(connection, house.engine, who, asked))
    if json:
        return as_json(made)
    return say(f"{_told(made)}. Its id is {made.id}.")


def list_delegations(person: Whose = None, limit: Limit = 200, json: Json = False) -> None:
    """List who stands in for whom, also what is over or still to come.

    `caseway delegations amina`
    """
    with open_house() as house:
        if person is not None:
            finding.person(house, person)
        found = house.read(lambda connection: delegations.listed(connection, Place(limit=limit), person))
    every = [Delegation(**row) for row in found.rows]
    if json:
        return as_json(every)
    rows = [
        (one.id, one.absent, one.stand_in, one.role or "all", one.definition or "all", one.since, one.last)
        for one in every
    ]
    columns = ("delegation", "absent", "stand-in", "role", "definition", "since", "last day")
    table(columns, rows, "Nobody stands in for anybody.")
    return more(found)


def end_delegation(delegation: Id, on: On = None, by: Who = None, json: Json = False) -> None:
    """Let a delegation end early: from that day on, or from now on, it counts no more.

    `caseway end-delegation 4f1c09ab72e6d358 --as amina`
    """
    with open_house() as house, finding.in_options():
        who = OWNER if by is None else finding.person(house, by)
        last = on and on.date()
        ended = house.write(lambda connection: absences.end(connection, house.engine, who, delegation, last))
    return as_json(ended) if json else say(f"{_told(ended)}.")


def _told(one: Delegation) -> str:
    scope = f" as {one.role}" if one.role else ""
    scope += f" in {one.definition}" if one.definition else ""
    if one.last < one.since:
        return f"{one.stand_in} stands in for {one.absent} no more"
    return f"{one.stand_in} stands in for {one.absent}{scope} from {one.since} to {one.last}"
