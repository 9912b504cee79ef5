"""Who lets somebody stand in for somebody absent: the absent person, whoever is above them in everything that
is lent, or an administrator. Law: it is noted in the administration's log, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from workflow.errors import Fault, Malformed, NotAllowed, NotFound, Phrase
from workflow.records import administration, delegations, persons, policy
from workflow.records.databases.protocol import Connection
from workflow.records.delegations import Delegation
from workflow.rules.case import Mandate
from workflow.rules.checks import nearest
from workflow.rules.commands import ADMINISTRATOR, AUDITOR, OWNER
from workflow.rules.conflicts import in_person
from workflow.rules.definition import Definition
from workflow.runtime.engine import Engine


@dataclass(frozen=True, slots=True)
class Absence:
    """Who is absent from a first day to a last one, and who stands in, in which role and kind of request."""

    absent: str
    stand_in: str
    since: date
    until: date
    role: str | None = None
    definition: str | None = None
    reason: str = ""


def delegate(connection: Connection, engine: Engine, by: str, asked: Absence) -> Delegation:
    """Raises NotAllowed, and Malformed with a pointer to each thing that cannot be."""
    check_over(connection, engine, by, asked.absent, asked.role)
    unknown = _unknown(connection, engine, by, asked.stand_in)
    if faults := (*_faults(engine, asked), *unknown, *_unblinding(connection, engine, asked)):
        raise Malformed(faults)
    at = engine.now()
    made = delegations.add(
        connection,
        asked.absent,
        asked.stand_in,
        since=asked.since,
        until=asked.until,
        set_by=by,
        at=at,
        role=asked.role,
        definition=asked.definition,
        reason=asked.reason,
    )
    # The reason stands in the delegation alone: it may be of health, and the log is never erased.
    _note(connection, made, "set_delegation", by, at)
    return made


def end(
    connection: Connection, engine: Engine, by: str, delegation: str, on: date | None = None
) -> Delegation:
    """It no longer counts from that day on, from today if none is named. Raises NotFound, alike for what is
    not there and for what is none of theirs, and Malformed for a day that is over.
    """
    found, today = delegations.get(connection, delegation), engine.today()
    unknown = NotFound("There is no delegation '{delegation}' that you may end.", delegation=delegation)
    if found is None:
        raise unknown
    try:
        check_over(connection, engine, by, found.absent, found.role)
    except NotAllowed:
        raise unknown from None
    if on is not None and on < today:
        said = Phrase("what was done by it stays done; name today, {today}, or later", {"today": today})
        raise Malformed((Fault("/on", said),))
    ended = delegations.end(connection, found, on or today, by)
    if ended != found:
        _note(connection, ended, "end_delegation", by, engine.now())
    return ended


def check_over(
    connection: Connection,
    engine: Engine,
    by: str,
    absent: str,
    role: str | None,
    *,
    administering: bool = True,
) -> None:
    """Raises NotAllowed for who is neither the person, nor above them, nor an administrator;
    `administering`: what they are known by is good for it.
    """
    today = engine.today()
    if by in (OWNER, absent):
        return
    if administering and policy.administers(persons.valid_mandates(connection, by, today)):
        return
    lent = [
        one
        for one in persons.valid_mandates(connection, absent, today)
        if one.for_ is None and one.role != ADMINISTRATOR and role in (None, one.role)
    ]
    if not lent or not all(_is_above(connection, engine, by, one, today) for one in lent):
        raise NotAllowed(
            "Who stands in for {absent} is said by {absent}, by whoever is above them, "
            "or by an administrator.",
            absent=absent,
        )


def _is_above(connection: Connection, engine: Engine, by: str, mandate: Mandate, today: date) -> bool:
    every = (
        one.format.roles[mandate.role] for one in engine.library.all() if mandate.role in one.format.roles
    )
    above = {role.above for role in every if role.above is not None}
    return any(by in persons.holders(connection, role, today, over=mandate) for role in above)


def _faults(engine: Engine, asked: Absence) -> Iterator[Fault]:
    known = engine.library.all()
    roles = {name for one in known for name in one.format.roles}
    keys = {one.key for one in known}
    if asked.role == ADMINISTRATOR:
        yield Fault("/role", "looking after the installation is lent to nobody; give the mandate")
    elif asked.role is not None and asked.role not in roles:
        params = {"name": asked.role, "hint": nearest(asked.role, sorted(roles))}
        yield Fault("/role", Phrase("there is no role '{name}'{hint}", params))
    elif asked.role is not None and _is_personal(known, asked.role):
        yield Fault("/role", "what this role does it does in person; name somebody else for the task")
    if asked.definition is not None and asked.definition not in keys:
        params = {"name": asked.definition, "hint": nearest(asked.definition, sorted(keys))}
        yield Fault("/definition", Phrase("there is no definition '{name}'{hint}", params))
    if asked.until < engine.today():
        said = Phrase("the last day is over; name today, {today}, or later", {"today": engine.today()})
        yield Fault("/until", said)


def _unknown(connection: Connection, engine: Engine, by: str, stand_in: str) -> Iterator[Fault]:
    """Whoever is of no office may name whom they know by their mandate, and learns of nobody else whether
    there is such an account.
    """
    today = engine.today()
    own = [one for one in persons.valid_mandates(connection, by, today) if one.for_ is None]
    if by == OWNER or any(_is_of_office(engine, one.role) for one in own):
        return
    known = {(one.party, one.party or one.role) for one in own}
    theirs = persons.valid_mandates(connection, stand_in, today)
    if by != stand_in and not any((one.party, one.party or one.role) in known for one in theirs):
        said = Phrase(
            "'{person}' is nobody whom you can name; name somebody who acts for the same Party as you, or "
            "else in the same role, or let an administrator say who stands in",
            {"person": stand_in},
        )
        yield Fault("/stand_in", said)


def _unblinding(connection: Connection, engine: Engine, asked: Absence) -> Iterator[Fault]:
    """Who never learns who acts in a role, as a Party who appraised, stands in for nobody who is told."""
    own, lent = (
        {
            one.role
            for one in persons.mandates(connection, person)
            if (one.until or asked.since) >= asked.since
        }
        for person in (asked.stand_in, asked.absent)
    )
    lent = {role for role in lent if asked.role in (None, role)}
    for definition in engine.library.all():
        if asked.definition in (None, definition.key):
            known = definition.audiences
            never = frozenset[str]().union(
                *(known.outlooks[known.of_role[role]].unnamed for role in own & known.of_role.keys())
            )
            acting = lent & known.of_role.keys() - in_person(definition)
            if any(never - known.outlooks[known.of_role[role]].unnamed for role in acting):
                said = Phrase(
                    "'{person}' would learn who acts as {roles}, which is never told to them; "
                    "name somebody else, or lend another role",
                    {"person": asked.stand_in, "roles": ", ".join(sorted(never))},
                )
                yield Fault("/stand_in", said)
                return


def _is_of_office(engine: Engine, role: str) -> bool:
    """Administrators, auditors and the secretariat."""
    every = (one.format.roles.get(role) for one in engine.library.all())
    return role in (ADMINISTRATOR, AUDITOR) or any(
        one is not None and one.side == "secretariat" for one in every
    )


def _is_personal(known: Iterable[Definition], role: str) -> bool:
    """Whether everything that the role does is done in person."""
    return all(role in in_person(one) for one in known if role in one.format.roles)


def _note(connection: Connection, made: Delegation, act: str, by: str, at: datetime) -> None:
    data = {"absent": made.absent, "stand_in": made.stand_in, "role": made.role}
    data |= {"definition": made.definition, "since": made.since.isoformat(), "until": made.last.isoformat()}
    administration.note(connection, by=by, act=act, subject=f"delegation:{made.id}", at=at, data=data)
