"""The command line as a person and as a program meet it: commands, answers, sentences, exit codes."""

import json
import sqlite3
import subprocess
import sys
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import COMMANDS, GROUPS
from tests.api.cli.conftest import DESIGNATED, Shell
from workflow.records.tables import METADATA
from workflow.rules.loading.nodes import read
from workflow.runtime.engine import Engine
from workflow.runtime.library import read_library

ORDINARY = {"person": "anna", "name": "Anna", "mandates": [{"role": "coordinator", "from": "2010-01-01"}]}


def every_command() -> list[list[str]]:
    alone = [[name] for commands in COMMANDS.values() for name in commands]
    return alone + [[group, name] for group, (_, _, commands) in GROUPS.items() for name in commands]


@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_every_command_says_what_it_is_for_with_an_example(empty_shell: Shell, command: list[str]) -> None:
    told = empty_shell.run(*command, "--help")
    assert told.code == 0
    assert f"caseway {' '.join(command)}" in " ".join(told.out.split()) or "caseway " in told.out


def test_the_help_says_what_the_exit_codes_mean(empty_shell: Shell) -> None:
    told = " ".join(empty_shell.run("--help").out.split())
    assert "0 done" in told
    assert "3 the database" in told


def test_an_unknown_command_is_a_matter_of_usage(empty_shell: Shell) -> None:
    assert empty_shell.run("frobnicate").code == 2
    assert "No such command" in empty_shell.err


def test_due_prints_the_date_and_its_reasons(empty_shell: Shell) -> None:
    told = empty_shell.run(
        "due", "--from", "2026-03-02T10:00", "--within", "15 working days", "--calendar", "paris"
    )
    assert (told.code, told.err) == (0, "")
    lines = told.out.splitlines()
    assert lines[0] == "2026-03-23T23:59:59+01:00"
    assert "  The time has no offset; it is read as a time of Europe/Paris." in lines
    assert "  Saturday 14 March 2026 to Sunday 15 March 2026 are not counted: weekend." in lines


@pytest.mark.parametrize(
    ("start", "within", "calendar", "due"),
    [
        # The worked example of the procedure, and an emergency after the cut-off before Whit Monday.
        ("2026-03-02T10:00", "5 working days", "paris", "2026-03-09T23:59:59+01:00"),
        ("2026-03-06T12:00", "30 days", "KE", "2026-04-07T23:59:59+02:00"),
        ("2026-05-22T18:30", "1 working day", "paris", "2026-05-27T23:59:59+02:00"),
        ("2026-08-31T12:00+02:00", "6 months", "paris", "2027-03-01T23:59:59+01:00"),
        ("2026-03-02T10:00", "4 working hours", "paris", "2026-03-02T15:00:00+01:00"),
    ],
)
def test_due_answers_programs_with_the_date_and_its_steps(
    shell: Shell, start: str, within: str, calendar: str, due: str
) -> None:
    told = shell.json("due", "--from", start, "--within", within, "--calendar", calendar)
    assert told["due"] == due
    assert told["steps"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--from", "tomorrow", "--within", "3 days"],
            "This is no time that can be read: --from: 'tomorrow' is not a time",
        ),
        (["--from", "2026-13-02T10:00", "--within", "3 days"], "can be read: --from: '2026-13-02T10:00'"),
        (
            ["--from", "2026-03-02T10:00", "--within", "2 weeks"],
            "did you mean '14 days' or '10 working days'?",
        ),
        (["--from", "2026-03-02T10:00", "--within", "3 days", "--calendar", "pari"], "did you mean"),
        (
            ["--from", "2026-03-02T10:00", "--within", "3 days", "--calendar", "XX"],
            "There is no such calendar: --calendar: ",
        ),
    ],
)
def test_due_says_what_would_be_right(empty_shell: Shell, words: list[str], said: str) -> None:
    told = empty_shell.run("due", *words)
    assert (told.code, told.out) == (1, "")
    assert said in told.err


def test_due_counts_with_the_calendar_that_the_office_keeps(shell: Shell) -> None:
    asked = ("due", "--from", "2026-05-13T10:00", "--within", "1 working day")
    assert shell.json(*asked)["due"] == "2026-05-15T23:59:59+02:00"
    shell.run("calendar", "add", "paris", "2026-05-15", "Office closed")
    told = shell.json(*asked)
    assert told["due"] == "2026-05-18T23:59:59+02:00"
    assert "Friday 15 May 2026 is not counted: Office closed." in told["steps"]


def test_a_form_of_address_is_given_changed_and_taken_away(shell: Shell) -> None:
    def title() -> str | None:
        found: str | None = shell.json("person", "list")[0]["title"]
        return found

    shell.run("person", "add", "fp", "--name", "Amina Otieno", "--title", "H.E. Ms")
    assert title() == "H.E. Ms"
    assert "H.E. Ms Amina Otieno" in shell.run("person", "list").out
    shell.run("person", "add", "fp", "--role", "focal_point", "--party", "KE", *DESIGNATED)
    assert title() == "H.E. Ms"
    shell.run("person", "add", "fp", "--title", "Ms")
    assert title() == "Ms"
    for wrong in ("H.E.\nMs", "x" * 81):
        assert shell.run("person", "add", "fp", "--title", wrong).code == 1
        assert "one line of at most 80 characters" in shell.err
    assert title() == "Ms"
    shell.run("person", "add", "fp", "--title", "")
    assert title() is None


def test_a_case_is_opened_drafted_corrected_and_taken_back(shell: Shell) -> None:
    shell.run("person", "add", "fp", "--name", "F. P.", "--role", "focal_point", "--party", "KE", *DESIGNATED)
    opening = ("open", "technical_assistance", "--party", "ke", "--as", "fp")
    assert shell.json(*opening, "--dry-run")["case"] is None
    assert shell.run(*opening, "--dry-run").out.startswith("The new case would be in state Draft")
    opened = shell.json(*opening)
    assert (opened["state"], opened["revision"]) == ("draft", 1)
    draft = (opened["case"], "request", "--as", "fp", "--data", '{"title": "A title"}')
    assert shell.json("revise", *draft, "--dry-run")["dry_run"] is True
    assert shell.json("revise", *draft)["revision"] == 2
    assert shell.run("revise", *draft[:-1], '{"title": "a\\u0000b"}').code == 1
    assert "/data/title: A NUL character cannot be stored" in shell.err
    assert shell.run("revise", *draft, "--expect", "1").code == 1
    assert "the case is at revision 2" in shell.err
    assert shell.json("undo", opened["case"], "--as", "fp")["entries"][-1]["act"] == "undo"
    assert shell.run("open", "technical_assistance", "--party", "UG", "--as", "fp").code == 1
    assert "Opening a case for UG is for: National focal point, Coordinator there." in shell.err
    assert shell.run("open", "technical_assistance", "--party", "XX", "--as", "fp").code == 1
    assert "is not the code of a Party" in shell.err


def test_a_filter_that_no_case_can_have_is_refused(shell: Shell) -> None:
    for words, said in (
        (("--state", "delivry"), "there is no state 'delivry'; did you mean 'delivery'?"),
        (("--party", "ZZ"), "'ZZ' is not the code of a Party"),
        (("--definition", "help"), "there is no definition 'help'"),
    ):
        assert shell.run("cases", *words).code == 1
        assert said in shell.err


@pytest.mark.parametrize(
    "words",
    [
        ["cases"],
        ["worklist"],
        ["show", "TA-2011-0001"],
        ["advance", "TA-2011-0001", "submit"],
        ["open", "technical_assistance", "--party", "KE"],
        ["calendar", "add", "paris", "2026-05-15", "Office closed"],
        ["file", "list", "TA-2011-0001"],
    ],
)
def test_who_acts_must_be_a_person(shell: Shell, words: list[str]) -> None:
    shell.run(
        "person", "add", "amina", "--name", "Amina", "--role", "focal_point", "--party", "KE", *DESIGNATED
    )
    assert shell.run(*words, "--as", "amnia").code == 1
    assert "There is no person 'amnia'; did you mean 'amina'?" in shell.err


def test_due_in_another_language(empty_shell: Shell) -> None:
    told = empty_shell.run("due", "--from", "2026-03-02T10:00", "--within", "1 month", "--lang", "fr")
    assert "mars 2026" in told.out


def test_a_language_that_it_does_not_speak_is_a_matter_of_usage(shell: Shell) -> None:
    told = shell.run("due", "--from", "2026-03-02T10:00", "--within", "1 month", "--lang", "xx")
    assert told.code == 2
    assert "'es'" in told.err


def test_answers_that_say_a_thing_twice_are_a_matter_of_usage(shell: Shell) -> None:
    shell.run("revise", "K", "request", "--as", "fp", "--data", '{"parties": [{"a": 1, "a": 2}]}')
    assert shell.code == 2
    assert "'a' twice" in shell.err


def test_a_fault_of_the_whole_is_told_without_a_pointer(shell: Shell) -> None:
    told = shell.run("due", "--from", "2026-03-02T10:00", "--within", "3 fortnights")
    assert ": '3 fortnights' is not a duration" in told.err
    assert "/:" not in told.err


def test_a_person_acts_on_a_case_and_everything_can_be_read(shell: Shell, tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    history.write_text("\n".join(map(json.dumps, story())))
    summary = shell.json("import", str(history))
    assert (shell.code, summary["played"]) == (0, 1)
    (case,) = shell.json("cases", "--party", "ke")
    assert (case["state"], case["historic"], case["demonstration"]) == ("draft", True, False)
    assert shell.run("import", str(history)).out == "1 act: 1 played by an earlier run. 0 timers fired.\n"

    shown = shell.json("show", case["id"], "--as", "fp")
    assert {one["name"] for one in shown["actions"]} >= {"submit"}
    # When something was done that they do not see is not told either.
    assert (
        shown["case"]["updated_at"],
        "last changed" in shell.run("show", case["id"], "--as", "fp").out,
    ) == (
        None,
        False,
    )
    assert "last changed" in shell.run("show", case["id"]).out
    refused = shell.run("advance", case["id"], "submit", "--as", "fp", "--data", '{"title": "T"}')
    assert refused.code == 1
    assert "/contact" in refused.err
    assert shell.run("advance", case["id"], "accept_as_complete", "--as", "anna").code == 1
    exported = shell.run("export", case["id"]).out.splitlines()
    assert json.loads(exported[-1])["open"]["party"] == "KE"
    kept = tmp_path / "kept.jsonl"
    assert shell.run("export", case["id"], "-o", str(kept)).err == f"2 lines in {kept}.\n"
    assert shell.run("export", case["id"], "-o", str(kept)).code == 1
    assert "exists; name a file that does not" in shell.err
    assert shell.run("verify").out == "1 entry of 1 case, and the administration's log: all fit.\n"
    assert shell.run("show", "TA-1900-0001").code == 1


def test_open_tasks_are_shown_with_their_numbers(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = Path(__file__).parents[1] / "http" / "sample"
    monkeypatch.setattr("workflow.runtime.installation.read_library", lambda *_: read_library(sample))
    for person, role in (("fp", "focal_point"), ("carla", "coordinator"), ("elena", "assessor")):
        at = ("--party", "KE", *DESIGNATED) if role == "focal_point" else ()
        shell.run("person", "add", person, "--name", person.title(), "--role", role, *at)
    case = shell.json("open", "help", "--party", "KE", "--as", "fp")["case"]
    assert "Open tasks:\nNone." in shell.run("show", case).out
    asked = '{"title": "A register", "days": 12, "contact": {"email": "office@example.org"}}'
    assert shell.run("advance", case, "submit", "--as", "fp", "--data", asked).code == 0, shell.err
    assert shell.run("advance", case, "accept", "--as", "carla").code == 0, shell.err
    (task,) = shell.json("show", case)["tasks"]
    assert (task["name"], task["status"], task["person"]) == ("appraisal", "open", None)
    (line,) = (line for line in shell.run("show", case).out.splitlines() if line.startswith(str(task["no"])))
    assert "coordinator is to name somebody" in line
    asked_for = ("candidates", case, str(task["no"]), "--as", "carla")
    assert "may have it" in shell.run(*asked_for).out
    assert [(one["id"], one["eligible"]) for one in shell.json(*asked_for)] == [("elena", True)]
    assert shell.run(*asked_for[:-1], "fp").code == 1
    assert shell.run("assign", case, str(task["no"]), "elena", "--as", "carla").code == 0, shell.err
    told = shell.run("show", case).out
    assert "is to name somebody" not in told
    assert "(elena)" in told


@pytest.mark.parametrize("more", [(), ("--life",), ("--explain",), ("--json",)])
def test_nothing_of_a_case_is_shown_as_somebody_who_may_not_see_it(
    shell: Shell, more: tuple[str, ...]
) -> None:
    shell.run("person", "add", "fp", "--name", "F. P.", "--role", "focal_point", "--party", "KE", *DESIGNATED)
    shell.run("person", "add", "stranger", "--name", "A. Stranger")
    case = shell.json("open", "technical_assistance", "--party", "KE", "--as", "fp")["case"]
    told = shell.run("show", case, "--as", "stranger", *more)
    assert (told.code, told.out) == (1, "")
    assert "not yours to see" in told.err


def story() -> list[dict[str, Any]]:
    focal = {
        "person": "fp",
        "name": "F. P.",
        "mandates": [{"role": "focal_point", "party": "KE", "from": "2010-01-01"}],
    }
    opening = {
        "case": "K",
        "definition": "technical_assistance",
        "at": "2020-03-02T09:00:00Z",
        "person": "fp",
    }
    return [ORDINARY, focal, opening | {"open": {"party": "KE"}}]


def test_an_import_names_every_refused_act_and_fails(shell: Shell, tmp_path: Path) -> None:
    wrong = {"case": "K", "at": "2020-03-02T10:00:00Z", "person": "fp", "trigger": "approve"}
    history = tmp_path / "history.jsonl"
    history.write_text("\n".join(map(json.dumps, [*story(), wrong, wrong])))
    told = shell.run("import", str(history))
    assert told.code == 1
    assert "3 acts: 1 played, 1 refused, 1 left out, of a case that stopped. 0 timers fired." in told.out
    assert "draft" in told.out
    skipped = shell.json("import", str(history), "--on-refusal", "skip")
    assert [one["line"] for one in skipped["refused"]] == [4, 5]
    told = shell.run("import", str(history))
    assert "3 acts: 1 played by an earlier run, 1 refused, 1 left out" in told.out


def test_a_broken_history_is_refused_whole_with_every_line(shell: Shell, tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    history.write_text('{"case": "K"}\nnot json\n')
    told = shell.run("import", str(history))
    assert told.code == 1
    assert "line 1: " in told.err
    assert "line 2: this is not JSON" in told.err


def test_accounts_mandates_and_tokens(empty_shell: Shell) -> None:
    assert empty_shell.run("person", "add", "amina").code == 2
    assert "needs a --name" in empty_shell.err
    held = empty_shell.json(
        "person", "add", "amina", "--name", "Amina", "--role", "coordinator", "--region", "Africa"
    )
    assert [one["role"] for one in held["mandates"]] == ["coordinator"]
    assert empty_shell.json("person", "token", "amina")["token"].startswith("cw_")
    assert empty_shell.run("person", "token", "nobody").code == 1
    assert empty_shell.run("worklist", "--as", "amina").out == "amina has nothing to do.\n"


def test_a_mandate_begins_on_the_day_that_it_is_in_the_office(
    empty_shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Engine, "today", lambda _: date(2026, 3, 2))
    held = empty_shell.json("person", "add", "amina", "--name", "Amina", "--role", "coordinator")
    assert [one["since"] for one in held["mandates"]] == ["2026-03-02"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--role", "focal_pont"], "--role: there is no role 'focal_pont'; did you mean 'focal_point'?"),
        (["--role", "coordinator", "--region", "Afrika"], "no region 'Afrika'; did you mean 'Africa'?"),
        (["--lang", "xx"], "--lang: nothing is written in a language 'xx'; there are: en, es, fr"),
        (["--email", "notanemail"], "--email: 'notanemail' is no address; write it as name@example.org"),
        (["--nationality", "ZZ"], "--nationality: 'ZZ' is not the ISO 3166 code of a country"),
        (["--nationality", "ke"], "did you mean 'KE'?"),
        (["--nationality", "Kenia"], "did you mean 'KE'?"),
        (["--title", "H.E.\nMs"], "--title: a form of address is one line"),
    ],
)
def test_a_person_of_whom_something_cannot_be_is_not_added(shell: Shell, words: list[str], said: str) -> None:
    told = shell.run("person", "add", "amina", "--name", "Amina", *words)
    assert told.code == 1
    assert said in told.err
    assert "amina" not in {one["id"] for one in shell.json("person", "list")}


def test_who_speaks_for_a_state_is_designated_by_letter(shell: Shell) -> None:
    add = ["person", "add", "amina", "--name", "Amina", "--role", "focal_point", "--party", "KE"]
    refused = shell.run(*add).err
    assert "--letter-reference: 'focal_point' is designated by letter; give the letter's reference" in refused
    assert "--letter-date: 'focal_point' is designated by letter; give its date" in refused
    assert shell.run(*add, "--letter-reference", "MFA/12").code == 2
    assert (
        "--letter-digest: a digest is the SHA-256" in shell.run(*add, *DESIGNATED, "--letter-digest", "x").err
    )
    assert "amina" not in {one["id"] for one in shell.json("person", "list")}
    digest = "0f" * 32
    shell.run(*add, *DESIGNATED, "--letter-digest", digest)
    (one,) = [one for one in shell.json("person", "list") if one["id"] == "amina"]
    letter = {"reference": "MFA/12/2026", "date": "2026-01-02", "digest": digest}
    assert [mandate["letter"] for mandate in one["mandates"]] == [letter]


def test_portfolios_are_seen_whole_with_their_gaps(shell: Shell) -> None:
    for person, place in (("amina", ("--region", "Africa")), ("bea", ("--party", "KE"))):
        shell.run("person", "add", person, "--name", person.title(), "--role", "coordinator", *place)
    found = shell.json("mandates", "--party", "KE", "--role", "coordinator")
    assert {(one["person"], one["party"], one["region"]) for one in found} == {
        ("amina", None, "Africa"),
        ("bea", "KE", None),
    }
    gaps = shell.json("mandates", "--role", "coordinator", "--gaps")
    assert [(one["party"], one["persons"]) for one in gaps["several"]] == [("KE", ["amina", "bea"])]
    assert "FR" in {one["party"] for one in gaps["nobody"]}
    assert "Several persons are for 1 Party." in shell.run("mandates", "--role", "coordinator", "--gaps").out
    assert shell.run("mandates", "--gaps").code == 2
    assert "did you mean 'Africa'?" in shell.run("mandates", "--region", "Afrika").err


def test_a_mandate_ends_and_one_that_is_over_stays_so(shell: Shell) -> None:
    add = ["person", "add", "amina", "--name", "Amina", "--nationality", "US", "--role", "coordinator"]
    (held,) = shell.json(*add, "--since", "2020-01-01")["mandates"]
    assert (
        "coordinator (all) until 2025-06-30"
        in shell.run("person", "end", held["id"], "--until", "2025-06-30").out
    )
    assert shell.json("person", "end", held["id"])["until"] == "2025-06-30"
    (one,) = [one for one in shell.json("person", "list") if one["id"] == "amina"]
    assert [mandate["until"] for mandate in one["mandates"]] == ["2025-06-30"]
    assert shell.run("person", "end", "nothing").code == 1
    assert "`caseway person list --json` tells their ids" in shell.err


def test_a_calendar_is_changed_and_shown(shell: Shell) -> None:
    shell.run("person", "add", "amina", "--name", "Amina", "--role", "administrator")
    assert shell.run("calendar", "add", "PARIS", "2026-05-15", "Office closed", "--as", "amina").code == 0
    days = {
        one["day"]: one["name"] for one in shell.json("calendar", "show", "paris", "--year", "2026")["days"]
    }
    assert days["2026-05-15"] == "Office closed"
    shell.run("calendar", "session", "paris", "committee", "2027-02-09", "--as", "amina")
    assert shell.json("calendar", "show", "paris")["sessions"] == {"committee": ["2027-02-09"]}
    assert shell.run("calendar", "remove", "paris", "2026-05-15", "--as", "amina").code == 0
    assert shell.run("calendar", "show", "atlantis").code == 1
    assert shell.run("calendar", "add", "pariss", "2026-05-15", "Office closed").code == 1
    assert "there is no calendar 'pariss'; did you mean paris" in shell.err


def test_a_change_that_a_calendar_says_already_is_told_as_none(shell: Shell) -> None:
    add = ["calendar", "add", "paris", "2026-05-15", "Office closed"]
    assert "Calendar paris is changed" in shell.run(*add).out
    assert shell.run(*add).out == "Calendar paris said so already; nothing is changed.\n"
    assert shell.json("calendar", "remove", "paris", "2026-05-15")["changed"] is True
    assert shell.json("calendar", "remove", "paris", "2026-05-15")["changed"] is False


def test_a_calendar_is_changed_by_administrators_and_by_who_holds_the_installation(shell: Shell) -> None:
    shell.run("person", "add", "carla", "--name", "Carla", "--role", "coordinator")
    day = ("paris", "2026-05-15")
    for words in (("add", *day, "Closed"), ("remove", *day), ("session", "paris", "board", "2027-02-09")):
        assert shell.run("calendar", *words, "--as", "carla").code == 1
        assert "This is for the role 'administrator'." in shell.err
        assert shell.run("calendar", *words, "--as", "nobody-known").code == 1
        assert "There is no person 'nobody-known'" in shell.err
    assert shell.json("calendar", "show", "paris", "--year", "2027")["sessions"] == {}
    assert shell.run("calendar", "session", "paris", "board", "2027-02-09").code == 0
    assert shell.json("calendar", "show", "paris", "--year", "2027")["sessions"] == {"board": ["2027-02-09"]}


def test_a_session_of_a_misspelt_body_is_refused_and_of_an_unknown_one_told(shell: Shell) -> None:
    assert shell.run("calendar", "session", "paris", "comittee", "2027-02-09").code == 1
    assert "no definition waits for the body 'comittee'; did you mean 'committee'?" in shell.err
    assert shell.run("calendar", "session", "paris", "plenary", "2027-02-09").code == 0
    assert "No definition waits for a session of 'plenary' yet." in shell.err
    assert set(shell.json("calendar", "show", "paris", "--year", "2027")["sessions"]) == {"plenary"}
    assert shell.run("calendar", "session", "paris", "committee", "2027-02-09").code == 0
    assert "No definition" not in shell.err


def test_a_bulletin_is_shown_as_its_reader_would_get_it(shell: Shell, tmp_path: Path) -> None:
    shell.run("person", "add", "fp", "--name", "Focal", "--role", "focal_point", "--party", "KE", *DESIGNATED)
    shell.run("person", "add", "sue", "--name", "Sue", "--role", "supervisor")
    shell.run("person", "add", "carl", "--name", "Carl", "--role", "committee")
    example = files("definitions") / "technical_assistance/v1/forms/examples/request.yaml"
    request = read("request.yaml", example.read_text(encoding="utf-8"))[0].value
    draft = shell.json("open", "technical_assistance", "--party", "KE", "--as", "fp")["case"]
    submit = ("advance", draft, "submit", "--as", "fp", "--data")
    refused = shell.run(*submit, json.dumps(request))
    assert refused.code == 1
    assert "/signed_letter/file: no file 'sha256:84f9" in refused.err
    assert "/attachments/0/file: no file 'sha256:2234" in refused.err
    (letter := tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7 a signed letter")
    reference = shell.json("file", "put", draft, str(letter), "--as", "fp")["reference"]
    for named in (request["signed_letter"], *request["attachments"]):
        named["file"] = reference
    number = shell.json(*submit, json.dumps(request))["number"]
    wanted = ("bulletin", "technical_assistance", "open_requests", "--as")
    assert shell.run(*wanted, "sue").out.startswith("Open requests: 1 on ")
    assert f"Submitted: completeness check (1)\n* {number}, Kenya: due on " in shell.out
    (line,) = shell.json(*wanted, "sue")
    assert (line["number"], line["state"], line["days_overdue"]) == (number, "submitted", 0)
    assert shell.json(*wanted, "carl") == [line]  # not on the Committee's agenda, and yet in its list
    assert shell.run("bulletin", "technical_assistance", "open_request", "--as", "sue").code == 1
    assert "did you mean 'open_requests'?" in shell.err


def test_a_dead_bulletin_is_among_the_dead_letters_and_sent_once_more(shell: Shell, tmp_path: Path) -> None:
    shell.run("person", "add", "sue", "--name", "Sue", "--role", "supervisor")
    assert shell.run("notices", "list").out.endswith("No notice is dead.\nNo bulletin is dead.\n")
    owed = """INSERT INTO bulletin VALUES ('bulletin.b1', 'technical_assistance', 'open_requests',
        '2026-03-15', 'sue', NULL, 'en', 'Open requests: 1', 'TA-2026-0001', 'dead', '2026-03-16 07:00:00',
        '2026-03-16 07:00:00', 8, NULL, 8, NULL, 'no such mailbox')"""
    with sqlite3.connect(tmp_path / "home" / "caseway.db") as file:
        file.execute(owed)
    (listed,) = shell.json("notices", "list")["bulletins"]
    assert (listed["person"], listed["issue"], listed["attempts"]) == ("sue", "2026-03-15", 8)
    assert "TA-2026-0001" not in shell.out
    shown = shell.run("notices", "list").out
    assert "technical_assistance open_requests" in shown
    assert "no such mailbox" in shown
    again = shell.json("notices", "replay", "bulletin.b1")
    assert again == {"bulletin": "bulletin.b1", "status": "pending"}
    assert shell.run("notices", "replay", "bulletin.b1").code == 1
    assert "There is no bulletin 'bulletin.b1' that failed for good" in shell.err
    assert shell.run("notices", "replay", "n1").code == 1
    assert "There is no notice 'n1'" in shell.err


def test_a_backup_comes_back_whole_and_silent(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = tmp_path / "history.jsonl"
    history.write_text("\n".join(map(json.dumps, story())))
    shell.run("import", str(history))
    target = tmp_path / "copy.caseway"
    assert shell.run("backup", str(target)).code == 0
    assert shell.err.splitlines()[-1] == f"Backing up: {len(METADATA.tables)} of {len(METADATA.tables)}"
    assert shell.run("backup", str(target)).code == 1
    monkeypatch.setenv("CASEWAY_HOME", str(tmp_path / "restored"))
    assert shell.json("restore", str(target))["sending"] == "paused"
    assert shell.run("verify").code == 0
    assert shell.json("notices", "list")["sending"] == "paused"
    assert shell.run("notices", "resume", "--as", "anna").code == 1
    assert "administrator" in shell.err
    assert shell.json("notices", "resume")["sending"] == "on"
    assert [one["act"] for one in shell.json("administration")] == ["resume_sending"]
    assert shell.run("restore", str(target)).code == 1


def test_only_a_notice_that_was_sent_can_have_come_back(shell: Shell, tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    history.write_text("\n".join(map(json.dumps, story())))
    shell.run("import", str(history))
    owed = """INSERT INTO notice (id, case_id, entry, person, kind, template, data, status, created_at,
        next_attempt_at, attempts, fence, error)
        SELECT 'n1', id, 1, 'fp', 'notice', 'assigned', '{}', 'pending', opened_at, opened_at, 0, 0, ''
        FROM cases"""
    with sqlite3.connect(tmp_path / "home" / "caseway.db") as file:
        file.execute(owed)
    assert shell.run("notices", "bounced", "n1", "550 gone").code == 1
    with sqlite3.connect(tmp_path / "home" / "caseway.db") as file:
        file.execute("UPDATE notice SET status = 'sent'")
    assert shell.json("notices", "bounced", "n1", "550 gone") == {"notice": "n1", "status": "bounced"}
    (listed,) = shell.json("notices", "list", "--status", "bounced")["notices"]
    assert listed["error"] == "550 gone"


def test_a_file_is_kept_listed_backed_up_and_comes_back(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.run("person", "add", "fp", "--name", "Focal", "--role", "focal_point", "--party", "KE", *DESIGNATED)
    draft = shell.json("open", "technical_assistance", "--party", "KE", "--as", "fp")["case"]
    letter, copy = tmp_path / "letter.pdf", tmp_path / "copy.caseway"
    letter.write_bytes(b"%PDF-1.7 a signed letter")
    reference = shell.json("file", "put", draft, str(letter), "--as", "fp")["reference"]
    assert reference in shell.run("file", "list", draft, "--as", "fp").out.replace("\n", "")
    shell.run("backup", str(copy))
    monkeypatch.setenv("CASEWAY_HOME", str(tmp_path / "restored"))
    shell.run("restore", str(copy))
    back = tmp_path / "back.pdf"
    assert shell.run("file", "get", draft, reference, str(back), "--as", "fp").code == 0
    assert back.read_bytes() == letter.read_bytes()
    assert shell.run("file", "get", draft, reference, str(back), "--as", "fp").code == 1
    assert shell.run("file", "put", draft, str(tmp_path / "none.pdf"), "--as", "fp").code != 0


def test_verify_names_the_first_entry_that_does_not_fit(shell: Shell, tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    history.write_text("\n".join(map(json.dumps, story())))
    shell.run("import", str(history))
    with sqlite3.connect(tmp_path / "home" / "caseway.db") as file:
        file.execute("DROP TRIGGER IF EXISTS audit_no_update")
        triggers = file.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
        ).fetchall()
        for (name,) in triggers:
            file.execute(f"DROP TRIGGER {name}")
        file.execute("UPDATE audit SET person = 'somebody else' WHERE no = 1")
        file.execute("UPDATE cases SET number = 'TA-2020-0007'")
    told = shell.run("verify")
    assert told.code == 1
    assert "(TA-2020-0007), entry 1: its content is not what was hashed" in told.err


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (
            ["show", "TA-1900-0001"],
            1,
            {
                "type": "urn:caseway:problem:not-found",
                "title": "Not there, or not yours to see",
                "status": 404,
            },
        ),
        (
            ["person", "add", "amina", "--name", "Amina", "--role", "focal_pont"],
            1,
            {
                "type": "urn:caseway:problem:malformed",
                "status": 422,
                "errors": [
                    {
                        "pointer": "--role",
                        "detail": "there is no role 'focal_pont'; did you mean 'focal_point'?",
                    }
                ],
            },
        ),
        (
            ["person", "add", "amina"],
            2,
            {"type": "urn:caseway:problem:usage", "title": "The command line is wrong"},
        ),
        (["show"], 2, {"type": "urn:caseway:problem:usage", "detail": "Missing argument 'CASE'."}),
        (["restore", "nothing.caseway"], 3, {"type": "urn:caseway:problem:unreachable"}),
        (["import", "nothing.jsonl"], 3, {"detail": "No such file or directory: nothing.jsonl"}),
    ],
)
def test_a_program_is_told_a_refusal_as_one_object(
    shell: Shell, words: list[str], code: int, told: dict[str, Any]
) -> None:
    left = shell.run(*words, "--json")
    problem = json.loads(left.err)
    assert (left.code, left.out) == (code, "")
    assert problem.keys() >= {"type", "title", "detail"}
    assert {name: problem[name] for name in told} == told
    assert shell.run(*words).code == code


def test_a_program_is_told_the_places_of_a_broken_definition_and_the_lines_of_a_history(
    empty_shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "h.jsonl").write_text('{"case": "K"}\nnot json\n')
    problem = json.loads(empty_shell.run("import", str(tmp_path / "h.jsonl"), "--json").err)
    assert problem["title"] == "The history cannot be read; nothing was played"
    assert "status" not in problem
    assert [line[:7] for line in problem["detail"].splitlines()][:2] == ["line 1:", "line 2:"]
    broken = tmp_path / "mine" / "permit" / "v1"
    broken.mkdir(parents=True)
    (broken / "definition.yaml").write_text("key: permit\nversions: 1\n")
    monkeypatch.setenv("CASEWAY_DEFINITIONS", str(tmp_path / "mine"))
    problem = json.loads(empty_shell.run("cases", "--json").err)
    assert problem["type"] == "urn:caseway:problem:broken-definition"
    (fault,) = (one for one in problem["errors"] if "'version'" in one["detail"])
    assert (fault["file"], fault["line"]) == ("permit/v1/definition.yaml", 2)


def test_commands_on_rows_say_when_there_are_none(empty_shell: Shell) -> None:
    told = empty_shell.run("verify")
    assert told.code == 3
    assert "`caseway run` makes it" in told.err


def test_a_database_out_of_reach_is_a_code_of_its_own(
    empty_shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEWAY_DATABASE", "postgresql://nobody@127.0.0.1:9/none")
    assert empty_shell.run("verify").code == 3


def test_the_schema_is_upgraded_by_itself_or_by_name(empty_shell: Shell) -> None:
    assert empty_shell.json("db", "upgrade")["changed"] is True
    assert empty_shell.json("db", "upgrade")["changed"] is False


def test_the_diagram_is_drawn_from_the_definition(empty_shell: Shell, tmp_path: Path) -> None:
    assert "closed_follow_up" in empty_shell.run("diagram", "technical_assistance").out
    empty_shell.run("diagram", "technical_assistance", "--output", str(tmp_path / "drawn.svg"))
    assert (tmp_path / "drawn.svg").read_text().lstrip().startswith("<")
    told_so = ["--format", "mermaid", "--output", str(tmp_path / "text.svg")]
    assert empty_shell.run("diagram", "technical_assistance", *told_so).code == 0
    assert (tmp_path / "text.svg").read_text().startswith("stateDiagram")
    assert empty_shell.run("diagram", "technical_assistance", "--lang", "de").code == 2
    assert "no words in the language 'de'; it has: en, fr" in empty_shell.err
    assert empty_shell.run("diagram", "technical_asistance").code == 1
    assert "did you mean 'technical_assistance'?" in empty_shell.err


def test_check_names_every_fault_with_its_place(empty_shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "mine" / "permit" / "v1"
    folder.mkdir(parents=True)
    (folder / "definition.yaml").write_text("key: permit\nversion: 1\nversoin: 2\n")
    told = empty_shell.run("check", str(tmp_path / "mine"))
    assert told.code == 1
    assert "definition.yaml:3:1:" in told.err
    found = empty_shell.json("check", str(tmp_path / "mine"))
    assert found[0]["faults"][0]["line"] >= 1


def test_an_own_fault_is_a_sentence_too(empty_shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.cli.due.read_sheets", lambda: 1 / 0)
    told = empty_shell.run("due", "--from", "2026-03-02T10:00", "--within", "1 day")
    assert told.code == 1
    assert "This is a fault of Caseway itself: ZeroDivisionError" in told.err


def test_it_runs_as_a_program_whose_output_is_no_terminal() -> None:
    program = [sys.executable, "-c", "from api.cli.main import main; main()", "--version"]
    done = subprocess.run(program, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("caseway ")
