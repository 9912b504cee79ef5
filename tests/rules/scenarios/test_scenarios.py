"""Every construct of the definition language, walked by scenarios as an office would write them."""

from pathlib import Path

import pytest

from tests.rules.walking import edition, faults_of

DEFINITIONS = Path(__file__).parents[1] / "definitions"


@pytest.mark.parametrize("name", sorted(folder.name for folder in DEFINITIONS.iterdir()))
def test_every_scenario_of_a_construct_passes(name: str) -> None:
    found = edition(DEFINITIONS / name)
    assert found.sources.scenarios, "a construct without a scenario proves nothing"
    assert faults_of(found.sources) == []
