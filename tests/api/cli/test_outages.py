"""What is out of reach is told by its cause, once, with a code of its own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.api.cli.conftest import Shell


def test_a_database_file_full_of_something_else_is_told_once_and_nobody_is_told_to_try_again(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "home" / "caseway.db").write_bytes(b"garbage " * 2000)
    for command in ("cases", "verify", "backup"):
        told = shell.run(command)
        assert told.code == 3, told.err
        assert "caseway.db is damaged, or is no database (file is not a database)" in told.err
        assert "try again" not in told.err


def test_a_backup_into_a_folder_that_is_not_there_names_it(shell: Shell, tmp_path: Path) -> None:
    told = shell.run("backup", str(tmp_path / "nowhere" / "x"))
    assert told.code == 3
    assert f"There is no folder {tmp_path / 'nowhere'}" in told.err
    assert "The database" not in told.err


def test_a_home_that_cannot_be_made_is_out_of_reach(
    empty_shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CASEWAY_HOME", str(tmp_path / "file" / "home"))
    told = empty_shell.run("db", "upgrade")
    assert told.code == 3
    assert "which cannot be made" in told.err


def test_a_home_that_is_read_only_is_told_as_what_it_is(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(tmp_path / "home", home)
        monkeypatch.setenv("CASEWAY_HOME", str(home))
        with _read_only(Path(folder), home):
            told = shell.run("cases")
        assert told.code == 3, told.err
        assert f"{home} is read-only for this account" in told.err
        assert "try again" not in told.err


@contextmanager
def _read_only(*folders: Path) -> Iterator[None]:
    """As an ordinary account meets it: root may write everywhere."""
    user = os.geteuid()
    for folder in folders:
        folder.chmod(0o555)
    for path in folders[-1].iterdir():
        path.chmod(0o444)
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
        for folder in folders:
            folder.chmod(0o755)
