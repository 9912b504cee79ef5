"""The table leaves nothing out and names nothing that there is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from tests.access.asking import operations
from tests.access.matrix import ON_CASES, STATUS, Row, named, rows, table
from tests.test_docs import commands


@pytest.mark.parametrize(("kind", "there"), [("http", operations), ("cli", commands)])
def test_every_operation_and_command_stands_in_the_table_once(
    kind: str, there: Callable[[], Iterable[str]]
) -> None:
    told = Counter(named(kind))
    missing, invented = set(there()) - told.keys(), told.keys() - set(there())
    assert not missing, f"say in matrix.yaml who may use these: {sorted(missing)}"
    assert not invented, f"matrix.yaml names what there is not: {sorted(invented)}"
    assert not [name for name, times in told.items() if times > 1]


def test_every_door_of_a_case_is_in_a_group_that_is_told_by_state() -> None:
    groups = (*ON_CASES, "administer", "oversee")
    told = {name for group in groups for name in table()["operations"][group]["http"]}
    assert {name for name, (_, path) in operations().items() if "{case_id}" in path} <= told


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.who)
def test_every_line_uses_the_words_of_the_table(row: Row) -> None:
    words = {
        "who",
        "relation",
        "holds",
        "for",
        "since",
        "until",
        "disabled",
        "stands_in_for",
        "sees",
        *table()["operations"],
    }
    assert not row.told.keys() - words
    assert ("sees" in row.told) == ("read" in row.told)
    assert row.told.get("sees", "public") in table()["audiences"]
    for group in ON_CASES:
        answers = row.told.get(group, {})
        assert set(answers.values()) <= STATUS.keys()
        assert answers.keys() <= {*table()["states"], "otherwise"}
