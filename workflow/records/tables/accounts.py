"""The rows by which persons prove who they are: passwords, second factors, links, sessions; and the limits.

Law: what opens a door stands here as a digest only, but for the secret of a second factor, which both sides
must know.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from workflow.records.tables.columns import filled, key, one_of, refers, where

PURPOSES = ["sign_in", "invite", "reset"]


def _digest() -> CheckConstraint:
    return CheckConstraint("length(digest) = 64", name="digest")


class PasswordRow(SQLModel, table=True):
    """The Argon2id hash of a person's password, with its parameters."""

    __tablename__ = "password"
    __table_args__ = (refers("person", "person.id"), *filled("hash"))

    person: str = Field(primary_key=True)
    hash: str
    changed_at: datetime


class FactorRow(SQLModel, table=True):
    """A second factor (TOTP); it counts once it is confirmed. `last_step` is that of the last code taken."""

    __tablename__ = "factor"
    __table_args__ = (refers("person", "person.id"), *filled("secret"))

    person: str = Field(primary_key=True)
    secret: str
    created_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0


class RecoveryCodeRow(SQLModel, table=True):
    """A code that stands in for the second factor, once."""

    __tablename__ = "recovery_code"
    __table_args__ = (key("person", "digest"), refers("person", "person.id"), _digest())

    person: str
    digest: str
    used_at: datetime | None = None


class LinkRow(SQLModel, table=True):
    """A one-time link, good till it is used, ended or expired."""

    __tablename__ = "link"
    __table_args__ = (
        refers("person", "person.id"),
        one_of("purpose", PURPOSES),
        _digest(),
        Index("ix_link_expires_at", "expires_at"),
    )

    digest: str = Field(primary_key=True)
    person: str = Field(index=True)
    purpose: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


class LinkRequestRow(SQLModel, table=True):
    """A link that is owed by mail: to a person, or to whoever has an address. Its secret is made when it is
    sent, and stands nowhere. failed (for now) and pending are tried at `next_attempt_at`.
    """

    __tablename__ = "link_request"
    __table_args__ = (
        refers("person", "person.id"),
        one_of("purpose", PURPOSES),
        one_of("status", ["pending", "failed", "sent", "dead"]),
        CheckConstraint("(person IS NULL) <> (email IS NULL)", name="addressee"),
        CheckConstraint("attempts >= 0 AND fence >= 0", name="counts"),
        Index(
            "ix_link_request_next_attempt_at_id",
            "next_attempt_at",
            "id",
            **where("status IN ('pending', 'failed')"),
        ),
    )

    id: str = Field(primary_key=True)
    purpose: str
    person: str | None = None
    email: str | None = None
    status: str
    created_at: datetime
    next_attempt_at: datetime
    attempts: int = 0
    lease_until: datetime | None = None
    fence: int = 0
    sent_at: datetime | None = None
    error: str = ""


class AccountSessionRow(SQLModel, table=True):
    """A session of a person who signed in; ended, it is deleted. `method` says how it began, `factor_at`
    when the second factor was given in it, `seen_at` (coarse) when it was last used.
    """

    __tablename__ = "session"
    __table_args__ = (
        refers("person", "person.id"),
        _digest(),
        *filled("method"),
        CheckConstraint("expires_at > created_at", name="order"),
        Index("ix_session_expires_at", "expires_at"),
    )

    digest: str = Field(primary_key=True)
    person: str = Field(index=True)
    method: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    factor_at: datetime | None = None
    source: str = ""
    agent: str = ""


class ThrottleRow(SQLModel, table=True):
    """How far ahead of its rate somebody's attempts are: `free_at` is when nothing would be left of them.

    `name` is a digest: no address or source can be read from it.
    """

    __tablename__ = "throttle"
    __table_args__ = (*filled("name"), Index("ix_throttle_free_at", "free_at"))

    name: str = Field(primary_key=True)
    free_at: datetime


class KnownSourceRow(SQLModel, table=True):
    """A network address, as a digest, from which a person has signed in: others' failures do not slow it."""

    __tablename__ = "known_source"
    __table_args__ = (key("person", "source"), refers("person", "person.id"), *filled("source"))

    person: str
    source: str
    seen_at: datetime
