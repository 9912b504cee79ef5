"""Why a mandate shows a case or does not, in words."""

from datetime import timedelta
from typing import Any

import pytest

from tests.records.samples import DEFINITION, TODAY, case, submitted
from workflow.rules.definition import Definition
from workflow.rules.replacing import replace
from workflow.rules.sight import Held, ground

DAY = timedelta(days=1)
KENYA = submitted(case()).case
"""A case of Kenya with an appraisal by elena, and one of nobody that is scheduled."""


def told(definition: Definition = DEFINITION, **changes: Any) -> tuple[bool, str]:
    held = Held("m", "elena", "focal_point", None, None, TODAY, None)
    found = ground(definition, KENYA, replace(held, **changes), TODAY)
    return found.shows, str(found.why)


def seeing(sees: str) -> Definition:
    """Of the supervisor."""
    role = DEFINITION.format.roles["supervisor"].model_copy(update={"sees": sees})
    roles = DEFINITION.format.roles | {"supervisor": role}
    return replace(DEFINITION, format=DEFINITION.format.model_copy(update={"roles": roles}))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"since": TODAY + DAY}, "it begins on 2026-03-03"),
        ({"since": TODAY - DAY, "until": TODAY - DAY}, "it ended on 2026-03-01"),
        ({"party": "FJ"}, "it is for FJ, and the case is of KE"),
        ({"region": "Europe"}, "it is for Europe, and the case is of Africa"),
        ({"role": "minister"}, "'help' knows no such role"),
        (
            {"role": "assessor", "person": "emil"},
            "this role sees the cases in which the person has a task now; here there is none",
        ),
    ],
)
def test_what_is_missing_is_named(changes: dict[str, Any], why: str) -> None:
    assert told(**changes) == (False, why)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"until": TODAY}, "this role sees the cases of its own Party"),
        ({"role": "coordinator", "region": "Africa"}, "this role sees the cases of its portfolio"),
        ({"role": "supervisor"}, "this role sees every case"),
        ({"role": "assessor"}, "the person has task 1 'appraisal' in it"),
    ],
)
def test_what_shows_it_is_named(changes: dict[str, Any], why: str) -> None:
    assert told(**changes) == (True, why)


@pytest.mark.parametrize("sees", ["pipeline", "none"])
def test_a_role_that_sees_little_says_what(sees: str) -> None:
    shows, why = told(seeing(sees), role="supervisor")
    assert not shows
    assert why.startswith("this role sees")
