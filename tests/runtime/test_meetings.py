"""The bodies whose sessions definitions wait for, and names that are nearly theirs."""

from functools import cache

import pytest

from workflow.errors import Malformed
from workflow.runtime.library import read_library
from workflow.runtime.meetings import bodies, check_body

LIBRARY = cache(read_library)


def test_a_body_is_one_that_some_definition_waits_for() -> None:
    assert bodies(LIBRARY()) == {"committee"}
    check_body(LIBRARY(), "committee")


def test_a_name_that_is_nearly_a_body_is_refused_with_the_right_one() -> None:
    with pytest.raises(Malformed, match="did you mean 'committee'"):
        check_body(LIBRARY(), "comittee")


def test_a_body_that_no_definition_waits_for_yet_may_meet() -> None:
    check_body(LIBRARY(), "general_assembly")
