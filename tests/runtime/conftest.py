"""What the tests of the runtime may ask for: a furnished house on each database, copied from one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import SharedPostgres, database_name
from tests.runtime.house import House, enter, furnish
from workflow.records.databases import as_one_file


@pytest.fixture(params=["sqlite", "postgresql"])
def house_url(request: pytest.FixtureRequest) -> str:
    """The address of a furnished house, once of each kind."""
    url: str = request.getfixturevalue(f"furnished_{request.param}_url")
    return url


@pytest.fixture
def house(house_url: str) -> Iterator[House]:
    found = enter(house_url)
    yield found
    found.database.close()


@pytest.fixture
def furnished_sqlite_url(sqlite_url: str, furnished_sqlite: Path) -> str:
    shutil.copy(furnished_sqlite, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest.fixture
def furnished_postgresql_url(shared_postgres: SharedPostgres, furnished_postgresql: str) -> Iterator[str]:
    url = shared_postgres.create_database(template=furnished_postgresql)
    yield url
    shared_postgres.drop_database(url)


@pytest.fixture(scope="session")
def furnished_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("house") / "caseway.db"
    furnish(f"sqlite:///{path}")
    as_one_file(path)
    return path


@pytest.fixture(scope="session")
def furnished_postgresql(shared_postgres: SharedPostgres) -> Iterator[str]:
    url = shared_postgres.create_database()
    furnish(url)
    yield database_name(url)
    shared_postgres.drop_database(url)
