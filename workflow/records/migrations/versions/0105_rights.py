"""Who acts for whom, who must not act, and who comes after whom: delegations, conflicts of interest with the
time at which they were declared and withdrawn, what goes over on a day from one person in a role to the next;
and the two views that say who may act as what: `lent`, what stand-ins have of the mandates of those whom they
stand in for, and `authority`, all of it.

Law: what is lent is stored nowhere; a delegation counts while its days last, and with the mandate that it
lends. A disabled person has no authority, and neither lends any nor passes any on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision = "0104"
branch_labels = None
depends_on = None


def upgrade() -> None:
    delegations()
    declared_conflicts()
    hand_overs()
    if op.get_bind().dialect.name == "postgresql":
        renew_postgresql()
        create_views("LEAST", "GREATEST", "({0}.ended_on - 1)")
    else:
        renew_sqlite()
        create_views("min", "max", "date({0}.ended_on, '-1 day')")


def delegations() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("absent", sa.String(), nullable=False),
        sa.Column("stand_in", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("definition", sa.String(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.CheckConstraint("until >= since", name=op.f("ck_delegation_order")),
        sa.CheckConstraint("absent <> stand_in", name=op.f("ck_delegation_two_persons")),
        sa.CheckConstraint("id <> ''", name=op.f("ck_delegation_id_filled")),
        sa.CheckConstraint("set_by <> ''", name=op.f("ck_delegation_set_by_filled")),
        sa.ForeignKeyConstraint(["absent"], ["person.id"], name="fk_delegation_absent"),
        sa.ForeignKeyConstraint(["stand_in"], ["person.id"], name="fk_delegation_stand_in"),
        sa.PrimaryKeyConstraint("id", name="pk_delegation"),
    )
    op.create_index("ix_delegation_absent_role", "delegation", ["absent", "role"])
    op.create_index("ix_delegation_stand_in", "delegation", ["stand_in"])


def declared_conflicts() -> None:
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


def hand_overs() -> None:
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


def renew_sqlite() -> None:
    for act in ("INSERT", "UPDATE", "DELETE"):
        name = f"delegation_{act.lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {act} ON delegation BEGIN {RENEWED}; END")


def renew_postgresql() -> None:
    when = "AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON delegation FOR EACH STATEMENT"
    op.execute(f"CREATE TRIGGER delegation_changed {when} EXECUTE FUNCTION renew_people()")


def create_views(least: str, greatest: str, day_before_end: str) -> None:
    """`least` and `greatest` of two days, neither of them absent."""

    def last(one: str) -> str:
        return f"{least}({one}.until, COALESCE({day_before_end.format(one)}, {one}.until))"

    def common(*days: str) -> str:
        first, *others = days
        return f"{least}({first}, {common(*others)})" if others else first

    own = "COALESCE(m.until, {0})"
    one_link = f"""
        SELECT m.id, d.stand_in AS person, m.role, m.party, m.region,
            {greatest}(m.since, d.since) AS since, {common(own.format("d.until"), last("d"))} AS until,
            m.person AS for_person, d.id AS via, d.definition
        FROM delegation d JOIN mandate m ON m.person = d.absent {SCOPE.format("d")}
            {PRESENT.format("d.stand_in", "s")} {PRESENT.format("m.person", "p")}"""
    two_links = f"""
        SELECT m.id, e.stand_in, m.role, m.party, m.region,
            {greatest}(m.since, {greatest}(d.since, e.since)),
            {common(own.format("d.until"), last("d"), last("e"))},
            m.person, d.id || '/' || e.id, COALESCE(d.definition, e.definition)
        FROM delegation e JOIN delegation d ON d.stand_in = e.absent AND d.absent <> e.stand_in
            AND (d.definition IS NULL OR e.definition IS NULL OR d.definition = e.definition)
            JOIN mandate m ON m.person = d.absent {SCOPE.format("d")} AND (e.role IS NULL OR e.role = m.role)
            {PRESENT.format("e.stand_in", "s")} {PRESENT.format("d.stand_in", "b")}
            {PRESENT.format("m.person", "p")}"""
    held = f"""
        SELECT m.id, m.person, m.role, m.party, m.region, m.since, m.until,
            {NOBODY} AS for_person, {NOBODY} AS via, {NOBODY} AS definition
        FROM mandate m {PRESENT.format("m.person", "p")}"""
    op.execute(f"CREATE VIEW lent AS {one_link} UNION ALL {two_links}")
    op.execute(f"CREATE VIEW authority AS {held} UNION ALL {one_link} UNION ALL {two_links}")


RENEWED = (
    "INSERT INTO edition (name, edition) VALUES ('people', lower(hex(randomblob(16)))) "
    "ON CONFLICT (name) DO UPDATE SET edition = excluded.edition"
)
NOBODY = "CAST(NULL AS varchar)"
# Looking after the installation is lent to nobody: whoever shall do that is given a mandate.
SCOPE = "AND ({0}.role IS NULL OR {0}.role = m.role) AND m.role <> 'administrator'"
PRESENT = "JOIN person {1} ON {1}.id = {0} AND {1}.disabled_at IS NULL"
