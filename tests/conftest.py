"""What every test may ask for: fresh databases of each kind. tests/postgres.py says how."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.postgres import PostgresServer, SharedPostgres, database_name
from tests.proof import size
from workflow.records.databases import Database, as_one_file, open_database
from workflow.records.migrations import upgrade

hypothesis.settings.register_profile("caseway", deadline=None, max_examples=size(60, 1000), print_blob=True)
hypothesis.settings.load_profile("caseway")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An open database of each kind with the newest schema and nothing in it."""
    url: str = request.getfixturevalue(f"ready_{request.param}_url")
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def ready_sqlite_url(sqlite_url: str, sqlite_template: Path) -> str:
    shutil.copy(sqlite_template, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest.fixture
def ready_postgresql_url(shared_postgres: SharedPostgres, postgresql_template: str) -> Iterator[str]:
    url = shared_postgres.create_database(template=postgresql_template)
    yield url
    shared_postgres.drop_database(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "caseway.db"
    _upgraded(f"sqlite:///{path}")
    as_one_file(path)
    return path


@pytest.fixture(scope="session")
def postgresql_template(shared_postgres: SharedPostgres) -> Iterator[str]:
    """The name of a database with the newest schema, to be copied."""
    url = shared_postgres.create_database()
    _upgraded(url)
    yield database_name(url)
    shared_postgres.drop_database(url)


def _upgraded(url: str) -> None:
    opened = open_database(url)
    upgrade(opened)
    opened.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/caseway.db"


@pytest.fixture
def postgresql_url(shared_postgres: SharedPostgres) -> Iterator[str]:
    url = shared_postgres.create_database()
    yield url
    shared_postgres.drop_database(url)


@pytest.fixture(scope="session")
def shared_postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[SharedPostgres]:
    """The run's one server, started by the first test of any worker that asks for it."""
    own = tmp_path_factory.getbasetemp()
    server = SharedPostgres(own if worker_id == "master" else own.parent)
    yield server
    server.close()


@pytest.fixture
def durable_postgres() -> Iterator[PostgresServer]:
    """A server of the test's own, with PostgreSQL's own settings: to stop, to crash, to start again."""
    server = PostgresServer(durable=True)
    try:
        server.start()
        yield server
    finally:
        server.remove()
