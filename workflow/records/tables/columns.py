"""The kinds of columns and checks that several tables share.

Law: every constraint has a name, the same in both databases.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    text,
)
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite counts up by itself only in an INTEGER key; elsewhere a table of answers may outgrow 32 bits.
LongInteger = BigInteger().with_variant(Integer(), "sqlite")

# Not JSONB: it would turn 1e16 into an integer, and nobody searches inside these columns.
Json = JSON(none_as_null=True)


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def filled(*columns: str) -> list[CheckConstraint]:
    """These texts are never empty."""
    return [CheckConstraint(f"{column} <> ''", name=f"{column}_filled") for column in columns]


def key(*columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*columns)


def refers(columns: str | list[str], target: str | list[str], **options: Any) -> ForeignKeyConstraint:
    """`refers("party", "party.code")`: a foreign key."""
    own = [columns] if isinstance(columns, str) else columns
    others = [target] if isinstance(target, str) else target
    return ForeignKeyConstraint(own, others, **options)


def where(condition: str) -> dict[str, Any]:
    """The condition of a partial index, for both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
