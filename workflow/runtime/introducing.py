"""The persons whom a history names, as accounts with mandates. Law: whoever is known stays as they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from workflow.records import delegations, persons
from workflow.records.databases.protocol import Connection, Database
from workflow.records.persons import Letter, Person
from workflow.runtime.histories import DelegationLine, MandateLine, PersonLine


def introduce(database: Database, lines: Iterable[PersonLine]) -> int:
    """Make the accounts that there are not yet, with their mandates; answers how many. Raises Malformed."""
    people = tuple(lines)
    return database.writing(lambda connection: _introduce_all(connection, people))


def _introduce_all(connection: Connection, people: tuple[PersonLine, ...]) -> int:
    new = [line for line in people if persons.get(connection, line.person) is None]
    for line in new:
        _introduce(connection, line)
    for line in new:
        for lent in line.delegations:
            _lend(connection, line.person, lent)
    return len(new)


def _introduce(connection: Connection, line: PersonLine) -> None:
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


def _lend(connection: Connection, absent: str, lent: DelegationLine) -> None:
    delegations.add(
        connection,
        absent,
        lent.stand_in,
        since=lent.from_,
        until=lent.until,
        set_by=absent,
        at=datetime.now(UTC),
        role=lent.role,
        definition=lent.definition,
        reason="introduced by a history",
    )
