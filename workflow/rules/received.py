"""From when an act counts: from now, or from an earlier receipt that somebody records.

Law: nobody says of an act of their own when it came in. An earlier receipt is recorded by the secretariat,
with a reason, and never before that began which it answers. A history that is played tells what was recorded
in its time: there only the order of things is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from workflow.errors import Fault, Malformed, NotAllowed, Phrase
from workflow.rules.case import Case, Office
from workflow.rules.commands import Advance, Assign, Complete, Declare, Open, Revise
from workflow.rules.definition import Definition

Receivable = Open | Advance | Complete | Declare | Assign | Revise


def moment_of(
    definition: Definition, case: Case | None, command: Receivable, now: datetime, office: Office
) -> datetime:
    """Raises Malformed, or NotAllowed for whoever is not of the secretariat."""
    received = command.received_at
    if received is None:
        return now
    if received.tzinfo is None or received > now:
        params = {"at": received.isoformat(), "now": now.isoformat()}
        problem = Phrase("{at} must carry an offset and not be later than now, {now}", params)
        raise Malformed((Fault("/received_at", problem),))
    if not office.virtual:
        _check_recorder(definition, command)
    if case is not None and received < (began := max(_beginnings(case, command))):
        params = {"at": received.isoformat(), "began": began.isoformat()}
        problem = Phrase("{at} is too early: what it answers began at {began}", params)
        raise Malformed((Fault("/received_at", problem),))
    return received


def _check_recorder(definition: Definition, command: Receivable) -> None:
    roles = definition.format.roles
    secretariat = [name for name, role in roles.items() if role.side == "secretariat"]
    if command.actor.roles.isdisjoint(secretariat):
        raise NotAllowed(
            "What was received earlier is recorded by the secretariat: {roles}.",
            roles=", ".join(secretariat),
        )
    if not command.reason:
        raise Malformed((Fault("/reason", "say why it is recorded later than it was received"),))


def _beginnings(case: Case, command: Receivable) -> Iterator[datetime]:
    """When the task was opened, else the state entered; and when its clock last ran again."""
    task = case.task(command.task) if isinstance(command, Complete | Declare) else None
    yield case.opened_at
    yield case.entered_at if task is None else task.opened_at
    for clock in case.clocks:
        if clock.task == task.no if task else (clock.subject, clock.name) == ("state", case.state):
            yield from (hold.to for hold in clock.terms.holds if hold.to is not None)
