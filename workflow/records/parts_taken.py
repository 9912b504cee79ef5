"""In which cases a person had a part: acted, had a task, was told or signed; or somebody in their name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, union

from workflow.records.tables import METADATA

# Those by which the rows are found quickly, and those by which they are only found.
INDEXED = (("audit", "person"), ("task", "person"), ("notice", "person"))
OTHERS = (
    ("audit", "on_behalf_of"), ("task", "stood_in"), ("notice", "for_person"), ("letter", "signer"),
    ("letter", "signed_for"),
)  # fmt: skip


def cases_of(person: str, *, every: bool = False) -> Any:
    """The ids of the cases; with `every` also those in which others spoke in their name, which takes long."""
    return union(
        *(
            select(METADATA.tables[table].c.case_id).where(METADATA.tables[table].c[column] == person)
            for table, column in (INDEXED + OTHERS if every else INDEXED)
        )
    )


def took_part(case: Any, person: Any) -> ColumnElement[bool]:
    """Whether this person (an id or a column) had a part in this case (an id or a column)."""
    return or_(
        *(
            exists().where(
                METADATA.tables[table].c.case_id == case, METADATA.tables[table].c[column] == person
            )
            for table, column in INDEXED + OTHERS
        )
    )
