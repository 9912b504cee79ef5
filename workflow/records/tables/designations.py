"""The rows of changes of a person in a role: what goes over from one to the other on a day, and how far."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from workflow.records.tables.columns import filled, refers, where


class HandOverRow(SQLModel, table=True):
    """On `on_day` what `old` has in the role for the Party goes over to `new`, case by case; in one case only
    where `case_id` names it, for which it was refused before.

    `after` is the last case that was looked at; `done_at` None: it is still to be done, or to be finished.
    """

    __tablename__ = "hand_over"
    __table_args__ = (
        CheckConstraint("old <> new", name="two_persons"),
        *filled("id", "role", "set_by"),
        refers("party", "party.code"),
        refers("old", "person.id"),
        refers("new", "person.id"),
        refers("mandate", "mandate.id"),
        refers("case_id", "cases.id"),
        Index("ix_hand_over_due", "on_day", **where("done_at IS NULL")),
    )

    id: str = Field(primary_key=True)
    party: str
    role: str
    old: str
    new: str
    mandate: str
    on_day: date
    set_by: str
    set_at: datetime
    after: str = ""
    done_at: datetime | None = None
    case_id: str | None = None
