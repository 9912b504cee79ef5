"""A key that stands twice in one object is found, wherever it stands."""

import pytest

from workflow.runtime.documents import key_told_twice


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('{"a": 1, "b": {"a": 2}, "c": [{"a": 1}, {"a": 2}]}', None),
        ('{"a": 1, "a": 2}', "a"),
        ('{"b": [{"c": {"d": 1, "\\u0064": 1}}]}', "d"),
        ("[]", None),
        ('{"n": ' + "9" * 6000 + "}", None),
    ],
)
def test_a_key_that_stands_twice_is_found(text: str, key: str | None) -> None:
    assert key_told_twice(text) == key
