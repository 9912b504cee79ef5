"""A case that is not theirs is refused in the time that one takes that is not there.

The two are asked for in turns, so that whatever else the machine does falls on both alike, and their medians
are compared with a band that a busy machine stays in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

import pytest

from tests.access.matrix import NOWHERE
from tests.access.stage import Stage, staged
from tests.originals import Furnish
from tests.proof import size

ROUNDS = size(60, 1500)
BAND = size(0.5, 0.25)
"""By which part of the longer the two medians may differ."""


@pytest.fixture
def stage(copied: Callable[[Furnish], str], tmp_path: Path) -> Iterator[Stage]:
    found = staged(copied, "appraisal", tmp_path / "files")
    yield found
    found.database.close()


@pytest.mark.parametrize("operation", ["get_case", "advance_case"])
def test_the_time_tells_nothing(stage: Stage, operation: str) -> None:
    foreign = stage.asks[operation]
    absent = foreign.about(stage.id, NOWHERE)
    taken: dict[str, list[float]] = {foreign.path: [], absent.path: []}
    with stage.client("other_focal_point") as client:
        for number in range(ROUNDS + 10):
            for ask in (foreign, absent) if number % 2 else (absent, foreign):
                begun = perf_counter()
                answer = client.request(ask.method, ask.path, params=ask.params, json=ask.json)
                taken[ask.path].append(perf_counter() - begun)
                assert answer.status_code == 404
    first, second = (median(times[10:]) for times in taken.values())
    assert abs(first - second) < BAND * max(first, second), f"{first * 1000:.2f} and {second * 1000:.2f} ms"
