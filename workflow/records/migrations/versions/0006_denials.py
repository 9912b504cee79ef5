"""Denials: who asked for what they may not see or do."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "denial",
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 1", name=op.f("ck_denial_count")),
        sa.CheckConstraint("operation <> ''", name=op.f("ck_denial_operation_filled")),
        sa.PrimaryKeyConstraint("hour", "person", "source", "operation", "asked", "status", name="pk_denial"),
    )
    op.create_index("ix_denial_last_at", "denial", ["last_at"])
