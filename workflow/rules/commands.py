"""What can be asked of a case: a closed set of frozen values.

Every command carries who acts and, if earlier, when it was received.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from workflow.rules.case import Case


class Actor(Struct, frozen=True):
    """Who acts: a person with the roles that their mandates give for this case.

    `mandates` are their roles with the mandates' ids, the oldest first; `conflicts` the Parties that they
    declared a conflict of interest with. The engine itself acts as `ENGINE`.

    Who stands in for others has several `capacities`: first their own, then one for each absent person, with
    what is lent by that one: `for_` says for whom, and nationalities and conflicts are those of both. Then
    `roles`, `nationalities` and `mandates` here are those of all capacities.
    """

    person: str
    roles: frozenset[str]
    nationalities: frozenset[str] = frozenset()
    mandates: tuple[tuple[str, str], ...] = ()
    conflicts: frozenset[str] = frozenset()
    for_: str | None = None
    capacities: tuple[Actor, ...] = ()

    @property
    def each(self) -> tuple[Actor, ...]:
        """The capacities in which they may act, their own first."""
        return self.capacities or (self,)

    @property
    def own(self) -> Actor:
        """What they are in their own right."""
        return self.each[0]

    @property
    def persons(self) -> tuple[str, ...]:
        """Who acts in this capacity, and for whom."""
        return (self.person,) if self.for_ is None else (self.person, self.for_)


ADMINISTRATOR = "administrator"
"""The role of those who look after the installation; it is of no definition."""

AUDITOR = "auditor"
"""The role of those who look over it and read what was refused; what cases they see a definition says."""

OWNER = "(owner)"
"""Who acts where nobody is named: whoever holds the installation's database. No account can be called so."""

ENGINE = Actor(person="engine", roles=frozenset({"engine"}))


class Open(Struct, frozen=True):
    """Open a case for a Party: it gets its initial state. `answers` may carry first drafts by form."""

    actor: Actor
    case: str
    party: str
    region: str | None = None
    answers: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    parent: str | None = None
    historic: bool = False
    received_at: datetime | None = None
    reason: str = ""


class Act(Struct, frozen=True, kw_only=True):
    """What every act on a case carries: the revision its author read, when it was received, and why."""

    expected: int | None = None
    received_at: datetime | None = None
    reason: str = ""


class Advance(Act, frozen=True):
    """Fire a trigger with its form's data.

    `task` names one open instance where the transition is `about` a task.
    """

    actor: Actor
    trigger: str
    data: Mapping[str, Any] | None = None
    task: int | None = None


class Complete(Act, frozen=True):
    """End a task with an outcome and its form's data."""

    actor: Actor
    task: int
    outcome: str
    data: Mapping[str, Any] | None = None


class Declare(Act, frozen=True):
    """Declare to have no conflict of interest in what a task asks. Who has one completes the task so."""

    actor: Actor
    task: int


class Assign(Act, frozen=True):
    """Give a task to a person. `candidate` carries the roles and nationalities the rules look at."""

    actor: Actor
    task: int
    candidate: Actor


class Revise(Act, frozen=True):
    """Save a draft of a form, or correct an accepted answer (then `reason` is needed).

    `task` for a task's own form.
    """

    actor: Actor
    form: str
    data: Mapping[str, Any]
    task: int | None = None


class Undo(Struct, frozen=True):
    """Take back the last act. `before` is the snapshot kept with it; `act` and `act_task` are what it was, as
    its audit entry tells, `act_person` and `act_at` whose and when.
    """

    actor: Actor
    before: Case
    act: str
    act_task: int | None
    act_person: str
    act_at: datetime
    expected: int | None = None
    reason: str = ""


class Fire(Struct, frozen=True):
    """A timer of task or clock `subject` has come: do what was due at `at`."""

    subject: int
    at: datetime
    actor: Actor = ENGINE


class Rederive(Struct, frozen=True):
    """A calendar changed: derive running clocks anew. `reason` names the change."""

    actor: Actor
    reason: str


class Reconsider(Struct, frozen=True):
    """What is known of a person changed, their nationalities or conflicts: may they still have their tasks,
    and whose turn is it? `ball` is the role and the person whose turn it was.
    """

    person: str
    ball: tuple[str | None, str | None]
    actor: Actor = ENGINE


class HandOver(Struct, frozen=True):
    """Another person is designated in a role for the Party: what names `old` in that role names `new`.

    `drafts` are the forms of which `old` left drafts, `owed` says whether something is to be told them yet.
    """

    role: str
    old: str
    new: str
    drafts: tuple[str, ...] = ()
    owed: bool = False
    actor: Actor = ENGINE


Command = (
    Open | Advance | Complete | Declare | Assign | Revise | Undo | Fire | Rederive | Reconsider | HandOver
)
