"""The rows of accounts with other houses, and of sign-ins by them that are under way."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from workflow.records.tables.columns import filled, refers


class IdentityRow(SQLModel, table=True):
    """An account with a provider: its subject there, which belongs to one person here."""

    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        *filled("id", "issuer", "subject"),
        refers("person", "person.id"),
    )

    id: str = Field(primary_key=True)
    issuer: str
    subject: str
    person: str = Field(index=True)
    linked_at: datetime
    linked_by: str
    used_at: datetime | None = None


class FlowRow(SQLModel, table=True):
    """A sign-in by a provider that is under way. State and browser are SHA-256 digests; `person` began it to
    link an account of theirs.
    """

    __tablename__ = "flow"
    __table_args__ = (
        CheckConstraint("length(state) = 64", name="state"),
        CheckConstraint("length(browser) = 64", name="browser"),
        refers("person", "person.id"),
    )

    state: str = Field(primary_key=True)
    browser: str
    provider: str
    return_to: str
    person: str | None = None
    expires_at: datetime = Field(index=True)
