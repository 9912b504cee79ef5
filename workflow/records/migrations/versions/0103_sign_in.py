"""Sign-in: passwords, second factors, links, sessions, limits; accounts with providers, and the sign-ins by
them that are under way.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    secrets()
    links()
    sessions()
    limits()
    identities()


def secrets() -> None:
    op.create_table(
        "password",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        moment("changed_at"),
        sa.CheckConstraint("hash <> ''", name=op.f("ck_password_hash_filled")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_password_person"),
        sa.PrimaryKeyConstraint("person", name="pk_password"),
    )
    op.create_table(
        "factor",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        moment("created_at"),
        moment("confirmed_at", nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.CheckConstraint("secret <> ''", name=op.f("ck_factor_secret_filled")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_factor_person"),
        sa.PrimaryKeyConstraint("person", name="pk_factor"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        moment("used_at", nullable=True),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_recovery_code_digest")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_recovery_code_person"),
        sa.PrimaryKeyConstraint("person", "digest", name="pk_recovery_code"),
    )


def links() -> None:
    op.create_table(
        "link",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        moment("created_at"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        sa.CheckConstraint(PURPOSES, name=op.f("ck_link_purpose")),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_link_digest")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_link_person"),
        sa.PrimaryKeyConstraint("digest", name="pk_link"),
    )
    op.create_index("ix_link_person", "link", ["person"])
    op.create_index("ix_link_expires_at", "link", ["expires_at"])
    op.create_table(
        "link_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        moment("created_at"),
        moment("next_attempt_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        moment("lease_until", nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        moment("sent_at", nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint(PURPOSES, name=op.f("ck_link_request_purpose")),
        sa.CheckConstraint(
            "status IN ('pending', 'failed', 'sent', 'dead')", name=op.f("ck_link_request_status")
        ),
        sa.CheckConstraint("(person IS NULL) <> (email IS NULL)", name=op.f("ck_link_request_addressee")),
        sa.CheckConstraint("attempts >= 0 AND fence >= 0", name=op.f("ck_link_request_counts")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_link_request_person"),
        sa.PrimaryKeyConstraint("id", name="pk_link_request"),
    )
    condition = sa.text("status IN ('pending', 'failed')")
    op.create_index(
        "ix_link_request_next_attempt_at_id",
        "link_request",
        ["next_attempt_at", "id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )


def sessions() -> None:
    op.create_table(
        "session",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        moment("created_at"),
        moment("seen_at"),
        moment("expires_at"),
        moment("factor_at", nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_session_digest")),
        sa.CheckConstraint("method <> ''", name=op.f("ck_session_method_filled")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_session_order")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_session_person"),
        sa.PrimaryKeyConstraint("digest", name="pk_session"),
    )
    op.create_index("ix_session_person", "session", ["person"])
    op.create_index("ix_session_expires_at", "session", ["expires_at"])


def limits() -> None:
    op.create_table(
        "throttle",
        sa.Column("name", sa.String(), nullable=False),
        moment("free_at"),
        sa.CheckConstraint("name <> ''", name=op.f("ck_throttle_name_filled")),
        sa.PrimaryKeyConstraint("name", name="pk_throttle"),
    )
    op.create_index("ix_throttle_free_at", "throttle", ["free_at"])
    op.create_table(
        "known_source",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        moment("seen_at"),
        sa.CheckConstraint("source <> ''", name=op.f("ck_known_source_source_filled")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_known_source_person"),
        sa.PrimaryKeyConstraint("person", "source", name="pk_known_source"),
    )


def identities() -> None:
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


def moment(name: str, *, nullable: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


PURPOSES = "purpose IN ('sign_in', 'invite', 'reset')"
