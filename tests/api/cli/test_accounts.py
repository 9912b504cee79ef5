"""The first administrator, invitations, and letting somebody go, at the machine itself."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

import pytest

from tests.api.cli.conftest import Shell

PASSWORD = "three invented words for a test"


def _typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def _made(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> str:
    _typed(monkeypatch, f"{PASSWORD}\n")
    person: str = shell.json("admin", "create", "Ada Boone", "--email", "ada@example.org")["person"]
    return person


def test_the_first_administrator_is_made_with_a_password_of_their_own(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ada = _made(shell, monkeypatch)
    assert "ada" not in ada
    [mandate] = next(one for one in shell.json("person", "list") if one["id"] == ada)["mandates"]
    assert mandate["role"] == "administrator"
    assert [one["act"] for one in shell.json("administration")] == ["create_administrator"]
    with sqlite3.connect(tmp_path / "home" / "caseway.db") as file:
        [(kept,)] = file.execute("SELECT hash FROM password").fetchall()
    assert kept.startswith("$argon2id$")


def test_there_is_no_default_password_and_no_weak_one(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    for typed, code in (("", 2), ("administrator\n", 1), ("ada@example.org\n", 1)):
        _typed(monkeypatch, typed)
        assert shell.run("admin", "create", "Ada Boone", "--email", "ada@example.org").code == code, typed
        assert "assword" in shell.err
    assert shell.json("person", "list") == []


def test_a_second_administrator_is_made_on_purpose_only(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made(shell, monkeypatch)
    more = ("admin", "create", "Bob Carter", "--email", "bob@example.org", "--invite")
    assert shell.run(*more).code == 1
    assert "--another" in shell.err
    assert shell.run(*more, "--another").code == 0
    assert "cl_" in shell.out


def test_an_invitation_is_told_once_and_kept_as_its_digest(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ada = _made(shell, monkeypatch)
    shell.run("person", "add", "amina", "--name", "Amina", "--email", "amina@example.org")
    link = shell.json("invite", "amina", "--tell", "--as", ada)["invitation"]
    assert link.startswith("cl_")
    assert link.encode() not in (tmp_path / "home" / "caseway.db").read_bytes()
    assert shell.run("invite", "amina").out.startswith("An invitation goes to amina@example.org")
    assert shell.run("invite", "nobody").code == 1


def test_who_is_let_go_is_known_by_nothing_at_once_and_it_is_noted_why(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = _made(shell, monkeypatch)
    shell.run("person", "add", "amina", "--name", "Amina", "--role", "coordinator", "--region", "Africa")
    token = shell.json("person", "token", "amina")
    assert shell.run("disable", "amina", "--reason", "left the ministry", "--as", ada).code == 0
    [kept] = shell.json("tokens", "amina")
    assert kept["id"] == token["id"]
    assert kept["revoked_at"] is not None
    told = shell.json("administration", "--subject", "person:amina", "--by", ada)
    assert [(one["act"], one["reason"]) for one in told] == [("disable_person", "left the ministry")]
    assert shell.run("disable", "amina").code == 1
    assert shell.run("enable", "amina").code == 0
    assert shell.json("tokens", "amina")[0]["revoked_at"] is not None


def test_sessions_and_tokens_are_ended_by_administrators_alone(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made(shell, monkeypatch)
    shell.run("person", "add", "amina", "--name", "Amina", "--role", "coordinator", "--region", "Africa")
    token = shell.json("person", "token", "amina")["id"]
    assert shell.run("tokens", "amina", "--revoke", token, "--as", "amina").code == 1
    assert "administrator" in shell.err
    assert shell.run("tokens", "amina", "--revoke", token).code == 0
    assert shell.run("tokens", "amina", "--revoke", token).code == 1
    assert shell.json("sessions", "amina") == []
    assert shell.json("sessions", "amina", "--revoke") == {"ended": 0}
    assert shell.run("forget-factor", "amina").code == 1
    assert "no second factor" in shell.err


def test_an_account_is_corrected_and_all_of_it_is_noted(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = _made(shell, monkeypatch)
    shell.run("person", "add", "amina", "--name", "Amina", "--nationality", "KE")
    given = shell.json("person", "add", "amina", "--role", "coordinator", "--as", ada)["mandates"][0]
    assert given["granted_by"] == ada
    shell.run("person", "add", "amina", "--email", "amina@example.org", "--as", ada)
    shell.run("person", "end", given["id"], "--as", ada)
    (amina,) = [one for one in shell.json("person", "list") if one["id"] == "amina"]
    told = [amina[name] for name in ("name", "language", "email", "nationalities")]
    assert told == ["Amina", "en", "amina@example.org", ["KE"]]
    noted = [(one["act"], one["person"]) for one in shell.json("administration")]
    assert noted == [
        ("end_mandate", ada),
        ("put_person", ada),
        ("grant_mandate", ada),
        ("put_person", "(owner)"),
        ("create_administrator", "(owner)"),
    ]


def test_what_is_of_a_mandate_says_its_role(shell: Shell) -> None:
    assert shell.run("person", "add", "amina", "--name", "Amina", "--party", "KE").code == 2
    assert "say its --role" in shell.err
    assert shell.json("person", "list") == []
