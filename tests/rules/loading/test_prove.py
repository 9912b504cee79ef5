"""What is proved of a whole definition: ways, ladders, turns of transitions, timers, rings."""

import pytest

from workflow.errors import BrokenDefinition
from workflow.rules.loading.compile import compile_definition
from workflow.rules.loading.sources import Sources

HEAD = """\
key: small
version: 1
languages: [en]
number: "{year}-{serial}"
opening: {by: clerk}
roles:
  clerk: {side: secretariat, sees: all}
  head: {side: secretariat, sees: all}
  party: {side: party, sees: own_party}
facts:
  rounds: {type: integer, register: rounds, else: 0}
"""


def _faults(text: str) -> list[str]:
    try:
        compile_definition(Sources.sort({"definition.yaml": HEAD + text}))
    except BrokenDefinition as broken:
        return [str(fault).removeprefix("definition.yaml:") for fault in broken.faults]
    return []


def test_a_state_that_nothing_leads_to_is_found() -> None:
    assert _faults("""\
states:
  one: {category: open, ball: clerk}
  lost: {category: open, ball: clerk}
  done: {category: closed}
transitions:
  - {trigger: close, from: [one, lost], to: done, by: clerk}
""") == ["14:9: no way leads to the state 'lost'"]


def test_a_state_that_nothing_leads_out_of_is_found() -> None:
    assert _faults("""\
states:
  one: {category: open, ball: clerk}
  trap: {category: open, ball: clerk}
  done: {category: closed}
transitions:
  - {trigger: close, from: one, to: done, by: clerk}
  - {trigger: fall, from: one, to: trap, by: clerk}
  - {trigger: stay, from: trap, by: clerk}
""") == ["14:9: from the state 'trap' no way leads to a closed one"]


def test_the_way_back_from_an_interruption_is_a_way() -> None:
    assert (
        _faults("""\
states:
  one: {category: open, ball: clerk}
  rest: {category: suspended, interrupts: true, ball: clerk}
  done: {category: closed}
transitions:
  - {trigger: rest, from: one, to: rest, by: clerk}
  - {trigger: resume, from: rest, to: interrupted, by: clerk}
  - {trigger: close, from: one, to: done, by: clerk}
""")
        == []
    )


def test_a_duty_and_a_clock_must_say_their_ladder_or_that_they_have_none() -> None:
    assert _faults("""\
clocks:
  whole: {budget: 5 working days, from: enter one, until: [enter done]}
states:
  one: {category: open, ball: clerk, due: {within: 3 days}}
  two: {category: open, ball: clerk, due: {within: 3 days, ladder: null}}
  done: {category: closed}
transitions:
  - {trigger: next, from: one, to: two, by: clerk}
  - {trigger: close, from: two, to: done, by: clerk}
""") == [
        "13:10: say which ladder reminds of this, or that none does: `ladder: null`",
        "15:43: say which ladder reminds of this, or that none does: `ladder: null`",
    ]


@pytest.mark.parametrize(
    ("earlier", "later", "shadowed"),
    [
        ("by: clerk", "by: clerk", True),
        ("by: [clerk, head]", "by: head", True),
        ("by: clerk", "by: head", False),
        ("by: clerk, guard: {first: rounds == 0}", "by: clerk", False),
        ("by: clerk, guard: {first: rounds == 0}", "by: clerk, guard: {other: rounds == 0}", True),
        ("by: {role: clerk, except: [nationals]}", "by: clerk", False),
        ("by: {role: clerk}", "by: clerk, guard: {first: rounds == 0}", True),
    ],
)  # fmt: skip
def test_a_transition_that_never_gets_its_turn_is_found(earlier: str, later: str, shadowed: bool) -> None:
    found = _faults(f"""\
states:
  one: {{category: open, ball: clerk}}
  two: {{category: open, ball: clerk}}
  done: {{category: closed}}
transitions:
  - {{trigger: ask, from: one, to: two, {earlier}}}
  - {{trigger: ask, from: [one, two], to: done, {later}}}
""")
    told = "18:5: 'ask' from 'one' is shadowed by transition 1 (of the same trigger), which always goes first"
    assert found == ([told] if shadowed else [])


def test_what_a_timer_fires_must_be_open_to_the_engine_in_its_state() -> None:
    found = _faults("""\
ladders:
  office: [{at: due + 1 day, then: [{fire: lapse}]}]
states:
  one: {category: open, ball: clerk, due: {within: 3 days, ladder: null, silence: {fire: lapse}}}
  two: {category: open, ball: clerk, due: {within: 3 days, ladder: office}, enter: [{fire: quit}]}
  done: {category: closed}
transitions:
  - {trigger: next, from: one, to: two, by: clerk}
  - {trigger: quit, from: one, to: done, by: [clerk, engine]}
  - {trigger: lapse, from: one, to: done, by: clerk}
  - {trigger: lapse, from: two, to: done, by: [clerk, engine]}
""")
    need = "it needs a transition from there with `by: engine`"
    assert found == [
        f"15:90: 'lapse' is not open to the engine in the state 'one'; {need}",
        f"16:92: 'quit' is not open to the engine in the state 'two'; {need}",
    ]


def test_what_a_transition_fires_must_be_open_where_it_leads() -> None:
    assert _faults("""\
states:
  one: {category: open, ball: clerk}
  two: {category: open, ball: clerk}
  done: {category: closed}
transitions:
  - {trigger: next, from: one, to: two, by: clerk, then: [{fire: close}]}
  - {trigger: close, from: one, to: done, by: [clerk, engine]}
  - {trigger: close, from: two, to: done, by: clerk}
""") == ["17:66: 'close' is not open to the engine where this leads (two)"]


def test_what_nothing_fires_and_what_nothing_opens_is_found() -> None:
    assert _faults("""\
states:
  one: {category: open, ball: clerk}
  done: {category: closed}
tasks:
  idle: {for: clerk, outcomes: {done: []}}
transitions:
  - {trigger: close, from: one, to: done, by: clerk}
  - {trigger: vanish, from: one, to: done, by: engine}
""") == [
        "16:9: nothing opens the task 'idle'",
        "19:15: nothing fires 'vanish', and only the engine may; name it in `fire`, or say `by` whom",
    ]


def test_a_ring_of_effects_without_a_person_is_found() -> None:
    found = _faults("""\
states:
  one: {category: open, ball: clerk}
  two: {category: open, ball: clerk, enter: [{fire: third}]}
  three: {category: open, ball: clerk, enter: [{when: rounds > 1, is: [{fire: second}]}, {is: []}]}
  done: {category: closed}
transitions:
  - {trigger: second, from: [one, three], to: two, by: [clerk, engine]}
  - {trigger: third, from: two, to: three, by: engine}
  - {trigger: close, from: three, to: done, by: clerk}
""")
    assert len(found) == 1
    assert "this goes round without a person or a timer: " in found[0]
    assert "fire second -> enter two -> fire third -> enter three -> fire second" in found[0]


@pytest.mark.parametrize(
    ("task", "ring"),
    [
        # a person completes it, so nothing goes round by itself
        ("outcomes: {again: [{open: work}], over: []}", False),
        ("outcomes: {over: []}, nobody: [{open: work}]", True),
        ("outcomes: {over: [{end: work, outcome: over}]}", True),
        ("outcomes: {over: []}, given: [{fire: reopen}]", True),
    ],
)
def test_a_task_breaks_a_ring_only_if_somebody_has_to_do_it(task: str, ring: bool) -> None:
    found = _faults(f"""\
states:
  one: {{category: open, ball: clerk, enter: [{{open: work}}]}}
  done: {{category: closed}}
tasks:
  work: {{for: clerk, {task}}}
transitions:
  - {{trigger: reopen, from: one, by: [clerk, engine], then: [{{open: work}}]}}
  - {{trigger: close, from: one, to: done, by: clerk}}
""")
    assert any("goes round" in fault for fault in found) == ring


def test_a_definition_that_cannot_end_or_begin_is_refused() -> None:
    assert _faults("""\
states:
  one: {category: open, ball: clerk}
transitions:
  - {trigger: stay, from: one, by: clerk}
""") == ["13:3: no state has the category closed, so no case can ever end"]
