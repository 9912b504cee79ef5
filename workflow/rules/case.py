"""The snapshot of one case that `decide` reads and returns: frozen values, no behaviour but look-ups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from workflow.rules.dates.calendars import Calendar
from workflow.rules.dates.deadlines import Terms

EMPTY: Mapping[Any, Any] = MappingProxyType({})


class Mandate(Struct, frozen=True):
    """The dated right of a person to act in a role. `party` or `region` None means: not limited by it.

    `since` is its first day, as ISO 8601 writes it. `conflicts` are the Parties that the person declared a
    conflict of interest with.

    Lent to a stand-in it says for whom (`for_`), by which delegation (`via`) and, if only there, in which
    definition; `nationalities` and `conflicts` are then those of both.
    """

    person: str
    role: str
    party: str | None = None
    region: str | None = None
    nationalities: tuple[str, ...] = ()
    id: str = ""
    since: str = ""
    conflicts: tuple[str, ...] = ()
    for_: str | None = None
    via: str | None = None
    definition: str | None = None

    def reaches(self, party: str, region: str | None, definition: str) -> bool:
        """Whether it gives its role in this definition's cases of this Party in this region."""
        here = self.party in (None, party) and self.region in (None, region)
        return here and self.definition in (None, definition)


class Event(Struct, frozen=True):
    """Something that rules can count from: `enter S`, `leave S`, a trigger, `task.outcome`.

    `at` is the moment it counts from (received_at, a timer's due instant), `entry` the audit entry that
    records it.
    """

    name: str
    at: datetime
    entry: int


class Task(Struct, frozen=True, array_like=True):
    """Work asked of a role or a person. `status`: scheduled, open, frozen or ended.

    `values` holds the fields of its accepted form that facts read. `role` is who may hold it; `person` who
    does, and `stood_in` who did it in their place. `assigned_by` is the role that names the person, when the
    task waits for one. `opened_in` is the state that opened it. `declared_at` is when the person declared to
    have no conflict of interest; `conflicted`: the person declared to have one, which ended it. `engaged`: it
    ended so that the person sees the case on, till something that has not happened yet.
    """

    no: int
    name: str
    status: str
    role: str
    opened_in: str
    opened_at: datetime
    person: str | None = None
    assigned_by: str | None = None
    opens_at: datetime | None = None
    anchor: datetime | None = None
    outcome: str | None = None
    ended_at: datetime | None = None
    ended_entry: int | None = None
    trigger: str | None = None
    values: Mapping[str, Any] = EMPTY
    declared_at: datetime | None = None
    conflicted: bool = False
    stood_in: str | None = None
    engaged: bool = False


class Clock(Struct, frozen=True, array_like=True):
    """A stopwatch with a budget.

    `subject`: state, task or span; `name` is the state's, task's or spanning clock's name.

    `status`: running, held or stopped. `due` is derived from `terms`; None while held. `seen` is the
    instant up to which its rungs have fired; `fires_at` the next rung or silence. `task` is the number of
    the task it belongs to.
    """

    no: int
    subject: str
    name: str
    calendar: str
    status: str
    terms: Terms
    due: datetime | None
    seen: datetime
    fires_at: datetime | None = None
    task: int | None = None


class Frame(Struct, frozen=True):
    """What an interruption froze: the state, its moment of entry, and the numbers of its open tasks and
    running clocks.
    """

    state: str
    entered_at: datetime
    tasks: tuple[int, ...]
    clocks: tuple[int, ...]


class Case(Struct, frozen=True, array_like=True):
    """One running request, as locked for a command.

    `values` are the accepted form fields that facts read ("form.field").

    `serial` is the last number given to a task or clock, `letters` to a letter, `entry` the last audit entry.
    `clocks` are those not stopped.
    """

    id: str
    definition: str
    version: int
    party: str
    region: str | None
    state: str
    revision: int
    entry: int
    serial: int
    opened_at: datetime
    entered_at: datetime
    number: str | None = None
    emergency: bool = False
    closed: bool = False
    historic: bool = False
    parent: str | None = None
    values: Mapping[str, Any] = EMPTY
    events: tuple[Event, ...] = ()
    frames: tuple[Frame, ...] = ()
    tasks: tuple[Task, ...] = ()
    clocks: tuple[Clock, ...] = ()
    letters: int = 0

    def task(self, no: int) -> Task | None:
        return next((task for task in self.tasks if task.no == no), None)

    def clock(self, no: int) -> Clock | None:
        return next((clock for clock in self.clocks if clock.no == no), None)


class Office(Struct, frozen=True):
    """What surrounds the case: two calendars, the mandates concerned, and the register facts that the
    definition names, by their names. `party_codes` are all Parties there are; None where nobody knows them
    (a scenario). `files` are the references of the case's files that whoever acts sees; None where nobody
    knows them (a scenario, a recorded history that is played) or nothing names one. `conflicts` are the
    Parties that a person declared a conflict of interest with, by person.

    `virtual`: the time is that of a recorded history which is played; only then a historic case does not
    wake, unless the history says that it did, after it had rested since `rested_since`.
    """

    secretariat: Calendar
    party: Calendar
    mandates: tuple[Mandate, ...] = ()
    registers: Mapping[str, Any] = EMPTY
    conflicts: Mapping[str, frozenset[str]] = EMPTY
    party_codes: frozenset[str] | None = None
    files: frozenset[str] | None = None
    next_serial: int = 1
    today: date | None = None
    virtual: bool = False
    rested_since: datetime | None = None

    def calendar(self, name: str) -> Calendar:
        return self.party if name == "party" else self.secretariat
