"""What is refused to somebody on the command line is noted, and tells nothing of what there is."""

from __future__ import annotations

from pathlib import Path

from tests.api.cli.conftest import DESIGNATED, Shell
from workflow.records.databases import open_database

NOWHERE = "0" * 32
NUMBERED = "UPDATE cases SET number = 'TA-2026-0001'"


def opened(shell: Shell) -> str:
    for person, role, party in (("amina", "focal_point", "KE"), ("linh", "focal_point", "VN")):
        given = ("--role", role, "--party", party, *DESIGNATED)
        shell.run("person", "add", person, "--name", person.title(), *given)
    case: str = shell.json("open", "technical_assistance", "--party", "KE", "--as", "amina")["case"]
    return case


def test_a_foreign_case_is_refused_as_one_that_is_not_there(shell: Shell) -> None:
    case = opened(shell)
    for command in (["show"], ["undo"], ["revise", "request", "--data", "{}"], ["file", "list"]):
        verb, own = (command[:2], []) if command[0] == "file" else (command[:1], command[1:])
        said = shell.run(*verb, case, *own, "--as", "linh").err
        assert (shell.code, shell.out) == (1, "")
        assert shell.run(*verb, NOWHERE, *own, "--as", "linh").err == said.replace(case, NOWHERE)
        assert (shell.code, shell.out) == (1, "")
    rows = [(one["person"], one["operation"], one["status"]) for one in shell.json("denials")]
    verbs = ("show", "undo", "revise", "file list")
    assert sorted(rows) == sorted([("linh", f"caseway {one}", 404) for one in verbs] * 2)


def test_the_refusal_names_a_case_as_it_was_asked_for(shell: Shell) -> None:
    case = opened(shell)
    database = open_database(f"sqlite:///{Path('home/caseway.db').absolute()}")
    database.writing(lambda connection: connection.write(NUMBERED, [()]))
    database.close()
    told = shell.run("show", "TA-2026-0001", "--as", "linh").err
    assert case not in told
    assert told == shell.run("show", "TA-2026-0002", "--as", "linh").err.replace("0002", "0001")
    assert {one["asked"] for one in shell.json("denials")} == {"TA-2026-0001", "TA-2026-0002"}
