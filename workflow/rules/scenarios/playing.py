"""Playing a scenario: `decide` over virtual time on a case in memory, with timers firing in their order.

The law: the player adds no rule of its own; what it says of a walk is what the engine would do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

from workflow.errors import CasewayError, DefinitionFault, Refusal
from workflow.rules.case import Case, Office
from workflow.rules.commands import Command, Fire, Open
from workflow.rules.dates.calendars import Calendar
from workflow.rules.decide import decide
from workflow.rules.decision import Decision
from workflow.rules.definition import Definition
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.sources import Sources
from workflow.rules.scenarios.expectations import Seen, unmet
from workflow.rules.scenarios.people import People
from workflow.rules.scenarios.stepping import Missed, Stage, command_for, refused_as
from workflow.rules.scenarios.walks import Script, Step, read_examples, read_scenarios

# A scenario ends within so many firings; a ladder that repeats daily for a century stays below.
MOST_FIRINGS = 50_000


def scenario_faults(
    definition: Definition, sources: Sources, calendar: Callable[[str], Calendar]
) -> Iterator[DefinitionFault]:
    """Everything that is wrong with the scenarios of a definition, and every expectation that is not met.

    `calendar` gives a calendar by its code: `paris` for the office, a Party's ISO 3166 code.
    """
    examples, example_faults = read_examples(definition.forms, sources.examples)
    scripts, faults = read_scenarios(sources, definition.format)
    yield from (*example_faults, *faults)
    for script in scripts:
        yield from play(definition, script, examples, calendar)


def play(
    definition: Definition, script: Script, examples: Mapping[str, Any], calendar: Callable[[str], Calendar]
) -> Iterator[DefinitionFault]:
    """Play one scenario; a step that fails ends it."""
    try:
        player = Player(definition, script, examples, calendar)
    except Missed as missed:
        yield script.tree.fault(missed.key, str(missed))
        return
    for place, step in enumerate(script.scenario.walk):
        path: Path = ("walk", place)
        try:
            for key, message in player.take(step):
                yield script.tree.fault((*path, *key), message)
        except Missed as missed:
            yield script.tree.fault((*path, *missed.key), str(missed))
            return


class Player:
    """One case on its way through a scenario."""

    def __init__(
        self,
        definition: Definition,
        script: Script,
        examples: Mapping[str, Any],
        calendar: Callable[[str], Calendar],
    ) -> None:
        scenario = script.scenario
        self.definition = definition
        self.scenario = scenario
        self.examples = examples
        self.people = People.of(definition.format, scenario)
        self.secretariat = _with_own_days(calendar("paris"), scenario.days_off, scenario.sessions)
        self.party = _party_calendar(calendar, scenario.party)
        self.registers: dict[str, Any] = {}
        self.registers |= scenario.registers
        self.now = self.moment(scenario.start)
        self.case: Case | None = None
        self.seen = Seen()
        self.last: Decision | None = None

    def take(self, step: Step) -> Iterator[tuple[Path, str]]:
        """Do a step; gives (key, message) for every expectation that is not met. Raises Missed."""
        self._prepare(step)
        if step.wait_until is not None:
            self._wait(self.moment(step.wait_until), including=True)
        if step.at is not None:
            self._wait(self.moment(step.at), including=False)
        command = self._command(step)
        if command is not None:
            self._act(step, command)
        if step.expect is not None:
            assert self.case is not None, "the case is open after the first step"
            stage = self._stage(self.case)
            for key, message in unmet(step.expect, stage, self.seen):
                yield ("expect", *key), message
        self.seen = Seen()

    def moment(self, text: str) -> datetime:
        """A time of a scenario: in the office's zone unless it says its own; a date alone is noon."""
        if len(text) == len("2026-03-02"):
            return self.secretariat.instant(date.fromisoformat(text), time(12))
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else self.secretariat.instant(at.date(), at.time())

    def _prepare(self, step: Step) -> None:
        self.registers |= step.registers
        if self.case is None and not step.open:
            by = self.scenario.opened_by or self.people.opener(self.definition.format)
            self._decide(self._opening(by))

    def _opening(self, by: str) -> Open:
        actor = self.people.actor(by, ("by",))
        return Open(actor, "scenario", self.scenario.party, self.scenario.region)

    def _command(self, step: Step) -> Command | None:
        if step.open:
            return self._opening(step.by or self.people.opener(self.definition.format))
        assert self.case is not None, "the case is open after the first step"
        received = self.moment(step.received) if step.received else None
        return command_for(step, self._stage(self.case), received)

    def _act(self, step: Step, command: Command) -> None:
        try:
            self._decide(command)
        except Refusal as refusal:
            how = refused_as(refusal)
            if step.refused is None:
                raise Missed((), f"refused ({', '.join(how)}): {refusal}") from None
            if step.refused not in how:
                told = f"refused for {', '.join(how)} ({refusal}), not for '{step.refused}'"
                raise Missed(("refused",), told) from None
        except CasewayError as error:
            raise Missed((), f"{error.title}: {error}") from None
        else:
            if step.refused is not None:
                raise Missed(("refused",), f"this was to be refused for '{step.refused}', but it was done")

    def _wait(self, until: datetime, *, including: bool) -> None:
        """Let time pass; what falls due on the way is fired in its order."""
        if until < self.now:
            zone = self.secretariat.tz
            told = f"time runs forwards: it is {self.now.astimezone(zone):%Y-%m-%d %H:%M} already"
            raise Missed(("wait_until" if including else "at",), told)
        for _ in range(MOST_FIRINGS):
            coming = min(self._timers(), default=None)
            if coming is None or coming[0] > until or (coming[0] == until and not including):
                break
            self.now = max(self.now, coming[0])
            self._decide(Fire(coming[1], coming[0]))
        self.now = until

    def _timers(self) -> Iterator[tuple[datetime, int]]:
        if self.case is not None:
            yield from ((clock.fires_at, clock.no) for clock in self.case.clocks if clock.fires_at)
            scheduled = (task for task in self.case.tasks if task.status == "scheduled")
            yield from ((task.opens_at, task.no) for task in scheduled if task.opens_at)

    def _decide(self, command: Command) -> None:
        decision = decide(self.definition, self.case, command, self.now, self._office())
        if not isinstance(command, Fire) or decision.case.revision != (
            self.case.revision if self.case else 0
        ):
            self.last = decision
        self.case = decision.case
        self.seen.add(decision)

    def _stage(self, case: Case) -> Stage:
        return Stage(self.definition, case, self._office(), self.now, self.people, self.examples, self.last)

    def _office(self) -> Office:
        return Office(
            secretariat=self.secretariat,
            party=self.party,
            mandates=self.people.mandates(self.scenario.party),
            registers=self.registers,
            conflicts={person: frozenset({self.scenario.party}) for person in self.scenario.conflicts},
            today=self.secretariat.date_of(self.now),
        )


def _with_own_days(
    calendar: Calendar, days_off: Mapping[str, str], sessions: Mapping[str, list[str]]
) -> Calendar:
    own = {date.fromisoformat(day): name for day, name in days_off.items()}
    meets = {body: tuple(sorted(map(date.fromisoformat, days))) for body, days in sessions.items()}
    if not own and not meets:
        return calendar
    return Calendar(
        name=calendar.name,
        zone=calendar.zone,
        weekend=calendar.weekend,
        days_off={**calendar.days_off, **own},
        working_dates=calendar.working_dates,
        hours=calendar.hours,
        cut_off=calendar.cut_off,
        sessions={**calendar.sessions, **meets},
        listed=calendar.listed,
        years=calendar.years,
    )


def _party_calendar(calendar: Callable[[str], Calendar], party: str) -> Calendar:
    try:
        return calendar(party)
    except Refusal as refusal:
        raise Missed(("party",), str(refusal)) from None
