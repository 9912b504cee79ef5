"""The command line asks as the API does: who acts stands after --as, and the table holds for them too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import count
from pathlib import Path

import orjson
import pytest

from api.cli.main import main
from tests.access.asking import PDF
from tests.access.matrix import NOWHERE, ON_CASES, rows, table
from tests.access.playing import library
from tests.access.stage import Stage, staged
from tests.originals import SqliteOriginals
from tests.proof import size

PEOPLE = size(
    ("focal_point", "other_focal_point", "assessor_1", "donor"),
    ("focal_point", "other_focal_point", "coordinator", "assessor_1", "assessor_3", "donor", "administrator"),
)

counted = count(1)


@pytest.fixture(params=size(["appraisal"], ["appraisal", "parked", "draft"]))
def stage(
    request: pytest.FixtureRequest,
    sqlite_originals: SqliteOriginals,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stage]:
    home = tmp_path / "home"
    home.mkdir()
    found = staged(lambda furnish: sqlite_originals.copied(furnish, home), request.param, home / "files")
    monkeypatch.setenv("CASEWAY_HOME", str(home))
    monkeypatch.setattr("workflow.runtime.installation.read_library", library)
    yield found
    found.database.close()


def test_every_command_on_a_case_answers_as_the_table_says(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who sees the case is told something of it, whoever does not the same as of no case."""
    before, wrong = stage.digest(), []
    for row in (one for one in rows() if one.who in PEOPLE):
        there = row.expects("read", stage.state) != "not there"
        for group, words in commands(stage):
            typed = [*words, "--as", row.who]
            status, told = said(capsys, typed)
            inside = there and group != "read"
            if not inside and status != (200 if there else 404):
                wrong.append(f"{' '.join(typed)}: {status} {told}")
            if not there:
                other = said(capsys, [NOWHERE if one == stage.id else one for one in typed])
                if other != (status, told.replace(stage.id, NOWHERE)):
                    wrong.append(f"{' '.join(typed)}: {status} {told}, and of no case {other}")
    assert not wrong, "\n".join(wrong)
    assert stage.digest() == before


def test_lists_show_what_the_table_says(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    for row in (one for one in rows() if one.who in PEOPLE):
        sees = row.expects("read", stage.state) in ("seen", "card")
        with suppress(SystemExit):
            main(["cases", "--as", row.who, "--json"])
        found = [one["id"] for one in orjson.loads(capsys.readouterr().out)]
        assert (found == [stage.id]) is sees, row.who
        with suppress(SystemExit):
            main(["worklist", "--as", row.who, "--json"])
        mine = {one["case_id"] for one in orjson.loads(capsys.readouterr().out)}
        assert mine <= ({stage.id} if sees else set()), row.who


def test_every_command_that_is_told_by_state_is_tried(stage: Stage) -> None:
    told = {name for group in ON_CASES for name in cli(group)}
    assert told == {" ".join(words[:2]) if words[0] == "file" else words[0] for _, words in commands(stage)}


def commands(stage: Stage) -> Iterator[tuple[str, list[str]]]:
    """By the group of the table, each command as it would be typed."""
    number, task = stage.id, max((one.no for one in stage.case.tasks), default=1)
    digest = f"sha256:{sha256(PDF).hexdigest()}"
    rehearsed = ["--dry-run", "--reason", "a try"]
    yield "read", ["show", number]
    yield "read", ["file", "list", number]
    yield "part", ["file", "get", number, digest, str(stage.home / f"copy-{next(counted)}")]
    yield "step", ["advance", number, "withdraw", *rehearsed]
    yield "step", ["complete", number, str(task), "scored", *rehearsed]
    yield "step", ["declare", number, str(task), *rehearsed]
    yield "name", ["assign", number, str(task), "assessor_3", *rehearsed]
    yield "name", ["candidates", number, str(task)]
    yield "correct", ["revise", number, "request", "--data", "{}", *rehearsed]
    yield "undo", ["undo", number, *rehearsed]
    letter = stage.home / "letter.txt"
    letter.write_text("This is no letter that would be kept.")
    yield "file", ["file", "put", number, str(letter)]


def said(capsys: pytest.CaptureFixture[str], words: list[str]) -> tuple[int, str]:
    """The status that the API would have answered with, and all that was said."""
    left: int | str | None = 0
    try:
        main([*words, "--json"])
    except SystemExit as end:
        left = end.code
    out, err = capsys.readouterr()
    if left in (0, None):
        return 200, out
    return int(orjson.loads(err.splitlines()[-1]).get("status", 0)), out + err


def cli(group: str) -> list[str]:
    found: list[str] = table()["operations"][group]["cli"]
    return found
