"""People who walk through the reference procedure at random: whoever may do something does it, and timers
come in their order."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from tests.rules.offices import calendar
from workflow.errors import Refusal
from workflow.rules.actions import Action, actions
from workflow.rules.case import Case, Mandate, Office
from workflow.rules.commands import Actor, Advance, Assign, Command, Complete, Declare, Fire, Open
from workflow.rules.decide import decide
from workflow.rules.decision import Decision
from workflow.rules.definition import Definition
from workflow.rules.loading.nodes import read
from workflow.runtime.library import compile_all, editions, package

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PARTY = "KE"
PEOPLE = {
    "focal_point": 1,
    "deputy": 1,
    "coordinator": 1,
    "supervisor": 2,
    "director": 2,
    "consultee": 3,
    "assessor": 5,
    "evaluator": 2,
    "expert": 4,
    "donor": 1,
    "participant": 1,
}
NATIONALS = ("supervisor_1", "director_1", "assessor_4", "evaluator_1", "expert_2")
# What ends or turns a case aside is done rarely, or few walks would come far.
RARELY = frozenset(
    {
        "withdraw",
        "merge",
        "declare_ineligible",
        "cancel",
        "drop_party",
        "log_contact",
        "make_emergency",
        "make_normal",
        "hand_over",
        "change_focal_point",
        "delegate",
        "extend_further",
        "lifted",
        "overruled",
        "note_mid_term",
        "replan",
        "refer",
        "decline",
        "suspend",
        "ask_to_cancel",
        "replace_expert",
        "extend_deadline",
        "conflict",
        "refused",
        "replaced",
        "request_information",
    }
)


@dataclass(frozen=True)
class Step:
    """One command of a walk, and what came of it: a decision or a refusal."""

    before: Case
    command: Command
    now: datetime
    decision: Decision | None
    refusal: Refusal | None


@cache
def procedure() -> Definition:
    return compile_all(editions(package())).get("technical_assistance", 1)


@cache
def examples() -> Mapping[str, Any]:
    (edition,) = (found for found in editions(package()) if found.key == "technical_assistance")
    sources = edition.sources.examples
    return {name: read(source.path, source.text)[0].value for name, source in sources.items()}


@cache
def people() -> Mapping[str, Actor]:
    """Everybody; of most roles that judge one is a national of the requesting Party."""
    named = {f"{role}_{n}": role for role, count in PEOPLE.items() for n in range(count)}
    return {
        name: Actor(name, frozenset({role}), frozenset({PARTY} if name in NATIONALS else ()))
        for name, role in named.items()
    }


@cache
def office() -> Office:
    roles = procedure().format.roles
    mandates = (
        Mandate(
            person=actor.person,
            role=role,
            party=PARTY if roles[role].side == "party" else None,
            nationalities=tuple(actor.nationalities),
        )
        for actor in people().values()
        for role in actor.roles
    )
    return Office(secretariat=calendar("paris"), party=calendar(PARTY), mandates=tuple(mandates))


def walk(seed: int, most: int) -> Iterator[Step]:
    """A case from its opening to its end, or `most` steps; the same for the same seed."""
    dice = random.Random(seed)
    now = START
    opened = decide(procedure(), None, Open(people()["focal_point_0"], f"walk-{seed}", PARTY), now, office())
    case = opened.case
    for _ in range(most):
        coming = now + timedelta(hours=dice.choice((1, 5, 20, 50, 200, 900)))
        due = [timer for timer in timers(case) if timer[0] <= coming]
        now = max(now, due[0][0]) if due else coming
        command = Fire(due[0][1], due[0][0]) if due else _act(case, now, dice)
        if command is None:
            return
        step = _take(case, command, now)
        yield step
        case = step.decision.case if step.decision else case


def timers(case: Case) -> list[tuple[datetime, int]]:
    """The next timer of every clock and scheduled task, oldest first."""
    of_clocks = [(clock.fires_at, clock.no) for clock in case.clocks if clock.fires_at]
    of_tasks = [
        (task.opens_at, task.no) for task in case.tasks if task.status == "scheduled" and task.opens_at
    ]
    return sorted(of_clocks + of_tasks)


def _take(case: Case, command: Command, now: datetime) -> Step:
    try:
        return Step(case, command, now, decide(procedure(), case, command, now, office()), None)
    except Refusal as refusal:
        return Step(case, command, now, None, refusal)


def _act(case: Case, now: datetime, dice: random.Random) -> Command | None:
    possible = [
        (actor, action)
        for actor in people().values()
        for action in actions(procedure(), case, actor, now, office())
        if action.allowed
    ]
    if not possible:
        return None
    weights = [0.02 if action.name in RARELY else 1 for _, action in possible]
    ((actor, action),) = dice.choices(possible, weights)
    return _command(case, actor, action, now, dice)


def _command(case: Case, actor: Actor, action: Action, now: datetime, dice: random.Random) -> Command:
    data = dated(answers(action.form), now)
    if action.kind == "trigger":
        about = [task.no for task in case.tasks if task.status == "open" and task.name == action.about]
        return Advance(actor, action.name, data, task=about[0] if about else None)
    assert action.task is not None
    if action.kind == "declare":
        return Declare(actor, action.task)
    if action.kind == "outcome":
        reason = "It is so." if action.name == "refused" else ""
        return Complete(actor, action.task, action.name, data, reason=reason)
    task = case.task(action.task)
    assert task is not None
    fitting = [person for person in people().values() if task.role in person.roles]
    return Assign(actor, action.task, dice.choice(fitting))


def answers(form: str | None) -> Mapping[str, Any] | None:
    """Complete answers to a form: its example, with persons who are there."""
    if form is None:
        return None
    answers = dict(examples()[form])
    if form == "shortlist":
        listed = zip(answers["candidates"], ("expert_0", "expert_1", "expert_2"), strict=True)
        answers["candidates"] = [{**candidate, "person": person} for candidate, person in listed]
    if form == "ranking":
        answers["ranked"] = ["expert_0", "expert_1", "expert_2"]
    return answers


def dated(answers: Mapping[str, Any] | None, now: datetime) -> Mapping[str, Any] | None:
    """The answers of somebody who decides today."""
    if answers is None or "decided_on" not in answers:
        return answers
    return {**answers, "decided_on": now.date().isoformat()}
