"""A shell for the tests of the command line: it runs commands in this process, in a home of its own."""

import json
import os
import shutil
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import main
from workflow.records.databases import as_one_file
from workflow.runtime.home import Settings
from workflow.runtime.installation import prepare
from workflow.runtime.library import read_library

DESIGNATED = ("--letter-reference", "MFA/12/2026", "--letter-date", "2026-01-02")
LIBRARY = cache(read_library)


class Shell:
    """Runs commands in this process, in a home of its own."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.code = 0
        self.out = ""
        self.err = ""

    def run(self, *words: str) -> "Shell":
        try:
            main([*words])
            self.code = 0
        except SystemExit as left:
            self.code = int(left.code or 0)
        self.out, self.err = self._capsys.readouterr()
        assert "Traceback" not in self.err
        return self

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json").out)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was prepared once, to be copied."""
    home = tmp_path_factory.mktemp("furnished") / "home"
    prepare(Settings.of({"CASEWAY_HOME": str(home)}), today=date(2026, 3, 2)).database.close()
    as_one_file(home / "caseway.db")
    return home


@pytest.fixture
def shell(empty_shell: Shell, furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell whose home is prepared. Definitions are compiled once for all tests."""
    monkeypatch.setattr("workflow.runtime.installation.read_library", LIBRARY)
    shutil.copytree(furnished, tmp_path / "home")
    return empty_shell


@pytest.fixture
def empty_shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell whose home does not exist yet."""
    for name in [name for name in os.environ if name.startswith("CASEWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CASEWAY_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return Shell(capsys)
