"""Playing scenarios: what an office that writes one is told when it goes wrong."""

import pytest

from tests.rules.walking import calendar
from workflow.rules.loading.compile import compile_definition
from workflow.rules.loading.sources import Sources
from workflow.rules.scenarios.playing import scenario_faults

DEFINITION = """\
key: small
version: 1
languages: [en]
number: "{year}-{serial}"
opening: {by: applicant}
roles:
  applicant: {side: party, sees: own_party}
  clerk: {side: secretariat, sees: all}
facts:
  amount: {type: integer, from: request.amount}
  envelope: {type: integer, register: envelope_of_calls, else: 9}
states:
  draft: {category: draft, ball: applicant}
  check:
    category: open
    ball: [task, clerk]
    due: {within: 5 working days, ladder: null, silence: {fire: lapse}}
    enter: [{open: reading}]
  lapsed: {category: closed}
  done: {category: closed}
tasks:
  reading: {for: clerk, side_work: true, outcomes: {read: []}}
transitions:
  - {trigger: submit, from: draft, to: check, by: applicant, form: request}
  - {trigger: close, from: check, to: done, by: clerk, guard: {large_enough: amount > 10}}
  - {trigger: lapse, from: check, to: lapsed, by: engine, letter: L01}
letters:
  L01: {from: clerk, to: [applicant]}
"""
FORM = "type: object\nrequired: [amount]\nproperties:\n  amount: {type: integer}\n"
FILES = {
    "small/v1/definition.yaml": DEFINITION,
    "small/v1/forms/request.yaml": FORM,
    "small/letters/L01.en.md": "Subject: Lapsed\n\nNothing came.\n",
    "small/v1/forms/examples/request.yaml": "amount: 20\n",
}
HEAD = "title: A walk\nstart: 2026-03-02 10:00\nwalk:\n"


def _faults(walk: str, head: str = HEAD, **more: str) -> list[str]:
    sources = Sources.sort({**FILES, **more, "small/scenarios/walk.yaml": head + walk})
    found = scenario_faults(compile_definition(sources), sources, calendar)
    return [str(fault).removeprefix("small/scenarios/walk.yaml:") for fault in found]


def test_a_walk_that_goes_as_expected_has_no_faults() -> None:
    assert (
        _faults("""\
  - {do: submit, by: applicant, expect: {state: check, due: {check: 2026-03-09}, tasks: {reading: 1}}}
  - {at: 2026-03-03 11:30, complete: reading, outcome: read, by: clerk, expect: {acts: [reading.read]}}
  - {do: close, by: clerk, expect: {state: done, number: 2026-1}}
""")
        == []
    )


def test_silence_comes_while_time_passes() -> None:
    assert (
        _faults("""\
  - {do: submit, by: applicant, expect: {due: {check: "2026-03-09 23:59"}}}
  - {wait_until: 2026-03-10, expect: {state: lapsed, acts: [check.silence, lapse]}}
  - {do: close, by: clerk, refused: state}
""")
        == []
    )


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("{expect: {state: done}}", "4:22: expected state 'done'; it is 'draft'"),
        ("{expect: {ball: clerk}}", "4:21: expected the ball with clerk; it is with applicant"),
        ("{expect: {due: {check: 2026-03-09}}}", "4:28: no clock of 'check' is going"),
        ("{expect: {tasks: {reading: 1}}}", "4:32: expected 1 open 'reading'; there are 0"),
        ("{expect: {tasks: {reading: [read]}}}", "4:32: expected 'reading' read; it is none"),
        ("{expect: {holder: {reading: clerk}}}", "4:33: expected 'reading' with clerk; no such task is open"),
        ("{expect: {letters: [L01]}}", "4:24: expected letters [L01]; it is []"),
        ("{expect: {told: [clerk]}}", "4:22: expected a message to clerk; told were: nobody"),
        ("{expect: {can: {clerk: [submit]}}}", "4:29: clerk may not do 'submit' now; allowed: nothing"),
        ("{expect: {cannot: {applicant: [submit]}}}", "4:36: applicant may do 'submit' now"),
        ("{expect: {facts: {amuont: 3}}}", "4:31: there is no fact 'amuont'; did you mean 'amount'?"),
        ("{expect: {facts: {amount: 3}}}", "4:31: expected amount '3'; it is none"),
        ("{expect: {sate: draft}}", "4:15: there is no key 'sate' here; did you mean 'state'?"),
        ("{du: submit, by: applicant}", "4:6: there is no key 'du' here; did you mean 'do'?"),
        ("{do: submit}", "4:5: say who acts: `by`"),
        ("{do: submit, undo: true, by: clerk}", "4:24: one act a step: this has do and undo"),
        (
            "{do: submit, by: aplicant}",
            "4:22: there is nobody called 'aplicant' here; did you mean 'applicant'?",
        ),
        ("{do: submit, by: clerk}", "4:5: refused (role): 'submit' is for: applicant."),
        ("{do: submitt, by: clerk}", "there is no trigger 'submitt'; did you mean 'submit'?"),
        ("{do: submit, by: applicant, exactly: {}}", "4:5: refused (form): /amount: is needed"),
        ("{do: submit, by: applicant, refused: role}", "this was to be refused for 'role', but it was done"),
        ("{do: close, by: clerk, refused: role}", "4:37: refused for state"),
        (
            "{complete: reading, outcome: read, by: clerk}",
            "there is no task 'reading' in this case; open now: none",
        ),
        ("{complete: reading, by: clerk}", "4:16: say how it ends: `outcome`"),
        ("{undo: true, by: clerk}", "4:12: there is no act to take back"),
        (
            "{at: 2026-03-01, do: submit, by: clerk}",
            "4:10: time runs forwards: it is 2026-03-02 10:00 already",
        ),
        (
            "{do: submit, by: applicant, registers: {envlope: 5}}",
            "4:54: there is no fact 'envlope' that asks a register; did you mean 'envelope'?",
        ),
        (
            "{wait_until: tomorrow}",
            "4:18: 'tomorrow' is no time; write 2026-03-02 10:00, or a date alone for noon",
        ),
    ],
)
def test_a_step_that_goes_wrong_is_told_at_its_place(step: str, fault: str) -> None:
    (told,) = _faults(f"  - {step}\n")
    assert fault in told


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("start: soon", "2:8: 'soon' is no time; write 2026-03-02 10:00, or a date alone for noon"),
        ("start: 2026-03-02\nparty: XX", "3:8: "),
        ("start: 2026-03-02\ndays_off: {monday: rest}", "3:20: 'monday' is no date; write it as 2026-03-02"),
        ("start: 2026-03-02\nsessions: {board: [soon]}", "3:20: 'soon' is no date; write it as 2026-03-02"),
        (
            "start: 2026-03-02\npersons: {amina: aplicant}",
            "there is no role 'aplicant'; did you mean 'applicant'?",
        ),
        (
            "start: 2026-03-02\nregisters: {envelope_of_calls: 5}",
            "3:32: there is no fact 'envelope_of_calls' that asks a register",
        ),
        ("start: 2026-03-02\nopened_by: nobody", "3:12: there is nobody called 'nobody' here"),
    ],
)
def test_what_a_walk_needs_is_checked_before_it_starts(line: str, fault: str) -> None:
    head = HEAD.replace("start: 2026-03-02 10:00", line)
    (told,) = _faults("  - {expect: {state: draft}}\n", head)
    assert fault in told


def test_everything_that_a_file_names_wrongly_is_told_at_once() -> None:
    found = _faults(
        """\
  - {at: 2026-13-45, do: sumbit, by: aplicant, exepct: {state: chek, due: {chek: 9 March}}}
  - {complete: raeding, outcome: read, by: clerk, number: first}
  - {complete: reading, outcome: raed, by: clerk, refused: large_enuogh}
  - {do: close, undo: true, expect: {tasks: {reading: [opne]}, can: {clrek: [closs]}, facts: {amuont: 1}}}
""",
        HEAD.replace("title", "titel").replace("walk:", "registers: {envlope: 1}\nwalk:"),
    )
    assert [fault.partition(": ")[0] for fault in found] == [
        *("1:1", "3:22", "5:10", "5:26", "5:38", "5:48", "5:64", "5:82", "5:82"),
        *("6:16", "6:59", "7:34", "7:60", "8:5", "8:23", "8:56", "8:77", "8:78", "8:103"),
    ]
    assert "5:48: there is no key 'exepct' here; did you mean 'expect'?" in found
    assert "7:34: 'reading' has no outcome 'raed'; did you mean 'read'?" in found
    assert "7:60: there is no guard 'large_enuogh'; did you mean 'large_enough'?" in found


def test_what_there_is_not_may_be_tried() -> None:
    assert _faults("  - {do: vanish, by: clerk, refused: form}\n") == []


def test_every_expectation_of_a_step_is_looked_at_and_the_walk_goes_on() -> None:
    found = _faults("""\
  - {do: submit, by: applicant, with: {amount: 5}, expect: {state: done, ball: applicant}}
  - {do: close, by: clerk, refused: large_enough}
  - {expect: {state: done}}
""")
    assert [fault.split(":")[0] for fault in found] == ["4", "4", "6"]


def test_a_step_that_fails_ends_the_walk() -> None:
    found = _faults("  - {do: close, by: clerk}\n  - {expect: {state: done}}\n")
    assert len(found) == 1


def test_an_example_must_be_acceptable_itself() -> None:
    more = {
        "small/v1/forms/examples/request.yaml": "amount: many\n",
        "small/v1/forms/examples/requst.yaml": "a: 1\n",
    }
    assert _faults("  - {expect: {state: draft}}\n", **more) == [
        "small/v1/forms/examples/request.yaml:1:9: /amount: must be a whole number",
        "small/v1/forms/examples/requst.yaml:1:1: there is no form 'requst'; did you mean 'request'?",
    ]


def test_days_off_and_persons_of_a_scenario_are_its_own() -> None:
    head = HEAD.replace("walk:\n", "days_off: {2026-03-04: A strike}\npersons: {amina: applicant}\nwalk:\n")
    assert _faults("  - {do: submit, by: applicant, expect: {due: {check: 2026-03-10}}}\n", head) == []


def test_the_last_act_can_be_taken_back() -> None:
    assert (
        _faults("""\
  - {do: submit, by: applicant, expect: {state: check}}
  - {at: 2026-03-02 11:00, undo: true, by: applicant, expect: {state: draft, stopped: [check]}}
""")
        == []
    )
