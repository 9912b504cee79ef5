"""Persons, and the mandates that let them act."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import structs
from sqlalchemy import Executable, Select, bindparam, insert, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from workflow.errors import Fault, Malformed, NotNow, Phrase
from workflow.records import conflicts, parties
from workflow.records.authority import AUTHORITY, OWN, valid_on
from workflow.records.databases.protocol import Connection
from workflow.records.tables import MandateRow, PartyRow, PersonRow
from workflow.records.values import loaded
from workflow.rules.case import Mandate
from workflow.rules.sight import Held
from workflow.rules.texts import refuse_nul

DAY = timedelta(days=1)
TITLE = r"^[^\x00-\x1f]{1,80}$"
"""What a form of address may be: short, and in one line, as it stands in one."""
REFERENCE = r"^[^\x00-\x1f]{1,200}$"
"""What a letter may be quoted as: in one line."""
SHA_256 = r"^[0-9a-f]{64}$"
SPOKEN = "23456789abcdefghjkmnpqrstuvwxyz"
"""What can be told apart when it is read out."""
EMAIL = r"^[^@\s]+@[^@\s]+$"


@dataclass(frozen=True, slots=True)
class Person:
    """An account. `conflicts` are the codes of Parties that the person declared a conflict with; `title` is
    the form of address, written as the person wants it.
    """

    id: str
    name: str
    language: str
    email: str | None = None
    nationalities: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    demonstration: bool = False
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """What a text needs to know of whoever reads or signs it."""

    name: str
    language: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter by which a State or an office designates somebody; `digest` is of its content (SHA-256)."""

    reference: str
    date: date
    digest: str | None = None


class Granted(Held, frozen=True):
    """A mandate as it was granted, with the letter that designated the person, as far as there is one."""

    granted_by: str | None
    reason: str
    letter: Letter | None = None

    def last_day(self, wanted: date | None, today: date) -> date:
        """Its last day where it is to end with `wanted`, or with today: one that is over stays so, and one
        that is to end before its first day never counts.
        """
        return max(wanted or min(today, self.until or today), self.since - DAY)


def drawn_id() -> str:
    """An id that says nothing of whoever gets it: it stays when their name goes."""
    return f"p-{''.join(secrets.choice(SPOKEN) for _ in range(10))}"


def put(connection: Connection, person: Person, at: datetime) -> None:
    """Add the person, or put these facts in place of those known; `at` is when an account is made. Whether
    somebody is invented is said then, once and for all.

    Raises Malformed for a text that cannot be stored, NotNow for an account that was erased.
    """
    facts = asdict(person) | {
        "nationalities": list(person.nationalities),
        "conflicts": list(person.conflicts),
    }
    refuse_nul(facts)
    kept = {name: value for name, value in facts.items() if name != "demonstration"}
    known = update(PersonRow).where(col(PersonRow.id) == person.id).values(kept)
    check_not_erased(connection, person.id)
    if connection.execute(known).rowcount == 0:
        connection.execute(insert(PersonRow).values(facts | {"created_at": at}))
    conflicts.keep(connection, person.id, person.conflicts, at)


def disable(connection: Connection, person: str, at: datetime) -> bool:
    """Let the person be known by nothing from now on; False if it is so already."""
    enabled = (col(PersonRow.id) == person, col(PersonRow.disabled_at).is_(None))
    return connection.execute(update(PersonRow).where(*enabled).values(disabled_at=at)).rowcount == 1


def enable(connection: Connection, person: str) -> bool:
    """Undo `disable`; False if there is nothing to undo, or the account was erased."""
    disabled = (col(PersonRow.id) == person, col(PersonRow.disabled_at).is_not(None), ~_ERASED)
    return connection.execute(update(PersonRow).where(*disabled).values(disabled_at=None)).rowcount == 1


def is_disabled(connection: Connection, person: str) -> bool:
    disabled = (col(PersonRow.id) == person, col(PersonRow.disabled_at).is_not(None))
    return connection.execute(select(col(PersonRow.id)).where(*disabled)).first() is not None


def erased(connection: Connection, person: str) -> bool:
    found = select(col(PersonRow.id)).where(col(PersonRow.id) == person, _ERASED)
    return connection.execute(found).first() is not None


def get(connection: Connection, person: str) -> Person | None:
    row = connection.execute(select(*_PERSON).where(col(PersonRow.id) == person)).one_or_none()
    return _person(row) if row else None


def of_row(row: Sequence[Any]) -> Person:
    """The person of a row of the driver's own SQL that has the columns of `Person`."""
    person, name, language, email, nationalities, conflicts, demonstration, title = row
    known = tuple(loaded(nationalities)), tuple(loaded(conflicts))
    return Person(person, name, language, email, *known, bool(demonstration), title)


def readers(connection: Connection, ids: Collection[str]) -> dict[str, Reader]:
    """Those of these persons that there are."""
    columns = (col(PersonRow.id), col(PersonRow.name), col(PersonRow.language), col(PersonRow.title))
    found = select(*columns).where(col(PersonRow.id).in_(ids))
    return {person: Reader(*facts) for person, *facts in connection.execute(found)}


def check_not_erased(connection: Connection, person: str) -> None:
    """Raises NotNow."""
    if erased(connection, person):
        raise NotNow("The account '{person}' was erased; make another one.", person=person)


def check_welcome(connection: Connection, person: str) -> None:
    """Raises NotNow for an account by which nobody can be known: one that was erased, or is disabled."""
    check_not_erased(connection, person)
    if is_disabled(connection, person):
        raise NotNow("{person} is disabled; enable the account first.", person=person)


def grant(
    connection: Connection,
    person: str,
    role: str,
    *,
    since: date,
    until: date | None = None,
    party: str | None = None,
    region: str | None = None,
    granted_by: str | None = None,
    reason: str = "",
    mandate_id: str | None = None,
    letter: Letter | None = None,
) -> str:
    """Give a mandate, for a Party, a region or (both absent) everywhere; answers its id. Raises Malformed."""
    if faults := tuple(_faults(connection, person, party, region, since, until)):
        raise Malformed(faults)
    own = mandate_id or secrets.token_hex(8)
    mandate = Granted(own, person, role, party, region, since, until, granted_by, reason, letter)
    connection.put(MandateRow, [_row(mandate)])
    return own


def end_mandate(connection: Connection, mandate: str, until: date) -> bool:
    """Let that day be a mandate's last; False if there is none, or it begins later than the day after."""
    own = (col(MandateRow.id) == mandate, col(MandateRow.since) <= until + DAY)
    ended = update(MandateRow).where(*own).values(until=until)
    return connection.execute(ended).rowcount == 1


def mandate(connection: Connection, mandate: str) -> Granted | None:
    row = connection.execute(select(*_MANDATE).where(col(MandateRow.id) == mandate)).one_or_none()
    return _granted(row) if row else None


def mandates(connection: Connection, person: str) -> tuple[Granted, ...]:
    """All mandates that the person has or had, latest first."""
    found = select(*_MANDATE).where(col(MandateRow.person) == person)
    ordered = found.order_by(col(MandateRow.since).desc(), col(MandateRow.id))
    return tuple(map(_granted, connection.execute(ordered)))


def roles_of(connection: Connection, ids: Collection[str]) -> dict[str, str]:
    """The role of each of these mandates."""
    found = select(col(MandateRow.id), col(MandateRow.role)).where(col(MandateRow.id).in_(ids))
    return {row.id: row.role for row in connection.execute(found)}


def valid_mandates(connection: Connection, person: str, today: date) -> tuple[Mandate, ...]:
    """What the person may act as on that day: first by mandates of their own, then for those whom they stand
    in for; of each the oldest first.
    """
    return _acting(connection, _OF_PERSON, {"of": person, "day": today})


def reaching(connection: Connection, party: str, region: str | None, today: date) -> tuple[Mandate, ...]:
    """All that anybody may act as on that day for this Party, this region or everywhere."""
    return _acting(connection, _REACHING, {"code": party, "in": region, "day": today})


def holders(
    connection: Connection, role: str, today: date, *, over: Mandate | None = None
) -> tuple[str, ...]:
    """Who has the role themselves on that day, wherever; or for all that the mandate `over` is for."""
    view = AUTHORITY.c
    found = select(view.person).where(view.role == role, OWN, valid_on(today)).distinct()
    if over is not None:
        region = over.region or (parties.region(connection, over.party) if over.party else None)
        found = found.where(or_(view.party.is_(None), view.party == over.party))
        found = found.where(or_(view.region.is_(None), view.region == region))
    return tuple(connection.execute(found.order_by(view.person)).scalars())


def _valid(row: Any) -> Mandate:
    person, role, party, region, mandate, since, for_, via, definition, *facts = row
    nations, conflicts, other_nations, other_conflicts = facts
    return Mandate(
        person,
        role,
        party,
        region,
        tuple(dict.fromkeys([*nations, *(other_nations or ())])),
        mandate,
        str(since),
        tuple(dict.fromkeys([*conflicts, *(other_conflicts or ())])),
        for_,
        via,
        definition,
    )


def _acting(connection: Connection, found: Executable, asked: Mapping[str, Any]) -> tuple[Mandate, ...]:
    every = [_valid(row) for row in connection.execute(found, asked)]
    return tuple(sorted(every, key=lambda one: (one.for_ or "", one.since, one.id, one.via or "")))


def _all_acting() -> Select[*tuple[Any, ...]]:
    absent = aliased(PersonRow)
    view = AUTHORITY.c
    columns = (view.person, view.role, view.party, view.region, view.id, view.since)
    facts = (PersonRow.nationalities, PersonRow.conflicts, absent.nationalities, absent.conflicts)
    return (
        select(*columns, view.for_person, view.via, view.definition, *map(col, facts))
        .join_from(AUTHORITY, PersonRow, view.person == col(PersonRow.id))
        .outerjoin(absent, view.for_person == col(absent.id))
        .where(valid_on(bindparam("day")))
    )


# Built once: every list asks the first, and the building costs more than the asking.
_OF_PERSON = _all_acting().where(AUTHORITY.c.person == bindparam("of"))
_REACHING = _all_acting().where(
    or_(AUTHORITY.c.party.is_(None), AUTHORITY.c.party == bindparam("code")),
    or_(AUTHORITY.c.region.is_(None), AUTHORITY.c.region == bindparam("in")),
)
_ERASED = col(PersonRow.erased_at).is_not(None)
_PERSON = [getattr(PersonRow, name) for name in Person.__slots__]
_LETTER = {f"letter_{one.name}": one.name for one in fields(Letter)}
_MANDATE = [getattr(MandateRow, name) for name in (*Granted.__struct_fields__[:-1], *_LETTER)]


def _row(mandate: Granted) -> dict[str, Any]:
    facts = structs.asdict(mandate)
    letter: Letter | None = facts.pop("letter")
    return facts | {column: letter and getattr(letter, name) for column, name in _LETTER.items()}


def _granted(row: Any) -> Granted:
    *facts, reference, dated, digest = row
    letter = None if reference is None else Letter(reference, dated, digest)
    return Granted(*[*facts, letter])


def _person(row: Any) -> Person:
    person, name, language, email, nationalities, conflicts, *more = row
    return Person(person, name, language, email, tuple(nationalities), tuple(conflicts), *more)


def _faults(
    connection: Connection,
    person: str,
    party: str | None,
    region: str | None,
    since: date,
    until: date | None,
) -> Iterable[Fault]:
    if get(connection, person) is None:
        yield unknown(person)
    elif erased(connection, person):
        yield Fault("/person", "this account was erased; nobody acts by it any more")
    if party is not None and region is not None:
        yield Fault("/region", "a mandate is for a Party or for a region, not both; leave one out")
    if until is not None and until < since:
        yield Fault("/until", Phrase("the last day cannot come before the first, {day}", {"day": since}))
    if (
        party is not None
        and not connection.execute(select(col(PartyRow.code)).where(col(PartyRow.code) == party)).first()
    ):
        yield parties.unknown(party)


def unknown(person: str) -> Fault:
    return Fault("/person", Phrase("there is no person '{person}'; add the person first", {"person": person}))
