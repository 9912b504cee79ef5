"""The architecture, kept true: which room may import what, what files are called, what stands at the top."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ["definitions", "workflow", "api", "web", "tests", "docs"]
AT_THE_TOP = {*ROOMS, ".ci", ".git", ".github"}

# Each floor may use those that follow it, never those before it.
FLOORS = [
    "api",
    "web",
    "workflow.runtime",
    "workflow.records",
    "workflow.rules.scenarios",
    "workflow.rules.loading",
    "workflow.rules",
    "workflow.rules.format",
    "workflow.rules.language",
    "workflow.rules.dates",
    "workflow.errors",
]

# The pure room has no clock, database, network, randomness or files.
PURE = {
    "pydantic",
    "pydantic_core",
    "transitions",
    "cel_expr_python",
    "jsonschema_rs",
    "msgspec",
    "ruamel",
    "babel",
    "typing_extensions",
}
IMPURE_STANDARD = {
    "asyncio", "ctypes", "ftplib", "glob", "http", "imaplib", "importlib", "io", "logging",
    "multiprocessing", "os", "pathlib", "pickle", "poplib", "random", "secrets", "select", "selectors",
    "shelve", "shutil", "signal", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "sys",
    "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip

# A library, or one name of it, that only one place knows.
ONLY_IN = {
    # On a struct the type checker lets it pass, and it fails.
    "dataclasses.replace": "workflow/rules/replacing.py",
    "transitions": "workflow/rules/machine.py",
    "cel_expr_python": "workflow/rules/language/expressions.py",
    "pysqlite3": "workflow/records/databases/",
    "sqlite3": "workflow/records/databases/",
    "psycopg": "workflow/records/databases/",
    "psycopg_pool": "workflow/records/databases/",
}

EMPTY_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "service",
    "services",
    "processor",
    "misc",
}

# Written with classes of one letter, so that this file does not find itself.
NOT_FOR_OTHERS = re.compile(r"(?<![\w.])/(wor[k]|roo[t])/|pyp[i]\.org|pythonhoste[d]|npmj[s]\.|deb\.debia[n]")


def _ours() -> Iterator[Path]:
    """The project's own files: everything in the rooms, and the plain files beside them."""
    for path in sorted(ROOT.iterdir()):
        if path.is_file():
            yield path
        elif path.name in {*ROOMS, ".ci"}:
            yield from (
                one for one in sorted(path.rglob("*")) if one.is_file() and "__pycache__" not in one.parts
            )


def _code() -> list[Path]:
    return [path for path in _ours() if path.suffix == ".py"]


def _engine_code() -> list[Path]:
    return [
        path for path in _code() if _name(path).partition("/")[0] in {"workflow", "api", "web", "definitions"}
    ]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _module(path: Path) -> str:
    return _name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported, inside functions and for type checking only as well."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, f"{_name(path)}:{node.lineno} imports relatively"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _floor(module: str) -> int | None:
    """The number of the innermost room that a module stands in."""
    inside = [floor for floor in FLOORS if f"{module}.".startswith(f"{floor}.")]
    return FLOORS.index(max(inside, key=len)) if inside else None


def _faults(path: Path, module: str) -> Iterator[str]:
    """What is wrong with the imports of one file, were it the module of this name."""
    here = _floor(module)
    for line, wanted in _imports(path):
        there, library = _floor(wanted), wanted.partition(".")[0]
        if library == "tests" and here is not None:
            yield f"{module}:{line} imports tests"
        if here is not None and there is not None and there < here:
            yield f"{module}:{line} imports upwards: {wanted}"
        if module.startswith("web.") and library == "api":
            yield f"{module}:{line} web never uses api"
        if module.startswith(("workflow.rules", "workflow.errors")) and not _is_pure(library):
            yield f"{module}:{line} is pure and may not import {wanted}"
        for known, place in ONLY_IN.items():
            own = f"{module.replace('.', '/')}.py".startswith(place)
            if f"{wanted}.".startswith(f"{known}.") and not own:
                yield f"{module}:{line} imports {known}, which only {place} may know"


def _is_pure(library: str) -> bool:
    standard = library in sys.stdlib_module_names and library not in IMPURE_STANDARD
    return standard or library in PURE or library == "workflow"


def test_imports_run_one_way() -> None:
    faults = [fault for path in _engine_code() for fault in _faults(path, _module(path))]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("workflow.rules.decide", "import os"),
        ("workflow.rules.decide", "from random import choice"),
        ("workflow.rules.decide", "from sqlmodel import Field"),
        ("workflow.rules.decide", "from workflow.records import cases"),
        ("workflow.rules.decide", "def later():\n    from workflow.runtime.engine import Engine"),
        ("workflow.rules.guards", "from transitions import Machine"),
        ("workflow.rules.guards", "import cel_expr_python"),
        ("workflow.rules.tasks", "from dataclasses import dataclass, replace"),
        ("workflow.rules.decide", "from workflow.rules.loading import nodes"),
        ("workflow.rules.dates.deadlines", "from workflow.rules.case import Case"),
        ("workflow.rules.loading.compile", "from workflow.rules.scenarios import walks"),
        ("workflow.errors", "from workflow.rules import decide"),
        ("workflow.records.cases", "import workflow.runtime.engine"),
        ("workflow.records.cases", "import sqlite3"),
        ("workflow.runtime.engine", "from api.http import app"),
        ("workflow.runtime.engine", "import psycopg"),
        ("web.pages", "from api.http import app"),
        ("api.http.app", "from tests import proof"),
    ],
)
def test_an_import_against_the_direction_is_found(tmp_path: Path, module: str, line: str) -> None:
    path = tmp_path / "one.py"
    path.write_text(line)
    assert list(_faults(path, module))


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("workflow.rules.machine", "from transitions import Machine"),
        ("workflow.rules.language.expressions", "from cel_expr_python import cel"),
        ("workflow.rules.decide", "from workflow.errors import Refused"),
        ("workflow.rules.guards", "from dataclasses import dataclass"),
        ("workflow.rules.dates.deadlines", "from datetime import datetime\nfrom zoneinfo import ZoneInfo"),
        ("workflow.records.databases.sqlite", "import sqlite3"),
        ("workflow.records.databases.postgresql", "from psycopg import sql"),
        ("workflow.runtime.engine", "from workflow.records import cases\nimport time"),
        ("api.http.cases", "from workflow.runtime.engine import Engine"),
    ],
)
def test_an_import_along_the_direction_is_allowed(tmp_path: Path, module: str, line: str) -> None:
    path = tmp_path / "one.py"
    path.write_text(line)
    assert not list(_faults(path, module))


def test_a_file_is_a_noun_of_the_field_or_a_verb() -> None:
    empty = [
        _name(path) for path in _code() if EMPTY_NAMES & {path.stem, *path.relative_to(ROOT).parent.parts}
    ]
    assert not empty, f"these names say nothing about what lives there: {empty}"


def test_every_file_begins_by_saying_what_lives_there() -> None:
    silent = [_name(path) for path in _code() if not ast.get_docstring(_tree(path))]
    assert not silent, f"these begin without a docstring: {silent}"


def test_only_the_rooms_stand_at_the_top() -> None:
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()}
    found = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.match("*.egg-info")}
    assert not found - AT_THE_TOP - ignored


def test_nothing_names_one_machine_or_a_registry() -> None:
    faults = [
        f"{_name(path)}:{number}: {line.strip()[:100]}"
        for path in _ours()
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if NOT_FOR_OTHERS.search(line)
    ]
    assert not faults, "\n".join(faults)
