"""What must hold on every walk through the reference procedure (PROCEDURE C.3), proved on random walks."""

from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import pytest

from tests.proof import size
from tests.rules.wanderers import Step, office, people, procedure, timers, walk
from workflow.rules.case import Case
from workflow.rules.commands import Fire
from workflow.rules.dates.offsets import consumed
from workflow.rules.decide import decide
from workflow.rules.machine import interrupted_by, sources, targets
from workflow.rules.replacing import replace

WALKS = range(size(24, 600))
STEPS = size(150, 400)


@cache
def steps(seed: int) -> tuple[Step, ...]:
    return tuple(walk(seed, STEPS))


def decided(seed: int) -> Iterator[Step]:
    return (step for step in steps(seed) if step.decision is not None)


def ways() -> set[tuple[str, str, str]]:
    """(trigger, from, to) of every transition, with `interrupted` and standing still written out."""
    format = procedure().format
    found = set()
    for transition in format.transitions:
        for source in sources(format, transition):
            for target in targets(transition) or (source,):
                frozen = interrupted_by(format, source) if target == "interrupted" else (target,)
                found |= {(transition.trigger, source, to) for to in frozen}
    return found


@pytest.mark.parametrize("seed", WALKS)
def test_no_state_is_skipped(seed: int) -> None:
    allowed, triggers = ways(), procedure().transitions
    for step in decided(seed):
        for entry in step.decision.entries:
            if entry.act in triggers:
                assert (entry.act, entry.before, entry.after) in allowed
            else:
                assert entry.before == entry.after


@pytest.mark.parametrize("seed", WALKS)
def test_exactly_one_role_has_the_ball_in_every_state_that_is_not_closed(seed: int) -> None:
    for step in decided(seed):
        closed = procedure().format.states[step.decision.case.state].category == "closed"
        assert (step.decision.ball_role is None) == closed


@pytest.mark.parametrize("seed", WALKS)
def test_held_and_running_days_of_a_clock_are_the_days_that_passed(seed: int) -> None:
    for step in decided(seed):
        for clock in step.decision.case.clocks:
            calendar, paris = office().calendar(clock.calendar), office().secretariat
            held = clock.terms.holds
            ran = consumed(clock.terms, calendar, paris, step.now)
            without = replace(clock.terms, holds=())
            rested = consumed(without, calendar, paris, step.now) - ran
            passed = consumed(without, calendar, paris, step.now)
            assert ran >= 0
            assert rested >= 0
            assert ran + rested == passed
            assert held or rested == 0


@pytest.mark.parametrize("seed", WALKS)
def test_nobody_decides_on_the_own_country(seed: int) -> None:
    """Neither proposes a decision nor confirms one."""
    decisions = {"approve", "approve_unfunded", "refer", "decline", "ask_for_more_appraisal"}
    confirmed = {f"confirm_{act}.confirmed" for act in (*decisions, "declare_ineligible")}
    for step in decided(seed):
        for entry in step.decision.entries:
            if entry.act in decisions | confirmed:
                assert "KE" not in people()[entry.person].nationalities


@pytest.mark.parametrize("seed", WALKS)
def test_silence_consents_only_to_the_consultation_and_to_the_comments_on_a_report(seed: int) -> None:
    consents = {("consultation", "silent"), ("report_comments", "silent")}
    no_consent = {"no_answer", "not_reviewed", "refused", "overtaken", "over"}  # a right that ran out is over
    for step in decided(seed):
        before = {task.no: task.status for task in step.before.tasks}
        for task in step.decision.tasks:
            if isinstance(step.command, Fire) and before.get(task.no) == "open" and task.status == "ended":
                refused_offer = (task.name, task.outcome) == ("offer", "silent")
                assert (task.name, task.outcome) in consents or task.outcome in no_consent or refused_offer


@pytest.mark.parametrize("seed", WALKS)
def test_every_refusal_has_its_reasons_and_changes_nothing(seed: int) -> None:
    for step in steps(seed):
        if step.refusal is not None:
            assert str(step.refusal)
            assert step.refusal.title != str(step.refusal)


@pytest.mark.parametrize("seed", WALKS)
def test_each_overdue_duty_with_a_ladder_has_exactly_one_next_timer(seed: int) -> None:
    for step in decided(seed):
        for clock in step.decision.case.clocks:
            overdue = clock.due is not None and clock.due < step.now
            if overdue and _never_ends(step.decision.case, clock.no):
                assert sum(no == clock.no for _, no in timers(step.decision.case)) == 1


@pytest.mark.parametrize("seed", WALKS)
def test_the_same_command_gives_the_same_decision(seed: int) -> None:
    for step in list(decided(seed))[:: size(10, 3)]:
        assert decide(procedure(), step.before, step.command, step.now, office()) == step.decision


@pytest.mark.parametrize("seed", WALKS)
def test_a_due_date_never_precedes_its_start(seed: int) -> None:
    for step in decided(seed):
        for clock in step.decision.case.clocks:
            if clock.due is not None:
                assert clock.due >= clock.terms.started_at - timedelta(seconds=1)


@pytest.mark.parametrize("seed", WALKS)
def test_the_timers_that_a_decision_sets_are_those_of_the_case_it_leaves(seed: int) -> None:
    for step in decided(seed):
        known = {no: at for at, no in timers(step.before)}
        known |= dict(step.decision.timers)
        assert {no: at for no, at in known.items() if at} == {no: at for at, no in timers(step.decision.case)}


def test_the_walks_come_far_enough_to_prove_something() -> None:
    seen = {step.decision.case.state for seed in WALKS for step in decided(seed)}
    assert len(seen) >= size(15, 22)


def _never_ends(case: Case, no: int) -> bool:
    """Whether the clock's ladder repeats its last rung, so that there is always a next one."""
    clock = case.clock(no)
    assert clock is not None
    format = procedure().format
    duty = {"state": format.states, "task": format.tasks}.get(clock.subject, {}).get(clock.name)
    ladder = format.clocks[clock.name].ladder if clock.subject == "span" else duty and duty.due.ladder
    return isinstance(ladder, str) and format.ladders[ladder][-1].every is not None
