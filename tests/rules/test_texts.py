"""A NUL character is found wherever it stands, and nothing is found where there is none."""

import pytest

from workflow.errors import Malformed
from workflow.rules.texts import nul_faults, refuse_nul


def test_every_nul_is_told_with_its_place() -> None:
    said = {"title": "a\0b", "team": [{"na/me": "x"}, {"na/me": "\0"}], "more": {"a\0": 1}, "n": ("ok", "\0")}
    found = {fault.pointer for fault in nul_faults(said, "/data")}
    assert found == {"/data/title", "/data/team/1/na~1me", "/data/more", "/data/n/1"}
    with pytest.raises(Malformed, match="/title: A NUL character cannot be stored; leave it out"):
        refuse_nul({"title": "\0"})


def test_what_has_none_passes() -> None:
    refuse_nul({"title": "a\\u0000b", "days": 3, "none": None, "list": [], "deep": {"a": {"b": True}}})


def test_a_text_is_found_however_deep_it_lies() -> None:
    deep: object = "\0"
    for _ in range(5000):
        deep = [deep]
    assert len(list(nul_faults(deep))) == 1
