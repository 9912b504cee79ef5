"""Compiling a definition: every fault of every file at once, with its place and the nearest right name."""

import re

import pytest

from workflow.errors import BrokenDefinition
from workflow.rules.consulted import Question
from workflow.rules.loading.compile import compile_definition, digest
from workflow.rules.loading.sources import Sources

DEFINITION = """\
key: grants
version: 1
languages: [en]
number: "GR-{year}-{serial:03}"
opening: {by: applicant}
roles:
  applicant: {side: party, sees: own_party}
  clerk: {side: secretariat, sees: all, above: head}
  head: {side: secretariat, sees: all}
facts:
  amount: {type: number, from: request.amount}
  large: {type: boolean, cel: amount > 5000}
  rounds: {type: integer, count: [ask], since: enter check, else: 0}
  scores: {type: list of integer, each: reading.score, of: [read]}
  reader: {type: person, from: request.reader}
ladders:
  office: [{at: due - 1 working day, notify: holder}, {at: due + 3 days, escalate_to: head}]
clocks:
  decision: {budget: 20 working days, from: enter check, until: [enter done], ladder: null}
states:
  draft: {category: draft, ball: applicant}
  check:
    category: open
    ball: [task, clerk]
    clock: runs
    due: {within: [{when: large, is: 10 working days}, {is: 5 working days}], ladder: office}
    enter: [{open: reading, count: 1}]
  asked:
    category: waiting
    interrupts: true
    ball: applicant
    due: {within: 30 days, ladder: null, silence: {fire: lapse}}
  done: {category: closed}
tasks:
  reading:
    for: {role: clerk, except: [nationals]}
    form: score
    due: {within: 3 working days, ladder: office, silence: {outcome: unread}}
    outcomes: {read: [], unread: [{notify: head}]}
    all_ended: [{fire: settle}]
transitions:
  - {trigger: submit, from: draft, to: check, by: applicant, form: request, letter: L01}
  - {trigger: ask, from: check, to: asked, by: clerk, guard: {rounds_left: rounds < 2}}
  - {trigger: answer, from: asked, to: interrupted, by: applicant}
  - {trigger: lapse, from: asked, to: done, by: engine}
  - {trigger: settle, from: check, to: done, by: [engine, head]}
letters:
  L01: {from: clerk, to: [applicant]}
"""
REQUEST = """\
type: object
required: [amount]
properties:
  amount: {type: number}
  reader: {type: string}
  items: {type: array, items: {type: object, properties: {name: {type: string}}}}
"""
ONE_SOURCE = "a fact has exactly one source of from, each, count, on, who, register, cel, choice; this has"
FILES = {
    "grants/v1/definition.yaml": DEFINITION,
    "grants/v1/forms/request.yaml": REQUEST,
    "grants/v1/forms/score.yaml": "type: object\nproperties:\n  score: {type: integer}\n",
    "grants/letters/L01.en.md": "Subject: Your request\n\nWe have {case_number} for {amount}.\n",
}


def _faults(files: dict[str, str]) -> list[str]:
    with pytest.raises(BrokenDefinition) as caught:
        compile_definition(Sources.sort(files))
    return [str(fault) for fault in caught.value.faults]


def _changed(old: str, new: str, file: str = "grants/v1/definition.yaml") -> dict[str, str]:
    assert FILES[file].count(old) == 1, f"'{old}' must stand once in {file}"
    return {**FILES, file: FILES[file].replace(old, new)}


COUNTS_NONE = "counts no events, as earlier_events and line_events do; leave `count` out"
SAY_WHICH = "counts events; say which: `count: [enter STATE, TASK.OUTCOME]`"


@pytest.mark.parametrize(
    ("fact", "at", "message"),
    [
        (
            "{type: integer, register: earlier_events, count: [reading.unraed]}",
            "reading.unraed",
            "there is no event 'reading.unraed'; did you mean 'reading.unread'?",
        ),
        (
            "{type: integer, register: line_events}",
            "{type",
            f"the register 'line_events' {SAY_WHICH}",
        ),
        (
            "{type: integer, register: earlier_events, count: []}",
            "{type",
            f"the register 'earlier_events' {SAY_WHICH}",
        ),
        (
            "{type: text, register: party_code, count: [ask]}",
            "[ask]",
            f"the register 'party_code' {COUNTS_NONE}",
        ),
        (
            "{type: integer, register: earlier_event, count: [ask]}",
            "[ask]",
            f"the register 'earlier_event' {COUNTS_NONE}; did you mean 'earlier_events'?",
        ),
        (
            "{type: boolean, register: earlier_events, count: [ask]}",
            "boolean",
            "`count` gives an integer, not a boolean",
        ),
        (
            "{type: integer, register: earlier_events, count: [ask], since: submit}",
            "submit",
            "`since` looks at this case only; a register counts in other cases, from their start",
        ),
        (
            "{type: integer, register: earlier_events, count: [submit], on: [submit]}",
            "{type",
            f"{ONE_SOURCE} on and register",
        ),
    ],
)
def test_events_stand_with_the_registers_that_count_them(fact: str, at: str, message: str) -> None:
    files = _changed("{type: person, from: request.reader}", fact)
    (told,) = (fault.split(":", 3) for fault in _faults(files) if fault.endswith(f": {message}"))
    assert (
        files["grants/v1/definition.yaml"].splitlines()[int(told[1]) - 1][int(told[2]) - 1 :].startswith(at)
    )


def test_events_that_a_register_counts_are_kept_and_asked_for_once_a_rule_needs_them() -> None:
    fact = "{type: integer, register: earlier_events, count: [reading.unread, enter done], else: 0}"
    files = _changed("{type: person, from: request.reader}", fact)
    found = compile_definition(Sources.sort(files))
    assert {"reading.unread", "enter done"} <= found.named_events
    assert found.registers == ()
    name = "grants/v1/definition.yaml"
    files[name] = files[name].replace("rounds_left: rounds < 2", "rounds_left: rounds + reader < 2")
    found = compile_definition(Sources.sort(files))
    assert found.registers == (Question("reader", "earlier_events", ("reading.unread", "enter done")),)


def test_a_register_of_a_later_version_is_let_be() -> None:
    files = _changed("{type: person, from: request.reader}", "{type: number, register: envelope, else: 0}")
    assert compile_definition(Sources.sort(files)).format.facts["reader"].register_ == "envelope"


def test_a_definition_without_faults_compiles() -> None:
    found = compile_definition(Sources.sort(FILES))
    assert (found.key, found.version, found.initial) == ("grants", 1, "draft")
    assert set(found.forms) == {"request", "score"}
    assert found.expressions["rounds < 2"].names == ("rounds",)
    assert found.label("state.check", "en") == "Check"
    assert found.letters["L01", "en"].subject == "Your request"


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        # names
        ("above: head", "above: haed", "haed", "there is no role 'haed'; did you mean 'head'?"),
        (
            "cel: amount > 5000",
            "cel: amuont > 5000",
            "amuont > 5000",
            "there is no fact 'amuont'; did you mean 'amount'?",
        ),
        ("count: [ask]", "count: [aks]", "aks", "there is no event 'aks'; did you mean 'ask'?"),
        (
            "{type: person, from",
            "{type: pesron, from",
            "pesron",
            "'pesron' cannot stand here; it is one of boolean, integer, number, text, date, role, person, "
            "list of boolean, list of integer, list of number, list of text, list of date, list of role, "
            "list of person; did you mean 'person'?",
        ),
        (
            "since: enter check",
            "since: enter chek",
            "enter chek",
            "there is no event 'enter chek'; did you mean 'enter check'?",
        ),
        ("of: [read]", "of: [red]", "red", "the task 'reading' has no outcome 'red'; did you mean 'read'?"),
        (
            "each: reading.score",
            "each: reding.score",
            "reding.score",
            "there is no task 'reding'; did you mean 'reading'?",
        ),
        (
            "from: request.reader",
            "from: request.raeder",
            "request.raeder",
            "the form 'request' has no field 'raeder'; did you mean 'reader'?",
        ),
        ("escalate_to: head", "escalate_to: had", "had", "there is no role 'had'; did you mean 'head'?"),
        (
            "from: enter check, until",
            "from: enter chek, until",
            "enter chek",
            "there is no event 'enter chek'; did you mean 'enter check'?",
        ),
        (
            "ball: [task, clerk]",
            "ball: [task, clrk]",
            "clrk",
            "there is no role (nor 'task') 'clrk'; did you mean 'clerk'?",
        ),
        (
            "{is: 5 working days}], ladder: office",
            "{is: 5 working days}], ladder: ofice",
            "ofice",
            "there is no ladder 'ofice'; did you mean 'office'?",
        ),
        (
            "[{open: reading, count: 1}]",
            "[{extend: check, days: rounds, reason: rounds2}]",
            "rounds2",
            "there is no text fact 'rounds2'",
        ),
        (
            "[{open: reading, count: 1}]",
            "[{open: redding}]",
            "redding",
            "there is no task 'redding'; did you mean 'reading'?",
        ),
        (
            "[{open: reading, count: 1}]",
            "[{open: reading, count: roundz}]",
            "roundz",
            "there is no integer fact 'roundz'; did you mean 'rounds'?",
        ),
        (
            "silence: {fire: lapse}",
            "silence: {fire: laps}",
            "laps",
            "there is no trigger 'laps'; did you mean 'lapse'?",
        ),
        (
            "except: [nationals]",
            "except: [national]",
            "national",
            "there is no exception 'national'; did you mean 'nationals'?",
        ),
        ("form: score", "form: scores", "scores", "there is no form 'scores'; did you mean 'score'?"),
        (
            "outcome: unread",
            "outcome: unraed",
            "unraed",
            "the task 'reading' has no outcome 'unraed'; did you mean 'unread'?",
        ),
        (
            "silence: {outcome: unread}}",
            "silence: {outcome: unread}, counts_from: reader}",
            "reader",
            "there is no date fact 'reader'",
        ),
        (
            "due: {within: 30 days, ladder: null, silence",
            "due: {within: {session: board}, counts_from: reader, ladder: null, silence",
            "reader",
            "`counts_from` goes with a length, as `within: 14 days`",
        ),
        ("notify: head", "notify: haed", "haed", "there is no recipient 'haed'; did you mean 'head'?"),
        (
            "from: draft, to: check",
            "from: draf, to: check",
            "draf",
            "there is no state 'draf'; did you mean 'draft'?",
        ),
        ("to: asked", "to: askd", "askd", "there is no state 'askd'; did you mean 'asked'?"),
        ("letter: L01", "letter: L10", "L10", "there is no letter 'L10'; did you mean 'L01'?"),
        (
            "{rounds_left: rounds < 2}",
            "{rounds_left: roundz < 2}",
            "roundz < 2",
            "there is no fact 'roundz'; did you mean 'rounds'?",
        ),
        (
            "from: asked, to: done, by: engine",
            "from: asked, to: done, by: engine, then: [{open_case: grant}]",
            "grant}]",
            "there is no definition 'grant'; did you mean 'grants'?",
        ),
        # types
        (
            "type: person, from",
            "type: integer, from",
            "request.reader",
            "the field 'reader' of the form 'request' is a text, not an integer",
        ),
        ("else: 0", "else: none", "none", "'none' is not an integer, as this fact is declared"),
        ("type: integer, count", "type: text, count", "text", "`count` gives an integer, not a text"),
        (
            "type: list of integer, each",
            "type: integer, each",
            "integer",
            "`each` gives a list; declare 'list of integer'",
        ),
        (
            "{rounds_left: rounds < 2}",
            "{rounds_left: rounds + 2}",
            "rounds + 2",
            "this gives an integer; a boolean is needed here",
        ),
        ("when: large", "when: amount", "amount", "this gives a number; a boolean is needed here"),
        (
            "type: boolean, cel",
            "type: text, cel",
            "amount > 5000",
            "this gives a boolean; a text is needed here",
        ),
        (
            "amount: {type: number, from: request.amount}",
            "today: {type: number, from: request.amount}",
            "{type: number",
            "'today' is the engine's own fact; choose another name",
        ),
        (
            "large: {type: boolean, cel: amount > 5000}",
            "large: {type: boolean}",
            "{type: boolean",
            f"{ONE_SOURCE} none",
        ),
        (
            "cel: amount > 5000}",
            "cel: amount > 5000, register: large}",
            "{type: boolean",
            f"{ONE_SOURCE} register and cel",
        ),
        # constructs
        (
            "{is: 5 working days}]",
            "{when: emergency, is: 5 working days}]",
            "{when: emergency",
            "the last branch of a choice has no `when`; it serves when none holds",
        ),
        (
            "{when: large, is: 10 working days}",
            "{is: 10 working days}",
            "{is: 10 working days",
            "only the last branch of a choice may go without `when`",
        ),
        (
            "{category: draft, ball: applicant}",
            "{category: draft}",
            "{category: draft",
            "say whose turn it is here: `ball: role`, `ball: task` or `ball: [task, role]`",
        ),
        (
            "done: {category: closed}",
            "done: {category: closed, ball: clerk}",
            "clerk",
            "in a closed state it is nobody's turn; leave `ball` out",
        ),
        (
            "silence: {fire: lapse}",
            "silence: {outcome: lapse}",
            "{outcome: lapse",
            "silence in a state fires a trigger: {after: 30 days, fire: lapse}",
        ),
        (
            "    interrupts: true\n",
            "",
            "interrupted",
            "'asked' interrupts nothing, so there is no way back; it needs `interrupts: true`",
        ),
        (
            "from: check, to: asked, by: clerk,",
            "from: check, to: asked, by: clerk, declares_conflict: true, confirm: {by: head, judges: false},",
            "true, confirm",
            "a conflict of interest is declared in person and by itself; leave `confirm` out, and take a "
            "name that no task has",
        ),
        (
            "GR-{year}-{serial:03}",
            "GR-{year}-{seral:03}",
            '"GR-{year}-{seral:03}"',
            "a number has the places {year} and {serial}, as TA-{year}-{serial:04}",
        ),
    ],
)
def test_a_fault_is_told_at_its_place_with_what_would_be_right(
    old: str, new: str, at: str, message: str
) -> None:
    files = _changed(old, new)
    told = [fault.split(":", 3) for fault in _faults(files) if fault.endswith(f": {message}")]
    assert told, _faults(files)
    _, line, column, _ = told[0]
    assert files["grants/v1/definition.yaml"].splitlines()[int(line) - 1][int(column) - 1 :].startswith(at)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{within: 30 days, ladder", "{within: 30 dyas, ladder"),
        ("{within: 3 working days", "{within: {session: [board]}"),
        ("{is: 5 working days}", "{is: 5 wroking days}"),
        ("ball: [task, clerk]", "ball: {task: clerk}"),
        ("from: request.amount", "from: [request.amount]"),
        ("for: {role: clerk", "for: {role: {clerk: 1}"),
    ],
)
def test_of_what_is_wrongly_said_it_is_not_told_that_it_is_missing(old: str, new: str) -> None:
    told = _faults(_changed(old, new))
    assert len(told) == 1, told


OPENING = "opening: {by: applicant}\n"
WRONG_NAME_AND_TYPES = (
    ("above: head", "above: haed"),
    ("is: 10 working days", "is: 10 wroking days"),
    ("rounds < 2", "rounds < 'two'"),
    ("cel: amount > 5000", "cel: amuont > 5000"),
    ("form: request, letter", "form: requst, letter"),
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (OPENING, ""),
        (OPENING, "opening: 3\n"),
        (OPENING, "opening: {by: applicant}\nversion: 1\n"),
        ("version: 1\n", ""),
        ("number:", "nubmer:"),
        ("facts:\n", "facts: &all\n"),
        ("clocks:", "clokcs:"),
        ("states:\n", "sates:\n"),
        ("transitions:\n", "transitons:\n"),
        ("category: open\n", "category: opne\n"),
        ("{trigger: ask, from", "{triger: ask, from"),
        ("    for: {role: clerk, except: [nationals]}\n", ""),
    ],
)
def test_what_breaks_the_format_hides_no_wrong_name_and_no_wrong_type(old: str, new: str) -> None:
    both = DEFINITION.replace(old, new)
    assert len(_faults({**FILES, "grants/v1/definition.yaml": both})) == 1
    for right, wrong in WRONG_NAME_AND_TYPES:
        assert both.count(right) == 1
        both = both.replace(right, wrong)
    told = _faults({**FILES, "grants/v1/definition.yaml": both})
    assert len(told) == 1 + len(WRONG_NAME_AND_TYPES), told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("type: number, from", "type: nubmer, from"),
        ("reader: {type: person, from", "reader: {tpye: person, from"),
        ("outcomes: {read: [], unread", "outcomes: {read: 5, unread"),
        ("  head: {side: secretariat, sees: all}", "  head: 3"),
        ("  large: {type: boolean, cel: amount > 5000}", "  large: true"),
        ("version: 1", "version: !!int 1"),
        ("check:\n    category: open", "check:\n    category: &one open"),
        ("languages: [en]", "languages: en"),
        ("{is: 5 working days}", "{is: {ssesion: board}}"),
        ("roles:\n", "roles: 3\nnumbre: x\n#"),
    ],
)
def test_of_one_slip_one_fault_is_told(old: str, new: str) -> None:
    text = _changed(old, new)["grants/v1/definition.yaml"]
    if "\n#" in new:
        text = re.sub(r"\n  (applicant|clerk|head):.*", "", text)
    told = _faults({**FILES, "grants/v1/definition.yaml": text})
    assert len(told) == 1 + ("numbre" in text), told


def test_what_stands_under_a_repeated_key_is_not_said_to_be_missing() -> None:
    again = "tasks:\n  again: {for: clerk, outcomes: {read: []}}\ntransitions:\n"
    again += "  - {trigger: more, from: check, by: clerk, then: [{open: again}]}\n"
    text = DEFINITION.replace("enter: [{open: reading, count: 1}]", "enter: [{fire: more}]") + again
    told = _faults({**FILES, "grants/v1/definition.yaml": text})
    assert [fault.split(": ", 1)[1] for fault in told] == [
        "the key 'tasks' stands twice; first in line 34",
        "the key 'transitions' stands twice; first in line 41",
    ]


def test_what_an_alias_stands_for_is_not_said_to_be_missing() -> None:
    text = DEFINITION.replace("office: [{at", "office: &office [{at").replace(
        "clocks:", "  other: *office\nclocks:"
    )
    assert _faults({**FILES, "grants/v1/definition.yaml": text}) == [
        "grants/v1/definition.yaml:17:11: anchors (&office) are not used here; write the part out",
        "grants/v1/definition.yaml:18:3: aliases (*office) are not used here; write the part out",
    ]


def test_a_fault_within_a_folded_expression_is_told_in_its_line() -> None:
    folded = "cel: >-\n      amount > 5000 &&\n      amuont < 9000}"
    text = DEFINITION.replace(
        "  large: {type: boolean, cel: amount > 5000}",
        "  large:\n    type: boolean\n    cel: >-\n      amount > 5000 &&\n      amuont < 9000",
    )
    assert folded.count("amuont") == 1
    assert _faults({**FILES, "grants/v1/definition.yaml": text}) == [
        "grants/v1/definition.yaml:16:7: there is no fact 'amuont'; did you mean 'amount'?"
    ]


def test_faults_of_format_names_types_and_forms_are_told_together() -> None:
    text = DEFINITION
    for old, new in (
        ("sees: own_party", "seas: own_party"),
        ("category: waiting", "category: wating"),
        ("cel: amount > 5000", "cel: amuont > 5000"),
        ("by: engine}", "by: engin}"),
        ("form: request, letter", "form: requst, letter"),
    ):
        text = text.replace(old, new)
    files = {**FILES, "grants/v1/definition.yaml": text}
    files["grants/v1/forms/request.yaml"] = REQUEST.replace("required:", "requierd:")
    assert [re.sub(r"^grants/v1/(.*?): .*", r"\1", fault) for fault in _faults(files)] == [
        "definition.yaml:7:28",  # no key 'seas'; not that 'sees' is missing too
        "definition.yaml:12:31",
        "definition.yaml:29:15",
        "definition.yaml:42:68",
        "definition.yaml:45:49",
        "forms/request.yaml:2:1",
    ]


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        (
            "grants/letters/L01.en.md",
            "Dear all,\n",
            "letters/L01.en.md:1:1: the first line of a text is its subject: `Subject: …`",
        ),
        (
            "grants/letters/L01.en.md",
            "Subject: x\n\nDear {amuont}\n",
            "letters/L01.en.md:3:6: 'amuont' is no fact and no place; did you mean 'amount'?",
        ),
        (
            "grants/messages/reminder.en.md",
            "Subject: x\n\n{received}\n",  # only a letter answers something
            "messages/reminder.en.md:3:1: 'received' is no fact and no place",
        ),
        (
            "grants/letters/L01.en.md",
            "Subject: x\n\nDear {Sir}\n",
            "letters/L01.en.md:3:6: braces stand only around a place, as {today}",
        ),
        (
            "grants/letters/L02.en.md",
            "Subject: x\n",
            "letters/L02.en.md:1:1: no letter 'L02' is declared; did you mean 'L01'?",
        ),
        (
            "grants/letters/L01.fr.md",
            "Subject: x\n",
            "letters/L01.fr.md:1:1: 'fr' is not declared under `languages`; there is en",
        ),
        (
            "grants/letters/L01.md",
            "Subject: x\n",
            "letters/L01.md:1:1: this file belongs nowhere in a definition",
        ),
        (
            "grants/v1/form/request.yaml",
            "type: object\n",
            "v1/form/request.yaml:1:1: this file belongs nowhere in a definition",
        ),
        (
            "grants/v1/forms/score.yaml",
            "type: objekt\n",
            "v1/forms/score.yaml:1:1: 'objekt' is no type of JSON Schema; did you mean 'object'?",
        ),
        (
            "grants/v1/forms/score.yaml",
            "a: 1\na: 2\n",
            "v1/forms/score.yaml:2:1: the key 'a' stands twice; first in line 1",
        ),
        (
            "grants/v1/definition.yaml",
            "- a\n- b\n",
            "v1/definition.yaml:1:1: a group of keys must stand here",
        ),
        ("grants/v1/definition.yaml", "", "v1/definition.yaml:1:1: the file is empty"),
        (
            "grants/v1/definition.yaml",
            "key: [\n",
            "v1/definition.yaml:2:1: this is not YAML: while parsing a flow node, "
            "expected the node content, but found '<stream end>'",
        ),
    ],
)
def test_faults_of_the_other_files_are_told_too(file: str, text: str, fault: str) -> None:
    assert f"grants/{fault}" in _faults({**FILES, file: text})


def test_a_letter_without_a_text_is_missed() -> None:
    files = {name: text for name, text in FILES.items() if "letters" not in name}
    assert _faults(files) == [
        "grants/v1/definition.yaml:48:8: the letter 'L01' has no text letters/L01.en.md"
    ]


def test_every_label_is_needed_in_every_declared_language() -> None:
    po = 'msgid "state.draft"\nmsgstr "Draft"\n\nmsgid "state.chek"\nmsgstr "Check"\n\n'
    po += 'msgid "role.clerk"\nmsgstr ""\n'
    two = _changed("languages: [en]", "languages: [en, fr]")
    found = _faults({**two, "grants/locales/en.po": po})
    assert "grants/locales/en.po:4:1: nothing is called 'state.chek'; did you mean 'state.check'?" in found
    assert "grants/locales/en.po:7:1: the label 'role.clerk' has no text yet" in found
    assert "grants/locales/en.po:1:1: the label 'guard.rounds_left' is missing" in found
    assert "grants/locales/en.po:1:1: the label 'form.request.items.name' is missing" in found
    assert not any("state.draft" in fault for fault in found)


@pytest.mark.parametrize(
    ("bulletin", "message"),
    [
        (
            "{every: 2 working days, from: 2026-01-15, to: [head]}",
            "a bulletin comes every so many days or months",
        ),
        ("{every: 0 days, from: 2026-01-15, to: [head]}", "a bulletin comes every so many days or months"),
        (
            "{every: 2 months, from: 2026-02-30, to: [head]}",
            "'2026-02-30' is no date; write it as 2026-03-02",
        ),
        ("{every: 2 months, from: 2026-01-15, to: [haed]}", "there is no role 'haed'; did you mean 'head'?"),
        ("{every: 2 months, from: 2026-01-15, to: []}", "say which roles get it"),
        ("{every: 2 months, from: 2026-01-15, to: [head], in_full: [clerk]}", "'clerk' gets no list"),
        (
            "{every: 2 months, from: 2026-01-15, to: [head], message: stock}",
            "the message 'stock' has no text",
        ),
    ],
)
def test_a_bulletin_that_cannot_come_out_is_told(bulletin: str, message: str) -> None:
    definition = DEFINITION + f"bulletins:\n  open_grants: {bulletin}\n"
    (found,) = _faults({**FILES, "grants/v1/definition.yaml": definition})
    assert "grants/v1/definition.yaml:5" in found
    assert message in found


def test_in_a_single_language_a_label_that_is_left_out_speaks_for_itself() -> None:
    po = 'msgid "guard.rounds_left"\nmsgstr "Two questions at most"\n\n'
    definition = compile_definition(Sources.sort({**FILES, "grants/locales/en.po": po}))
    assert definition.label("guard.rounds_left", "en") == "Two questions at most"
    assert definition.label("state.check", "en") == "Check"
    misspelt = _faults({**FILES, "grants/locales/en.po": 'msgid "state.chek"\nmsgstr "Check"\n'})
    assert misspelt == [
        "grants/locales/en.po:1:1: nothing is called 'state.chek'; did you mean 'state.check'?"
    ]
    empty = _faults({**FILES, "grants/locales/en.po": 'msgid "state.check"\nmsgstr ""\n'})
    assert empty == ["grants/locales/en.po:1:1: the label 'state.check' has no text yet"]


def test_a_second_language_without_a_file_is_missed() -> None:
    found = _faults(_changed("languages: [en]", "languages: [en, fr]"))
    assert "grants/v1/definition.yaml:1:1: there is no locales/fr.po for 'fr'" in found


def test_a_confirmation_has_words_in_each_language() -> None:
    files = _changed(
        "from: draft, to: check, by: applicant,",
        "from: draft, to: check, by: applicant, confirm: {by: head, judges: false},",
    )
    found = compile_definition(Sources.sort(files))
    assert found.label("task.confirm_submit", "en") == "Confirm: Submit"
    assert found.label("outcome.confirm_submit.refused", "en") == "Refused"


def test_a_broken_po_file_is_told_with_its_line() -> None:
    po = 'msgid "state.draft"\nmsgstr Draft\n\nmsgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n'
    assert _faults({**FILES, "grants/locales/en.po": po}) == [
        'grants/locales/en.po:2:1: a line is a remark, msgid "…", msgstr "…" or "…"',
        "grants/locales/en.po:7:1: this stands twice; first in line 4",
    ]


def test_the_digest_follows_the_logic_and_nothing_else() -> None:
    before = compile_definition(Sources.sort(FILES)).digest
    same = {**FILES, "grants/letters/L01.en.md": "Subject: Another text\n"}
    same["grants/v1/definition.yaml"] = "# A remark\n" + DEFINITION.replace("[read]", "[ read ]")
    assert compile_definition(Sources.sort(same)).digest == before
    other = _changed("{is: 5 working days}]", "{is: 6 working days}]")
    assert compile_definition(Sources.sort(other)).digest != before
    form = _changed("amount: {type: number}", "amount: {type: integer}", "grants/v1/forms/request.yaml")
    assert compile_definition(Sources.sort(form)).digest != before
    assert digest({"a": 1, "b": 2}, {}) == digest({"b": 2, "a": 1}, {})
