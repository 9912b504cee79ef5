"""What no text may hold that is to be kept: a NUL character, which not every database takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.errors import Fault, Malformed, Phrase

NUL = Phrase("A NUL character cannot be stored; leave it out.")


def refuse_nul(said: Any, pointer: str = "") -> None:
    """Raises Malformed with a pointer to each text in it, however deep, that holds a NUL."""
    if faults := tuple(nul_faults(said, pointer)):
        raise Malformed(faults)


def nul_faults(said: Any, pointer: str = "") -> Iterator[Fault]:
    """A name that holds a NUL is told by the place in which it stands."""
    waiting: list[tuple[tuple[Any, ...], Any]] = [((), said)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str):
            if "\0" in value:
                yield Fault(_pointer(pointer, place), NUL)
        elif isinstance(value, list | tuple):
            waiting.extend(((*place, number), inner) for number, inner in enumerate(value))
        elif isinstance(value, Mapping):
            if any(isinstance(name, str) and "\0" in name for name in value):
                yield Fault(_pointer(pointer, place), NUL)
            waiting.extend(((*place, name), inner) for name, inner in value.items())


def _pointer(begin: str, place: tuple[Any, ...]) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1").replace("\0", "") for step in place)
    return "/".join((begin, *steps))
