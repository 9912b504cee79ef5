"""A small house for tests: two Parties, five invented persons, the permit procedure, a clock of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from workflow.records import migrations, parties, persons, timers
from workflow.records.databases import Connection, Database, open_database
from workflow.records.databases.protocol import PATIENCE
from workflow.records.parties import Party
from workflow.records.persons import Person
from workflow.runtime.calendar_sheets import read_sheets
from workflow.runtime.channels import Message
from workflow.runtime.engine import Engine, Manner
from workflow.runtime.firing import Firing
from workflow.runtime.installation import install_calendars
from workflow.runtime.library import Library, compile_all, editions

DEFINITIONS = Path(__file__).parent / "definitions"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REQUEST = {"subject": "A reading room", "days": 12, "wanted_on": "2026-06-01", "contact": "A. Writer"}

# All invented. Who may do what: (role, Party).
PEOPLE: Mapping[str, tuple[str, str, str | None]] = {
    "nfp": ("en", "focal_point", "KE"),
    "other": ("fr", "focal_point", "SN"),
    "sc": ("fr", "coordinator", None),
    "expert": ("en", "reviewer", None),
    "sup": ("en", "supervisor", None),
}


@dataclass
class Clock:
    """The time of a test: it stands still until it is moved."""

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def move(self, **amount: float) -> None:
        self.at += timedelta(**amount)


@dataclass
class House:
    database: Database
    library: Library
    clock: Clock = field(default_factory=Clock)

    @property
    def engine(self) -> Engine:
        return Engine(self.database, self.library, self.clock)

    def reading(self, work: Callable[[Connection], Any]) -> Any:
        return self.database.reading(work)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self.reading(lambda connection: connection.rows(sql, values))
        return found

    def opened(self, **more: Any) -> str:
        """A case in draft."""
        return self.engine.open("permit", by="nfp", party="KE", **more).case

    def came_by_letter(self, received: datetime) -> str:
        """A case that the secretariat opened and submitted for the Party, as of an earlier receipt."""
        manner = Manner(received_at=received, reason="It came by letter.")
        case = self.engine.open("permit", by="sup", party="KE", manner=manner).case
        self.engine.advance(case, "submit", by="sup", data=REQUEST, manner=manner)
        return case

    def submitted(self) -> str:
        case = self.opened()
        self.engine.advance(case, "submit", by="nfp", data=REQUEST)
        return case

    def live(self, **amount: float) -> None:
        """Let time pass, timers firing each at its own instant, as with a worker that is never late."""
        end = self.clock.at + timedelta(**amount)
        while (coming := self._next()) is not None and coming <= end:
            self.clock.at = max(self.clock.at, coming)
            Firing(self.engine).fire_all_due()
        self.clock.at = end

    def _next(self) -> datetime | None:
        found: datetime | None = self.reading(timers.next_at)
        return found


@dataclass
class Post:
    """A channel that keeps what it is given, or fails as it is told."""

    sent: list[Message] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)

    def send(self, message: Message) -> None:
        if self.failing:
            raise self.failing.pop(0)
        self.sent.append(message)


def enter(url: str, *, patience: float = PATIENCE) -> House:
    """A house that is furnished."""
    return House(open_database(url, patience=patience), permit_library())


def furnish(url: str) -> None:
    """Furnish a house in an empty database."""
    database = open_database(url)
    migrations.upgrade(database)
    database.writing(_furnish)
    database.close()


@cache
def permit_library() -> Library:
    return compile_all(editions(DEFINITIONS))


def _furnish(connection: Connection) -> None:
    sheets = {code: sheet for code, sheet in read_sheets().items() if code in ("paris", "KE", "SN")}
    install_calendars(connection, sheets, date(2026, 3, 2))
    for code, name in (("KE", "Kenya"), ("SN", "Senegal")):
        names = {"en": name, "fr": {"Senegal": "Sénégal"}.get(name, name)}
        parties.put(connection, [Party(code, names=names, region="Africa", calendar=code)])
    for who, (language, role, party) in PEOPLE.items():
        person = Person(who, who.title(), language, f"{who}@example.org", demonstration=True)
        persons.put(connection, person, MONDAY)
        persons.grant(connection, who, role, since=date(2020, 1, 1), party=party)
