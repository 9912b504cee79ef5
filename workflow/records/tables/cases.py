"""The rows of running cases: the case, its tasks, clocks, timers, answers, and the image that undo needs."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, text
from sqlmodel import Field, SQLModel

from workflow.records.tables.columns import Json, LongInteger, filled, key, one_of, refers, where

CATEGORIES = ["draft", "open", "waiting", "parked", "suspended", "closed"]


class CaseRow(SQLModel, table=True):
    """One running request.

    `head` is the hash of its last audit entry; the other words are those of rules/case.py.
    """

    __tablename__ = "cases"
    __table_args__ = (
        one_of("category", CATEGORIES),
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("length(head) = 64", name="head"),
        *filled("id", "state"),
        refers("party", "party.code"),
        refers("parent", "cases.id"),
        refers(["definition", "version"], ["definition_version.key", "definition_version.version"]),
        # Keyset pages: newest first, whatever is filtered by.
        Index("ix_cases_opened_at_id", "opened_at", "id"),
        Index("ix_cases_party_opened_at_id", "party", "opened_at", "id"),
        Index("ix_cases_state_opened_at_id", "state", "opened_at", "id"),
        Index("ix_cases_party_state_opened_at_id", "party", "state", "opened_at", "id"),
        Index("ix_cases_region_opened_at_id", "region", "opened_at", "id"),
        Index("ix_cases_ball_person", "ball_person", **where("ball_person IS NOT NULL")),
        Index("ix_cases_ball_role_party", "ball_role", "party", **where("ball_role IS NOT NULL")),
        Index("ix_cases_parent", "parent", **where("parent IS NOT NULL")),
    )

    id: str = Field(primary_key=True)
    number: str | None = Field(None, unique=True)
    definition: str
    version: int
    party: str
    region: str | None = None
    state: str
    category: str
    revision: int
    entry: int
    serial: int
    letters: int = 0
    emergency: bool = False
    closed: bool = False
    historic: bool = False
    demonstration: bool = False
    parent: str | None = None
    ball_role: str | None = None
    ball_person: str | None = None
    opened_at: datetime
    entered_at: datetime
    updated_at: datetime
    accepted: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    events: list[Any] = Field(default_factory=list, sa_type=Json)
    frames: list[Any] = Field(default_factory=list, sa_type=Json)
    head: str


class TaskRow(SQLModel, table=True):
    """Work asked of a role or a person inside a case. `stood_in` is who did it in the place of `person`."""

    __tablename__ = "task"
    __table_args__ = (
        key("case_id", "no"),
        refers("case_id", "cases.id"),
        refers("person", "person.id"),
        one_of("status", ["scheduled", "open", "frozen", "ended"]),
        CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="ended"),
        Index("ix_task_person", "person", "case_id", **where("person IS NOT NULL")),
        # A condition of its own for each: SQLite's boolean is a number.
        Index(
            "ix_task_conflicted",
            "person",
            "case_id",
            sqlite_where=text("conflicted = 1"),
            postgresql_where=text("conflicted"),
        ),
        Index("ix_task_free", "role", **where("person IS NULL AND assigned_by IS NULL AND ended_at IS NULL")),
    )

    case_id: str
    no: int
    name: str
    status: str
    role: str
    person: str | None = None
    assigned_by: str | None = None
    opened_in: str
    opened_at: datetime
    opens_at: datetime | None = None
    anchor: datetime | None = None
    outcome: str | None = None
    ended_at: datetime | None = None
    ended_entry: int | None = None
    trigger: str | None = None
    accepted: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    declared_at: datetime | None = None
    conflicted: bool = False
    stood_in: str | None = None
    engaged: bool = False


class ClockRow(SQLModel, table=True):
    """A stopwatch with a budget.

    `terms` is all that its due date is derived from; `due` is that date, for lists only.
    """

    __tablename__ = "clock"
    __table_args__ = (
        key("case_id", "no"),
        refers("case_id", "cases.id"),
        one_of("subject", ["state", "task", "span"]),
        one_of("status", ["running", "held", "stopped"]),
        one_of("calendar", ["secretariat", "party"]),
        CheckConstraint("status <> 'running' OR due IS NOT NULL", name="due"),
        Index("ix_clock_status_due_case_id_no", "status", "due", "case_id", "no"),
    )

    case_id: str
    no: int
    subject: str
    name: str
    calendar: str
    status: str
    task: int | None = None
    terms: dict[str, Any] = Field(sa_type=Json)
    due: datetime | None = None
    seen: datetime
    fires_at: datetime | None = None


class TimerRow(SQLModel, table=True):
    """At the instant `at`, fire what is due for this clock or task.

    `wake_at` is later where firing failed before.
    """

    __tablename__ = "timer"
    __table_args__ = (
        key("case_id", "no"),
        refers("case_id", "cases.id"),
        Index("ix_timer_wake_at_case_id_no", "wake_at", "case_id", "no"),
    )

    case_id: str
    no: int
    at: datetime
    wake_at: datetime
    failures: int = 0
    error: str = ""


class AnswerRow(SQLModel, table=True):
    """One version of a form's answers; every version is kept. `task` is the task it answers, if any."""

    __tablename__ = "answer"
    __table_args__ = (
        refers("case_id", "cases.id"),
        one_of("status", ["draft", "filed", "refused", "accepted"]),
        Index("ix_answer_case_id_form_id", "case_id", "form", "id"),
    )

    id: int | None = Field(default=None, sa_column=Column(LongInteger, primary_key=True, autoincrement=True))
    case_id: str
    form: str
    task: int | None = None
    status: str
    data: dict[str, Any] = Field(sa_type=Json)
    person: str
    at: datetime
    entry: int
    reason: str = ""
    demonstration: bool = False


class UndoRow(SQLModel, table=True):
    """The case as it stood before its last act, which began with audit entry `entry`."""

    __tablename__ = "undo"
    __table_args__ = (refers("case_id", "cases.id"),)

    case_id: str = Field(primary_key=True)
    entry: int
    person: str
    at: datetime
    before: dict[str, Any] = Field(sa_type=Json)
