"""What the proofs stand on: the small house of the runtime's tests, on each kind of database."""

from collections.abc import Callable, Iterator

import pytest

from tests.originals import Furnish
from tests.runtime.house import House, enter, furnish


@pytest.fixture
def house(copied: Callable[[Furnish], str]) -> Iterator[House]:
    found = enter(copied(furnish))
    yield found
    found.database.close()
