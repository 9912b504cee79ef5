"""`caseway person`: accounts with their mandates, and the tokens by which they are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer

from api.cli import finding
from api.cli.exits import Exit, leave
from api.cli.house import House, noted, now, open_house
from api.cli.options import Administrator, Json, Limit, PersonId
from api.cli.output import as_json, say, table
from workflow.errors import NotFound
from workflow.records import lists, persons, tokens
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Place
from workflow.records.persons import Granted, Letter, Person
from workflow.records.tables.people import SCOPES
from workflow.rules.replacing import replace
from workflow.runtime import accounts, conflicts

Name = Annotated[str | None, typer.Option(help="The person's name; needed for a new account.")]
Title = Annotated[
    str | None, typer.Option(help='The form of address, as letters shall write it: "H.E. Ms". Empty: none.')
]
Language = Annotated[
    str | None, typer.Option("--lang", help="The language of their messages; a new account has en.")
]
Email = Annotated[str | None, typer.Option(help="Where messages go, and what they sign in with.")]
Nationality = Annotated[
    list[str] | None, typer.Option("--nationality", help="ISO code; may be repeated: all that they have.")
]
NewId = Annotated[
    str | None, typer.Argument(metavar="PERSON", help="The id of the account. Default: a drawn one.")
]
Role = Annotated[str | None, typer.Option(help="Also give a mandate in this role.")]
Party = Annotated[str | None, typer.Option(help="The mandate is for this Party.")]
Region = Annotated[str | None, typer.Option(help="The mandate is for this region.")]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its first day. Default: today.")]
MandateId = Annotated[
    str, typer.Argument(metavar="MANDATE", help="The id of a mandate, from `caseway person list --json`.")
]
LetterReference = Annotated[str | None, typer.Option(help="The reference of the letter that designates.")]
LetterDate = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The date of that letter.")]
LetterDigest = Annotated[str | None, typer.Option(help="The SHA-256 of its content.")]
Until = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Its last day.")]
Scope = Annotated[str, typer.Option(help="The most that it is good for: read, act or administer.")]
Days = Annotated[int, typer.Option(min=1, max=3660, help="For how many days it is good.")]
Label = Annotated[str, typer.Option(help="What the token is for.")]


@dataclass(frozen=True, slots=True)
class _Asked:
    """The mandate that is asked for, as far as one is."""

    role: str | None
    party: str | None
    region: str | None
    since: date | None
    until: date | None
    letter: Letter | None


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
            ", ".join(map(_held, held[row["id"]])),
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
    person: NewId = None,
    name: Name = None,
    title: Title = None,
    language: Language = None,
    email: Email = None,
    nationality: Nationality = None,
    role: Role = None,
    party: Party = None,
    region: Region = None,
    since: Since = None,
    until: Until = None,
    letter_reference: LetterReference = None,
    letter_date: LetterDate = None,
    letter_digest: LetterDigest = None,
    by: Administrator = None,
    json: Json = False,
) -> None:
    """Make an account, or correct one that exists; and give it a mandate.

    Without an id one is drawn that says nothing of anybody: it stays for ever, also when they are erased.
    Who speaks for a State is designated by letter: its reference and date stay with the mandate.

    `caseway person add --name "Joseph Mwangi" --role focal_point --party KE --letter-reference MFA/12/2026
    --letter-date 2026-03-02`

    `caseway person add amina --email amina@example.org --role coordinator --region Africa`
    """
    own, letter = person or persons.drawn_id(), _letter(letter_reference, letter_date, letter_digest)
    told = {"name": name, "title": title, "language": language, "email": email, "nationalities": nationality}
    asked = _Asked(role, party, region, since and since.date(), until and until.date(), letter)
    with open_house() as house, finding.in_options(language="lang", nationalities="nationality"):
        who = finding.administrator(house, by)
        house.write(lambda connection: _add(house, connection, who, own, told, asked))
        held = house.read(lambda connection: persons.mandates(connection, own))
    if json:
        return as_json({"person": own, "mandates": held})
    return say(f"{own} holds: {', '.join(map(_held, held)) or 'no mandate'}.")


def end(mandate: MandateId, until: Until = None, by: Administrator = None, json: Json = False) -> None:
    """Let a mandate end: with its last day --until, or with today. It is never deleted.

    With yesterday it ends at once.

    `caseway person end 4f1c09ab72e6d358 --until 2026-12-31`
    """
    with open_house() as house:
        who, today = finding.administrator(house, by), house.engine.today()
        ended = house.write(lambda connection: _end(connection, who, mandate, until and until.date(), today))
    if json:
        return as_json(ended)
    return say(f"{ended.person}: {_held(ended)} until {ended.until}.")


def token(
    person: PersonId,
    label: Label = "from the command line",
    scope: Scope = "act",
    days: Days = 90,
    by: Administrator = None,
    json: Json = False,
) -> None:
    """Make a token for the API. It is shown once and kept as its digest only.

    `caseway person token amina`

    `caseway person token amina --scope read --days 7`
    """
    if scope not in SCOPES:
        leave(Exit.USAGE, f"There is no scope '{scope}'; it may be {', '.join(SCOPES)}.")

    def work(connection: Connection) -> tuple[str, str]:
        at = now()
        ends = at + timedelta(days=days)
        made = tokens.new(connection, person, at, label=label, scope=scope, expires_at=ends)
        noted(connection, who, "make_token", f"person:{person}", token=made[0], scope=scope)
        return made

    with open_house() as house:
        who = finding.administrator(house, by)
        finding.person(house, person)
        known, secret = house.write(work)
    if json:
        return as_json({"person": person, "id": known, "token": secret})
    return say(f"{secret}\n\nSend it as the header: Authorization: Bearer {secret}")


def _letter(reference: str | None, dated: datetime | None, digest: str | None) -> Letter | None:
    if (reference is None) != (dated is None) or (reference is None and digest is not None):
        leave(Exit.USAGE, "A letter is told by its --letter-reference and its --letter-date; give both.")
    return Letter(reference, dated.date(), digest) if reference is not None and dated is not None else None


def _add(
    house: House, connection: Connection, by: str, person: str, told: Mapping[str, Any], asked: _Asked
) -> None:
    facts = {name: value for name, value in told.items() if value is not None}
    if facts:
        _put(house, connection, by, person, facts)
    elif persons.get(connection, person) is None:
        leave(Exit.USAGE, _nameless(person))
    if asked.role is not None:
        _grant(house, connection, by, person, asked.role, asked)
    elif any(asdict(asked).values()):
        leave(Exit.USAGE, "A Party, a region, a day or a letter is of a mandate: say its --role.")


def _put(house: House, connection: Connection, by: str, person: str, facts: dict[str, Any]) -> None:
    known = persons.get(connection, person)
    if known is None and "name" not in facts:
        leave(Exit.USAGE, _nameless(person))
    account = replace(known or Person(person, "", "en"), **facts)
    account = replace(account, title=account.title or None, nationalities=tuple(account.nationalities))
    accounts.check_person(connection, house.library, account)
    conflicts.put(house.engine, connection, account)
    noted(connection, by, "put_person", f"person:{person}")


def _grant(house: House, connection: Connection, by: str, person: str, role: str, asked: _Asked) -> None:
    accounts.check_mandate(connection, house.library, role, asked.region, asked.letter)
    given = persons.grant(
        connection,
        person,
        role,
        since=asked.since or house.engine.today(),
        until=asked.until,
        party=asked.party,
        region=asked.region,
        granted_by=by,
        letter=asked.letter,
    )
    noted(connection, by, "grant_mandate", f"mandate:{given}", person=person, role=role)


def _nameless(person: str) -> str:
    return f"There is no account '{person}' yet: a new one needs a --name."


def _end(connection: Connection, by: str, mandate: str, until: date | None, today: date) -> Granted:
    """Raises NotFound."""
    found = persons.mandate(connection, mandate)
    if found is None:
        raise NotFound(
            "There is no mandate '{mandate}'; `caseway person list --json` tells their ids.", mandate=mandate
        )
    last = found.last_day(until, today)
    persons.end_mandate(connection, mandate, last)
    noted(connection, by, "end_mandate", f"mandate:{mandate}", person=found.person, until=last.isoformat())
    return replace(found, until=last)


def _held(one: Granted) -> str:
    return f"{one.role} ({one.party or one.region or 'all'})"
