"""Something has happened: the one place where an event is kept, and where clocks and series that count from
it begin or end."""

from __future__ import annotations

from workflow.rules import clocks
from workflow.rules.case import Event
from workflow.rules.commands import ENGINE
from workflow.rules.ledger import Ledger, Owed
from workflow.rules.replacing import replace


def happen(ledger: Ledger, name: str) -> None:
    """Note an event: `enter S`, `leave S`, a trigger, or `task.outcome`."""
    if name in ledger.definition.named_events:
        ledger.events.append(Event(name, ledger.moment, ledger.entry_no))
        ledger.changed()
    if name in ledger.definition.remembered and ledger.actor.person != ENGINE.person:
        ledger.values[f"who {name}"] = (ledger.entry_no, *_who(ledger))
        ledger.changed()
    clocks.happened(ledger, name)
    _release(ledger, name)
    for task in ledger.definition.series.get(name, ()):
        ledger.owed.append(Owed(series=task, state=ledger.state))


def _release(ledger: Ledger, name: str) -> None:
    """Whoever saw the case on after a task till this event does so no more."""
    released = ledger.definition.releases.get(name, ())
    for task in tuple(ledger.tasks.values()) if released else ():
        if task.engaged and task.name in released:
            ledger.put_task(replace(task, engaged=False))


def _who(ledger: Ledger) -> tuple[str, ...]:
    """Whose act it is: of a stand-in first the absent person, then who acted in their place."""
    act, person = ledger.entries[-1], ledger.actor.person
    return (act.on_behalf_of, person) if act.person == person and act.on_behalf_of else (person,)
