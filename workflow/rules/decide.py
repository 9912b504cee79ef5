"""`decide`: the one function that says what a command does to a case. Pure: same arguments, same Decision.

An illegal command raises a Refusal and changes nothing; there is nothing here that could change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from workflow.errors import GuardRefused, NotAllowed
from workflow.rules import (
    clocks,
    completing,
    corrections,
    declaring,
    effects,
    handing_over,
    holders,
    moves,
    received,
    reconsidering,
    resting,
    timers,
    turns,
)
from workflow.rules.case import Case, Office
from workflow.rules.commands import (
    ADMINISTRATOR,
    Act,
    Advance,
    Assign,
    Command,
    Complete,
    Declare,
    Fire,
    HandOver,
    Open,
    Reconsider,
    Rederive,
    Revise,
    Undo,
)
from workflow.rules.correspondence import tell_ball, tell_unheld
from workflow.rules.decision import Decision
from workflow.rules.definition import Definition
from workflow.rules.guards import refusals
from workflow.rules.ledger import Ledger
from workflow.rules.replacing import replace


def decide(
    definition: Definition, case: Case | None, command: Command, now: datetime, office: Office
) -> Decision:
    """What `command` changes. `case` is None only for Open; `now` is aware. Raises Refusal."""
    if isinstance(command, Open):
        return _open(definition, command, now, office)
    assert case is not None, "only Open comes without a case"
    if isinstance(command, Undo):
        return corrections.undo(definition, case, command, now, office)
    ledger = _ledger(definition, case, command, now, office)
    turn = turns.ball(ledger)
    if isinstance(command, Advance | Assign | Complete | Declare | Revise):
        declaring.check(ledger, command)
    if resting.rests(ledger):
        return _from_rest(ledger, command, turn)
    _HANDLERS[type(command)](ledger, command)
    effects.settle(ledger)
    return _closed(ledger, turn)


def _from_rest(ledger: Ledger, command: Command, turn: turns.Ball) -> Decision:
    """A historic case is woken by whoever acts on it; timers and calendars leave it at rest."""
    if resting.sleeps_on(command):
        return ledger.decision(turn.role, turn.person)
    resting.wake(ledger)
    _HANDLERS[type(command)](ledger, command)
    effects.settle(ledger)
    resting.tell(ledger)
    return _closed(ledger, turn)


def _open(definition: Definition, command: Open, now: datetime, office: Office) -> Decision:
    moment = received.moment_of(definition, None, command, now, office)
    case = Case(
        id=command.case,
        definition=definition.key,
        version=definition.version,
        party=command.party,
        region=command.region,
        state=definition.initial,
        revision=0,
        entry=0,
        serial=0,
        opened_at=moment,
        entered_at=moment,
        historic=command.historic,
        parent=command.parent,
    )
    ledger = Ledger(definition, case, office, now=now, actor=command.actor, moment=moment)
    opening = definition.format.opening
    by_engine = "engine" in command.actor.roles
    if not by_engine and not holders.may(ledger, opening.by, command.actor):
        roles = ", ".join(holders.roles(ledger, opening.by))
        raise NotAllowed("Opening a case for {party} is for: {roles} there.", roles=roles, party=case.party)
    if reasons := refusals(ledger, opening.guard, overdue=False):
        raise GuardRefused("open", reasons)
    under = holders.warrant(ledger, None if by_engine else opening.by, command.actor)
    ledger.note(replace(moves.entry(ledger, "open", reason=command.reason, under=under), before=None))
    for form, data in command.answers:
        corrections.begin_with(ledger, form, data)
    moves.enter(ledger, definition.initial)
    effects.settle(ledger)
    return _closed(ledger, None, opening=True)


def _closed(ledger: Ledger, turn: turns.Ball | None, *, opening: bool = False) -> Decision:
    """Close the ledger: tell those whose turn it has become, and those above a role that nobody holds."""
    now = turns.ball(ledger)
    if ledger.entries and now != turn:
        ledger.remark(ball=now.role, holder=now.person)
        if now.instead_of is not None:
            ledger.remark(instead_of=now.instead_of)
    if ledger.entries and turn is not None and now != turn and now.role is not None:
        if now.task is None:
            tell_ball(ledger, now.role)
        if now.person is None:
            tell_unheld(ledger, now.role)
    return ledger.decision(now.role, now.person, opening=opening)


def _ledger(definition: Definition, case: Case, command: Command, now: datetime, office: Office) -> Ledger:
    by_timer, moment = isinstance(command, Fire), now
    if isinstance(command, Fire):
        moment = command.at
    elif isinstance(command, Act):
        moment = received.moment_of(definition, case, command, now, office)
    return Ledger(definition, case, office, now=now, actor=command.actor, moment=moment, by_timer=by_timer)


def _rederive(ledger: Ledger, command: Rederive) -> None:
    """Derive every live clock anew; without any change there is nothing to record."""
    fresh = [clocks.rederived(ledger, clock) for clock in clocks.live(ledger)]
    moved = [clock for clock in fresh if clock.due != ledger.clocks[clock.no].due]
    if moved:
        under = holders.warrant(ledger, ADMINISTRATOR, command.actor)
        ledger.note(moves.entry(ledger, "rederive", reason=command.reason, under=under))
        for clock in moved:
            ledger.put_moved(clock)


_HANDLERS: Mapping[type, Callable[[Ledger, Any], None]] = {
    Advance: completing.advance,
    Complete: completing.complete,
    Declare: declaring.declare,
    Assign: completing.assign,
    Revise: corrections.revise,
    Fire: timers.come,
    Rederive: _rederive,
    Reconsider: reconsidering.reconsider,
    HandOver: handing_over.hand_over,
}
