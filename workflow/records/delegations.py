"""Delegations: who stands in for somebody absent, from a first day to a last one, both included.

Law: at most two follow each other (A to B to C), nobody stands in for themselves, not even round a circle,
and nothing of what they lend is stored: the view `authority` says it for any day. One that is over, or
ended, is kept, for the audit speaks of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import or_, select, update
from sqlmodel import col

from workflow.errors import Fault, Malformed, Phrase
from workflow.records.authority import LENT
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Order, Page, Place, page
from workflow.records.tables import DelegationRow, PersonRow
from workflow.rules.sight import Lent

DAY = timedelta(days=1)


class Delegation(Struct, frozen=True):
    """Who stands in for whom, as what (None: as whatever) and in which kind of request (None: in all).

    From `ended_on` on it no longer counts, though `until` was to come.
    """

    id: str
    absent: str
    stand_in: str
    role: str | None
    definition: str | None
    since: date
    until: date
    set_by: str
    set_at: datetime
    reason: str = ""
    ended_on: date | None = None
    ended_by: str | None = None

    @property
    def last(self) -> date:
        """The last day on which it counts; before the first it never does."""
        return self.until if self.ended_on is None else min(self.until, self.ended_on - DAY)


def add(
    connection: Connection,
    absent: str,
    stand_in: str,
    *,
    since: date,
    until: date,
    set_by: str,
    at: datetime,
    role: str | None = None,
    definition: str | None = None,
    reason: str = "",
) -> Delegation:
    """Let somebody stand in. Raises Malformed with a pointer to each thing that cannot be."""
    # Two that would close a circle together must not pass each other.
    connection.change_rights()
    new = Delegation(
        secrets.token_hex(8), absent, stand_in, role, definition, since, until, set_by, at, reason
    )
    if faults := (*_of_persons(connection, new), *_of_dates(new)):
        raise Malformed(tuple(faults))
    if faults := tuple(_of_links(connection, new)):
        raise Malformed(faults)
    connection.put(DelegationRow, [structs.asdict(new)])
    return new


def end(connection: Connection, delegation: Delegation, on: date, by: str) -> Delegation:
    """Let it no longer count from that day on; one that is over by then stays as it is."""
    if on > delegation.last:
        return delegation
    ended = {"ended_on": on, "ended_by": by}
    own = col(DelegationRow.id) == delegation.id
    connection.execute(update(DelegationRow).where(own).values(ended))
    return structs.replace(delegation, **ended)


def get(connection: Connection, delegation: str) -> Delegation | None:
    found = select(*_COLUMNS).where(col(DelegationRow.id) == delegation)
    row = connection.execute(found).one_or_none()
    return Delegation(*row) if row else None


def listed(connection: Connection, place: Place, person: str | None = None) -> Page:
    """All that there are or were, the latest first; of a person those by which they are or were represented
    or represent somebody.
    """
    rows = select(*_COLUMNS)
    if person is not None:
        rows = rows.where(or_(col(DelegationRow.absent) == person, col(DelegationRow.stand_in) == person))
    order = Order((col(DelegationRow.set_at), col(DelegationRow.id)), descending=True)
    return page(connection, rows, order, place)


def touching(connection: Connection, persons: Iterable[str]) -> tuple[Delegation, ...]:
    """All by which one of these is or was represented, or represents somebody."""
    ids = list(persons)
    found = select(*_COLUMNS)
    wanted = found.where(or_(col(DelegationRow.absent).in_(ids), col(DelegationRow.stand_in).in_(ids)))
    return tuple(Delegation(*row) for row in connection.execute(wanted.order_by(col(DelegationRow.id))))


def lent_to(connection: Connection, person: str) -> tuple[Lent, ...]:
    """What the person has, had or will have of others' mandates, the latest first."""
    names = Lent.__struct_fields__
    found = select(*(LENT.c[name] for name in names)).where(LENT.c.person == person)
    ordered = found.where(LENT.c.since <= LENT.c.until).order_by(LENT.c.since.desc(), LENT.c.id, LENT.c.via)
    rows = connection.execute(ordered)
    return tuple(Lent(**dict(zip(names, row, strict=True))) for row in rows)


_COLUMNS = [getattr(DelegationRow, name) for name in Delegation.__struct_fields__]


def _of_persons(connection: Connection, new: Delegation) -> Iterator[Fault]:
    columns = (col(PersonRow.id), col(PersonRow.disabled_at))
    rows = connection.execute(select(*columns).where(col(PersonRow.id).in_([new.absent, new.stand_in])))
    known: dict[str, Any] = {row.id: row.disabled_at for row in rows}
    for pointer, person in (("/absent", new.absent), ("/stand_in", new.stand_in)):
        if person not in known:
            said = Phrase("there is no person '{person}'; add the person first", {"person": person})
            yield Fault(pointer, said)
        elif known[person] is not None:
            said = Phrase(
                "the account '{person}' is disabled; name somebody who can sign in", {"person": person}
            )
            yield Fault(pointer, said)
    if new.absent == new.stand_in:
        yield Fault("/stand_in", "nobody stands in for themselves; name somebody else")


def _of_dates(new: Delegation) -> Iterator[Fault]:
    if new.until < new.since:
        said = Phrase("the last day cannot come before the first, {day}", {"day": new.since})
        yield Fault("/until", said)


def _of_links(connection: Connection, new: Delegation) -> Iterator[Fault]:
    """Whatever its scope, it closes no circle and makes no third link on any of its days."""
    near = {one.id: one for one in touching(connection, [new.absent, new.stand_in])}
    beyond = {person for one in near.values() for person in (one.absent, one.stand_in)}
    others = tuple({one.id: one for one in touching(connection, beyond)}.values())
    before = [one for one in others if one.stand_in == new.absent and _overlap(one, new)]
    after = [one for one in others if one.absent == new.stand_in and _overlap(one, new)]
    for one in after:
        if one.stand_in == new.absent:
            params = {"stand_in": new.stand_in, "absent": new.absent, "since": one.since, "until": one.last}
            said = Phrase("{absent} stands in for {stand_in} from {since} to {until}: a circle", params)
            yield Fault("/stand_in", said)
    for chain in _too_long(new, before, after, others):
        params = {"chain": " → ".join([chain[0].absent, *(one.stand_in for one in chain)])}
        said = Phrase("three would follow each other, {chain}; at most two may: name the last one", params)
        if chain[-1].stand_in == chain[0].absent:
            said = Phrase("{chain} would be a circle; name somebody else", params)
        yield Fault("/stand_in", said)


def _too_long(
    new: Delegation, before: list[Delegation], after: list[Delegation], others: tuple[Delegation, ...]
) -> Iterator[tuple[Delegation, Delegation, Delegation]]:
    """The first chain of three that there would be, also one that ends where it began."""
    chains = [
        *((one, new, two) for one in before for two in after),
        *((one, two, new) for two in before for one in others if one.stand_in == two.absent),
        *((new, two, one) for two in after for one in others if one.absent == two.stand_in),
    ]
    for chain in chains:
        people = {chain[0].absent, *(one.stand_in for one in chain)}
        # Two that stand in for each other are refused as that.
        if len(people) >= len(chain) and _overlap(*chain):
            yield chain
            return


def _overlap(*those: Delegation) -> bool:
    """Whether there is a day on which all of them count."""
    return max(one.since for one in those) <= min(one.last for one in those)
