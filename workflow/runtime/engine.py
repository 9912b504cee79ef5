"""The engine: few verbs on cases. Law: each takes the one path (path.py), which alone decides and records.

Every verb takes `by`, the id of the person who acts, and `manner`, how the act comes, and answers a
`Receipt`. A refusal (errors.Refusal) changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from workflow.errors import Fault, Malformed, NotFound, NotNow, Phrase
from workflow.records import cases, drafts, notices, parties, timers
from workflow.records.databases.protocol import Connection, Database
from workflow.records.timers import Timer
from workflow.rules import commands
from workflow.rules.acting import actor_in, actor_of
from workflow.rules.actions import Action
from workflow.rules.actions import actions as judged_actions
from workflow.rules.conflicts import conflict_outcome
from workflow.rules.declaring import asks_for_none
from workflow.rules.eyes import Eyes
from workflow.rules.redaction import all_shown
from workflow.runtime.drafting import given
from workflow.runtime.library import Library
from workflow.runtime.manner import PLAIN, Manner
from workflow.runtime.path import Answer, Path
from workflow.runtime.readings import Readings
from workflow.runtime.receipts import Receipt
from workflow.runtime.requests import Opening, Request, View
from workflow.runtime.viewing import Shown, again, shown_to, with_eyes

__all__ = ["Engine", "Manner", "View"]

PARIS = ZoneInfo("Europe/Paris")
Data = Mapping[str, Any]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Engine:
    """The verbs on cases. One per process; safe to call from any number of threads."""

    def __init__(
        self,
        database: Database,
        library: Library,
        now: Callable[[], datetime] = utc_now,
        zone: tzinfo = PARIS,
        *,
        virtual: bool = False,
        rested_since: datetime | None = None,
        door: str = "",
    ) -> None:
        """`virtual`: the time is that of a recorded history which is played (runtime/importing.py);
        `rested_since`: what is played woke a case that had rested since then. `door` says by which way
        people come, for the log of readings.
        """
        self.database = database
        self.library = library
        self.now = now
        self.path = Path(database, library, now, zone, virtual=virtual, rested_since=rested_since)
        self._readings = Readings(database, now, self.today, door)

    def open(
        self,
        definition: str,
        *,
        by: str,
        party: str,
        version: int | None = None,
        answers: Mapping[str, Data] | None = None,
        parent: str | None = None,
        historic: bool = False,
        demonstration: bool = False,
        manner: Manner = PLAIN,
    ) -> Receipt:
        """Open a case of the definition's newest (or the named) version for a Party (ISO 3166 alpha-2).

        `answers` are first drafts by form. `historic`: its notices are recorded and never sent;
        `demonstration`: it is invented, and its rows say so. Of the manner, a revision has no meaning
        here. Raises Malformed (unknown Party, definition or parent; shape of a draft), NotAllowed,
        GuardRefused.
        """
        kind = self.library.get(definition, version) if version else self.library.newest(definition)
        first = tuple((answers or {}).items())
        args = {"definition": kind.key, "version": kind.version, "party": party, "answers": dict(first)}
        request = Request("open", by, args | {"parent": parent}, manner)

        def work(connection: Connection) -> Answer:
            if stored := self.path.stored(connection, request):
                return again(self.path, connection, stored, by)
            self._check_parent(connection, parent, by)
            region = parties.region(connection, party)
            opening = Opening(kind, party, region, first, parent, historic, demonstration, manner)
            return self.path.open(
                connection, opening, lambda office: actor_of(office, by, party, region, kind.key), by
            )

        return self.path.answer(request, work)

    def advance(
        self,
        case: str,
        trigger: str,
        *,
        by: str,
        data: Data | None = None,
        task: int | None = None,
        manner: Manner = PLAIN,
    ) -> Receipt:
        """Fire a trigger with its form's data, else with the draft that was saved last.

        `task` names the open instance a transition is about.
        Raises NotFound, NotAllowed, Malformed, RevisionRequired, Stale, NotNow, GuardRefused, LostRace.
        """
        request = _request("advance", case, by, {"trigger": trigger, "data": data, "task": task}, manner)
        return self.path.change(
            case,
            request,
            lambda connection, view: commands.Advance(
                view.actor,
                trigger,
                given(connection, view, data, self.now(), trigger=trigger),
                task,
                **manner.told,
            ),
        )

    def complete(
        self,
        case: str,
        task: int,
        outcome: str,
        *,
        by: str,
        data: Data | None = None,
        manner: Manner = PLAIN,
    ) -> Receipt:
        """End an open task with one of its outcomes and its form's data, else with the last draft.

        Raises as `advance`.
        """
        request = _request("complete", case, by, {"task": task, "outcome": outcome, "data": data}, manner)
        return self.path.change(
            case,
            request,
            lambda connection, view: commands.Complete(
                view.actor,
                task,
                outcome,
                given(connection, view, data, self.now(), task=task, outcome=outcome),
                **manner.told,
            ),
        )

    def declare(
        self,
        case: str,
        task: int,
        *,
        by: str,
        conflict: bool = False,
        data: Data | None = None,
        manner: Manner = PLAIN,
    ) -> Receipt:
        """Declare on a task whether there is a conflict of interest. One ends the task, with its form's data.

        Raises as `advance`.
        """
        args = {"task": task, "conflict": conflict, "data": data}

        def command(connection: Connection, view: View) -> commands.Command:
            named = view.case.task(task)
            if not conflict or named is None:
                return commands.Declare(view.actor, task, **manner.told)
            outcome = conflict_outcome(view.definition, named.name)
            if outcome is None:
                raise asks_for_none(named)
            answers = given(connection, view, data, self.now(), task=task, outcome=outcome)
            return commands.Complete(view.actor, task, outcome, answers, **manner.told)

        return self.path.change(case, _request("declare", case, by, args, manner), command)

    def assign(
        self,
        case: str,
        task: int,
        *,
        by: str,
        to: str,
        manner: Manner = PLAIN,
    ) -> Receipt:
        """Give an open task to the person `to`, whose mandates must fit its holder. Raises as `advance`."""
        request = _request("assign", case, by, {"task": task, "to": to}, manner)
        return self.path.change(
            case,
            request,
            lambda _, view: commands.Assign(
                view.actor,
                task,
                actor_in(view.office, to, view.case).own,
                **manner.told,
            ),
            concerns=(to,),
        )

    def revise(
        self,
        case: str,
        form: str,
        data: Data,
        *,
        by: str,
        task: int | None = None,
        manner: Manner = PLAIN,
    ) -> Receipt:
        """Save a draft of a form (its shape is checked, that it is complete is not), every save a version.

        Once answers are accepted this is a correction: it needs a reason and the coordinator. Raises as
        `advance`.
        """
        request = _request("revise", case, by, {"form": form, "data": data, "task": task}, manner)
        return self.path.change(
            case,
            request,
            lambda _, view: commands.Revise(view.actor, form, data, task, **manner.told),
        )

    def undo(
        self,
        case: str,
        *,
        by: str,
        manner: Manner = PLAIN,
    ) -> Receipt:
        """Take back the last act: within 24 hours, by the same person or a supervisor.

        It counts from now, whatever was received. Raises as `advance`.
        """
        request = _request("undo", case, by, {}, manner)

        def command(connection: Connection, view: View) -> commands.Command:
            found = cases.last_act(
                connection, case, view.actor, expected=manner.expected, reason=manner.reason
            )
            if found is None:
                raise NotNow("Nothing of this case can be taken back: no act is kept to go back to.")
            return found

        return self.path.change(case, request, command)

    def fire(self, case: str, no: int) -> Receipt | None:
        """Fire the timer of task or clock `no`. None: not due, fired already, or somebody is at the case."""
        return self.fire_all([Timer(case, no, self.now())])[0]

    def fire_all(self, due: Sequence[Timer]) -> tuple[Receipt | None, ...]:
        """Fire several timers, in this order, in one transaction; each as `fire`. An error rolls all back."""
        return self.database.writing(lambda connection: tuple(self._fire(connection, one) for one in due))

    def rederive(self, case: str, *, by: str, reason: str, dry_run: bool = False) -> Receipt:
        """Derive the case's running clocks anew from the calendars as they stand; one entry if any moved."""
        request = _request("rederive", case, by, {}, Manner(reason=reason, dry_run=dry_run))

        return self.path.answer(
            request, lambda connection: Answer(self.rederive_within(connection, case, by=by, reason=reason))
        )

    def rederive_within(self, connection: Connection, case: str, *, by: str, reason: str) -> Receipt:
        """As `rederive`, inside a transaction that does so for several cases."""
        loaded = cases.load(connection, case, self.library.get, today=self.today(), persons=(by,))
        assert loaded.case is not None, "a case that is there was loaded"
        actor = actor_in(loaded.office, by, loaded.case)
        return self.path.act(connection, loaded, commands.Rederive(actor, reason))

    def reconsider_within(self, connection: Connection, case: str, person: str) -> Receipt:
        """Look anew at what the person has in the case and whose turn it is, now that their nationalities or
        conflicts of interest are others; inside the transaction that changes them.
        """
        loaded = cases.load(connection, case, self.library.get, today=self.today(), persons=(person,))
        return self.path.act(connection, loaded, commands.Reconsider(person, loaded.ball))

    def hand_over_within(self, connection: Connection, case: str, role: str, old: str, new: str) -> Receipt:
        """Let what names `old` in the role name `new` from now on, inside the transaction that says how far
        this has come.
        """
        loaded = cases.load(connection, case, self.library.get, today=self.today(), persons=(old, new))
        left = drafts.left_by(connection, case, old)
        owed = notices.are_owed(connection, case, old)
        return self.path.act(connection, loaded, commands.HandOver(role, old, new, left, owed))

    def view(self, case: str, *, by: str, view_as: str | None = None) -> Shown:
        """The case as the caller sees it, with its definition and their roles; or as an audience sees it, for
        those who see all of it.

        That somebody of the secretariat reads it is noted first. Raises NotFound if not theirs to see,
        Unavailable; for an audience NotAllowed, Malformed and NotNow.
        """
        return shown_to(*self.look(case, by=by, view_as=view_as))

    def actions(self, case: str, *, by: str, view_as: str | None = None) -> tuple[Action, ...]:
        """Every trigger and task outcome: allowed, with its form, or refused, with the reasons.

        Raises as `view`.
        """
        return self.judged(*self.look(case, by=by, view_as=view_as))

    def look(self, case: str, *, by: str, view_as: str | None = None) -> tuple[View, Eyes]:
        """The case whole, and with whose eyes it is looked at: never to be told without them.

        Raises as `view`.
        """
        whole = self.database.reading(lambda connection: self.path.look(connection, case, by)[1])
        looked = with_eyes(whole, self.now(), view_as)
        self._readings.note(whole)
        return looked

    def judged(self, view: View, eyes: Eyes) -> tuple[Action, ...]:
        """As `actions`, of a case that is looked at already."""
        found = judged_actions(view.definition, view.case, view.actor, self.now(), view.office)
        return all_shown(eyes, found)

    def today(self) -> date:
        """The day in the office's zone."""
        return self.path.today()

    def _check_parent(self, connection: Connection, parent: str | None, by: str) -> None:
        if parent is None:
            return
        try:
            self.path.look(connection, parent, by)
        except NotFound:
            unknown = Phrase("there is no case '{case}' that you may see", {"case": parent})
            raise Malformed((Fault("/parent", unknown),)) from None

    def _fire(self, connection: Connection, due: Timer) -> Receipt | None:
        loaded = cases.load_if_free(connection, due.case, self.library.get, today=self.today())
        at = timers.read(connection, due.case, due.no) if loaded else None
        if loaded is None or at is None or at > self.now():
            return None
        return self.path.act(connection, loaded, commands.Fire(subject=due.no, at=at))


def _request(verb: str, case: str, by: str, args: Data, manner: Manner) -> Request:
    return Request(verb, by, {**args, "case": case}, manner)
