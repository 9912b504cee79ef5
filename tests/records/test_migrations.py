"""The schema's revisions lead to the tables, from wherever one starts."""

from __future__ import annotations

import multiprocessing
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect

from tests.records import samples
from tests.records.samples import act, open_case, read, submitted
from workflow.errors import OtherSchema
from workflow.records import migrations
from workflow.records.databases import Connection, Database, open_database
from workflow.records.tables import METADATA
from workflow.records.verify import verify


@pytest.fixture
def empty(database_url: str) -> Database:
    return open_database(database_url)


def test_an_empty_database_has_no_revision(empty: Database) -> None:
    assert migrations.current(empty) is None


@pytest.mark.parametrize("start", migrations.released())
def test_from_every_revision_the_newest_is_reached(empty: Database, start: str) -> None:
    migrations.upgrade(empty, start)
    assert migrations.current(empty) == start
    migrations.upgrade(empty)
    assert migrations.current(empty) == migrations.newest()
    samples.people(empty)
    open_case(empty)
    decision = act(empty, "c1", submitted)
    assert read(empty, "c1").case == decision.case
    assert verify(empty).whole


def test_a_database_of_another_version_is_refused_by_every_door_and_left_alone(database: Database) -> None:
    database.writing(
        lambda connection: connection.write("UPDATE alembic_version SET version_num = ?", [("later",)])
    )
    for door in (migrations.upgrade, migrations.current):
        with pytest.raises(OtherSchema, match="schema later, which this program does not know"):
            door(database)


def _start(url: str, outcomes: Any) -> None:
    database = open_database(url)
    try:
        migrations.upgrade(database)
        outcomes.put(migrations.current(database))
    except Exception as error:
        outcomes.put(repr(error))
    finally:
        database.close()


def test_many_processes_that_start_at_once_upgrade_once(empty: Database) -> None:
    spawn = multiprocessing.get_context("spawn")
    outcomes: Any = spawn.Queue()
    processes = [spawn.Process(target=_start, args=(empty.url, outcomes)) for _ in range(3)]
    for process in processes:
        process.start()
    found = [outcomes.get(timeout=120) for _ in processes]
    for process in processes:
        process.join()
    assert found == [migrations.newest()] * 3


def test_upgrading_again_changes_nothing(database: Database) -> None:
    samples.people(database)
    open_case(database)
    migrations.upgrade(database)
    assert read(database, "c1").case == samples.case()


def test_the_revisions_leave_what_the_tables_say(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection.core, opts=options), METADATA))

    assert database.reading(differences) == []


def test_every_constraint_of_the_tables_is_in_the_database(database: Database) -> None:
    """What the comparison above does not look at."""

    def checks(connection: Connection) -> dict[str, set[str]]:
        look = inspect(connection.core)
        return {
            name: {str(one["name"]) for one in look.get_check_constraints(name)} for name in METADATA.tables
        }

    wanted = {
        name: {str(one.name) for one in table.constraints if isinstance(one, CheckConstraint)}
        for name, table in METADATA.tables.items()
    }
    found = database.reading(checks)
    assert found == wanted
    assert sum(map(len, found.values())) > 30


def test_a_failing_upgrade_leaves_the_database_as_it_was(empty: Database) -> None:
    empty.writing(lambda connection: connection.write("CREATE TABLE undo (x integer)", [()]))
    with pytest.raises(Exception, match="undo"):
        migrations.upgrade(empty)
    assert migrations.current(empty) is None
    empty.writing(lambda connection: connection.write("DROP TABLE undo", [()]))
    migrations.upgrade(empty)
    assert migrations.current(empty) == migrations.newest()
