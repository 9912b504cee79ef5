"""The rows of Parties, persons, their mandates and their tokens."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from workflow.records.tables.columns import Json, filled, key, one_of, refers

SCOPES = ["read", "act", "administer"]


class PartyRow(SQLModel, table=True):
    """A State (or regional organisation) bound by the treaty. `code` is ISO 3166 alpha-2; `names` are by
    language.

    An unverified date of entry into force is kept with its mark; it never blocks a request.
    """

    __tablename__ = "party"
    __table_args__ = (
        one_of("date_status", ["verified", "unverified"]),
        *filled("code"),
        refers("calendar", "calendar.code"),
    )

    code: str = Field(primary_key=True)
    iso3: str | None = None
    names: dict[str, str] = Field(sa_type=Json)
    electoral_group: str | None = None
    region: str | None = Field(None, index=True)
    language: str | None = None
    ldc: bool = False
    lldc: bool = False
    sids: bool = False
    deposited_on: date | None = None
    instrument: str | None = None
    in_force_on: date | None = None
    date_status: str = "unverified"
    sources: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    calendar: str | None = None


class PersonRow(SQLModel, table=True):
    """An account. `conflicts` are the Parties (codes) that the person declared a conflict with.

    `title` is the form of address, written as the person wants it; who is disabled is known by nothing. An
    account whose facts were erased (`erased_at`) is nobody's any more: it stays for what refers to it.
    """

    __tablename__ = "person"
    __table_args__ = (
        *filled("id", "name", "language"),
        Index("ix_person_address", text("lower(email)")),
    )

    id: str = Field(primary_key=True)
    name: str
    language: str
    email: str | None = None
    nationalities: list[str] = Field(default_factory=list, sa_type=Json)
    conflicts: list[str] = Field(default_factory=list, sa_type=Json)
    demonstration: bool = False
    title: str | None = None
    created_at: datetime
    disabled_at: datetime | None = None
    erased_at: datetime | None = None


class ConflictRow(SQLModel, table=True):
    """A conflict of interest with a Party that a person declared: from when, and till when."""

    __tablename__ = "declared_conflict"
    __table_args__ = (
        key("person", "party", "declared_at"),
        refers("person", "person.id"),
        *filled("party"),
    )

    person: str
    party: str
    declared_at: datetime
    withdrawn_at: datetime | None = None


class MandateRow(SQLModel, table=True):
    """The dated right to act in a role, for a Party, a region or (both absent) everywhere.

    `until` is its last day; where it was taken away on its first day or earlier, the day before that (SQLite,
    for which days are texts, compares the years only). `letter_reference`, `letter_date` and `letter_digest`
    are of the letter that designated the person, as far as there is one.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint("until IS NULL OR since - until <= 1", name="order"),
        CheckConstraint("party IS NULL OR region IS NULL", name="one_scope"),
        CheckConstraint("(letter_reference IS NULL) = (letter_date IS NULL)", name="letter"),
        *filled("id", "role"),
        refers("person", "person.id"),
        refers("party", "party.code"),
        Index("ix_mandate_party_role", "party", "role"),
        Index("ix_mandate_role_region", "role", "region"),
    )

    id: str = Field(primary_key=True)
    person: str = Field(index=True)
    role: str
    party: str | None = None
    region: str | None = None
    since: date
    until: date | None = None
    granted_by: str | None = None
    reason: str = ""
    letter_reference: str | None = None
    letter_date: date | None = None
    letter_digest: str | None = None


class DelegationRow(SQLModel, table=True):
    """Somebody stands in for somebody absent, from `since` to `until`, both days included.

    `role` and `definition` None: whatever the absent person may act as, in every kind of request. From
    `ended_on` on it no longer counts. The view `authority` (in the migration) says what it lends.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("until >= since", name="order"),
        CheckConstraint("absent <> stand_in", name="two_persons"),
        *filled("id", "set_by"),
        refers("absent", "person.id"),
        refers("stand_in", "person.id"),
        Index("ix_delegation_absent_role", "absent", "role"),
    )

    id: str = Field(primary_key=True)
    absent: str
    stand_in: str = Field(index=True)
    role: str | None = None
    definition: str | None = None
    since: date
    until: date
    set_by: str
    set_at: datetime
    reason: str = ""
    ended_on: date | None = None
    ended_by: str | None = None


class EditionRow(SQLModel, table=True):
    """A mark that is another one after every change of something, and never comes again: of `people`, all
    mandates, delegations, persons and Parties. The database itself changes it, by triggers.
    """

    __tablename__ = "edition"
    __table_args__ = (*filled("edition"),)

    name: str = Field(primary_key=True)
    edition: str


class TokenRow(SQLModel, table=True):
    """A bearer token, known only by its SHA-256 digest. `scope` is the most that may be done with it."""

    __tablename__ = "token"
    __table_args__ = (
        CheckConstraint("length(digest) = 64", name="digest"),
        one_of("scope", SCOPES),
        refers("person", "person.id"),
    )

    digest: str = Field(primary_key=True)
    person: str = Field(index=True)
    label: str = ""
    scope: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    used_at: datetime | None = None
