"""Accounts with providers on the command line, with a real provider on loopback."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.api.cli.conftest import Shell
from tests.runtime.providers.rogue import Rogue, rogue, told


@pytest.fixture
def provider(shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rogue]:
    """A provider that the home of the shell names."""
    monkeypatch.setenv("CASEWAY_ORIGIN", "http://localhost:8000")
    with rogue(lambda: datetime.now(UTC)) as one:
        text = f'[office]\nissuer = "{one.issuer}"\nclient_id = "caseway"\n'
        (tmp_path / "home" / "providers.toml").write_text(text)
        yield one


def test_an_account_is_linked_listed_and_let_go_of(shell: Shell, provider: Rogue) -> None:
    shell.run("person", "add", "amina", "--name", "Amina")
    added = shell.json("identity", "add", "amina", "office", "248289761001")
    assert (added["person"], added["issuer"]) == ("amina", provider.issuer)
    assert "can sign in by office" in shell.run("identity", "add", "amina", "office", "248289761001").out
    assert [one["id"] for one in shell.json("identity", "list")] == [added["id"]]
    assert shell.json("identity", "list", "--person", "linh") == []
    assert "office" in shell.run("identity", "list").out
    assert "does not sign in by" in shell.run("identity", "remove", added["id"]).out
    assert shell.run("identity", "remove", added["id"]).code == 1
    assert "caseway identity list" in shell.err
    acts = [one["act"] for one in shell.json("administration") if "identity" in one["act"]]
    assert acts == ["unlink_identity", "link_identity"]


def test_an_account_is_one_persons(shell: Shell, provider: Rogue) -> None:
    for name in ("amina", "linh"):
        shell.run("person", "add", name, "--name", name.title())
    shell.run("identity", "add", "amina", "office", "248289761001")
    assert shell.run("identity", "add", "linh", "office", "248289761001").code == 1
    assert "linked to somebody else here" in shell.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("amina", "offices", "1"), "There is no provider 'offices'; providers.toml names: office."),
        (("nobody", "office", "1"), "there is no person 'nobody'"),
        (("amina", "office", "1", "--as", "amina"), "administrator"),
    ],
)
def test_what_is_not_there_is_told(shell: Shell, provider: Rogue, words: tuple[str, ...], said: str) -> None:
    shell.run("person", "add", "amina", "--name", "Amina")
    assert shell.run("identity", "add", *words).code == 1
    assert said in shell.err


def test_providers_are_asked_whether_they_answer(shell: Shell, provider: Rogue) -> None:
    assert "answers" in shell.run("identity", "check").out
    assert shell.code == 0
    provider.metadata = {"issuer": "https://login.example.com"}
    [found] = shell.json("identity", "check")
    assert shell.code == 1
    assert "it says that its issuer is 'https://login.example.com'" in found["fault"]
    provider.metadata, provider.pages["/keys"] = {}, lambda: told({"keys": []})
    assert "no keys that can be used" in " ".join(shell.run("identity", "check").out.split())
    assert shell.code == 1


def test_without_a_provider_there_is_nothing_to_ask(shell: Shell) -> None:
    assert shell.run("identity", "check").code == 1
    assert "No provider is named" in shell.err


def test_a_wrong_file_stops_the_start(shell: Shell, provider: Rogue, tmp_path: Path) -> None:
    (tmp_path / "home" / "providers.toml").write_text("[office]\nissuer = 1\n")
    assert shell.run("serve", "--port", "0").code == 1
    assert "office.issuer: input should be a valid string" in shell.err


def test_a_wrong_file_is_told_with_its_place(shell: Shell, provider: Rogue, tmp_path: Path) -> None:
    (tmp_path / "home" / "providers.toml").write_text('[office]\nissuer = "http://login.example.org"\n')
    assert shell.run("identity", "check").code == 1
    assert "providers.toml has a fault: office.client_id: field required" in shell.err
