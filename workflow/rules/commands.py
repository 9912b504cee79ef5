"""What can be asked of a case: a closed set of frozen values.

Every command carries who acts and, if earlier, when it was received.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow.rules.case import Case


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with the roles that their mandates give for this case.

    `mandates` are their roles with the mandates' ids, the oldest first. The engine itself acts as `ENGINE`.
    """

    person: str
    roles: frozenset[str]
    nationalities: frozenset[str] = frozenset()
    mandates: tuple[tuple[str, str], ...] = ()


ADMINISTRATOR = "administrator"
"""The role of those who look after the installation; it is of no definition."""

OWNER = "(owner)"
"""Who acts where nobody is named: whoever holds the installation's database. No account can be called so."""

ENGINE = Actor(person="engine", roles=frozenset({"engine"}))


@dataclass(frozen=True, slots=True)
class Open:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What every act on a case carries: the revision its author read, when it was received, and why."""

    expected: int | None = None
    received_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Advance(Act):
    """Fire a trigger with its form's data.

    `task` names one open instance where the transition is `about` a task.
    """

    actor: Actor
    trigger: str
    data: Mapping[str, Any] | None = None
    task: int | None = None


@dataclass(frozen=True, slots=True)
class Complete(Act):
    """End a task with an outcome and its form's data."""

    actor: Actor
    task: int
    outcome: str
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Assign(Act):
    """Give a task to a person. `candidate` carries the roles and nationalities the rules look at."""

    actor: Actor
    task: int
    candidate: Actor


@dataclass(frozen=True, slots=True)
class Revise(Act):
    """Save a draft of a form, or correct an accepted answer (then `reason` is needed).

    `task` for a task's own form.
    """

    actor: Actor
    form: str
    data: Mapping[str, Any]
    task: int | None = None


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last act. `before` is the snapshot kept with it; `act` says whose it was and when."""

    actor: Actor
    before: Case
    act_person: str
    act_at: datetime
    expected: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fire:
    """A timer of task or clock `subject` has come: do what was due at `at`."""

    subject: int
    at: datetime
    actor: Actor = ENGINE


@dataclass(frozen=True, slots=True)
class Rederive:
    """A calendar changed: derive running clocks anew. `reason` names the change."""

    actor: Actor
    reason: str


Command = Open | Advance | Complete | Assign | Revise | Undo | Fire | Rederive
