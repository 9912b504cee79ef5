"""Firing a trigger: judge the transitions, let the machine choose, then leave, freeze, return and enter.

Effects are owed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from workflow.errors import GuardRefused, NotAllowed, NotNow, Phrase
from workflow.rules import clocks, tasks
from workflow.rules import format as fmt
from workflow.rules.case import Frame
from workflow.rules.commands import ENGINE, Actor
from workflow.rules.decision import Entry
from workflow.rules.events import happen
from workflow.rules.exceptions import from_act
from workflow.rules.guards import Verdict, judge
from workflow.rules.holders import Warrant, roles
from workflow.rules.ledger import Ledger
from workflow.rules.machine import Token, targets

UNDER_NONE = Warrant()


class Candidate(Struct, frozen=True):
    """A transition that the trigger could take from here, by its place in the definition, and what was
    judged of it.
    """

    place: int
    transition: fmt.Transition
    verdict: Verdict


def candidates(ledger: Ledger, trigger: str, actor: Actor, *, overdue: bool) -> list[Candidate]:
    """The trigger's transitions out of the present state, each judged for the actor."""
    return [
        Candidate(place, transition, judge(ledger, transition, actor, overdue=overdue))
        for place, transition in ledger.definition.ways.get((ledger.state, trigger), ())
    ]


def chosen(ledger: Ledger, trigger: str, judged: list[Candidate]) -> Candidate:
    """The first candidate that passes. Raises NotNow, NotAllowed or GuardRefused with every reason."""
    if not judged:
        raise NotNow(
            "'{trigger}' cannot be done in state '{state}'; from here: {possible}.",
            trigger=trigger,
            state=ledger.state,
            possible=", ".join(possible(ledger)) or Phrase("nothing"),
        )
    allowed = [item for item in judged if item.verdict.role]
    if not allowed:
        raise not_allowed(ledger, trigger, [item.transition for item in judged])
    passed = next((item for item in allowed if item.verdict.passed), None)
    if passed is None:
        raise GuardRefused(trigger, allowed[0].verdict.reasons)
    return passed


def not_allowed(ledger: Ledger, trigger: str, transitions: Sequence[fmt.Transition]) -> NotAllowed:
    """The refusal that names the roles which may fire the trigger, or what excepts this person."""
    whys = (from_act(ledger, item.by, ledger.actor) for item in transitions)
    if (why := next((why for why in whys if why is not None), None)) is not None:
        return NotAllowed("'{trigger}' is not for you: {why}.", trigger=trigger, why=why)
    who = dict.fromkeys(role for item in transitions for role in roles(ledger, item.by))
    return NotAllowed("'{trigger}' is for: {roles}.", trigger=trigger, roles=", ".join(who))


def possible(ledger: Ledger) -> list[str]:
    """The triggers that leave the present state, in the definition's order."""
    return list(dict.fromkeys(item.trigger for item in ledger.definition.leaving.get(ledger.state, ())))


def carry_out(ledger: Ledger, winner: Candidate, *, task: int | None = None) -> None:
    """Take the transition. Its entry is noted and its answers are accepted already."""
    transition = winner.transition
    if clocks.is_overdue(ledger, clocks.of_state(ledger)):
        ledger.remark(late=True)
    happen(ledger, transition.trigger)
    move = ledger.definition.machine.move(transition.trigger, _token(ledger, winner))
    assert move is not None, "a judged candidate always moves"
    if transition.letter is not None:
        # Its code was checked when the definition was loaded.
        letter: list[fmt.Effect] = [fmt.SendLetter.model_construct(letter=transition.letter)]
        ledger.owe(letter, task)
    ledger.owe(transition.then, task)
    if move.target is not None:
        travel(ledger, move.target, back=_leads_back(ledger, winner))


def fire(ledger: Ledger, trigger: str) -> bool:
    """Fire a trigger as the engine, if a transition stands open for it now; says whether it did."""
    judged = candidates(ledger, trigger, ENGINE, overdue=clocks.is_overdue(ledger, clocks.of_state(ledger)))
    passed = next((item for item in judged if item.verdict.passed), None)
    if passed is None:
        ledger.remark(not_fired=trigger)
        return False
    ledger.note(entry(ledger, trigger, person=ENGINE.person))
    carry_out(ledger, passed)
    return True


def travel(ledger: Ledger, target: str, *, back: bool) -> None:
    """Leave the present state, or freeze it, or put back what was frozen; then enter the target."""
    if back:
        _return(ledger)
        return
    if ledger.definition.format.states[target].interrupts:
        _freeze(ledger, target)
    else:
        _leave(ledger)
    enter(ledger, target)


def enter(ledger: Ledger, target: str) -> None:
    ledger.state, ledger.entered_at = target, ledger.moment
    ledger.changed()
    if ledger.number is None and ledger.place.category != "draft":
        ledger.number = _new_number(ledger)
    happen(ledger, f"enter {target}")
    clocks.start(ledger, "state", target)
    ledger.owe(ledger.place.enter)


def _new_number(ledger: Ledger) -> str:
    """The number that people quote, given when the case first leaves category draft."""
    today = ledger.office.today or ledger.office.secretariat.date_of(ledger.now)
    return ledger.definition.format.number.format(year=today.year, serial=ledger.office.next_serial)


def entry(
    ledger: Ledger,
    act: str,
    *,
    person: str | None = None,
    task: int | None = None,
    form: str | None = None,
    data: Mapping[str, Any] | None = None,
    reason: str = "",
    under: Warrant = UNDER_NONE,
) -> Entry:
    """A new audit entry at the ledger's moment; the state it arrives at is filled in when it is known."""
    return Entry(
        no=ledger.entry_no + 1,
        act=act,
        person=person or ledger.actor.person,
        at=ledger.now,
        before=ledger.state,
        after=ledger.state,
        received_at=ledger.moment if ledger.moment != ledger.now else None,
        mandate=under.mandate,
        on_behalf_of=under.on_behalf_of,
        task=task,
        form=form,
        data=data or {},
        reason=reason,
    )


def _token(ledger: Ledger, winner: Candidate) -> Token:
    to = winner.transition.to
    branches = {winner.place: ledger.facts().branch(to)} if isinstance(to, list) else {}
    frozen = ledger.frames[-1].state if ledger.frames else None
    return Token(ledger.state, {winner.place: True}, branches, frozen)


def _leads_back(ledger: Ledger, winner: Candidate) -> bool:
    names = targets(winner.transition)
    place = ledger.facts().branch(winner.transition.to) if isinstance(winner.transition.to, list) else 0
    return names[place] == "interrupted"


def _freeze(ledger: Ledger, target: str) -> None:
    """Keep the state, its tasks and all running clocks but the spanning ones on the stack: the target holds
    them.
    """
    belonging = tasks.belonging_to(ledger, ledger.state)
    numbers = {task.no for task in belonging}
    running = [
        clock
        for clock in clocks.live(ledger)
        if clock.status == "running" and (clock.task in numbers or clock in clocks.of_state(ledger))
    ]
    frame = Frame(ledger.state, ledger.entered_at, tuple(numbers), tuple(clock.no for clock in running))
    for clock in running:
        clocks.hold(ledger, clock, target)
    for task in belonging:
        ledger.put_task(tasks.frozen(task))
    ledger.frames.append(frame)


def _return(ledger: Ledger) -> None:
    """Put back what was frozen last, with the time it had left."""
    tasks.overtake(ledger, ledger.state)
    clocks.stop(ledger, clocks.of_state(ledger))
    happen(ledger, f"leave {ledger.state}")
    frame, since = ledger.frames.pop(), ledger.entered_at
    ledger.state, ledger.entered_at = frame.state, frame.entered_at
    ledger.changed()
    for no in frame.tasks:
        tasks.thaw(ledger, ledger.tasks[no], since)
    for no in frame.clocks:
        clocks.resume(ledger, ledger.clocks[no])


def _leave(ledger: Ledger) -> None:
    """Leave for good: end the state's tasks and clock, and everything that it had frozen."""
    _leave_one(ledger, ledger.state)
    if ledger.definition.format.states[ledger.state].interrupts:
        while ledger.frames:
            frame = ledger.frames.pop()
            clocks.stop(ledger, [ledger.clocks[no] for no in frame.clocks])
            _leave_one(ledger, frame.state)


def _leave_one(ledger: Ledger, state: str) -> None:
    tasks.overtake(ledger, state)
    own = [clock for clock in clocks.live(ledger) if clock.subject == "state" and clock.name == state]
    clocks.stop(ledger, own)
    happen(ledger, f"leave {state}")
