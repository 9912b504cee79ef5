"""What changes of a person's nationalities and conflicts of interest, with all that follows in open cases.

Law: one transaction; who is out of a case from now on does nothing in it from now on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflow.errors import Fault, Malformed, NotFound, Phrase
from workflow.records import administration, conflicts, parties, persons
from workflow.records.conflicts import Declared
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person
from workflow.rules.checks import unknown_party
from workflow.rules.replacing import replace
from workflow.runtime.engine import Engine


def put(engine: Engine, connection: Connection, person: Person) -> None:
    """Keep the facts of a person, in place of those known. Raises as `persons.put`."""
    known = persons.get(connection, person.id)
    persons.put(connection, person, engine.now())
    if known is not None:
        changed = set(known.conflicts) ^ set(person.conflicts)
        changed |= set(known.nationalities) ^ set(person.nationalities)
        if changed:
            conflicts.take_off(connection, person.id, person.conflicts)
            _reconsider(engine, connection, person.id, changed)


def declare(
    engine: Engine, connection: Connection, person: str, codes: Collection[str], *, by: str
) -> tuple[Declared, ...]:
    """Let these be the Parties that the person has a conflict of interest with, and no others.

    Raises NotFound, Malformed (a Party that there is not, or that the person acts for).
    """
    known = persons.get(connection, person)
    if known is None:
        raise NotFound("There is no person '{person}'.", person=person)
    if faults := tuple(_faults(engine, connection, person, codes)):
        raise Malformed(faults)
    put(engine, connection, replace(known, conflicts=tuple(sorted(set(codes)))))
    at = engine.now()
    administration.note(connection, by=by, act="declare_conflicts", subject=f"person:{person}", at=at)
    return conflicts.declared(connection, person)


def _faults(engine: Engine, connection: Connection, person: str, codes: Collection[str]) -> Iterator[Fault]:
    there = parties.codes(connection)
    own = {one.party for one in persons.valid_mandates(connection, person, engine.today())}
    for place, code in enumerate(codes):
        if code not in there:
            yield Fault(f"/parties/{place}", unknown_party(code))
        elif code in own:
            said = Phrase("you act for {code}; hand that mandate back first", {"code": code})
            yield Fault(f"/parties/{place}", said)


def _reconsider(engine: Engine, connection: Connection, person: str, changed: Collection[str]) -> None:
    for case in conflicts.open_cases(connection, person, changed):
        engine.reconsider_within(connection, case, person)
