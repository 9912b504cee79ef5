"""Portfolios: who has which role today for which Parties, and the Parties that nobody or several have.

Law: one statement each; it reads the view that says who may act, so absences and disabled accounts count.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import col

from workflow.records.authority import AUTHORITY, OWN, valid_on
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Order, Page, Place, page
from workflow.records.tables import PartyRow, PersonRow

VIEW = AUTHORITY.c
# Neither of these is null, so that a page can begin behind them.
KEYS = [
    func.coalesce(column, "").label(name)
    for name, column in (("of_region", VIEW.region), ("of_party", VIEW.party), ("lent_by", VIEW.via))
]
ORDER = Order((VIEW.role, *KEYS[:2], VIEW.person, VIEW.id, KEYS[2]))


class Covered(Struct, frozen=True):
    """A Party, and who of a role has it: by a mandate for it, for its region or for everywhere."""

    party: str
    region: str | None
    persons: tuple[str, ...]


class Gaps(Struct, frozen=True):
    """The Parties that nobody of a role has, and those that several have."""

    role: str
    nobody: tuple[Covered, ...]
    several: tuple[Covered, ...]


def held(
    connection: Connection,
    place: Place,
    today: date,
    *,
    role: str | None = None,
    party: str | None = None,
    region: str | None = None,
) -> Page:
    """Mandates of today by role, region, Party and person, those of stand-ins too; `party` and `region`: what
    reaches there, be it granted for all.
    """
    columns = (VIEW.id, VIEW.person, VIEW.role, VIEW.party, VIEW.region, VIEW.since, VIEW.until)
    rows = (
        select(*columns, VIEW.for_person, VIEW.via, VIEW.definition, col(PersonRow.name), *KEYS)
        .join_from(AUTHORITY, PersonRow, VIEW.person == col(PersonRow.id))
        .where(valid_on(today), *_reaching(role, party, region))
    )
    return page(connection, rows, ORDER, place)


def gaps(connection: Connection, role: str, today: date) -> Gaps:
    """By mandates of people's own: who stands in for somebody covers what they do already."""
    own = and_(VIEW.role == role, OWN, valid_on(today))
    here = and_(_everywhere_or(VIEW.party, PartyRow.code), _everywhere_or(VIEW.region, PartyRow.region))
    columns = (col(PartyRow.code), col(PartyRow.region), VIEW.person)
    found = select(*columns).outerjoin_from(PartyRow, AUTHORITY, and_(own, here)).distinct()
    rows = connection.execute(found.order_by(col(PartyRow.code), VIEW.person)).all()
    covered = [
        Covered(code, region, tuple(row.person for row in of_party if row.person is not None))
        for (code, region), of_party in groupby(rows, key=lambda row: (row.code, row.region))
    ]
    nobody, several = (
        [one for one in covered if not one.persons],
        [one for one in covered if one.persons[1:]],
    )
    return Gaps(role, tuple(nobody), tuple(several))


def _reaching(role: str | None, party: str | None, region: str | None) -> Iterator[ColumnElement[bool]]:
    if role is not None:
        yield VIEW.role == role
    if party is not None:
        of_it = select(col(PartyRow.region)).where(col(PartyRow.code) == party).scalar_subquery()
        yield or_(VIEW.party == party, and_(VIEW.party.is_(None), _everywhere_or(VIEW.region, of_it)))
    if region is not None:
        in_it = select(col(PartyRow.code)).where(col(PartyRow.region) == region)
        yield or_(VIEW.party.in_(in_it), and_(VIEW.party.is_(None), _everywhere_or(VIEW.region, region)))


def _everywhere_or(column: ColumnElement[str], value: object) -> ColumnElement[bool]:
    return or_(column.is_(None), column == value)
