"""The persons whom a history names, as accounts with mandates. Law: whoever is known stays as they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from workflow.records import persons
from workflow.records.databases.protocol import Connection, Database
from workflow.records.persons import Letter, Person
from workflow.runtime.histories import MandateLine, PersonLine


def introduce(database: Database, lines: Iterable[PersonLine]) -> int:
    """Make the accounts that there are not yet, with their mandates; answers how many. Raises Malformed."""
    people = tuple(lines)
    return database.writing(lambda connection: sum(_introduce(connection, line) for line in people))


def _introduce(connection: Connection, line: PersonLine) -> bool:
    if persons.get(connection, line.person) is not None:
        return False
    known = Person(
        id=line.person,
        name=line.name,
        language=line.language,
        email=line.email,
        nationalities=line.nationalities,
        conflicts=line.conflicts,
        demonstration=line.demonstration,
        title=line.title,
    )
    persons.put(connection, known, datetime.now(UTC))
    for mandate in line.mandates:
        _grant(connection, line.person, mandate)
    return True


def _grant(connection: Connection, person: str, mandate: MandateLine) -> None:
    letter = mandate.letter
    persons.grant(
        connection,
        person,
        mandate.role,
        since=mandate.from_,
        until=mandate.until,
        party=mandate.party,
        region=mandate.region,
        reason="introduced by a history",
        letter=Letter(letter.reference, letter.date, letter.digest) if letter else None,
        mandate_id=f"{person}/{mandate.role}/{mandate.party or mandate.region or 'all'}/{mandate.from_}",
    )
