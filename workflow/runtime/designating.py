"""The change of a focal point, or of whoever else acts for a Party: the former one's mandate ends, the new
one's begins, and on that day what the former one has goes over, case by case.

Law: the mandates change in one transaction; what goes over is rows, so that it is done once and to its end,
by whoever comes to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import structlog

from workflow.errors import CasewayError, Fault, Malformed, Phrase, Unavailable
from workflow.records import administration, hand_overs, parties, persons
from workflow.records.databases.protocol import Connection
from workflow.records.hand_overs import HandOver
from workflow.records.persons import Granted, Letter
from workflow.rules.checks import nearest, unknown_party
from workflow.rules.replacing import replace
from workflow.runtime.accounts import letter_faults
from workflow.runtime.engine import Engine

DAY = timedelta(days=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Designation:
    """The Party designates a person in a role by a letter, from a day on."""

    party: str
    person: str
    since: date
    letter: Letter
    role: str = "focal_point"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Designated:
    """The mandate that was granted, those that end before it begins, and what goes over on its first day."""

    mandate: Granted
    ended: tuple[Granted, ...]
    hand_overs: tuple[HandOver, ...]


def designate(connection: Connection, engine: Engine, by: str, asked: Designation) -> Designated:
    """Raises Malformed with a pointer to each thing that cannot be. `HandingOver` does the rest."""
    # Of two letters that come at once the second one sees what the first one changed.
    connection.change_rights()
    before = hand_overs.held_from(connection, asked.party, asked.role, engine.today())
    if faults := tuple(_faults(connection, engine, asked, before)):
        raise Malformed(faults)
    last = asked.since - DAY
    ended = tuple(replace(one, until=last) for one in before if one.until is None or one.until > last)
    for one in ended:
        persons.end_mandate(connection, one.id, last)
    mandate = _granted(connection, by, asked)
    named = hand_overs.still_named(connection, asked.party, asked.role)
    former = dict.fromkeys((*(one.person for one in before), *named))
    given = tuple(
        hand_overs.add(connection, mandate, old, by=by, at=engine.now())
        for old in former
        if old != asked.person
    )
    _note(connection, engine, by, asked, mandate, ended)
    return Designated(mandate, ended, given)


class HandingOver:
    """Works off what goes over today. Any number of them may run, in any number of processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def work(self) -> int:
        """Says in how many cases something went over."""
        today, database = self._engine.today(), self._engine.database
        found = database.reading(lambda connection: hand_overs.due(connection, today))
        return sum(self._finish(one) for one in found)

    def _finish(self, hand_over: str) -> int:
        """One case after the other, each in a transaction with the note of how far it has come."""
        changed = 0
        while (moved := self._step(hand_over)) is not None:
            changed += moved
        return changed

    def _step(self, hand_over: str) -> bool | None:
        """Whether something changed in the next case; None where there is none any more."""
        try:
            return self._engine.database.writing(lambda connection: self._next(connection, hand_over))
        except Unavailable:
            raise
        except CasewayError as fault:
            said = str(fault)
            return self._engine.database.writing(
                lambda connection: self._passed_over(connection, hand_over, said)
            )

    def _next(self, connection: Connection, hand_over: str) -> bool | None:
        one = hand_overs.lock(connection, hand_over)
        if one is None:
            return None
        case = hand_overs.next_case(connection, one) if self._still_stands(connection, one) else None
        if case is None:
            hand_overs.done(connection, one.id, self._engine.now())
            return None
        receipt = self._engine.hand_over_within(connection, case, one.role, one.old, one.new)
        hand_overs.come_to(connection, one.id, case)
        return bool(receipt.entries)

    def _still_stands(self, connection: Connection, one: HandOver) -> bool:
        """Whether nobody has ended the new one's mandate before it began."""
        mandate = persons.mandate(connection, one.mandate)
        return mandate is not None and (mandate.until is None or mandate.until >= self._engine.today())

    def _passed_over(self, connection: Connection, hand_over: str, said: str) -> bool | None:
        """What cannot be done in one case holds up no other, and is tried again the next day."""
        one = hand_overs.lock(connection, hand_over)
        case = hand_overs.next_case(connection, one) if one else None
        if one is None or case is None:
            return None
        log.error("a case could not be handed over", case=case, hand_over=hand_over, fault=said)
        hand_overs.put_off(connection, one, case, self._engine.today() + DAY)
        return False


def _granted(connection: Connection, by: str, asked: Designation) -> Granted:
    mandate = persons.grant(
        connection,
        asked.person,
        asked.role,
        since=asked.since,
        party=asked.party,
        granted_by=by,
        reason=asked.reason,
        letter=asked.letter,
    )
    found = persons.mandate(connection, mandate)
    assert found is not None, "it was just granted"
    return found


def _note(
    connection: Connection,
    engine: Engine,
    by: str,
    asked: Designation,
    mandate: Granted,
    ended: tuple[Granted, ...],
) -> None:
    data: dict[str, Any] = {"person": asked.person, "party": asked.party, "role": asked.role}
    data |= {"since": asked.since.isoformat(), "ended": [one.id for one in ended]}
    subject = f"mandate:{mandate.id}"
    # The reason stands in the mandate alone: that one is erased with the person, the log never.
    administration.note(connection, by=by, act="designate", subject=subject, at=engine.now(), data=data)


def _faults(
    connection: Connection, engine: Engine, asked: Designation, before: tuple[Granted, ...]
) -> Iterator[Fault]:
    if asked.party not in parties.codes(connection):
        yield Fault("/party", unknown_party(asked.party))
    yield from _of_person(connection, asked, before)
    yield from _of_role(engine, asked.role)
    yield from letter_faults(engine.library, asked.role, asked.letter)
    today = engine.today()
    if asked.since < today:
        said = Phrase("what was done till now stays done; name today, {today}, or later", {"today": today})
        yield Fault("/since", said)
    if asked.letter.date > today:
        said = Phrase("a letter of a day to come cannot have been read; today is {today}", {"today": today})
        yield Fault("/letter/date", said)
    for one in before:
        if one.person != asked.person and one.since >= asked.since:
            params = {"person": one.person, "since": one.since}
            said = Phrase("{person} is designated from {since}; end that mandate or name a later day", params)
            yield Fault("/since", said)


def _of_person(connection: Connection, asked: Designation, before: tuple[Granted, ...]) -> Iterator[Fault]:
    if persons.get(connection, asked.person) is None:
        yield persons.unknown(asked.person)
    elif persons.is_disabled(connection, asked.person):
        said = Phrase(
            "the account '{person}' is disabled; name somebody who can sign in", {"person": asked.person}
        )
        yield Fault("/person", said)
    if any(one.person == asked.person for one in before):
        params = {"person": asked.person, "role": asked.role, "party": asked.party}
        yield Fault("/person", Phrase("{person} is {role} for {party} already; name another person", params))


def _of_role(engine: Engine, role: str) -> Iterator[Fault]:
    """Whom a Party designates acts for the Party."""
    every = (one.format.roles.items() for one in engine.library.all())
    theirs = {name for roles in every for name, known in roles if known.side == "party"}
    if role not in theirs:
        params = {"name": role, "hint": nearest(role, sorted(theirs))}
        yield Fault("/role", Phrase("no Party designates '{name}'{hint}", params))
