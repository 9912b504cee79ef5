"""Which cases were erased, what a legal hold keeps, and which cases were read by whom."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0104"
down_revision = "0103"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased", sa.Integer(), nullable=False),
        sa.CheckConstraint("erased >= 0", name=op.f("ck_erasure_erased")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_erasure_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_erasure"),
    )
    _legal_holds()
    op.create_table(
        "reading",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(), nullable=False),
        sa.CheckConstraint("person <> ''", name=op.f("ck_reading_person_filled")),
        sa.CheckConstraint("case_id <> ''", name=op.f("ck_reading_case_id_filled")),
        sa.PrimaryKeyConstraint("person", "case_id", "day", name="pk_reading"),
    )
    op.create_index("ix_reading_case_id_first_at", "reading", ["case_id", "first_at"])


def _legal_holds() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_reason", sa.String(), nullable=False),
        sa.CheckConstraint("(case_id IS NULL) <> (person IS NULL)", name=op.f("ck_legal_hold_one_subject")),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_legal_hold_lifted")),
        sa.CheckConstraint("id <> ''", name=op.f("ck_legal_hold_id_filled")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_legal_hold_reason_filled")),
        sa.CheckConstraint("placed_by <> ''", name=op.f("ck_legal_hold_placed_by_filled")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_legal_hold_case_id"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_legal_hold_person"),
        sa.PrimaryKeyConstraint("id", name="pk_legal_hold"),
    )
    for column in ("case_id", "person"):
        op.create_index(f"ix_legal_hold_{column}", "legal_hold", [column], **_standing())


def _standing() -> dict[str, Any]:
    condition = sa.text("lifted_at IS NULL")
    return {"sqlite_where": condition, "postgresql_where": condition}
