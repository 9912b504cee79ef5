"""Whoever appraises or decides keeps out nationals: a definition that leaves it to chance is not loaded."""

import pytest

from workflow.errors import BrokenDefinition
from workflow.rules.loading.compile import compile_definition
from workflow.rules.loading.sources import Sources

HEAD = """\
key: small
version: 1
languages: [en]
number: "{year}-{serial}"
opening: {by: applicant}
roles:
  applicant: {side: party, sees: own_party}
  clerk: {side: secretariat, sees: all, above: head}
  head: {side: secretariat, sees: all}
  reader: {side: expert, sees: assigned, above: clerk}
  board: {side: body, sees: all, above: head}
  helper: {side: expert, judges: false, sees: assigned, above: clerk}
facts:
  large: {type: boolean, register: large, else: false}
  decider: {type: role, choice: [{when: large, is: head}, {is: clerk}]}
  chosen: {type: role, choice: [{when: large, is: applicant}, {is: applicant}]}
states:
  one: {category: open, ball: clerk, enter: [{open: work}]}
  done: {category: closed}
"""
TASK = "tasks:\n  work: {for: TASK, outcomes: {done: []}}\n"
WAY = "transitions:\n  - {trigger: close, from: one, to: done, WAY}\n"


def _faults(task: str = "clerk", way: str = "by: clerk") -> list[str]:
    text = HEAD + TASK.replace("TASK", task) + WAY.replace("WAY", way)
    try:
        compile_definition(Sources.sort({"definition.yaml": text}))
    except BrokenDefinition as broken:
        return [str(fault).removeprefix("definition.yaml:") for fault in broken.faults]
    return []


def _told(place: str, role: str, rules: str = "nationals") -> list[str]:
    return [
        f"{place}: who judges here ({role}) could be a national of the Party that asks; write "
        f"`except: [{rules}]`, or `judges: false` where nothing is appraised or decided"
    ]


@pytest.mark.parametrize(
    ("task", "way", "expected"),
    [
        ("reader", "by: clerk", _told("21:15", "reader")),
        (
            "{role: reader, except: [conflicted]}",
            "by: clerk",
            _told("21:15", "reader", "nationals, conflicted"),
        ),
        ("clerk", "by: board", _told("23:47", "board")),
        ("clerk", "by: [clerk, board]", _told("23:55", "board")),
        ("clerk", "by: {role: decider}", _told("23:47", "head")),
        ("clerk", "by: clerk, judges: true", _told("23:47", "clerk")),
        ("clerk", "by: clerk, confirm: {by: head}", _told("23:68", "head")),
    ],
)
def test_an_act_that_judges_and_lets_nationals_in_is_refused(
    task: str, way: str, expected: list[str]
) -> None:
    assert _faults(task, way) == expected


@pytest.mark.parametrize(
    ("task", "way"),
    [
        ("{role: reader, except: [nationals]}", "by: {role: board, except: [nationals, conflicted]}"),
        (
            "{role: decider, except: [nationals]}",
            "by: clerk, confirm: {by: {role: head, except: [nationals]}}",
        ),
        ("helper", "by: clerk"),
        ("clerk", "by: board, judges: false"),
        ("clerk", "by: clerk, confirm: {by: head, judges: false}"),
        ("clerk", "by: clerk, confirm: {by: applicant}"),
        ("clerk", "by: {role: chosen}"),
    ],
)
def test_what_keeps_them_out_or_judges_nothing_is_loaded(task: str, way: str) -> None:
    assert _faults(task, way) == []


DECLARES = (
    HEAD.replace("decider:", "told: {type: text, from: secret.why}\n  decider:")
    + """\
tasks:
  work:
    for: {role: reader, assigned_by: clerk, except: [nationals]}
    declares: {conflict: CONFLICT}
    due: {within: 3 days, ladder: null, silence: {outcome: silent}}
    outcomes: {read: [], silent: [], conflict: {form: secret}, taken: {by: clerk}}
transitions:
  - {trigger: close, from: one, to: done, by: clerk}
"""
)
SECRET = """\
$schema: https://json-schema.org/draft/2020-12/schema
type: object
additionalProperties: false
properties: {why: {type: string, maxLength: 9}}
"""


@pytest.mark.parametrize(
    ("conflict", "expected"),
    [
        ("conflct", "the task 'work' has no outcome 'conflct'; did you mean 'conflict'?"),
        ("taken", "who has the task declares, nobody for them: leave `by` out of the outcome 'taken'"),
        ("silent", "silence declares nothing; let it end the task otherwise than as 'silent'"),
        (
            "conflict",
            "what is declared is for nobody but the auditor; the fact 'told' reads its form 'secret'; take a "
            "form of its own, or leave the fact out",
        ),
    ],
)
def test_a_declaration_is_an_outcome_of_the_holder_that_nothing_reads(conflict: str, expected: str) -> None:
    files = {"definition.yaml": DECLARES.replace("CONFLICT", conflict), "forms/secret.yaml": SECRET}
    with pytest.raises(BrokenDefinition) as broken:
        compile_definition(Sources.sort(files))
    assert [fault.message for fault in broken.value.faults] == [expected]


ENGAGES = (
    HEAD
    + """\
tasks:
  work:
    for: WHO
    declares: {conflict: conflict}
    engages: {by: [OUTCOME], until: [EVENT]}
    outcomes: {read: [], conflict: []}
transitions:
  - {trigger: close, from: one, to: done, by: clerk}
"""
)


@pytest.mark.parametrize(
    ("who", "outcome", "event", "expected"),
    [
        ("reader", "read", "close", []),
        ("reader", "red", "close", ["the task 'work' has no outcome 'red'; did you mean 'read'?"]),
        ("reader", "conflict", "close", ["'conflict' declares a conflict, which engages nobody"]),
        (
            "clerk",
            "read",
            "close",
            ["'clerk' does not see what is `assigned` but `all`; leave `engages` out"],
        ),
        ("reader", "read", "clse", ["there is no event 'clse'; did you mean 'close'?"]),
    ],
)
def test_an_engagement_is_of_who_sees_what_is_assigned(
    who: str, outcome: str, event: str, expected: list[str]
) -> None:
    text = ENGAGES.replace("WHO", f"{{role: {who}, except: [nationals]}}")
    files = {"definition.yaml": text.replace("OUTCOME", outcome).replace("EVENT", event)}
    if not expected:
        assert compile_definition(Sources.sort(files)).releases == {"close": ("work",)}
        return
    with pytest.raises(BrokenDefinition) as broken:
        compile_definition(Sources.sort(files))
    assert [fault.message for fault in broken.value.faults] == expected
