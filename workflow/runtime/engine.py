"""The engine: few verbs, one path. Law: load for update -> decide -> record -> commit -> answer, in one place (`_within`, `_decided`).

Every verb takes `by`, the id of the person who acts, and answers a `Receipt`. A refusal (errors.Refusal) changes nothing.
`dry_run=True` takes the same path and rolls it back: the receipt says what would change, with the texts of its letters.
Common arguments: `expected` the revision the caller read (Stale if the case moved on; `REVISION_MISSING` if they named none),
`received_at` an aware instant not later than now, `key` an Idempotency-Key, `reason` free text for the audit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from workflow.records.databases.protocol import Connection, Database
from workflow.rules.actions import Action
from workflow.rules.case import Case, Office
from workflow.rules.commands import Actor
from workflow.rules.definition import Definition
from workflow.runtime.library import Library
from workflow.runtime.receipts import Receipt

T = TypeVar("T")

REVISION_MISSING = -1
"""For `expected`: refuse with RevisionRequired, in its place among the refusals, because the caller named no revision."""

PARIS = ZoneInfo("Europe/Paris")


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class View:
    """A case as it stands, for reading. `actor` is who looks, with the roles they have in this case on that day."""

    case: Case
    office: Office
    definition: Definition
    actor: Actor


@dataclass(frozen=True, slots=True)
class Due:
    """A timer that has come: of task or clock `no` of a case, at the instant `at`."""

    case: str
    no: int
    at: datetime


class Engine:
    """The verbs on cases. One per process; safe to call from any number of threads."""

    def __init__(
        self,
        database: Database,
        library: Library,
        now: Callable[[], datetime] = utc_now,
        *,
        zone: tzinfo = PARIS,
    ) -> None: ...

    # Writing

    def open(
        self,
        definition: str,
        *,
        by: str,
        party: str,
        version: int | None = None,
        answers: Mapping[str, Mapping[str, Any]] | None = None,
        parent: str | None = None,
        historic: bool = False,
        received_at: datetime | None = None,
        key: str | None = None,
        dry_run: bool = False,
    ) -> Receipt:
        """Open a case of the definition's newest (or the named) version for a Party (ISO 3166 alpha-2).

        `answers` are first drafts by form name. `historic`: its notices are recorded and never sent.
        Raises Malformed (unknown Party, definition or version; shape of a draft), NotAllowed, GuardRefused.
        """

    def advance(
        self,
        case: str,
        trigger: str,
        *,
        by: str,
        data: Mapping[str, Any] | None = None,
        task: int | None = None,
        expected: int | None = None,
        received_at: datetime | None = None,
        reason: str = "",
        key: str | None = None,
        dry_run: bool = False,
    ) -> Receipt:
        """Fire a trigger with its form's data. `task` names the open instance a transition is about.

        Raises NotFound, NotAllowed, Malformed, RevisionRequired, Stale, NotNow, GuardRefused, LostRace.
        """

    def complete(
        self,
        case: str,
        task: int,
        outcome: str,
        *,
        by: str,
        data: Mapping[str, Any] | None = None,
        expected: int | None = None,
        received_at: datetime | None = None,
        reason: str = "",
        key: str | None = None,
        dry_run: bool = False,
    ) -> Receipt:
        """End an open task with one of its outcomes and its form's data. Raises as `advance`."""

    def assign(
        self,
        case: str,
        task: int,
        *,
        by: str,
        to: str,
        expected: int | None = None,
        received_at: datetime | None = None,
        reason: str = "",
        key: str | None = None,
        dry_run: bool = False,
    ) -> Receipt:
        """Give an open task to the person `to`, whose mandates must fit the task's holder. Raises as `advance`."""

    def revise(
        self,
        case: str,
        form: str,
        data: Mapping[str, Any],
        *,
        by: str,
        task: int | None = None,
        expected: int | None = None,
        received_at: datetime | None = None,
        reason: str = "",
        key: str | None = None,
        dry_run: bool = False,
    ) -> Receipt:
        """Save a draft of a form (shape checked, completeness not), or correct accepted answers (coordinator, with a reason)."""

    def undo(
        self,
        case: str,
        *,
        by: str,
        expected: int | None = None,
        reason: str = "",
        key: str | None = None,
        dry_run: bool = False,
    ) -> Receipt:
        """Take back the last act, within 24 hours, by the same person or a supervisor, while nothing depends on it."""

    def fire(self, case: str, no: int) -> Receipt | None:
        """Fire the timer of task or clock `no` if it has come. None: not due, already fired, or another worker is at the case."""

    def fire_all(self, due: Sequence[Due]) -> tuple[Receipt | None, ...]:
        """Fire several timers, in the given order, in one transaction; each as `fire`. An error rolls all of them back."""

    def change_calendar(
        self, change: Callable[[Connection], None], *, by: str, reason: str, party: str | None = None
    ) -> tuple[Receipt, ...]:
        """Change rows of the secretariat's calendar (or a Party's), then derive the running clocks concerned anew.

        One audit entry per changed case. Cases are worked in batches, each its own transaction; that work is left to do is
        recorded with the change itself, so a worker finishes what a crash interrupts. Answers the receipts of changed cases.
        """

    def rederive(
        self,
        *,
        by: str,
        reason: str,
        party: str | None = None,
        progress: Callable[[int], None] | None = None,
        dry_run: bool = False,
    ) -> tuple[Receipt, ...]:
        """Derive running clocks of all open cases (or one Party's) anew from the calendars as they stand now."""

    # Reading

    def view(self, case: str, *, by: str) -> View:
        """The case with its office, definition and the caller's roles. Raises NotFound if it is not theirs to see."""

    def actions(self, case: str, *, by: str) -> tuple[Action, ...]:
        """Every trigger and task outcome: allowed with its form, or refused with the reasons. Raises NotFound."""

    def today(self) -> date:
        """The day in the office's zone."""
        raise NotImplementedError
