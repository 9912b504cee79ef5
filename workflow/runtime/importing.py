"""Playing a recorded history through the engine on virtual time. Law: all cases of a history share one time.

What comes next is always the earliest act or due timer of any of its cases; an act goes before a timer of the
same instant, because the last second is in time. Each act is played once, told by what its line says: a
second run, or one after a crash, goes on where the first ended. What was refused is judged again as long as
its case stands where it stood: a case that stopped stands still, its timers too. The cases are historic:
their notices are recorded and never sent, and they rest until somebody acts on them in the present
(rules/resting.py). Where an act says `rested_since`, its case rested once before: no timer of that time
fires, and the act wakes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from sys import maxsize

from workflow.errors import Refusal
from workflow.records import replays
from workflow.records.databases.protocol import Database
from workflow.records.replays import Played, Standing
from workflow.runtime import introducing, performing
from workflow.runtime.agenda import Agenda
from workflow.runtime.engine import Engine
from workflow.runtime.histories import Act, History
from workflow.runtime.library import Library
from workflow.runtime.receipts import Receipt
from workflow.runtime.vetting import vet

Progress = Callable[[int, int], None]
Place = tuple[datetime, int]
"""When an act happened, and in which line it stands: acts are played in this order."""
WENT_ON = "The case went on after it: it is out of order now, and not judged again."


class OnRefusal(StrEnum):
    """What a refused act means for the later acts of its case."""

    STOP_CASE = "stop-case"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Refused:
    """An act that was refused: where it stands, in which state the case was, and why."""

    line: int
    case: str
    verb: str
    state: str
    reason: str


@dataclass(slots=True)
class Summary:
    """What came of a history. `known` acts were played earlier; `left` ones belong to stopped cases.

    Each act is counted once: as played, known, left or refused.
    """

    acts: int
    cases: dict[str, str] = field(default_factory=dict)
    played: int = 0
    known: int = 0
    left: int = 0
    timers: int = 0
    refused: list[Refused] = field(default_factory=list)

    def reasons(self) -> list[tuple[str, int]]:
        """How often each reason was given, the most frequent first."""
        return Counter(refused.reason for refused in self.refused).most_common()


def play(
    database: Database,
    library: Library,
    history: History,
    now: datetime,
    *,
    on_refusal: OnRefusal = OnRefusal.STOP_CASE,
    until: datetime | None = None,
    progress: Progress = lambda done, of: None,
) -> Summary:
    """Play a history, or go on with it. `until`: timers after the last act are fired up to this instant.

    Raises BrokenHistory, with every line that could not be played here, before anything is.
    """
    database.reading(lambda connection: vet(connection, library, history, now, until))
    introducing.introduce(database, history.persons)
    replay = _Replay(database, library, history, on_refusal, until)
    for done, act in enumerate(history.acts):
        progress(done, len(history.acts))
        replay.act(act)
    replay.end()
    progress(len(history.acts), len(history.acts))
    return replay.summary


class _Replay:
    """One run. `now` is the virtual time that its engine sees."""

    def __init__(
        self,
        database: Database,
        library: Library,
        history: History,
        on_refusal: OnRefusal,
        until: datetime | None,
    ) -> None:
        self.database = database
        self.on_refusal = on_refusal
        self.library = library
        self.now = datetime.min.replace(tzinfo=UTC)
        self.engine = self._engine(None)
        self.agenda = Agenda(database)
        self.ends = _ends(history, until)
        self.summary = Summary(acts=len(history.acts))
        self.stopped: set[str] = set()
        self.rests = _rests(history)
        self.lived: dict[str, Place] = {}
        self.known = self._take_up(history)

    def act(self, act: Act) -> None:
        """Fire what falls due before the act, then play it, unless an earlier run has."""
        earlier = self.known.get(act.key)
        if earlier and not earlier.refusal:
            self.summary.known += 1
            return None
        if act.said.case in self.stopped:
            self.summary.left += 1
            return None
        if earlier and self._went_on(act):
            return self._report(act, f"{earlier.refusal} {WENT_ON}", earlier.state)
        self._fire_before(act.said.at)
        self.now = act.said.at
        try:
            case_id = self.summary.cases.get(act.said.case)
            receipt = performing.perform(self._engine_for(act), self.database, act, case_id)
        except Refusal as refusal:
            return self._refused(act, refusal)
        self.summary.played += 1
        return self._follow(act, receipt)

    def end(self) -> None:
        """Fire what falls due after the last act: of each case, until its history ends."""
        self._fire_before(max(self.ends.values(), default=self.now) + timedelta(seconds=1))

    def _engine(self, rested_since: datetime | None) -> Engine:
        return Engine(self.database, self.library, lambda: self.now, virtual=True, rested_since=rested_since)

    def _engine_for(self, act: Act) -> Engine:
        """The engine that wakes the case where it rests: should its act be refused, the next one does it."""
        rest = self._rest(act.said.case, self.lived.get(act.said.case))
        return self._engine(rest.since) if rest and rest.until <= _place(act) else self.engine

    def _rest(self, case: str, after: Place | None) -> _Rest | None:
        """The next rest of a case, or of the one that opened it."""
        told = self.rests.get(case) or self.rests.get(case.rpartition("#")[0], [])
        return next((rest for rest in told if after is None or rest.until > after), None)

    def _take_up(self, history: History) -> dict[str, Played]:
        """What earlier runs have played; their cases go on from where they stand."""
        keys = [act.key for act in history.acts]
        known = self.database.reading(lambda connection: replays.played(connection, keys))
        cases = self.database.reading(lambda connection: replays.cases(connection, history.cases))
        done = (act for act in history.acts if act.key in known and not known[act.key].refusal)
        self.lived |= {act.said.case: _place(act) for act in done}
        for reference, case_id in cases.items():
            self._meet(reference, case_id)
        return known

    def _went_on(self, act: Act) -> bool:
        """Whether the case took a step after this act, which had been refused: by a later act or a timer."""
        case = act.said.case
        standing = self._standing(self.summary.cases.get(case))
        later = standing is not None and standing.updated_at > act.said.at
        return later or self.lived.get(case, _place(act)) > _place(act)

    def _fire_before(self, moment: datetime) -> None:
        while timer := self.agenda.pop(moment):
            self.now = timer.at
            self.summary.timers += self.engine.fire(timer.case, timer.no) is not None
            self.agenda.fired(timer)

    def _follow(self, act: Act, receipt: Receipt) -> None:
        """Remember the act, and meet the cases that it opened."""
        reference = act.said.case
        self._note(Played(act.key, reference, receipt.case))
        self.lived[reference] = _place(act)
        self._meet(reference, receipt.case)
        for n, case_id in enumerate(receipt.opened, start=1):
            before = sum(known.startswith(f"{reference}#") for known in self.summary.cases)
            linked = f"{reference}#{before + 1}"
            self._note(Played(f"{act.key}/{n}", linked, case_id))
            self._meet(linked, case_id)

    def _meet(self, reference: str, case_id: str) -> None:
        """A case took a step: its next timer, if it comes before the end of its history, is on the agenda."""
        self.summary.cases[reference] = case_id
        own = reference if reference in self.ends else reference.rpartition("#")[0]
        rest = self._rest(reference, self.lived.get(reference) or self._opened(case_id))
        self.agenda.look(case_id, rest.since if rest else self.ends[own])

    def _opened(self, case_id: str) -> Place | None:
        standing = self._standing(case_id)
        return (standing.opened_at, maxsize) if standing else None

    def _standing(self, case_id: str | None) -> Standing | None:
        if case_id is None:
            return None
        return self.database.reading(lambda connection: replays.standing(connection, case_id))

    def _refused(self, act: Act, refusal: Refusal) -> None:
        case_id = self.summary.cases.get(act.said.case)
        standing = self._standing(case_id)
        reason, state = f"{refusal.title}: {refusal}", standing.state if standing else ""
        self._note(Played(act.key, act.said.case, case_id, reason, state))
        self._report(act, reason, state)

    def _report(self, act: Act, reason: str, state: str) -> None:
        self.summary.refused.append(Refused(act.line, act.said.case, act.said.verb, state, reason))
        if self.on_refusal is OnRefusal.STOP_CASE:
            self.stopped.add(act.said.case)
            self.agenda.drop(self.summary.cases.get(act.said.case))

    def _note(self, done: Played) -> None:
        if self.known.get(done.act) == done:
            return
        self.database.writing(lambda connection: replays.note(connection, done))


@dataclass(frozen=True, slots=True)
class _Rest:
    """A time in which a case rested, as its history tells: up to the act that woke it."""

    since: datetime
    until: Place


def _rests(history: History) -> dict[str, list[_Rest]]:
    """The rests of each case, the first one first."""
    found: dict[str, list[_Rest]] = {}
    for act in history.acts:
        if since := act.said.rested_since:
            found.setdefault(act.said.case, []).append(_Rest(since, _place(act)))
    return found


def _place(act: Act) -> Place:
    return act.said.at, act.line


def _ends(history: History, until: datetime | None) -> dict[str, datetime]:
    """When the history of each case ends: where its opening says so, else with the last act of all."""
    last = max((act.said.at for act in history.acts), default=datetime.min.replace(tzinfo=UTC))
    ends = dict.fromkeys(history.cases, max(last, until or last))
    said = {act.said.case: act.said.open.until for act in history.acts if act.said.open}
    return ends | {case: end for case, end in said.items() if end is not None}
