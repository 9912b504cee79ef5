"""Loading a case for a command and recording what was decided: the two ends of the one path.

Law: the case's row is locked first, then everything of it is read; a Decision is written whole, in the same
transaction, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

from workflow.errors import Malformed, NotFound
from workflow.records import calendars, changes, parties, registers, snapshot, values
from workflow.records.databases.protocol import Connection
from workflow.records.history import BEGINNING
from workflow.records.loaded import Loaded
from workflow.records.snapshot import Snapshot, Wanted
from workflow.rules.case import Office
from workflow.rules.commands import Actor, Undo
from workflow.rules.decision import Decision
from workflow.rules.definition import Definition

__all__ = ["Loaded", "last_act", "load", "load_if_free", "opening", "record"]

SECRETARIAT = "paris"
"""The code of the secretariat's calendar."""

Needs = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""The roles whose holders are looked up by region, the registers that the rules can ask, and the fields of
answers that name persons.
"""

NOTHING: Needs = ((), (), ())


def load(
    connection: Connection,
    case_id: str,
    definition_of: Callable[[str, int], Definition],
    *,
    today: date,
    persons: Collection[str] = (),
) -> Loaded:
    """The case, locked till the commit (through the reading door: not locked). `persons` are further ones,
    as the actor.

    Raises NotFound.
    """
    loaded = _load(connection, case_id, definition_of, today, persons, wait=True)
    if loaded is None:
        raise _unknown(case_id)
    return loaded


def load_if_free(
    connection: Connection,
    case_id: str,
    definition_of: Callable[[str, int], Definition],
    *,
    today: date,
    persons: Collection[str] = (),
) -> Loaded | None:
    """As `load`, but None at once where another transaction has the case."""
    return _load(connection, case_id, definition_of, today, persons, wait=False)


def opening(
    connection: Connection,
    definition: Definition,
    *,
    case_id: str,
    party: str,
    region: str | None,
    today: date,
    parent: str | None = None,
    persons: Collection[str] = (),
    demonstration: bool = False,
) -> Loaded:
    """What surrounds a case that is to be opened. Raises Malformed for an unknown Party."""
    connection.lock_numbers()
    wanted = _wanted(_needs(connection, definition), persons, today)
    found = snapshot.of_party(connection, case_id, definition.key, party, region, parent, wanted)
    if found is None:
        raise Malformed((parties.unknown(party),))
    return Loaded(
        case=None,
        office=_office(connection, found, definition, party, today),
        definition=definition,
        head=BEGINNING,
        party_names=found.party_names,
        readers=found.concerned.readers,
        demonstration=demonstration,
    )


def record(
    connection: Connection, loaded: Loaded, decision: Decision, *, texts: Mapping[str, Any] | None = None
) -> None:
    """Write all that was decided. `texts` maps a letter's reference to its {language: {subject, body}}.

    Raises LostRace if somebody else changed the case meanwhile.
    """
    changes.write(connection, loaded, decision, texts or {})


def last_act(
    connection: Connection, case_id: str, actor: Actor, *, expected: int | None, reason: str
) -> Undo | None:
    """The command that takes back the case's last act; None where nothing can be taken back."""
    rows = connection.rows("SELECT person, at, before FROM undo WHERE case_id = ?", (case_id,))
    if not rows:
        return None
    person, at, before = rows[0]
    image = values.case(**values.loaded(before))
    return Undo(actor, image, person, values.moment(str(at)), expected=expected, reason=reason)


def _load(
    connection: Connection,
    case_id: str,
    definition_of: Callable[[str, int], Definition],
    today: date,
    persons: Collection[str],
    *,
    wait: bool,
) -> Loaded | None:
    if connection.writable and not connection.lock(case_id, wait=wait):
        return None
    connection.lock_numbers()
    # What is needed depends on the definition, which only the case tells. To ask once, what the last case
    # needed is asked for.
    guess = connection.remembered.get("needs", NOTHING)
    found = snapshot.of_case(connection, case_id, _wanted(guess, persons, today))
    if found is None or found.row is None:
        raise _unknown(case_id)
    definition = definition_of(found.row[1], found.row[2])
    needs = connection.remembered["needs"] = _needs(connection, definition)
    if needs != guess:
        found = snapshot.of_case(connection, case_id, _wanted(needs, persons, today)) or found
    return _loaded(connection, found, definition, today)


def _loaded(connection: Connection, found: Snapshot, definition: Definition, today: date) -> Loaded:
    assert found.row is not None, "a case that is there was read"
    case = values.case(found.row, found.tasks, found.clocks)
    return Loaded(
        case=case,
        office=_office(connection, found, definition, case.party, today),
        definition=definition,
        head=found.row[-2],
        party_names=found.party_names,
        readers=found.concerned.readers,
        demonstration=bool(found.row[-1]),
        image=found.image,
    )


def _unknown(case_id: str) -> NotFound:
    return NotFound("There is no case '{case}' that you may see", case=case_id)


def _needs(connection: Connection, definition: Definition) -> Needs:
    """What the definition makes necessary, found out once."""
    known = connection.remembered.get(("needs", id(definition)))
    if known is None or known[0] is not definition:
        roles = definition.format.roles.items()
        office = tuple(name for name, role in roles if role.side in ("secretariat", "body"))
        facts = registers.known(definition.registers)
        named = tuple(sorted(set(_fields_of_persons(definition))))
        known = connection.remembered["needs", id(definition)] = (definition, (office, facts, named))
    needs: Needs = known[1]
    return needs


def _wanted(needs: Needs, persons: Collection[str], today: date) -> Wanted:
    roles, facts, named_in = needs
    return Wanted(roles, tuple(persons), facts, SECRETARIAT, today, named_in)


def _office(
    connection: Connection,
    found: Snapshot,
    definition: Definition,
    party: str,
    today: date,
) -> Office:
    names = _needs(connection, definition)[1]
    return Office(
        secretariat=calendars.remembered(connection, SECRETARIAT, found.editions[0]),
        party=calendars.remembered(connection, found.calendar, found.editions[1]),
        mandates=found.concerned.mandates,
        registers=registers.values(names, found.registers),
        conflicts=frozenset(
            person for person, parties in found.concerned.conflicts.items() if party in parties
        ),
        next_serial=found.last_serial + 1,
        today=today,
    )


def _fields_of_persons(definition: Definition) -> Iterable[str]:
    for fact in definition.format.facts.values():
        if fact.type.endswith("person") and fact.from_:
            yield fact.from_
