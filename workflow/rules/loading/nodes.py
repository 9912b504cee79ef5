"""YAML 1.2 texts read into plain values with their places. The law: no anchors, aliases, tags, repeated keys.

`NO` stays a text, dates stay texts; nothing in a file is turned into an object or run.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from workflow.errors import DefinitionFault

Path = tuple[str | int, ...]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tree:
    """A file's value with the place (line, column, from 1) of every part of it and of every key."""

    file: str
    text: str = field(repr=False)
    value: Any
    places: Mapping[Path, Place] = field(repr=False)
    keys: Mapping[Path, Place] = field(repr=False)
    spans: Mapping[Path, tuple[int, int]] = field(repr=False)
    unread: Collection[Path] = field(default=(), repr=False)

    def is_unread(self, path: Path) -> bool:
        """Whether the value there was refused already, so that what else is said of it follows from that."""
        return any(path[:length] in self.unread for length in range(len(path) + 1))

    def fault(self, path: Path, message: str) -> DefinitionFault:
        """A fault at a value, or at the nearest part around it that is in the file."""
        return DefinitionFault(self.file, *self._nearest(self.places, path), message)

    def key_fault(self, path: Path, message: str) -> DefinitionFault:
        """A fault at a key."""
        return DefinitionFault(self.file, *self._nearest({**self.places, **self.keys}, path), message)

    def inner_fault(self, path: Path, line: int, column: int, message: str) -> DefinitionFault:
        """A fault within a text value, told by the line and column in the text itself."""
        if path not in self.spans:
            return self.fault(path, message)
        return DefinitionFault(self.file, *self._within(path, line, column), message)

    def _nearest(self, places: Mapping[Path, Place], path: Path) -> Place:
        while path and path not in places:
            path = path[:-1]
        return places.get(path, (1, 1))

    def _within(self, path: Path, line: int, column: int) -> Place:
        """Written and read text differ by breaks, indentation and quotes only: count the other characters."""
        value = _at(self.value, path)
        offset = sum(len(one) + 1 for one in value.split("\n")[: line - 1]) + column - 1
        before = len("".join(value[:offset].split()))
        start, end = self.spans[path]
        written = [*_written(self.text, start, end), end]
        position = written[before] if before < len(written) - 1 else written[-2] + 1
        return self.text.count("\n", 0, position) + 1, position - self.text.rfind("\n", 0, position)


def read(file: str, text: str) -> tuple[Tree, tuple[DefinitionFault, ...]]:
    """The file's tree and everything that is wrong with its YAML. After a broken syntax the tree is empty."""
    walk = _Walk(file, text)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        return walk.tree(None), (_syntax(file, error),)
    except YAMLError as error:
        return walk.tree(None), (DefinitionFault(file, 1, 1, f"this is not YAML: {error}"),)
    value = None if root is None else walk.value(root, ())
    if value is None:
        walk.faults.append(DefinitionFault(file, 1, 1, "the file is empty"))
    return walk.tree(value), tuple(walk.faults)


class _Walk:
    """One walk over the nodes of one file."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.places: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.spans: dict[Path, tuple[int, int]] = {}
        self.faults: list[DefinitionFault] = []
        self.unread: set[Path] = set()
        self.anchors: set[str] = set()

    def tree(self, value: Any) -> Tree:
        return Tree(self.file, self.text, value, self.places, self.keys, self.spans, self.unread)

    def value(self, node: Node, path: Path) -> Any:
        self.places[path] = place = _place(node)
        if node.anchor in self.anchors:
            # An alias is the anchor's own node again; only the key before it tells where it stands.
            self.places[path] = self.keys.get(path, place)
            return self._refuse(path, f"aliases (*{node.anchor}) are not used here; write the part out")
        if node.anchor:
            self.anchors.add(node.anchor)
            self._fault(place, f"anchors (&{node.anchor}) are not used here; write the part out")
        if self.text[node.start_mark.index : node.start_mark.index + 1] == "!":
            self._refuse(path, f"tags (as {node.tag}) are not used here; write the plain value")
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, place)) for place, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode), "YAML has no fourth kind of node"
        self.spans[path] = (node.start_mark.index, node.end_mark.index)
        return _scalar(node.value, quoted=bool(node.style))

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._fault(_place(key_node), "a key must be a single word or text")
                continue
            key = key_node.value
            if key in found:
                first = self.keys[(*path, key)][0]
                self._fault(_place(key_node), f"the key '{key}' stands twice; first in line {first}")
                self._add(found[key], value_node, (*path, key))
                continue
            self.keys[(*path, key)] = _place(key_node)
            found[key] = self.value(value_node, (*path, key))
        return found

    def _add(self, first: Any, node: Node, path: Path) -> None:
        """What a repeated key adds counts too: it is not to be told as missing where others name it."""
        if isinstance(first, dict) and isinstance(node, MappingNode):
            for key_node, value_node in node.value:
                if isinstance(key_node, ScalarNode) and key_node.value not in first:
                    self.keys[(*path, key_node.value)] = _place(key_node)
                    first[key_node.value] = self.value(value_node, (*path, key_node.value))
        elif isinstance(first, list) and isinstance(node, SequenceNode):
            for item in node.value:
                first.append(self.value(item, (*path, len(first))))

    def _refuse(self, path: Path, message: str) -> None:
        self.unread.add(path)
        self._fault(self.places[path], message)

    def _fault(self, place: Place, message: str) -> None:
        self.faults.append(DefinitionFault(self.file, *place, message))


def _place(node: Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _scalar(text: str, *, quoted: bool) -> Any:
    """The core schema of YAML 1.2, for plain words only; whatever is quoted is a text."""
    if quoted:
        return text
    for pattern, read_as in _CORE:
        if pattern.fullmatch(text):
            return read_as(text)
    return text


def _syntax(file: str, error: MarkedYAMLError) -> DefinitionFault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    told = ", ".join(part for part in (error.context, error.problem) if part)
    return DefinitionFault(file, line, column, f"this is not YAML: {told}")


def _written(text: str, start: int, end: int) -> Iterator[int]:
    """The positions of the characters of a scalar's content in the file, white space left out."""
    opening = _OPENING.match(text, start, end)
    for position in range(opening.end() if opening else start, end):
        if not text[position].isspace():
            yield position


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


_OPENING = re.compile(r"[|>][-+0-9]*[^\n]*\n|['\"]")
_CORE = (
    (re.compile(r"null|Null|NULL|~|"), lambda text: None),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text, 8)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text, 16)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
)
