"""Loading a case for a command and recording what was decided: the two ends of the one path.

Law: the case's row is locked first, then everything of it is read; a Decision is written whole, in the same
transaction, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.errors import Malformed, NotFound
from workflow.records import calendars, changes, circle, parties, registers, snapshot, values
from workflow.records.circle import Around, Circle
from workflow.records.databases.protocol import Connection
from workflow.records.loaded import Loaded
from workflow.records.snapshot import Snapshot, Wanted
from workflow.rules.case import Case, Office
from workflow.rules.commands import Actor, Undo
from workflow.rules.conflicts import in_person
from workflow.rules.consulted import Question
from workflow.rules.decision import Decision, Notice
from workflow.rules.definition import Definition

__all__ = ["Loaded", "last_act", "load", "load_if_free", "opening", "record"]

SECRETARIAT = "paris"
"""The code of the secretariat's calendar."""
_LAST_ACT = (
    "SELECT audit.act, audit.task, undo.person, undo.at, CAST(undo.before AS text) FROM undo"
    " JOIN audit ON audit.case_id = undo.case_id AND audit.no = undo.entry WHERE undo.case_id = ?"
)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a definition makes necessary: the roles whose holders are looked up by region, what the rules
    can ask of registers, and the fields of answers that name persons.
    """

    roles: tuple[str, ...]
    registers: tuple[Question, ...]
    named_in: tuple[str, ...]


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
    connection.hold_rights()
    connection.lock_numbers()
    needs = _needs(connection, definition)
    wanted = Wanted(needs.registers, SECRETARIAT, today)
    found = snapshot.of_party(connection, case_id, definition.key, party, region, parent, wanted)
    if found is None:
        raise Malformed((parties.unknown(party),))
    around = Around(party, region, needs.roles, frozenset(persons), today, in_person(definition))
    concerned = circle.of(connection, around, found.people)
    return Loaded(
        case=None,
        office=_office(connection, found, concerned, needs, around),
        definition=definition,
        head=found.head,
        party_names=found.party_names,
        readers=concerned.readers,
        demonstration=demonstration,
    )


def record(
    connection: Connection, loaded: Loaded, decision: Decision, *, texts: Mapping[str, Any] | None = None
) -> tuple[Notice, ...]:
    """Write all that was decided. `texts` maps a letter's reference to its {language: {subject, body}}.

    Says the corrections owed to whoever was told of an act that is taken back.

    Raises LostRace if somebody else changed the case meanwhile.
    """
    return changes.write(connection, loaded, decision, texts or {})


def last_act(
    connection: Connection, case_id: str, actor: Actor, *, expected: int | None, reason: str
) -> Undo | None:
    """The command that takes back the case's last act; None where nothing can be taken back."""
    rows = connection.rows(_LAST_ACT, (case_id,))
    if not rows:
        return None
    act, task, person, at, before = rows[0]
    when = values.moment(str(at))
    return Undo(actor, values.case(before), act, task, person, when, expected=expected, reason=reason)


def _load(
    connection: Connection,
    case_id: str,
    definition_of: Callable[[str, int], Definition],
    today: date,
    persons: Collection[str],
    *,
    wait: bool,
) -> Loaded | None:
    if connection.writable:
        connection.hold_rights()
        if not connection.lock(case_id, wait=wait):
            return None
    connection.lock_numbers()
    # The registers depend on the definition, which only the case tells. To ask once, those that the last case
    # needed are asked for.
    guess = connection.remembered.get("registers", ())
    found = snapshot.of_case(connection, case_id, Wanted(guess, SECRETARIAT, today))
    if found is None or found.case is None:
        raise _unknown(case_id)
    definition = definition_of(found.case.definition, found.case.version)
    needs = _needs(connection, definition)
    if needs.registers != guess:
        connection.remembered["registers"] = needs.registers
        found = snapshot.of_case(connection, case_id, Wanted(needs.registers, SECRETARIAT, today)) or found
    return _loaded(connection, found, definition, needs, persons, today)


def _loaded(
    connection: Connection,
    found: Snapshot,
    definition: Definition,
    needs: Needs,
    persons: Collection[str],
    today: date,
) -> Loaded:
    case = found.case
    assert case is not None, "a case that is there was read"
    named = _named(case, needs, persons)
    around = Around(case.party, case.region, needs.roles, named, today, in_person(definition))
    concerned = circle.of(connection, around, found.people)
    return Loaded(
        case=case,
        office=_office(connection, found, concerned, needs, around),
        definition=definition,
        head=found.head,
        party_names=found.party_names,
        readers=concerned.readers,
        demonstration=found.demonstration,
        image=found.image,
        ball=found.ball,
    )


def _named(case: Case, needs: Needs, persons: Collection[str]) -> frozenset[str]:
    """Whoever has or had a task here, and whom the answers name (one person, or a list)."""
    named = {*persons, *(task.person for task in case.tasks if task.person)}
    for place in needs.named_in:
        if value := case.values.get(place):
            named.update([value] if isinstance(value, str) else value)
    return frozenset(named)


def _unknown(case_id: str) -> NotFound:
    return NotFound("There is no case '{case}' that you may see", case=case_id)


def _needs(connection: Connection, definition: Definition) -> Needs:
    """What the definition makes necessary, found out once."""
    known = connection.remembered.get(("needs", id(definition)))
    if known is None or known[0] is not definition:
        roles = definition.format.roles.items()
        needs = Needs(
            roles=tuple(name for name, role in roles if role.side in ("secretariat", "body")),
            registers=registers.known(definition.registers),
            named_in=tuple(sorted(set(_fields_of_persons(definition)))),
        )
        known = connection.remembered["needs", id(definition)] = definition, needs
    found: Needs = known[1]
    return found


def _office(
    connection: Connection, found: Snapshot, concerned: Circle, needs: Needs, around: Around
) -> Office:
    secretariat, party = found.calendars
    return Office(
        secretariat=calendars.remembered(connection, SECRETARIAT, secretariat),
        party=calendars.remembered(connection, found.calendar, party),
        mandates=concerned.mandates,
        registers=registers.values(needs.registers, found.registers),
        conflicts=concerned.conflicts,
        party_codes=circle.party_codes(connection, found.people),
        next_serial=found.last_serial + 1,
        today=around.today,
    )


def _fields_of_persons(definition: Definition) -> Iterable[str]:
    for fact in definition.format.facts.values():
        if fact.type.endswith("person") and fact.from_:
            yield fact.from_
