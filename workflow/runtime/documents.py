"""JSON as somebody sent it: what a parser passes over in silence."""

from __future__ import annotations

from json import JSONDecoder
from typing import Any


def key_told_twice(text: str) -> str | None:
    """A key that stands twice in one object of this JSON text, of which parsers keep the last; or None."""
    try:
        _DECODER.decode(text)
    except _Twice as found:
        return found.name
    return None


class _Twice(Exception):
    """A key stands twice"""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


def _once(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise _Twice(name)
        seen.add(name)


# Numbers stay text: they are not looked at, and an endless one is refused by the parser itself.
_DECODER = JSONDecoder(object_pairs_hook=_once, parse_int=str, parse_float=str)
