"""The benchmark works and says every line. How fast anything is, no test says: that depends on the machine
and on what else it does.
"""

import json

import pytest

from tests.bench.__main__ import main
from tests.bench.lines import Target, alternately, line

WHAT = (
    "decide, every act",
    "decide, triggers",
    "advance (",
    "least served of 8 clients",
    "timers among",
    "page ",
    "first page of a focal point",
    "first page of a coordinator",
    "first page of an expert",
    "HTTP advance",
)


def test_the_quick_benchmark_measures_every_thing_on_both_databases(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["--quick", "--json"])
    lines = json.loads(capsys.readouterr().out)
    for what in WHAT:
        found = {one["where"] for one in lines if one["what"].startswith(what) or what in one["what"]}
        assert found in ({""}, {"SQLite", "PostgreSQL"}), what
    for one in lines:
        assert one["ours"] > 0
        assert one["theirs"] > 0


def test_a_ratio_is_taken_within_each_pair_that_was_measured_together() -> None:
    slow_then_fast = [(10.0, 20.0), (100.0, 200.0), (50.0, 100.0)]
    found = line("it", "", "that", "/s", slow_then_fast, Target("at least", 0.5))
    assert (found.ratio, found.met) == (0.5, True)


def test_who_is_measured_first_changes_from_round_to_round() -> None:
    order: list[str] = []

    def note(name: str, value: float) -> float:
        order.append(name)
        return value

    pairs = alternately(lambda _: note("ours", 1.0), lambda _: note("theirs", 2.0), 2)
    assert pairs == [(1.0, 2.0), (1.0, 2.0)]
    assert order == ["theirs", "ours", "ours", "theirs"]


@pytest.mark.parametrize(("word", "ratio", "met"), [("at least", 0.4, False), ("at most", 0.9, True)])
def test_a_target_is_met_or_not(word: str, ratio: float, met: bool) -> None:
    assert line("it", "", "that", "/s", [(ratio, 1.0)], Target(word, 1.0)).met is met
