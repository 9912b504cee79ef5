"""What goes over from one person in a role to the next, on a day, case by case."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("old", sa.String(), nullable=False),
        sa.Column("new", sa.String(), nullable=False),
        sa.Column("mandate", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.CheckConstraint("old <> new", name=op.f("ck_hand_over_two_persons")),
        sa.CheckConstraint("id <> ''", name=op.f("ck_hand_over_id_filled")),
        sa.CheckConstraint("role <> ''", name=op.f("ck_hand_over_role_filled")),
        sa.CheckConstraint("set_by <> ''", name=op.f("ck_hand_over_set_by_filled")),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name="fk_hand_over_party"),
        sa.ForeignKeyConstraint(["old"], ["person.id"], name="fk_hand_over_old"),
        sa.ForeignKeyConstraint(["new"], ["person.id"], name="fk_hand_over_new"),
        sa.ForeignKeyConstraint(["mandate"], ["mandate.id"], name="fk_hand_over_mandate"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_hand_over_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hand_over"),
    )
    not_done = sa.text("done_at IS NULL")
    op.create_index(
        "ix_hand_over_due", "hand_over", ["on_day"], sqlite_where=not_done, postgresql_where=not_done
    )
