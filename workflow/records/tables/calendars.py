"""The rows of calendars: offices and Parties, their days, and the sessions of bodies."""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from workflow.records.tables.columns import Json, filled, key, one_of, refers


class CalendarRow(SQLModel, table=True):
    """`code` is an office's name (`paris`) or a Party's ISO code. `edition` is another one after every
    edit, and never comes again.

    `weekend` lists weekdays (Monday is 0), `hours` pairs of "HH:MM", `cut_off` is "HH:MM".
    """

    __tablename__ = "calendar"
    __table_args__ = (
        one_of("kind", ["office", "party"]),
        *filled("code", "zone", "edition"),
    )

    code: str = Field(primary_key=True)
    kind: str
    name: str = ""
    zone: str
    weekend: list[int] = Field(sa_type=Json)
    hours: list[list[str]] = Field(sa_type=Json)
    cut_off: str
    listed: bool = True
    first_year: int | None = None
    last_year: int | None = None
    edition: str


class HolidayRow(SQLModel, table=True):
    """A day that is not what its weekday says: `worked` False is a holiday, True corrects a weekend.

    `source` is `library` or `own`; `estimated` marks a date that is not certain yet.
    """

    __tablename__ = "holiday"
    __table_args__ = (
        key("calendar", "day"),
        refers("calendar", "calendar.code"),
        one_of("source", ["library", "own"]),
    )

    calendar: str
    day: date
    name: str
    worked: bool = False
    estimated: bool = False
    source: str = "own"


class SessionRow(SQLModel, table=True):
    """A date on which a body meets."""

    __tablename__ = "calendar_session"
    __table_args__ = (
        key("calendar", "name", "day"),
        refers("calendar", "calendar.code"),
        Index("ix_calendar_session_name_day", "name", "day"),
    )

    calendar: str
    name: str
    day: date
