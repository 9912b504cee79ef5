"""The first schema: every table, and the triggers by which the database itself keeps the audit as it was
written and tells that mandates, persons or Parties have changed.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_tables()
    if op.get_bind().dialect.name == "postgresql":
        guard_postgresql()
        renew_postgresql()
    else:
        guard_sqlite()
        renew_sqlite()


def where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def guard_sqlite() -> None:
    for name, act, said in (
        ("audit_kept", "UPDATE ON audit", "an audit entry is never changed"),
        ("audit_not_deleted", "DELETE ON audit", "an audit entry is never deleted"),
        # INSERT OR REPLACE deletes without asking the trigger above.
        (
            "audit_not_replaced",
            f"INSERT ON audit WHEN {TWICE}",
            "an audit entry is never replaced: audit.case_id, audit.no",
        ),
        (
            "audit_value_kept",
            f"UPDATE ON audit_value WHEN {NOT_ERASING}",
            "a personal value can be erased only",
        ),
        ("audit_value_not_deleted", "DELETE ON audit_value", "a personal value can be erased only"),
    ):
        op.execute(f"CREATE TRIGGER {name} BEFORE {act} BEGIN SELECT RAISE(ABORT, '{said}'); END")


def guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% on % is refused: what has happened is never changed', "
        "TG_OP, TG_TABLE_NAME; END $$"
    )
    for name, when in (
        ("audit_kept", "BEFORE UPDATE OR DELETE ON audit FOR EACH ROW"),
        ("audit_not_emptied", "BEFORE TRUNCATE ON audit FOR EACH STATEMENT"),
        ("audit_value_kept", f"BEFORE UPDATE ON audit_value FOR EACH ROW WHEN ({NOT_ERASING})"),
        ("audit_value_not_deleted", "BEFORE DELETE ON audit_value FOR EACH ROW"),
        ("audit_value_not_emptied", "BEFORE TRUNCATE ON audit_value FOR EACH STATEMENT"),
    ):
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION refuse_change()")


def renew_sqlite() -> None:
    for table in PEOPLE:
        for act in ("INSERT", "UPDATE", "DELETE"):
            renewed = RENEWED.format(edition="lower(hex(randomblob(16)))")
            op.execute(f"CREATE TRIGGER {table}_{act.lower()} AFTER {act} ON {table} BEGIN {renewed}; END")


def renew_postgresql() -> None:
    renewed = RENEWED.format(edition="gen_random_uuid()")
    op.execute(
        "CREATE FUNCTION renew_people() RETURNS trigger LANGUAGE plpgsql AS "
        # Whoever changes rights waits for all who act by them.
        f"$$ BEGIN PERFORM pg_advisory_xact_lock(20070318); {renewed}; RETURN NULL; END $$"
    )
    for table in PEOPLE:
        when = f"AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT"
        op.execute(f"CREATE TRIGGER {table}_changed {when} EXECUTE FUNCTION renew_people()")


PEOPLE = ("mandate", "party", "person")
RENEWED = (
    "INSERT INTO edition (name, edition) VALUES ('people', {edition}) "
    "ON CONFLICT (name) DO UPDATE SET edition = excluded.edition"
)
TWICE = "EXISTS (SELECT 1 FROM audit WHERE case_id = NEW.case_id AND no = NEW.no)"
NOT_ERASING = (
    "NEW.value IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.case_id <> OLD.case_id OR NEW.no <> OLD.no "
    "OR NEW.pointer <> OLD.pointer"
)


def create_tables() -> None:
    op.create_table(
        "calendar",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("weekend", sa.JSON(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("cut_off", sa.String(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=True),
        sa.Column("last_year", sa.Integer(), nullable=True),
        sa.Column("edition", sa.String(), nullable=False),
        sa.CheckConstraint("code <> ''", name=op.f("ck_calendar_code_filled")),
        sa.CheckConstraint("edition <> ''", name=op.f("ck_calendar_edition_filled")),
        sa.CheckConstraint("kind IN ('office', 'party')", name=op.f("ck_calendar_kind")),
        sa.CheckConstraint("zone <> ''", name=op.f("ck_calendar_zone_filled")),
        sa.PrimaryKeyConstraint("code", name="pk_calendar"),
    )
    op.create_table(
        "definition_version",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("digest <> ''", name=op.f("ck_definition_version_digest_filled")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_definition_version_version")),
        sa.PrimaryKeyConstraint("key", "version", name="pk_definition_version"),
    )
    op.create_table(
        "edition",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.CheckConstraint("edition <> ''", name=op.f("ck_edition_edition_filled")),
        sa.PrimaryKeyConstraint("name", name="pk_edition"),
    )
    op.create_table(
        "idempotency",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("fingerprint <> ''", name=op.f("ck_idempotency_fingerprint_filled")),
        sa.CheckConstraint("key <> ''", name=op.f("ck_idempotency_key_filled")),
        sa.PrimaryKeyConstraint("person", "key", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_at", "idempotency", ["at"])
    op.create_table(
        "person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("nationalities", sa.JSON(), nullable=False),
        sa.Column("conflicts", sa.JSON(), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id <> ''", name=op.f("ck_person_id_filled")),
        sa.CheckConstraint("language <> ''", name=op.f("ck_person_language_filled")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_person_name_filled")),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_index("ix_person_address", "person", [sa.text("lower(email)")])
    op.create_table(
        "replay",
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("refusal", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint("act <> ''", name=op.f("ck_replay_act_filled")),
        sa.CheckConstraint("reference <> ''", name=op.f("ck_replay_reference_filled")),
        sa.PrimaryKeyConstraint("act", name="pk_replay"),
    )
    op.create_index("ix_replay_reference", "replay", ["reference"])
    op.create_table(
        "serial",
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_serial_last")),
        sa.PrimaryKeyConstraint("definition", "year", name="pk_serial"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )
    op.create_table(
        "bulletin",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("issue", sa.Date(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'failed', 'sent', 'dead')", name=op.f("ck_bulletin_status")
        ),
        sa.CheckConstraint("attempts >= 0 AND fence >= 0", name=op.f("ck_bulletin_counts")),
        sa.CheckConstraint("definition <> ''", name=op.f("ck_bulletin_definition_filled")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_bulletin_name_filled")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_bulletin_person"),
        sa.ForeignKeyConstraint(["about"], ["person.id"], name="fk_bulletin_about"),
        sa.PrimaryKeyConstraint("id", name="pk_bulletin"),
    )
    op.create_index(
        "ix_bulletin_next_attempt_at_id",
        "bulletin",
        ["next_attempt_at", "id"],
        **where("status IN ('pending', 'failed')"),
    )
    op.create_index("ix_bulletin_status_created_at_id", "bulletin", ["status", "created_at", "id"])
    op.create_table(
        "calendar_session",
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["calendar"], ["calendar.code"], name="fk_calendar_session_calendar"),
        sa.PrimaryKeyConstraint("calendar", "name", "day", name="pk_calendar_session"),
    )
    op.create_index("ix_calendar_session_name_day", "calendar_session", ["name", "day"])
    op.create_table(
        "holiday",
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint("source IN ('library', 'own')", name=op.f("ck_holiday_source")),
        sa.ForeignKeyConstraint(["calendar"], ["calendar.code"], name="fk_holiday_calendar"),
        sa.PrimaryKeyConstraint("calendar", "day", name="pk_holiday"),
    )
    op.create_table(
        "party",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("iso3", sa.String(), nullable=True),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("electoral_group", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("ldc", sa.Boolean(), nullable=False),
        sa.Column("lldc", sa.Boolean(), nullable=False),
        sa.Column("sids", sa.Boolean(), nullable=False),
        sa.Column("deposited_on", sa.Date(), nullable=True),
        sa.Column("instrument", sa.String(), nullable=True),
        sa.Column("in_force_on", sa.Date(), nullable=True),
        sa.Column("date_status", sa.String(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=True),
        sa.CheckConstraint("code <> ''", name=op.f("ck_party_code_filled")),
        sa.CheckConstraint("date_status IN ('verified', 'unverified')", name=op.f("ck_party_date_status")),
        sa.ForeignKeyConstraint(["calendar"], ["calendar.code"], name="fk_party_calendar"),
        sa.PrimaryKeyConstraint("code", name="pk_party"),
    )
    op.create_index("ix_party_region", "party", ["region"])
    op.create_table(
        "token",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_token_digest")),
        sa.CheckConstraint("scope IN ('read', 'act', 'administer')", name=op.f("ck_token_scope")),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_token_person"),
        sa.PrimaryKeyConstraint("digest", name="pk_token"),
    )
    op.create_index("ix_token_person", "token", ["person"])
    op.create_table(
        "cases",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("historic", sa.Boolean(), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("parent", sa.String(), nullable=True),
        sa.Column("ball_role", sa.String(), nullable=True),
        sa.Column("ball_person", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("frames", sa.JSON(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.CheckConstraint(
            "category IN ('draft', 'open', 'waiting', 'parked', 'suspended', 'closed')",
            name=op.f("ck_cases_category"),
        ),
        sa.CheckConstraint("id <> ''", name=op.f("ck_cases_id_filled")),
        sa.CheckConstraint("state <> ''", name=op.f("ck_cases_state_filled")),
        sa.CheckConstraint("length(head) = 64", name=op.f("ck_cases_head")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_cases_revision")),
        sa.ForeignKeyConstraint(
            ["definition", "version"],
            ["definition_version.key", "definition_version.version"],
            name="fk_cases_definition_version",
        ),
        sa.ForeignKeyConstraint(["parent"], ["cases.id"], name="fk_cases_parent"),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name="fk_cases_party"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
    )
    op.create_index("ix_cases_ball_person", "cases", ["ball_person"], **where("ball_person IS NOT NULL"))
    op.create_index(
        "ix_cases_ball_role_party", "cases", ["ball_role", "party"], **where("ball_role IS NOT NULL")
    )
    op.create_index("ix_cases_opened_at_id", "cases", ["opened_at", "id"])
    op.create_index("ix_cases_parent", "cases", ["parent"], **where("parent IS NOT NULL"))
    op.create_index("ix_cases_party_opened_at_id", "cases", ["party", "opened_at", "id"])
    op.create_index("ix_cases_party_state_opened_at_id", "cases", ["party", "state", "opened_at", "id"])
    op.create_index("ix_cases_region_opened_at_id", "cases", ["region", "opened_at", "id"])
    op.create_index("ix_cases_state_opened_at_id", "cases", ["state", "opened_at", "id"])
    op.create_table(
        "mandate",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("granted_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("letter_reference", sa.String(), nullable=True),
        sa.Column("letter_date", sa.Date(), nullable=True),
        sa.Column("letter_digest", sa.String(), nullable=True),
        sa.CheckConstraint("id <> ''", name=op.f("ck_mandate_id_filled")),
        sa.CheckConstraint("role <> ''", name=op.f("ck_mandate_role_filled")),
        sa.CheckConstraint("party IS NULL OR region IS NULL", name=op.f("ck_mandate_one_scope")),
        sa.CheckConstraint("until IS NULL OR since - until <= 1", name=op.f("ck_mandate_order")),
        sa.CheckConstraint(
            "(letter_reference IS NULL) = (letter_date IS NULL)", name=op.f("ck_mandate_letter")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.code"], name="fk_mandate_party"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_mandate_person"),
        sa.PrimaryKeyConstraint("id", name="pk_mandate"),
    )
    op.create_index("ix_mandate_party_role", "mandate", ["party", "role"])
    op.create_index("ix_mandate_person", "mandate", ["person"])
    op.create_index("ix_mandate_role_region", "mandate", ["role", "region"])
    op.create_table(
        "answer",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'filed', 'refused', 'accepted')", name=op.f("ck_answer_status")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_answer_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
    )
    op.create_index("ix_answer_case_id_form_id", "answer", ["case_id", "form", "id"])
    op.create_table(
        "audit",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("mandate", sa.String(), nullable=True),
        sa.Column("on_behalf_of", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(), nullable=True),
        sa.Column("data", sa.String(), nullable=False),
        sa.Column("digests", sa.String(), nullable=False),
        sa.Column("changes", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("act <> ''", name=op.f("ck_audit_act_filled")),
        sa.CheckConstraint("person <> ''", name=op.f("ck_audit_person_filled")),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_audit_hash")),
        sa.CheckConstraint("length(previous) = 64", name=op.f("ck_audit_previous")),
        sa.CheckConstraint("no >= 1", name=op.f("ck_audit_no")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_audit_case_id"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_person_at", "audit", ["person", "at"])
    op.create_table(
        "clock",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("task", sa.Integer(), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("calendar IN ('secretariat', 'party')", name=op.f("ck_clock_calendar")),
        sa.CheckConstraint("status <> 'running' OR due IS NOT NULL", name=op.f("ck_clock_due")),
        sa.CheckConstraint("status IN ('running', 'held', 'stopped')", name=op.f("ck_clock_status")),
        sa.CheckConstraint("subject IN ('state', 'task', 'span')", name=op.f("ck_clock_subject")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_clock_case_id"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_clock"),
    )
    op.create_index("ix_clock_status_due_case_id_no", "clock", ["status", "due", "case_id", "no"])
    op.create_table(
        "file",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_file_digest")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_file_size")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_file_case_id"),
        sa.PrimaryKeyConstraint("case_id", "digest", "person", name="pk_file"),
    )
    op.create_table(
        "letter",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("signer", sa.String(), nullable=True),
        sa.Column("signed_for", sa.String(), nullable=True),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("copies", sa.JSON(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("taken_back", sa.Integer(), nullable=True),
        sa.CheckConstraint("code <> ''", name=op.f("ck_letter_code_filled")),
        sa.CheckConstraint("reference <> ''", name=op.f("ck_letter_reference_filled")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_letter_case_id"),
        sa.PrimaryKeyConstraint("case_id", "reference", name="pk_letter"),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("for_person", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("letter", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('reminder', 'escalation', 'notice', 'letter')", name=op.f("ck_notice_kind")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'failed', 'sent', 'dead', 'bounced', 'read', 'historic', 'dropped')",
            name=op.f("ck_notice_status"),
        ),
        sa.CheckConstraint("attempts >= 0 AND fence >= 0", name=op.f("ck_notice_counts")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_notice_case_id"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_notice_person"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("ix_notice_case_id_entry", "notice", ["case_id", "entry"])
    op.create_index(
        "ix_notice_next_attempt_at_id",
        "notice",
        ["next_attempt_at", "id"],
        **where("status IN ('pending', 'failed')"),
    )
    op.create_index("ix_notice_person_created_at_id", "notice", ["person", "created_at", "id"])
    op.create_index("ix_notice_status_created_at_id", "notice", ["status", "created_at", "id"])
    op.create_table(
        "task",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("assigned_by", sa.String(), nullable=True),
        sa.Column("opened_in", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("anchor", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_entry", sa.Integer(), nullable=True),
        sa.Column("trigger", sa.String(), nullable=True),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conflicted", sa.Boolean(), nullable=False),
        sa.Column("stood_in", sa.String(), nullable=True),
        sa.Column("engaged", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_task_ended")),
        sa.CheckConstraint("status IN ('scheduled', 'open', 'frozen', 'ended')", name=op.f("ck_task_status")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_task_case_id"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_task_person"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_task"),
    )
    op.create_index(
        "ix_task_conflicted",
        "task",
        ["person", "case_id"],
        sqlite_where=sa.text("conflicted = 1"),
        postgresql_where=sa.text("conflicted"),
    )
    op.create_index("ix_task_person", "task", ["person", "case_id"], **where("person IS NOT NULL"))
    op.create_index(
        "ix_task_free",
        "task",
        ["role"],
        **where("person IS NULL AND assigned_by IS NULL AND ended_at IS NULL"),
    )
    op.create_table(
        "timer",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_timer_case_id"),
        sa.PrimaryKeyConstraint("case_id", "no", name="pk_timer"),
    )
    op.create_index("ix_timer_wake_at_case_id_no", "timer", ["wake_at", "case_id", "no"])
    op.create_table(
        "undo",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_undo_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_undo"),
    )
    op.create_table(
        "audit_value",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("pointer", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(value IS NULL) = (erased_at IS NOT NULL)", name=op.f("ck_audit_value_erased_at")
        ),
        sa.CheckConstraint("(value IS NULL) = (salt IS NULL)", name=op.f("ck_audit_value_erased_together")),
        sa.ForeignKeyConstraint(
            ["case_id", "no"], ["audit.case_id", "audit.no"], name="fk_audit_value_case_id_no"
        ),
        sa.PrimaryKeyConstraint("case_id", "no", "pointer", name="pk_audit_value"),
    )
