"""A cursor leads back to its place in its list, and nowhere else."""

import pytest

from api.http.cursors import Cursors, Position
from workflow.errors import Malformed

CURSORS = Cursors(b"0" * 32)
SCOPE = {"list": "cases", "state": "submitted"}


@pytest.mark.parametrize("back", [False, True])
def test_a_cursor_gives_back_its_position(back: bool) -> None:
    position = Position(("2026-03-02T10:00:00+00:00", "c1", 7, None), back=back)
    assert CURSORS.read(SCOPE, CURSORS.make(SCOPE, position)) == position


@pytest.mark.parametrize(
    "other",
    [{"list": "cases", "state": "draft"}, {"list": "tasks", "state": "submitted"}, {"list": "cases"}],
)
def test_a_cursor_is_good_for_its_own_list_and_filters_only(other: dict[str, str]) -> None:
    with pytest.raises(Malformed, match="ask again without it"):
        CURSORS.read(other, CURSORS.make(SCOPE, Position(("a",))))


def test_a_cursor_of_another_home_is_refused() -> None:
    with pytest.raises(Malformed):
        Cursors(b"1" * 32).read(SCOPE, CURSORS.make(SCOPE, Position(("a",))))


@pytest.mark.parametrize("cursor", ["", "x", "é", "a b", "AAAA", "=" * 40, "A" * 500])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Malformed):
        CURSORS.read(SCOPE, cursor)


def test_every_changed_character_is_noticed() -> None:
    cursor = CURSORS.make(SCOPE, Position(("a", 1)))
    for place, letter in enumerate(cursor[:-1]):
        changed = cursor[:place] + ("A" if letter != "A" else "B") + cursor[place + 1 :]
        with pytest.raises(Malformed):
            CURSORS.read(SCOPE, changed)
