"""The rows that keep the house in order: pinned definitions, files, answers to repeated requests, numbers,
denials, settings, replays.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from workflow.records.tables.columns import Json, filled, key, refers


class DefinitionRow(SQLModel, table=True):
    """A definition's version that was used, with the digest of its logic, for ever."""

    __tablename__ = "definition_version"
    __table_args__ = (
        key("key", "version"),
        CheckConstraint("version >= 1", name="version"),
        *filled("digest"),
    )

    key: str
    version: int
    digest: str
    pinned_at: datetime


class FileRow(SQLModel, table=True):
    """A file that somebody put to a case; its content lies in the home under its SHA-256 digest, until it was
    erased. The same content from another person is a row of its own: who put it learns of no other.
    """

    __tablename__ = "file"
    __table_args__ = (
        key("case_id", "digest", "person"),
        refers("case_id", "cases.id"),
        CheckConstraint("length(digest) = 64", name="digest"),
        CheckConstraint("size >= 0", name="size"),
    )

    case_id: str
    digest: str
    name: str
    kind: str
    size: int
    person: str
    at: datetime
    erased_at: datetime | None = None


class IdempotencyRow(SQLModel, table=True):
    """The answer given to a request with a key; `fingerprint` tells the same request from another one."""

    __tablename__ = "idempotency"
    __table_args__ = (key("person", "key"), *filled("key", "fingerprint"))

    person: str
    key: str
    fingerprint: str
    answer: dict[str, Any] = Field(sa_type=Json)
    at: datetime = Field(index=True)


class SerialRow(SQLModel, table=True):
    """The last number given to a case of a definition in a year."""

    __tablename__ = "serial"
    __table_args__ = (key("definition", "year"), CheckConstraint("last >= 0", name="last"))

    definition: str
    year: int
    last: int


class DenialRow(SQLModel, table=True):
    """What somebody asked for in an hour and was refused: `person`, or where nobody is known the network they
    came from, `source`. `asked` is the id as it was asked for, whether or not there is such a thing.
    """

    __tablename__ = "denial"
    __table_args__ = (
        key("hour", "person", "source", "operation", "asked", "status"),
        CheckConstraint("count >= 1", name="count"),
        *filled("operation"),
    )

    hour: datetime
    person: str = ""
    source: str = ""
    operation: str
    asked: str = ""
    status: int
    first_at: datetime
    last_at: datetime = Field(index=True)
    count: int


class SettingRow(SQLModel, table=True):
    """A switch of the whole house, as `sending_paused`."""

    __tablename__ = "setting"

    name: str = Field(primary_key=True)
    value: dict[str, Any] = Field(sa_type=Json)
    at: datetime
    person: str | None = None


class ReplayRow(SQLModel, table=True):
    """An act of a recorded history that was played: `act` is the digest of its line, `reference` the
    history's name of the case.

    `refusal` is empty where the engine took it; else it says why not, and `state` in which state the case
    was.
    """

    __tablename__ = "replay"
    __table_args__ = (*filled("act", "reference"), Index("ix_replay_reference", "reference"))

    act: str = Field(primary_key=True)
    reference: str
    case_id: str | None = None
    refusal: str = ""
    state: str = ""
