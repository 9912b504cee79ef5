"""The tests' own ground: both databases are real, fresh, and gone when their users are."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests.postgres import PostgresServer, SharedPostgres, database_name

USE_AND_DIE = """
import os, pathlib, sys
from tests.postgres import SharedPostgres
print(SharedPostgres(pathlib.Path(sys.argv[1])).url, flush=True)
os.kill(os.getpid(), 9)
"""


def test_each_kind_of_database_is_real_and_empty(database_url: str) -> None:
    tables = _tables(database_url)
    assert tables == []


def test_a_database_copied_from_a_template_has_its_tables_and_leaves_the_template_alone(
    shared_postgres: SharedPostgres, postgresql_url: str
) -> None:
    with psycopg.connect(postgresql_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE letters (number integer)")
    copy = shared_postgres.create_database(template=database_name(postgresql_url))
    with psycopg.connect(copy, autocommit=True) as connection:
        connection.execute("INSERT INTO letters VALUES (1)")
    with psycopg.connect(postgresql_url) as connection:
        assert connection.execute("SELECT count(*) FROM letters").fetchone() == (0,)
    shared_postgres.drop_database(copy)


def test_what_is_committed_outlives_a_crash_of_a_durable_server(durable_postgres: PostgresServer) -> None:
    url = durable_postgres.url()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    durable_postgres.stop(mode="immediate")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    durable_postgres.start()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_the_shared_server_ends_with_its_last_user_even_when_that_one_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", USE_AND_DIE, str(tmp_path)]
    root = Path(__file__).parents[1]
    ended = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == -9
    assert _is_gone(ended.stdout.strip(), within=20)
    assert not (tmp_path / "postgres.url").exists()


def _is_gone(url: str, *, within: float) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            return True
        time.sleep(0.05)
    return False


def _tables(url: str) -> list[str]:
    if url.startswith("sqlite:///"):
        path = url.removeprefix("sqlite:///")
        assert os.path.isabs(path)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            return [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
    with psycopg.connect(url) as connection:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        return [name for (name,) in connection.execute(query)]
