"""What people read on the command line are labels; names stand only where somebody has to type them."""

import json
from pathlib import Path
from typing import Any

import pytest

from api.cli.words import Words
from tests.api.cli.conftest import DESIGNATED, Shell
from tests.api.cli.test_main import story
from workflow.runtime.library import read_library


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(read_library().newest("technical_assistance"))


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("open", "Opened"),
        ("submit", "Submit"),
        ("consultation.no_objection", "Consultation of an office: No objection"),
        ("submitted.rung", "Reminder: Submitted: completeness check"),
        ("decision.rung", "Reminder: Time to a decision"),
        ("appraisal.rung", "Reminder: Appraisal"),
        ("participant_evaluation.silence", "No answer in time: Evaluation by a participant"),
        ("follow_up.opened", "Opens: Follow-up"),
        ("suspend.proposed", "Proposed: Suspend"),
        ("confirm_suspend.confirmed", "Confirm: Suspend: Confirmed"),
        ("undo", "The last act is taken back"),
    ],
)
def test_an_act_is_told_in_the_words_of_the_definition(words: Words, act: str, told: str) -> None:
    assert words.act(act) == told


def test_a_clock_is_called_after_what_it_belongs_to(words: Words) -> None:
    assert words.clock("span", "decision") == "Time to a decision"
    assert words.clock("state", "submitted") == "Submitted: completeness check"
    assert words.clock("task", "offer") == "Offer to an expert"


def test_a_name_without_a_label_stays_a_name(words: Words) -> None:
    assert words.state("unheard_of") == "unheard_of"
    assert words.role(None) == ""


def played(shell: Shell, tmp_path: Path) -> dict[str, Any]:
    history = tmp_path / "history.jsonl"
    history.write_text("\n".join(map(json.dumps, story())))
    shell.run("import", str(history))
    (case,) = shell.json("cases")
    return dict(case)


def test_what_may_be_done_stands_beside_the_name_to_type_and_whose_it_is(
    shell: Shell, tmp_path: Path
) -> None:
    case = played(shell, tmp_path)
    told = shell.run("show", case["id"], "--as", "anna", "--life", "--explain").out
    assert "state: Draft" in told
    assert "the ball is with: National focal point" in told
    line = next(line for line in told.splitlines() if " move_to_next_call " in line)
    assert line.startswith("Move ")
    assert "for: National focal point" in line
    assert "Draft" in shell.run("cases").out
    assert "Draft" in shell.run("worklist", "--as", "fp").out


def test_an_act_answers_in_words(shell: Shell, tmp_path: Path) -> None:
    shell.run(
        "person", "add", "pen", "--name", "P. N.", "--role", "focal_point", "--party", "KE", *DESIGNATED
    )
    told = shell.run("open", "technical_assistance", "--party", "KE", "--as", "pen").out
    assert "is in state Draft, revision 1, the ball with: National focal point." in told


def test_the_worklist_of_somebody_unknown_is_refused(shell: Shell, tmp_path: Path) -> None:
    played(shell, tmp_path)
    told = shell.run("worklist", "--as", "nobody")
    assert told.code == 1
    assert "There is no person 'nobody'" in told.err


def test_a_refusal_is_told_in_words(shell: Shell, tmp_path: Path) -> None:
    case = played(shell, tmp_path)
    told = shell.run("advance", case["id"], "move_to_next_call", "--as", "anna", "--data", "{}")
    assert told.code == 1
    assert "'move_to_next_call' is for: National focal point." in told.err
