"""Accounts with providers, and the sign-ins by them that are under way."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id <> ''", name=op.f("ck_identity_id_filled")),
        sa.CheckConstraint("issuer <> ''", name=op.f("ck_identity_issuer_filled")),
        sa.CheckConstraint("subject <> ''", name=op.f("ck_identity_subject_filled")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_identity_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_identity_person"), "identity", ["person"])
    op.create_table(
        "flow",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("return_to", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(state) = 64", name=op.f("ck_flow_state")),
        sa.CheckConstraint("length(browser) = 64", name=op.f("ck_flow_browser")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=op.f("fk_flow_person")),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_flow")),
    )
    op.create_index(op.f("ix_flow_expires_at"), "flow", ["expires_at"])
