"""The rows of what has happened: audit entries, hash-chained per case, the personal values that can be
erased beside them, and the administration's log.

Law: the database itself refuses to change or delete an entry (triggers, in the migrations).
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import SQLModel

from workflow.records.tables.columns import filled, key, refers


class AuditRow(SQLModel, table=True):
    """Who did what, for whom, when, from which state to which, with what data, and why.

    `data`, `digests` and `changes` are canonical JSON texts, kept as texts because the hash is over their
    characters. `digests` maps the pointer of a personal value to its salted digest; `data` has null in its
    place. `on_behalf_of` is the absent person for whom a stand-in acted.
    """

    __tablename__ = "audit"
    __table_args__ = (
        key("case_id", "no"),
        refers("case_id", "cases.id"),
        CheckConstraint("no >= 1", name="no"),
        CheckConstraint("length(hash) = 64", name="hash"),
        CheckConstraint("length(previous) = 64", name="previous"),
        *filled("act", "person"),
        Index("ix_audit_at", "at"),
        Index("ix_audit_person_at", "person", "at"),
    )

    case_id: str
    no: int
    act: str
    person: str
    mandate: str | None = None
    on_behalf_of: str | None = None
    at: datetime
    received_at: datetime | None = None
    before: str | None = None
    after: str
    task: int | None = None
    form: str | None = None
    data: str = "{}"
    digests: str = "{}"
    changes: str = "{}"
    reason: str = ""
    previous: str
    hash: str


class AuditValueRow(SQLModel, table=True):
    """A personal value of an audit entry, as JSON text, with its salt.

    Erasing makes both null and keeps the row.
    """

    __tablename__ = "audit_value"
    __table_args__ = (
        key("case_id", "no", "pointer"),
        refers(["case_id", "no"], ["audit.case_id", "audit.no"]),
        CheckConstraint("(value IS NULL) = (salt IS NULL)", name="erased_together"),
        CheckConstraint("(value IS NULL) = (erased_at IS NOT NULL)", name="erased_at"),
    )

    case_id: str
    no: int
    pointer: str
    salt: str | None = None
    value: str | None = None
    erased_at: datetime | None = None


class AdministrationRow(SQLModel, table=True):
    """What was done about persons, mandates and other things that are no case; one chain of hashes.

    `person` is a person's id or the owner of the installation; `data` is canonical JSON text.
    """

    __tablename__ = "administration"
    __table_args__ = (
        key("no"),
        CheckConstraint("no >= 1", name="no"),
        CheckConstraint("length(hash) = 64", name="hash"),
        CheckConstraint("length(previous) = 64", name="previous"),
        *filled("person", "act", "subject"),
        Index("ix_administration_subject_no", "subject", "no"),
        Index("ix_administration_person_no", "person", "no"),
    )

    no: int
    at: datetime
    person: str
    act: str
    subject: str
    data: str = "{}"
    reason: str = ""
    previous: str
    hash: str
