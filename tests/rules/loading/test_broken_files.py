"""Files damaged at random: the loader tells faults or loads, a scenario fails or passes; nothing crashes."""

import re
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.walking import calendar, edition
from workflow.errors import BrokenDefinition, DefinitionFault
from workflow.rules.loading.compile import compile_definition
from workflow.rules.loading.sources import Sources
from workflow.rules.scenarios.playing import scenario_faults

FOLDER = Path(__file__).parents[1] / "definitions" / "combinations"
PUT_IN = [
    "null", "[]", "{}", "3", "true", "x", '"a b"', "[1]", "{a: 1}", "-", "[{is: 1}]", "[{when: x, is: 1}]",
    "2026-03-02", "1e400", "!!x y", "&a b", "*b", "\t", "{", "\x00", "0", "-1", "any open", "interrupted",
]  # fmt: skip
PIECE = re.compile(r"[A-Za-z_0-9.]+|\[[^\[\]]*\]|\{[^{}]*\}")
DAMAGE = st.tuples(st.sampled_from(["replace", "delete", "double", "shift"]), st.integers(0), st.integers(0))
FAST = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def files() -> dict[str, str]:
    return dict(edition(FOLDER).files)


def _damaged(text: str, how: str, place: int, choice: int) -> str:
    lines = text.split("\n")
    at = place % len(lines)
    pieces = list(PIECE.finditer(lines[at]))
    if how == "delete":
        del lines[at]
    elif how == "double":
        lines.insert(choice % len(lines), lines[at])
    elif how == "shift":
        lines[at] = lines[at][1:]
    elif pieces:
        piece = pieces[choice % len(pieces)]
        word = PUT_IN[choice % len(PUT_IN)]
        lines[at] = lines[at][: piece.start()] + word + lines[at][piece.end() :]
    return "\n".join(lines)


def _with_damage(ending: str, damage: tuple[str, int, int]) -> Sources:
    path = next(path for path in files() if path.endswith(ending))
    return Sources.sort({**files(), path: _damaged(files()[path], *damage)})


def _faults(sources: Sources) -> tuple[DefinitionFault, ...] | None:
    """What the loader tells; None when it loads."""
    try:
        compile_definition(sources)
    except BrokenDefinition as broken:
        return broken.faults
    return None


@FAST
@given(DAMAGE)
def test_a_damaged_definition_is_loaded_or_its_faults_are_told(damage: tuple[str, int, int]) -> None:
    faults = _faults(_with_damage("v1/definition.yaml", damage))
    assert faults is None or all(fault.line >= 1 and fault.message for fault in faults)
    assert faults != ()


@FAST
@given(DAMAGE)
def test_a_damaged_form_is_loaded_or_its_faults_are_told(damage: tuple[str, int, int]) -> None:
    assert _faults(_with_damage("forms/appraisal.yaml", damage)) != ()


@FAST
@given(DAMAGE)
def test_a_damaged_scenario_is_played_or_its_faults_are_told(damage: tuple[str, int, int]) -> None:
    sources = _with_damage("scenarios/under_both.yaml", damage)
    for fault in scenario_faults(compile_definition(sources), sources, calendar):
        assert fault.line >= 1
        assert fault.message
