"""What the tests of the runtime may ask for: a furnished house on each database."""

from collections.abc import Callable, Iterator

import pytest

from tests.originals import Furnish
from tests.runtime.house import House, enter, furnish


@pytest.fixture
def house_url(copied: Callable[[Furnish], str]) -> str:
    """The address of a furnished house."""
    return copied(furnish)


@pytest.fixture
def house(house_url: str) -> Iterator[House]:
    found = enter(house_url)
    yield found
    found.database.close()
