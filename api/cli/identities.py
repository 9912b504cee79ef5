"""`caseway identity`: accounts with providers by which persons sign in; and whether the providers answer."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import finding
from api.cli.exits import Exit, leave
from api.cli.house import now, open_house, settings
from api.cli.options import Administrator, Json, Limit, PersonId
from api.cli.output import as_json, moment, more, say, table
from workflow.errors import NotFound, ProviderAway
from workflow.records import identities
from workflow.records.pages import Place
from workflow.runtime.providers.configuration import Provider, read_providers
from workflow.runtime.providers.discovery import read_keys, read_metadata

ProviderName = Annotated[str, typer.Argument(metavar="PROVIDER", help="Its name in providers.toml.")]
Subject = Annotated[
    str, typer.Argument(metavar="SUBJECT", help="What the provider calls the account: its `sub`.")
]
IdentityId = Annotated[
    str, typer.Argument(metavar="IDENTITY", help="The id of an account, from `caseway identity list`.")
]
Whose = Annotated[str | None, typer.Option("--person", help="Only accounts of this person.")]


def list_identities(person: Whose = None, limit: Limit = 200, json: Json = False) -> None:
    """List the accounts with providers, and whose they are here.

    `caseway identity list --person amina`
    """
    with open_house() as house:
        names = {one.issuer: one.name for one in read_providers(house.settings)}
        found = house.read(lambda connection: identities.listed(connection, Place(limit=limit), person))
    if json:
        return as_json(found.rows)
    rows = [
        (
            one["id"],
            one["person"],
            names.get(one["issuer"], one["issuer"]),
            one["subject"],
            moment(one["used_at"]),
        )
        for one in found.rows
    ]
    nothing = "No account with a provider is linked to anybody."
    table(("identity", "person", "provider", "subject", "last used"), rows, nothing)
    return more(found)


def add(
    person: PersonId, provider: ProviderName, subject: Subject, by: Administrator = None, json: Json = False
) -> None:
    """Link an account with a provider to a person, who can then sign in by it.

    `caseway identity add amina office 248289761001`
    """
    with open_house() as house:
        issuer = _named(read_providers(house.settings), provider).issuer
        who = finding.administrator(house, by)
        linked = house.write(
            lambda connection: identities.link(connection, person, issuer, subject, by=who, at=now())
        )
    if json:
        return as_json(linked)
    return say(f"{linked.person} can sign in by {provider}; the account is identity {linked.id}.")


def remove(identity: IdentityId, by: Administrator = None, json: Json = False) -> None:
    """Let an account with a provider stand for nobody; nobody signs in by it any more.

    `caseway identity remove 4f1c09ab72e6d358`
    """
    with open_house() as house:
        who = finding.administrator(house, by)
        gone = house.write(lambda connection: identities.unlink(connection, identity, by=who, at=now()))
    if gone is None:
        raise NotFound(
            "There is no identity '{identity}'; `caseway identity list` shows them.", identity=identity
        )
    if json:
        return as_json(gone)
    return say(f"{gone.person} does not sign in by {gone.issuer} any more.")


def check(json: Json = False) -> None:
    """Ask every provider of providers.toml where it answers and for its keys, and say what is wrong.

    `caseway identity check`
    """
    known = read_providers(settings())
    if not known:
        leave(
            Exit.REFUSED, "No provider is named; docs/reference/settings.md says how providers.toml does it."
        )
    found = {one.name: _fault(one) for one in known}
    if json:
        as_json([{"provider": one.name, "issuer": one.issuer, "fault": found[one.name]} for one in known])
    else:
        table(
            ("provider", "issuer", ""),
            [(one.name, one.issuer, found[one.name] or "answers") for one in known],
        )
    if any(found.values()):
        leave(Exit.REFUSED)


def _fault(provider: Provider) -> str | None:
    try:
        read_keys(read_metadata(provider).keys)
    except ProviderAway as fault:
        return str(fault)
    return None


def _named(known: tuple[Provider, ...], name: str) -> Provider:
    found = next((one for one in known if one.name == name), None)
    if found is None:
        names = ", ".join(one.name for one in known) or "none"
        raise NotFound(
            "There is no provider '{name}'; providers.toml names: {names}.", name=name, names=names
        )
    return found
