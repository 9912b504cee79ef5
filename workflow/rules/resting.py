"""A historic case rests: its time ended with its history. Law: the first act of the present wakes it.

While it rests no timer of it fires and no calendar moves it. Waking holds every running clock over the rest
and moves along what is scheduled, so that years in a drawer use up nothing and nobody is reminded of them.
A history can tell of such a rest: when it is played the case wakes in the same way, and stays historic.
"""

from __future__ import annotations

from datetime import datetime

from workflow.rules import clocks
from workflow.rules.case import Case, Clock
from workflow.rules.commands import ENGINE, Command, Fire, HandOver, Reconsider, Rederive
from workflow.rules.dates.deadlines import Hold
from workflow.rules.ledger import Ledger
from workflow.rules.replacing import replace

WHY = "the case rested after its recorded history"


def rests(ledger: Ledger) -> bool:
    office = ledger.office
    return ledger.before.historic and (not office.virtual or office.rested_since is not None)


def sleeps_on(command: Command) -> bool:
    """What falls due and what a calendar changes leave a resting case as it is."""
    return isinstance(command, Fire | Rederive | Reconsider | HandOver)


def wake(ledger: Ledger) -> None:
    """Let the case live from now on, before anything is done to it."""
    ledger.historic = ledger.office.virtual
    since = _since(ledger, ledger.before)
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
        rested = _told(ledger, ledger.before)
        ledger.entries[:] = [replace(first, changes={**first.changes, "rested": rested}), *others]


def return_to_rest(ledger: Ledger, before: Case) -> None:
    """An act was taken back: a case that rested before it rests again."""
    if before.historic and (not ledger.office.virtual or ledger.office.rested_since):
        ledger.remark(rested=_told(ledger, before))
    ledger.historic = before.historic


def _told(ledger: Ledger, case: Case) -> dict[str, str]:
    return {"since": _since(ledger, case).isoformat(), "until": ledger.now.isoformat()}


def _since(ledger: Ledger, case: Case) -> datetime:
    """The last moment at which something is known to have moved in the case, or a later one that is told."""
    moments = [case.entered_at, *(clock.seen for clock in case.clocks), *(event.at for event in case.events)]
    lived = (task for task in case.tasks if task.outcome != "undone")
    moments += [at for task in lived for at in (task.opened_at, task.ended_at) if at is not None]
    return max(*moments, ledger.office.rested_since or case.entered_at)


def _let_go(ledger: Ledger, clock: Clock, since: datetime) -> None:
    if clock.status != "running":
        return
    hold = Hold(since, ledger.now, ENGINE.person, WHY)
    terms = replace(clock.terms, holds=(*clock.terms.holds, hold))
    ledger.put_clock(clocks.rederived(ledger, replace(clock, terms=terms)))
