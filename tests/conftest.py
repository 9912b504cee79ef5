"""What every test may ask for: fresh databases of each kind. tests/postgres.py says how."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

import hypothesis
import pytest
import structlog

from tests.originals import Furnish, Originals, PostgresqlOriginals, SqliteOriginals
from tests.postgres import PostgresServer, SharedPostgres
from tests.proof import size
from workflow.records.databases import Database, open_database
from workflow.records.migrations import upgrade
from workflow.rules.definition import Definition
from workflow.rules.loading.compile import compile_definition
from workflow.rules.loading.sources import Sources
from workflow.runtime import library

hypothesis.settings.register_profile("caseway", deadline=None, max_examples=size(60, 1000), print_blob=True)
hypothesis.settings.load_profile("caseway")


LONGEST = ("test_bench.py", "test_conformance.py", "test_tutorial.py", "test_kill_storm.py")
"""Files of long tests: begun first, so that at the end no worker waits for the other's."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Many a test reads the definitions that come with Caseway; a process compiles the same texts once."""
    compiled: dict[str, Definition] = {}

    def compile_once(sources: Sources, others: frozenset[str]) -> Definition:
        texts = sha256(repr((sources, sorted(others))).encode()).hexdigest()
        if texts not in compiled:
            compiled[texts] = compile_definition(sources, others)
        return compiled[texts]

    with patch.object(library, "compile_definition", compile_once):
        yield


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """A command that sets the log of its process up writes to a stream that ends with its test."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Whatever asks for it runs once on each kind of database."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty database."""
    url: str = request.getfixturevalue(f"{database_kind}_url")
    return url


@pytest.fixture
def database(copied: Callable[[Furnish], str]) -> Iterator[Database]:
    """An open database with the newest schema and nothing in it."""
    opened = open_database(copied(_upgraded))
    yield opened
    opened.close()


@pytest.fixture
def copied(
    database_kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[Furnish], str]]:
    """Gives the address of a database of this test's own, furnished as it is told."""
    originals: Originals = request.getfixturevalue(f"{database_kind}_originals")
    given: list[str] = []

    def copy(furnish: Furnish) -> str:
        given.append(originals.copied(furnish, tmp_path))
        return given[-1]

    yield copy
    for url in given:
        originals.drop(url)


@pytest.fixture(scope="session")
def sqlite_originals(tmp_path_factory: pytest.TempPathFactory) -> SqliteOriginals:
    return SqliteOriginals(tmp_path_factory.mktemp("originals"))


@pytest.fixture(scope="session")
def postgresql_originals(shared_postgres: SharedPostgres) -> PostgresqlOriginals:
    return PostgresqlOriginals(shared_postgres)


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
