"""What is left of a definition without the parts that break the format, so that the rest is judged too.

Law: of a part that is misspelt or taken out nothing is told but that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from workflow.rules import format as fmt
from workflow.rules.loading.format_faults import known_at, path_of
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.sources import meant

MOST_ROUNDS = 10
# How like another a key must be to be read as that one.
LIKENESS = 0.75


class Salvage:
    """A copy of a file's value from which parts can be taken out; it knows where each of the others stood.

    `declared` is the file's value with its misspelt keys put right, and nothing taken out.
    """

    def __init__(self, value: Any) -> None:
        self._positions: dict[int, list[int]] = {}
        self._written: dict[int, dict[str, str]] = {}
        self._incomplete: set[Path] = set()
        self._shortened: set[Path] = set()
        self._stood: set[Path] = set()
        self.rest = self._copy(value)
        self.declared: Mapping[str, Any] = value

    def spell(self, error: ValidationError, root: type[fmt.Part] = fmt.Definition) -> None:
        """Read misspelt keys as those they are nearest to, so that what stands under them is judged."""
        for details in error.errors(include_url=False):
            if details["type"] == "extra_forbidden":
                *above, wrong = path_of(details["loc"], root)
                group = self._at(tuple(above))
                if isinstance(group, dict) and wrong in group:
                    self._respell(group, str(wrong), known_at(details["loc"], root))
        self.declared = self._copy(self.rest)

    def definition(self, error: ValidationError) -> fmt.Definition | None:
        """The definition without its broken parts; None when nothing that can be judged is left."""
        for _ in range(MOST_ROUNDS):
            broken = {
                self._replaceable(path_of(details["loc"]), missing=details["type"] == "missing")
                for details in error.errors(include_url=False)
            }
            if () in broken:
                return None
            # From the back, so that places in lists stay what they are.
            for path in sorted(broken, key=_order, reverse=True):
                self._replace(path)
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
            written = self._written.get(id(value), {}).get(str(step), step)
            found.append(self._positions[id(value)][int(step)] if listed else written)
            known = listed or (isinstance(value, dict) and step in value)
            value = value[step] if known else None
        return tuple(found)

    def lacks(self, origin: Path) -> bool:
        """Whether a part was taken out of what stands there, or beside it in a list, or something stands in
        for it: what is said of the rest may not be true of the whole.
        """
        stood = any(origin[:length] in self._stood for length in range(1, len(origin) + 1))
        return stood or origin in self._incomplete or origin[:-1] in self._shortened

    def _copy(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._copy(item) for key, item in value.items()}
        if not isinstance(value, list):
            return value
        copied = [self._copy(item) for item in value]
        self._positions[id(copied)] = list(range(len(copied)))
        return copied

    def _respell(self, group: dict[str, Any], wrong: str, known: list[str]) -> None:
        right = meant(wrong, set(known) - set(group), LIKENESS)
        if right:
            group[right] = group.pop(wrong)
            self._written.setdefault(id(group), {})[right] = wrong

    def _replaceable(self, path: Path, *, missing: bool) -> Path:
        """What can be taken out or stood in for, so that what is broken or missing there is so no more."""
        while path:
            group = self._at(path[:-1])
            if isinstance(group, dict | list) and (self._stand_in(path) is not None or not missing):
                return path
            path, missing = path[:-1], False
        return path

    def _stand_in(self, path: Path) -> Any:
        """What can stand there; None where nothing can, or where it did not help."""
        return None if self.origin(path) in self._stood else _stand_in(path)

    def _replace(self, path: Path) -> None:
        """Put in what can stand for a part; else take it out."""
        group, last, origin = self._at(path[:-1]), path[-1], self.origin(path[:-1])
        known = self._stand_in(path)
        if known is None:
            self._take_out(group, last, origin)
        elif isinstance(group, dict):
            self._stood.add(self.origin(path))
            self._incomplete |= {origin, origin[:-1]}
            group[str(last)] = self._copy(known)

    def _take_out(self, group: Any, last: str | int, origin: Path) -> None:
        self._incomplete.add(origin)
        if isinstance(group, dict):
            group.pop(str(last), None)
        elif isinstance(group, list) and last in range(len(group)):
            self._shortened.add(origin)
            del group[int(last)]
            del self._positions[id(group)][int(last)]

    def _at(self, path: Path) -> Any:
        value = self.rest
        for step in path:
            there = (
                step in value
                if isinstance(value, dict)
                else isinstance(value, list) and step in range(len(value))
            )
            if not there:
                return None
            value = value[step]
        return value


def _order(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in path)


def _stand_in(path: Path) -> Any:
    """What can stand where something needed is missing or broken; None where nothing can."""
    if path[0] == "tasks" and path[2:3] == ("outcomes",) and len(path) == 4:
        return []
    kind = path[0] if len(path) > 1 else ""
    depth = {"": 1, "opening": 2}.get(str(kind), 3)
    return _STAND_INS.get((kind, path[-1])) if len(path) == depth else None


_STAND_INS: Mapping[tuple[str | int, str | int], Any] = {
    ("", "key"): "unnamed",
    ("", "version"): 1,
    ("", "languages"): ["en"],
    ("", "number"): "",
    ("", "opening"): {"by": "engine"},
    ("", "roles"): {},
    ("", "facts"): {},
    ("", "states"): {},
    ("", "tasks"): {},
    ("", "transitions"): [],
    ("opening", "by"): "engine",
    ("roles", "side"): "party",
    ("roles", "sees"): "all",
    ("states", "category"): "open",
    ("tasks", "for"): "unnamed",
    ("tasks", "outcomes"): {},
    ("transitions", "trigger"): "unnamed",
    ("transitions", "from"): "any open",
    ("transitions", "by"): "engine",
    ("letters", "from"): "unnamed",
    ("letters", "to"): [],
}
