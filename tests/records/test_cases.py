"""Loading and recording: what was decided is what is loaded next, and losing a race has a name."""

from dataclasses import replace

import pytest

from tests.records import samples
from tests.records.samples import DEFINITION, NOW, TODAY, act, open_case, read, submitted
from workflow.errors import LostRace, Malformed, NotFound
from workflow.records import cases
from workflow.records.databases import Connection, Database


@pytest.fixture(autouse=True)
def _people(database: Database) -> None:
    samples.people(database)


def test_what_was_opened_is_loaded_as_it_was(database: Database) -> None:
    case = open_case(database)
    assert read(database, "c1").case == case


def test_a_whole_decision_is_loaded_as_it_was(database: Database) -> None:
    open_case(database)
    decision = act(database, "c1", submitted)
    assert read(database, "c1").case == decision.case
