"""The rows about personal data: which cases were erased, what a legal hold keeps, who read which case."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from workflow.records.tables.columns import filled, key, refers, where


class ErasureRow(SQLModel, table=True):
    """The personal values of this case were erased, the last time then; `erased` says how many in all."""

    __tablename__ = "erasure"
    __table_args__ = (refers("case_id", "cases.id"), CheckConstraint("erased >= 0", name="erased"))

    case_id: str = Field(primary_key=True)
    at: datetime
    erased: int


class LegalHoldRow(SQLModel, table=True):
    """While it stands nothing of the case, or of the person and the cases they had a part in, is erased.

    Several may stand at once, each for a reason of its own; one that was lifted stays as a row.
    """

    __tablename__ = "legal_hold"
    __table_args__ = (
        refers("case_id", "cases.id"),
        refers("person", "person.id"),
        CheckConstraint("(case_id IS NULL) <> (person IS NULL)", name="one_subject"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted"),
        *filled("id", "reason", "placed_by"),
        Index("ix_legal_hold_case_id", "case_id", **where("lifted_at IS NULL")),
        Index("ix_legal_hold_person", "person", **where("lifted_at IS NULL")),
    )

    id: str = Field(primary_key=True)
    case_id: str | None = None
    person: str | None = None
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_by: str | None = None
    lifted_at: datetime | None = None
    lifted_reason: str = ""


class ReadingRow(SQLModel, table=True):
    """A person of the secretariat read this case in detail on that day, the first time then.

    No foreign key: who reads would wait for who acts on the case.
    """

    __tablename__ = "reading"
    __table_args__ = (
        key("person", "case_id", "day"),
        *filled("person", "case_id"),
        Index("ix_reading_case_id_first_at", "case_id", "first_at"),
    )

    person: str
    case_id: str
    day: date
    first_at: datetime
    door: str = ""
