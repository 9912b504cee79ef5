"""A historic case rests: its time ended with its history. Law: the first act of the present wakes it.

While it rests no timer of it fires and no calendar moves it. Waking holds every running clock over the rest
and moves along what is scheduled, so that years in a drawer use up nothing and nobody is reminded of them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from workflow.rules import clocks
from workflow.rules.case import Case, Clock
from workflow.rules.commands import ENGINE, Command, Fire, Rederive
from workflow.rules.dates.deadlines import Hold
from workflow.rules.ledger import Ledger

WHY = "the case rested after its recorded history"


def rests(ledger: Ledger) -> bool:
    return ledger.before.historic and not ledger.office.virtual


def sleeps_on(command: Command) -> bool:
    """What falls due and what a calendar changes leave a resting case as it is."""
    return isinstance(command, Fire | Rederive)


def wake(ledger: Ledger) -> None:
    """Let the case live from now on, before anything is done to it."""
    ledger.historic = False
    since = rested_since(ledger.before)
    if since >= ledger.now:
        return
    for clock in clocks.live(ledger):
        _let_go(ledger, clock, since)
    rest = ledger.now - since
    for task in list(ledger.tasks.values()):
        if task.status == "scheduled" and task.opens_at and task.anchor:
            ledger.put_task(replace(task, opens_at=task.opens_at + rest, anchor=task.anchor + rest))


def tell(ledger: Ledger) -> None:
    """Say in the first entry of the act which woke the case how long it had rested."""
    if ledger.entries:
        first, *others = ledger.entries
        rested = {"since": rested_since(ledger.before).isoformat(), "until": ledger.now.isoformat()}
        ledger.entries[:] = [replace(first, changes={**first.changes, "rested": rested}), *others]


def rested_since(case: Case) -> datetime:
    """The last moment at which something is known to have moved in the case."""
    moments = [case.entered_at, *(clock.seen for clock in case.clocks), *(event.at for event in case.events)]
    moments += [at for task in case.tasks for at in (task.opened_at, task.ended_at) if at is not None]
    return max(moments)


def _let_go(ledger: Ledger, clock: Clock, since: datetime) -> None:
    if clock.status != "running":
        return
    hold = Hold(since, ledger.now, ENGINE.person, WHY)
    terms = replace(clock.terms, holds=(*clock.terms.holds, hold))
    ledger.put_clock(clocks.rederived(ledger, replace(clock, terms=terms)))
