"""Verifying: what was written fits, what was tampered with is named, what was erased is said."""

from __future__ import annotations

import pytest

from tests.records import samples
from tests.records.samples import NOW, act, open_case, submitted
from workflow.records import history
from workflow.records.databases import Connection, Database
from workflow.records.verify import Erased, verify


@pytest.fixture(autouse=True)
def _two_cases(database: Database) -> None:
    samples.people(database)
    for name in ("c1", "c2"):
        open_case(database, name)
    act(database, "c1", submitted)


def tamper(database: Database, statement: str) -> None:
    """As someone with the keys to the database might: the guards are taken away first."""

    def work(connection: Connection) -> None:
        drop = "DROP TRIGGER {0} ON {1}" if connection.dialect == "postgresql" else "DROP TRIGGER {0}"
        for guard in (
            "audit_kept audit",
            "audit_value_kept audit_value",
            "audit_value_not_deleted audit_value",
        ):
            connection.write(drop.format(*guard.split()), [()])
        for one in statement.split(";"):
            connection.write(one, [()])

    database.writing(work)


def test_what_was_written_fits(database: Database) -> None:
    told: list[int] = []
    verdict = verify(database, progress=told.append)
    assert (verdict.cases, verdict.entries, verdict.misfits, verdict.erased) == (2, 3, (), ())
    assert verdict.whole
    assert told == [2]


@pytest.mark.parametrize(
    ("statement", "no", "problem"),
    [
        ("UPDATE audit SET reason = 'none' WHERE case_id = 'c1' AND no = 2", 2, "not what was hashed"),
        (
            "UPDATE audit SET at = '2026-03-02 09:00:01+00:00' WHERE case_id = 'c1' AND no = 1",
            1,
            "not what was hashed",
        ),
        ("UPDATE audit SET person = 'sven' WHERE case_id = 'c1' AND no = 1", 1, "not what was hashed"),
        (f"UPDATE audit SET previous = '{'1' * 64}' WHERE case_id = 'c1' AND no = 2", 2, "does not continue"),
        (
            "DELETE FROM audit_value WHERE case_id = 'c1' AND no = 1;"
            "UPDATE audit SET no = 7 WHERE case_id = 'c1' AND no = 1",
            1,
            "entry 1 is missing; entry 2 follows",
        ),
        (
            "UPDATE cases SET entry = 3 WHERE id = 'c1'",
            3,
            "it is missing; the case has 3 entries, 2 are there",
        ),
        ("UPDATE cases SET entry = 1 WHERE id = 'c1'", 2, "it is one too many; the case has 1"),
        (f"UPDATE cases SET head = '{'1' * 64}' WHERE id = 'c1'", 2, "does not end in this entry"),
        ("UPDATE cases SET state = 'draft' WHERE id = 'c1'", 2, "the case says draft"),
        (
            "UPDATE audit_value SET value = '\"Otieno O.\"' WHERE no = 2 AND pointer = '/team/1/name'",
            2,
            "is not the one",
        ),
        (
            "UPDATE audit_value SET pointer = '/team/9/name' WHERE no = 2 AND pointer = '/team/1/name'",
            2,
            "was added",
        ),
    ],
)
def test_the_first_entry_that_does_not_fit_is_named(
    database: Database, statement: str, no: int, problem: str
) -> None:
    tamper(database, statement)
    misfit, *others = verify(database).misfits
    assert (misfit.case, misfit.no, others) == ("c1", no, [])
    assert problem in misfit.problem
    assert verify(database, case="c2").whole


def test_a_personal_value_that_is_gone_is_named(database: Database) -> None:
    drop = {
        "sqlite": "DROP TRIGGER audit_value_not_deleted",
        "postgresql": "DROP TRIGGER audit_value_not_deleted ON audit_value",
    }
    database.writing(lambda connection: connection.write(drop[connection.dialect], [()]))
    database.writing(lambda connection: connection.write("DELETE FROM audit_value WHERE no = 2", [()]))
    assert "is gone, and not by being erased" in verify(database).misfits[0].problem


def test_a_personal_value_can_be_erased_and_the_chain_holds(database: Database) -> None:
    assert database.writing(lambda connection: history.erase(connection, "c1", NOW)) == 3
    verdict = verify(database)
    assert verdict.whole
    assert verdict.erased == (
        Erased("c1", 1, "/contact/email"),
        Erased("c1", 2, "/team/0/name"),
        Erased("c1", 2, "/team/1/name"),
    )


def test_no_personal_value_stands_in_the_audit_itself(database: Database) -> None:
    rows = database.reading(lambda connection: connection.rows("SELECT data, digests, changes FROM audit"))
    text = str(rows)
    assert "Statistics" in text
    assert "/contact/email" in text
    for secret in ("amina@example.org", "Zawadi", "Otieno"):
        assert secret not in text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET reason = 'none' WHERE case_id = 'c1'",
        "DELETE FROM audit WHERE case_id = 'c1'",
        "UPDATE audit_value SET value = '\"x\"' WHERE case_id = 'c1'",
        "UPDATE audit_value SET value = NULL, salt = NULL, erased_at = '2026-01-01', no = 3 WHERE no = 2",
        "DELETE FROM audit_value WHERE case_id = 'c1'",
    ],
)
def test_the_database_itself_refuses_to_change_what_has_happened(database: Database, statement: str) -> None:
    with pytest.raises(Exception, match=r"never|erased only"):
        database.writing(lambda connection: connection.write(statement, [()]))
    assert verify(database).whole
