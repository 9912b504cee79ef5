"""The library: every definition that lies in the folders, compiled once.

Law: a broken one stops the start, all faults told.

A folder holds `KEY/v1/…`, `KEY/v2/…` with the wording, letters and scenarios that versions share beside
them, and `messages/` that all definitions share. Of two folders with the same version the later one holds.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from workflow.errors import BrokenDefinition, DefinitionFault, Fault, Malformed, Phrase
from workflow.rules.checks import nearest
from workflow.rules.definition import Definition
from workflow.rules.loading.compile import compile_definition
from workflow.rules.loading.sources import Sources

VERSION = re.compile(r"v[1-9][0-9]*")
SUFFIXES = (".yaml", ".po", ".md")
SHARED = ("locales", "letters", "messages", "scenarios")


class Library:
    """The compiled definitions, by key and version. Immutable, so any number of threads may read it."""

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._found: Mapping[tuple[str, int], Definition] = {
            (one.key, one.version): one for one in definitions
        }

    def get(self, key: str, version: int) -> Definition:
        """Raises Malformed where there is no such definition or version."""
        found = self._found.get((key, version))
        if found is None:
            known = ", ".join(f"{name} v{number}" for name, number in sorted(self._found)) or "none"
            params = {"key": key, "version": version, "known": known}
            raise Malformed(
                (Fault("/version", Phrase("there is no {key} v{version}; there is: {known}", params)),)
            )
        return found

    def newest(self, key: str) -> Definition:
        """The version that new cases get. Raises Malformed for an unknown key."""
        versions = [version for name, version in self._found if name == key]
        if not versions:
            params = {"key": key, "hint": nearest(key, sorted({name for name, _ in self._found}))}
            raise Malformed((Fault("/definition", Phrase("there is no definition '{key}'{hint}", params)),))
        return self._found[key, max(versions)]

    def all(self) -> tuple[Definition, ...]:
        """Every version of every definition, by key and version."""
        return tuple(self._found[name] for name in sorted(self._found))


@dataclass(frozen=True, slots=True)
class Edition:
    """One version as it lies in a folder: its texts by the path people know them by, not compiled yet."""

    key: str
    version: int
    path: str
    files: Mapping[str, str]

    @property
    def sources(self) -> Sources:
        return Sources.sort(self.files)


def read_library(*folders: Path) -> Library:
    """Compile what comes with Caseway and what lies in the folders.

    Raises BrokenDefinition, every fault of all.
    """
    found: dict[tuple[str, int], Edition] = {}
    for folder in (package(), *folders):
        found |= {(one.key, one.version): one for one in editions(folder)}
    return compile_all(found.values())


def compile_all(found: Iterable[Edition], beside: Iterable[Edition] = ()) -> Library:
    """Compile editions into a library. `beside` are others that they may open cases of.

    Raises BrokenDefinition with every fault of all of them.
    """
    compiled: list[Definition] = []
    faults: list[DefinitionFault] = []
    chosen = list(found)
    keys = frozenset(one.key for one in (*chosen, *beside)) | {one.name for one in _folders(package())}
    for edition in chosen:
        try:
            compiled.append(_compile(edition, keys))
        except BrokenDefinition as broken:
            faults += broken.faults
    if faults:
        raise BrokenDefinition(tuple(faults))
    # They live as long as the process: no collection needs to look at them again. An act leaves no rings, so
    # that looking for some after every seven hundred new objects is time lost.
    gc.freeze()
    gc.set_threshold(20_000)
    return Library(compiled)


def package() -> Path:
    """The folder of the definitions that come with Caseway."""
    return Path(str(files("definitions")))


def editions(folder: Path) -> list[Edition]:
    """The versions in a folder of definitions, of one definition, or of one version.

    Raises BrokenDefinition.
    """
    folder = folder.absolute()
    if (folder / "definition.yaml").is_file() and VERSION.fullmatch(folder.name):
        return [_edition(folder)]
    found = _versions(folder) or [version for key in _folders(folder) for version in _versions(key)]
    if not found and folder != package():
        message = "no definition lies here; one is KEY/v1/definition.yaml, in a folder of its own"
        raise BrokenDefinition((DefinitionFault(str(folder), 1, 1, message),))
    return [_edition(version) for version in found]


def _compile(edition: Edition, keys: frozenset[str]) -> Definition:
    definition = compile_definition(edition.sources, keys)
    if (definition.key, definition.version) != (edition.key, edition.version):
        said = f"{definition.key} version {definition.version}"
        lies = f"{edition.key}/v{edition.version}"
        message = f"this is {said}, but it lies in {lies}; call folder and definition the same"
        raise BrokenDefinition((DefinitionFault(edition.path, 1, 1, message),))
    return definition


def _edition(version: Path) -> Edition:
    """Of two files for the same the nearer one holds: all definitions', the definition's, the version's."""
    key = version.parent
    places = [
        (package() / "messages", "messages"),
        (key.parent / "messages", "messages"),
        *((key / name, f"{key.name}/{name}") for name in SHARED),
        (version, f"{key.name}/{version.name}"),
    ]
    texts: dict[str, str] = {}
    for folder, name in places:
        texts |= _texts(folder, name)
    path = f"{key.name}/{version.name}/definition.yaml"
    return Edition(key.name, int(version.name.removeprefix("v")), path, texts)


def _texts(folder: Path, name: str) -> dict[str, str]:
    found = sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    return {f"{name}/{path.relative_to(folder).as_posix()}": _text(path) for path in found}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        message = f"this file cannot be read as UTF-8 text: {fault}"
        raise BrokenDefinition((DefinitionFault(str(path), 1, 1, message),)) from fault


def _versions(key: Path) -> list[Path]:
    return [
        one for one in _folders(key) if VERSION.fullmatch(one.name) and (one / "definition.yaml").is_file()
    ]


def _folders(folder: Path) -> list[Path]:
    return sorted(one for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []
