"""What is left of a definition without the parts that break the format, so that the rest is judged too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from workflow.rules import format as fmt
from workflow.rules.loading.format_faults import path_of
from workflow.rules.loading.nodes import Path

MOST_ROUNDS = 10


class Salvage:
    """A copy of a file's value from which parts can be taken out; it knows where each of the others stood."""

    def __init__(self, value: Any) -> None:
        self._positions: dict[int, list[int]] = {}
        self._incomplete: set[Path] = set()
        self._shortened: set[Path] = set()
        self.rest = self._copy(value)

    def definition(self, error: ValidationError) -> fmt.Definition | None:
        """The definition without its broken parts; None when nothing that can be judged is left."""
        for _ in range(MOST_ROUNDS):
            broken = {_broken(details["type"], details["loc"]) for details in error.errors(include_url=False)}
            if () in broken or not isinstance(self.rest, dict):
                return None
            # From the back, so that places in lists stay what they are.
            for path in sorted(broken, key=_order, reverse=True):
                self._take_out(path)
            try:
                return fmt.Definition.model_validate(self.rest)
            except ValidationError as again:
                error = again
        return None

    def origin(self, path: Path) -> Path:
        """Where a part of the rest stands in the file."""
        found: list[str | int] = []
        value = self.rest
        for step in path:
            listed = isinstance(value, list) and isinstance(step, int) and step < len(value)
            found.append(self._positions[id(value)][int(step)] if listed else step)
            known = listed or (isinstance(value, dict) and step in value)
            value = value[step] if known else None
        return tuple(found)

    def lacks(self, origin: Path) -> bool:
        """Whether a part was taken out of what stands there, or beside it in a list: what is said of the rest
        may not be true of the whole.
        """
        return origin in self._incomplete or origin[:-1] in self._shortened

    def _copy(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._copy(item) for key, item in value.items()}
        if not isinstance(value, list):
            return value
        copied = [self._copy(item) for item in value]
        self._positions[id(copied)] = list(range(len(copied)))
        return copied

    def _take_out(self, path: Path) -> None:
        value, last = self.rest, path[-1]
        for step in path[:-1]:
            known = (
                step in value
                if isinstance(value, dict)
                else isinstance(value, list) and step in range(len(value))
            )
            if not known:
                return
            value = value[step]
        origin = self.origin(path[:-1])
        self._incomplete.add(origin)
        if isinstance(value, dict):
            value.pop(str(last), None)
        elif isinstance(value, list) and last in range(len(value)):
            self._shortened.add(origin)
            del value[int(last)]
            del self._positions[id(value)][int(last)]


def _broken(kind: str, loc: tuple[str | int, ...]) -> Path:
    path = path_of(loc)
    return path[:-1] if kind == "missing" else path


def _order(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in path)
