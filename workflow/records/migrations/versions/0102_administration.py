"""The administration's log, which the database itself keeps as it was written; and the denials: who asked for
what they may not see or do.
"""

import sqlalchemy as sa
from alembic import op

revision = "0102"
down_revision = "0101"
branch_labels = None
depends_on = None


def upgrade() -> None:
    administration()
    denials()


def administration() -> None:
    op.create_table(
        "administration",
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("data", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("no >= 1", name=op.f("ck_administration_no")),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_administration_hash")),
        sa.CheckConstraint("length(previous) = 64", name=op.f("ck_administration_previous")),
        sa.CheckConstraint("person <> ''", name=op.f("ck_administration_person_filled")),
        sa.CheckConstraint("act <> ''", name=op.f("ck_administration_act_filled")),
        sa.CheckConstraint("subject <> ''", name=op.f("ck_administration_subject_filled")),
        sa.PrimaryKeyConstraint("no", name="pk_administration"),
    )
    op.create_index("ix_administration_subject_no", "administration", ["subject", "no"])
    op.create_index("ix_administration_person_no", "administration", ["person", "no"])
    if op.get_bind().dialect.name == "postgresql":
        guard_postgresql()
    else:
        guard_sqlite()


def guard_sqlite() -> None:
    twice = "EXISTS (SELECT 1 FROM administration WHERE no = NEW.no)"
    for name, act, said in (
        ("administration_kept", "UPDATE ON administration", "an entry is never changed"),
        ("administration_not_deleted", "DELETE ON administration", "an entry is never deleted"),
        # INSERT OR REPLACE deletes without asking the trigger above.
        (
            "administration_not_replaced",
            f"INSERT ON administration WHEN {twice}",
            "an entry is never replaced: administration.no",
        ),
    ):
        op.execute(f"CREATE TRIGGER {name} BEFORE {act} BEGIN SELECT RAISE(ABORT, '{said}'); END")


def guard_postgresql() -> None:
    for name, when in (
        ("administration_kept", "BEFORE UPDATE OR DELETE ON administration FOR EACH ROW"),
        ("administration_not_emptied", "BEFORE TRUNCATE ON administration FOR EACH STATEMENT"),
    ):
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION refuse_change()")


def denials() -> None:
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
