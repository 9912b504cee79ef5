"""Conflicts of interest with Parties, with the time at which they were declared and withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declared_conflict",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("party <> ''", name=op.f("ck_declared_conflict_party_filled")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_declared_conflict_person"),
        sa.PrimaryKeyConstraint("person", "party", "declared_at", name="pk_declared_conflict"),
    )
