"""What the databases themselves refuse, each in its own way, whoever asks."""

from __future__ import annotations

import psycopg
import pytest

from tests.postgres import SharedPostgres, database_name
from tests.records import samples
from tests.records.samples import act, open_case, submitted
from workflow.errors import CasewayError, LostRace
from workflow.records.databases import open_database
from workflow.records.migrations import upgrade
from workflow.records.verify import verify


def test_postgresql_refuses_to_empty_the_audit(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    upgrade(database)
    for table in ("audit", "audit_value"):
        with pytest.raises(psycopg.errors.RaiseException, match="TRUNCATE"):
            database.writing(
                lambda connection, table=table: connection.write(f"TRUNCATE {table} CASCADE", [()])
            )
    database.close()


def test_sqlite_refuses_to_replace_an_entry(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    upgrade(database)
    samples.people(database)
    open_case(database, "c9")
    with pytest.raises(LostRace):
        database.writing(
            lambda connection: connection.write("INSERT OR REPLACE INTO audit SELECT * FROM audit", [()])
        )
    assert verify(database).whole
    database.close()


def test_the_service_s_own_role_cannot_change_the_audit(
    shared_postgres: SharedPostgres, postgresql_url: str
) -> None:
    owner = open_database(postgresql_url)
    upgrade(owner)
    role = f"service_{database_name(postgresql_url)}"
    with psycopg.connect(postgresql_url, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN")
        owner.admit(role)
        service = open_database(postgresql_url.replace("postgres@", f"{role}@"))
        upgrade(service)  # As every start does; there is nothing to do.
        samples.people(service)
        open_case(service, "c9")
        act(service, "c9", lambda case: submitted(case, serial=1))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.writing(lambda connection: connection.write("UPDATE audit SET reason = ''", [()]))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            service.writing(lambda connection: connection.write("DELETE FROM audit", [()]))
        assert verify(service).whole
        service.close()
        owner.close()
        admin.execute(f"DROP OWNED BY {role}")
        admin.execute(f"DROP ROLE {role}")


def test_prepared_statements_that_were_cleared_are_prepared_again_unseen(postgresql_url: str) -> None:
    database = open_database(postgresql_url, connections=1)
    upgrade(database)
    samples.people(database)
    open_case(database)
    database.writing(lambda connection: connection.core.exec_driver_sql("DEALLOCATE ALL") and None)
    act(database, "c1", submitted)
    assert verify(database).whole
    database.close()


def test_a_role_that_is_not_there_is_named(postgresql_url: str) -> None:
    database = open_database(postgresql_url)
    upgrade(database)
    with pytest.raises(CasewayError, match="There is no role 'nobody_known'; CREATE ROLE nobody_known LOGIN"):
        database.admit("nobody_known")
    database.close()


def test_sqlite_says_that_it_knows_no_roles(sqlite_url: str) -> None:
    with pytest.raises(CasewayError, match="knows no roles"):
        open_database(sqlite_url).admit("service")
