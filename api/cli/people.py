"""`caseway person`: accounts with their mandates, and the tokens by which they are known."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer

from api.cli.exits import Exit, leave
from api.cli.house import now, open_house
from api.cli.options import Json, Limit
from api.cli.output import as_json, say, table
from workflow.records import lists, persons
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Place
from workflow.records.persons import Person

PersonId = Annotated[str, typer.Argument(metavar="PERSON", help="The id of the account.")]
Name = Annotated[str | None, typer.Option(help="The person's name; needed for a new account.")]
Title = Annotated[
    str | None, typer.Option(help='The form of address, as letters shall write it: "H.E. Ms". Empty: none.')
]
Language = Annotated[str, typer.Option("--lang", help="The language of their messages.")]
Email = Annotated[str | None, typer.Option(help="Where messages go.")]
Nationality = Annotated[list[str] | None, typer.Option("--nationality", help="ISO code; may be repeated.")]
Role = Annotated[str | None, typer.Option(help="Also give a mandate in this role.")]
Party = Annotated[str | None, typer.Option(help="The mandate is for this Party.")]
Region = Annotated[str | None, typer.Option(help="The mandate is for this region.")]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its first day. Default: today.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its last day.")]
Label = Annotated[str, typer.Option(help="What the token is for.")]


def list_persons(limit: Limit = 200, json: Json = False) -> None:
    """List the accounts with their mandates.

    `caseway person list --json`
    """
    with open_house() as house:
        found = house.read(lambda connection: lists.persons(connection, Place(limit=limit)).rows)
        held = house.read(
            lambda connection: {row["id"]: persons.mandates(connection, row["id"]) for row in found}
        )
    if json:
        return as_json([{**row, "mandates": held[row["id"]]} for row in found])
    rows = [
        (
            row["id"],
            f"{row['title']} {row['name']}" if row["title"] else row["name"],
            ", ".join(f"{one.role} ({one.party or one.region or 'all'})" for one in held[row["id"]]),
            "invented" if row["demonstration"] else "",
        )
        for row in found
    ]
    return table(
        ("person", "name", "mandates", ""),
        rows,
        "There is nobody yet; `caseway person add` makes an account.",
    )


def add(
    person: PersonId,
    name: Name = None,
    title: Title = None,
    language: Language = "en",
    email: Email = None,
    nationality: Nationality = None,
    role: Role = None,
    party: Party = None,
    region: Region = None,
    since: Since = None,
    until: Until = None,
    json: Json = False,
) -> None:
    """Make an account; or give one that exists a mandate or another form of address.

    `caseway person add amina --name "Amina Diallo" --lang fr --role coordinator --region Africa`

    `caseway person add amina --role administrator --title "Ms"`
    """

    def work(connection: Connection, today: datetime) -> None:
        account = persons.get(connection, person)
        if account is None:
            if name is None:
                leave(Exit.USAGE, f"There is no account '{person}' yet: a new one needs a --name.")
            account = Person(person, name, language, email, tuple(nationality or ()))
        if title is not None:
            account = replace(account, title=title or None)
        persons.put(connection, account, now())
        if role is not None:
            first = (since or today).date()
            last = until.date() if until else None
            persons.grant(connection, person, role, since=first, until=last, party=party, region=region)

    if title and not re.match(persons.TITLE, title):
        leave(Exit.USAGE, "A form of address is one line of at most 80 characters, as: H.E. Ms")
    with open_house() as house:
        house.write(lambda connection: work(connection, now()))
        held = house.read(lambda connection: persons.mandates(connection, person))
    if json:
        return as_json({"person": person, "mandates": held})
    roles = ", ".join(f"{one.role} ({one.party or one.region or 'all'})" for one in held)
    return say(f"{person} holds: {roles or 'no mandate'}.")


def token(person: PersonId, label: Label = "from the command line", json: Json = False) -> None:
    """Make a token for the API. It is shown once and kept as its digest only.

    `caseway person token amina`
    """
    with open_house() as house:
        known, secret = house.write(
            lambda connection: persons.new_token(connection, person, now(), label=label)
        )
    if json:
        return as_json({"person": person, "id": known, "token": secret})
    return say(f"{secret}\n\nSend it as the header: Authorization: Bearer {secret}")
