"""The Parties.

States and organisations bound by the treaty. Law: an unverified date keeps its mark and blocks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped
from sqlmodel import col

from workflow.errors import Fault, Malformed
from workflow.records.databases.protocol import Connection
from workflow.records.tables import PartyRow
from workflow.rules.checks import unknown_party


@dataclass(frozen=True, slots=True)
class Party:
    """`code` is ISO 3166 alpha-2, `names` are by language, `in_force_on` the day from which the treaty
    binds it.
    """

    code: str
    iso3: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    electoral_group: str | None = None
    region: str | None = None
    language: str | None = None
    ldc: bool = False
    lldc: bool = False
    sids: bool = False
    deposited_on: date | None = None
    instrument: str | None = None
    in_force_on: date | None = None
    date_status: str = "unverified"
    sources: Mapping[str, Any] = field(default_factory=dict)
    calendar: str | None = None


def put(connection: Connection, parties: Iterable[Party]) -> None:
    """Add Parties, or put these facts in place of those known."""
    connection.put(PartyRow, [asdict(party) for party in parties])


def get(connection: Connection, code: str) -> Party:
    """Raises Malformed for an unknown code."""
    row = connection.execute(select(*_COLUMNS).where(col(PartyRow.code) == code)).one_or_none()
    if row is None:
        raise Malformed((unknown(code),))
    return Party(*row)


def unknown(code: str) -> Fault:
    return Fault("/party", unknown_party(code))


def find(connection: Connection, code: str) -> Party | None:
    row = connection.execute(select(*_COLUMNS).where(col(PartyRow.code) == code)).one_or_none()
    return Party(*row) if row else None


def codes(connection: Connection) -> frozenset[str]:
    """The code of every Party."""
    return frozenset(connection.execute(select(col(PartyRow.code))).scalars())


def regions(connection: Connection) -> frozenset[str]:
    """Every region that some Party is of."""
    return _values(connection, col(PartyRow.region))


def groups(connection: Connection) -> frozenset[str]:
    """Every electoral group that some Party is of."""
    return _values(connection, col(PartyRow.electoral_group))


def region(connection: Connection, code: str) -> str | None:
    """Raises Malformed for an unknown code."""
    return get(connection, code).region


def _values(connection: Connection, column: Mapped[str | None]) -> frozenset[str]:
    return frozenset(value for (value,) in connection.execute(select(column).distinct()) if value is not None)


_COLUMNS = [getattr(PartyRow, name) for name in Party.__slots__]
