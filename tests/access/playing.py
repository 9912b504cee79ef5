"""A walk of the reference procedure's scenarios, played through the real engine up to a step.

Law: what comes about is what the engine made of acts; no row of a case is written by hand but those of the
files that forms name, whose contents no scenario has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import definitions
from tests.rules.walking import calendar, edition
from workflow.records import cases, delegations, files, migrations, parties, persons, tokens
from workflow.records.databases import Connection, Database, open_database
from workflow.records.files import Kept
from workflow.records.pages import Place
from workflow.records.parties import Party
from workflow.records.persons import Person
from workflow.records.tables import DelegationRow
from workflow.rules.case import Case
from workflow.rules.checks import named_files
from workflow.rules.commands import Advance, Assign, Command, Complete, Declare, Fire, Open, Revise
from workflow.rules.scenarios.playing import Player
from workflow.rules.scenarios.walks import Script, Step, read_examples, read_scenarios
from workflow.runtime.calendar_sheets import read_sheets
from workflow.runtime.engine import Engine, Manner
from workflow.runtime.installation import install_calendars
from workflow.runtime.library import Library, read_library

KEY = "technical_assistance"
FOLDER = Path(definitions.__file__).parent / KEY
PARTIES = {"KE": "Africa", "VN": "Asia and the Pacific"}
LONG_AGO = date(2020, 1, 1)
library = cache(read_library)


@dataclass
class Clock:
    at: datetime = datetime(2026, 3, 2, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class Mandated:
    """An invented person and the mandate they hold, if any."""

    name: str
    role: str | None = None
    party: str | None = None
    region: str | None = None
    since: date = LONG_AGO
    until: date | None = None
    disabled: bool = False
    stands_in_for: str | None = None


@dataclass(frozen=True)
class Played:
    """Where a walk was left: the case, the moment, and the command that would come next."""

    case: str
    now: datetime
    coming: Command | None


class LivePlayer(Player):
    """Plays a scenario as its own player does, but every command goes to an engine."""

    def __init__(self, script: Script, engine: Engine, clock: Clock) -> None:
        super().__init__(engine.library.newest(KEY), script, examples(), calendar)
        self.engine = engine
        self.clock = clock
        self.party_code = script.scenario.party

    def until(self, place: str) -> Played:
        """Play until a step, named by its verb and what it is about ("do submit"); else to the end."""
        for step in self.scenario.walk:
            verbs = {"do": step.do, "complete": step.complete, "assign": step.assign, "declare": step.declare}
            if place and place in (f"{verb} {about}" for verb, about in verbs.items()):
                return self._left_before(step)
            # What is expected of each step is for the scenario's own test; a step that is refused ends this.
            for _ in self.take(step.model_copy(update={"expect": None})):
                pass
        return self._left(None)

    def _left_before(self, step: Step) -> Played:
        self._prepare(step)
        if step.at is not None:
            self._wait(self.moment(step.at), including=False)
        return self._left(self._command(step))

    def _left(self, coming: Command | None) -> Played:
        assert self.case is not None, "the case is open after the first step"
        if isinstance(coming, Advance | Complete):
            self._put_files(coming)
        return Played(self.case.id, self.now, coming)

    def _decide(self, command: Command) -> None:
        self.clock.at = self.now
        if self.case is not None and isinstance(command, Advance | Complete | Revise):
            self._put_files(command)
        case = self._done(command)
        self.case = self.engine.database.reading(lambda connection: self._read(connection, case))

    def _done(self, command: Command) -> str:
        engine, case = self.engine, self.case.id if self.case else ""
        by = command.actor.person
        manner = Manner(
            received_at=getattr(command, "received_at", None), reason=getattr(command, "reason", "")
        )
        match command:
            case Open():
                return engine.open(KEY, by=by, party=self.party_code, manner=manner).case
            case Advance():
                engine.advance(
                    case, command.trigger, by=by, data=command.data, task=command.task, manner=manner
                )
            case Complete():
                engine.complete(case, command.task, command.outcome, by=by, data=command.data, manner=manner)
            case Declare():
                engine.declare(case, command.task, by=by, manner=manner)
            case Assign():
                engine.assign(case, command.task, by=by, to=command.candidate.person, manner=manner)
            case Revise():
                engine.revise(case, command.form, command.data, by=by, task=command.task, manner=manner)
            case Fire():
                engine.fire(case, command.subject)
            case _:
                raise AssertionError(f"no scenario used here has a {type(command).__name__}")
        return case

    def _read(self, connection: Connection, case: str) -> Case:
        loaded = cases.load(connection, case, self.engine.library.get, today=self.engine.today())
        assert loaded.case is not None, "it was done just now"
        return loaded.case

    def _put_files(self, command: Advance | Complete | Revise) -> None:
        case = self.case.id if self.case else ""
        named = [one.removeprefix("sha256:") for one in named_files(self.definition, command.data)]

        def put(connection: Connection) -> None:
            absent = command.actor.person
            rows = delegations.listed(connection, Place(), absent).rows
            lent = [row["stand_in"] for row in rows if row["absent"] == absent]
            for digest, person in product(named, (absent, *lent)):
                kept = Kept(case, digest, "letter.pdf", "application/pdf", 1, person, self.now)
                files.put(connection, kept)

        self.engine.database.writing(put)


@cache
def scripts() -> dict[str, Script]:
    found, broken = read_scenarios(edition(FOLDER).sources, library().newest(KEY).format)
    assert broken == ()
    return {script.name: script for script in found}


@cache
def examples() -> dict[str, Any]:
    return read_examples(library().newest(KEY).forms, edition(FOLDER).sources.examples)[0]


def played(url: str, scenario: str, before: str, people: Iterable[Mandated]) -> Played:
    """Furnish an empty database with these people and play the scenario in it."""
    database = open_database(url)
    migrations.upgrade(database)
    database.writing(lambda connection: furnish(connection, people))
    clock = Clock()
    left = LivePlayer(scripts()[scenario], Engine(database, library(), clock), clock).until(before)
    database.close()
    return left


def furnish(connection: Connection, people: Iterable[Mandated]) -> None:
    sheets = {code: sheet for code, sheet in read_sheets().items() if code in ("paris", *PARTIES)}
    install_calendars(connection, sheets, date(2026, 1, 1))
    for code, region in PARTIES.items():
        found = Party(code, names={"en": code, "fr": code}, region=region, in_force_on=date(2007, 3, 18))
        parties.put(connection, [found])
    for one in people:
        introduce(connection, one)


def introduce(connection: Connection, one: Mandated) -> None:
    """An invented person with a token."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    persons.put(connection, Person(one.name, one.name.title(), "en", f"{one.name}@example.org"), at)
    tokens.keep(connection, one.name, f"token-of-{one.name}", at)
    if one.role is not None:
        place = {"party": one.party, "region": one.region}
        persons.grant(connection, one.name, one.role, **place, since=one.since, until=one.until)
    if one.stands_in_for is not None:
        connection.put(DelegationRow, [lent(one)])
    if one.disabled:
        persons.disable(connection, one.name, at)


def lent(one: Mandated) -> dict[str, Any]:
    """The delegation of somebody who has no mandate of their own."""
    return {
        "id": f"for-{one.name}", "absent": one.stands_in_for, "stand_in": one.name, "since": one.since,
        "until": one.until or date(2099, 1, 1), "set_by": one.stands_in_for, "set_at": Clock().at,
        "reason": "",
    }  # fmt: skip


__all__ = ["Database", "Library", "LivePlayer", "Mandated", "Played", "introduce", "played"]
