"""The rows of letters, notices and bulletins.

Law: the outbox is the pending notices; nothing leaves the house that is not a row first.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from workflow.records.tables.columns import Json, filled, key, one_of, refers, where

STATUSES = ["pending", "failed", "sent", "dead", "bounced", "read", "historic", "dropped"]


class LetterRow(SQLModel, table=True):
    """A numbered formal notice. `sender` is the role that sends it, `signer` the person who signs for it,
    `signed_for` the absent one in whose place that is.

    `texts` maps a language to its {subject, body} as they were on the day; `taken_back` is the audit entry
    that took back the act which wrote it.
    """

    __tablename__ = "letter"
    __table_args__ = (
        key("case_id", "reference"),
        refers("case_id", "cases.id"),
        *filled("reference", "code"),
    )

    case_id: str
    reference: str
    code: str
    sender: str
    signer: str | None = None
    signed_for: str | None = None
    recipients: list[str] = Field(sa_type=Json)
    copies: list[str] = Field(default_factory=list, sa_type=Json)
    entry: int
    at: datetime
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    texts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    taken_back: int | None = None


class NoticeRow(SQLModel, table=True):
    """A message owed to a person. `id` is stable: receivers can tell a repetition by it. `fence` grows with
    every claim. `for_person` is the absent one for whom a stand-in is told.

    pending and failed (for now) are tried at `next_attempt_at`; dead failed for good; dropped was undone
    before it was sent, or is owed to somebody who is not of the case any more.
    """

    __tablename__ = "notice"
    __table_args__ = (
        refers("case_id", "cases.id"),
        refers("person", "person.id"),
        one_of("status", STATUSES),
        one_of("kind", ["reminder", "escalation", "notice", "letter"]),
        CheckConstraint("attempts >= 0 AND fence >= 0", name="counts"),
        Index(
            "ix_notice_next_attempt_at_id",
            "next_attempt_at",
            "id",
            **where("status IN ('pending', 'failed')"),
        ),
        Index("ix_notice_case_id_entry", "case_id", "entry"),
        Index("ix_notice_person_created_at_id", "person", "created_at", "id"),
        Index("ix_notice_status_created_at_id", "status", "created_at", "id"),
    )

    id: str = Field(primary_key=True)
    case_id: str
    entry: int
    person: str
    for_person: str | None = None
    kind: str
    template: str
    data: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    letter: str | None = None
    status: str
    created_at: datetime
    next_attempt_at: datetime
    attempts: int = 0
    lease_until: datetime | None = None
    fence: int = 0
    channel: str | None = None
    subject: str | None = None
    sent_at: datetime | None = None
    read_at: datetime | None = None
    error: str = ""


class BulletinRow(SQLModel, table=True):
    """An issue of a definition's bulletin as it is owed to a person, with the text of that day; or, where
    `about` is set, the news that it did not reach that person. `id` is made of these, so that it is one.

    failed (for now) and pending are tried at `next_attempt_at`; dead failed for good.
    """

    __tablename__ = "bulletin"
    __table_args__ = (
        refers("person", "person.id"),
        refers("about", "person.id"),
        one_of("status", ["pending", "failed", "sent", "dead"]),
        CheckConstraint("attempts >= 0 AND fence >= 0", name="counts"),
        *filled("definition", "name"),
        Index(
            "ix_bulletin_next_attempt_at_id",
            "next_attempt_at",
            "id",
            **where("status IN ('pending', 'failed')"),
        ),
        Index("ix_bulletin_status_created_at_id", "status", "created_at", "id"),
    )

    id: str = Field(primary_key=True)
    definition: str
    name: str
    issue: date
    person: str
    about: str | None = None
    language: str
    subject: str
    body: str
    status: str
    created_at: datetime
    next_attempt_at: datetime
    attempts: int = 0
    lease_until: datetime | None = None
    fence: int = 0
    sent_at: datetime | None = None
    error: str = ""
