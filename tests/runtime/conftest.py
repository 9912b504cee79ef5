"""What the tests of the runtime may ask for."""

from collections.abc import Iterator

import pytest

from tests.runtime.house import House, furnish


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """A furnished house, once on each database."""
    found = furnish(database_url)
    yield found
    found.database.close()
