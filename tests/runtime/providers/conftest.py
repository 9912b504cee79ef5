"""A house with a hostile provider: persons in a database of each kind, and a clock to move."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tests.runtime.providers.rogue import Rogue, rogue, visit
from workflow.records import identities, persons
from workflow.records.databases import Database
from workflow.records.pages import Place
from workflow.records.persons import Person
from workflow.runtime.providers import signing_in
from workflow.runtime.providers.code_flow import Answer, CodeFlow
from workflow.runtime.providers.signing_in import Arrival, Begun

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUSE = "http://localhost:8000"


@dataclass
class Office:
    """A house, the one provider it knows, and Amina, whose account there is linked."""

    database: Database
    rogue: Rogue
    at: datetime = MONDAY

    def __post_init__(self) -> None:
        self.rogue.now = self.now
        self.flow = CodeFlow(self.rogue.provider(), HOUSE, self.now)

    def now(self) -> datetime:
        return self.at

    def later(self, **time: float) -> None:
        self.at += timedelta(**time)

    def begin(self, **more: str) -> Begun:
        return signing_in.begin(self.database, self.flow, self.now, **more)

    def end(self, begun: Begun, answer: Answer, flow: CodeFlow | None = None) -> Arrival:
        return signing_in.end(
            self.database,
            flow or self.flow,
            self.now,
            answer=answer,
            browser=begun.browser,
            admit=lambda _, arrival: arrival,
        )

    def arrive(self, **more: str) -> Arrival:
        """The whole way: begin, go to the provider, come back."""
        begun = self.begin(**more)
        return self.end(begun, visit(begun.address))

    def used(self) -> list[datetime | None]:
        rows = self.database.reading(lambda connection: identities.listed(connection, Place())).rows
        return [row["used_at"] for row in rows]


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    with rogue(lambda: MONDAY) as provider:
        furnish(database, provider)
        yield Office(database, provider)


def furnish(database: Database, provider: Rogue) -> None:
    def work(connection: object) -> None:
        for name in ("amina", "linh"):
            persons.put(connection, Person(name, name.title(), "en"), MONDAY)  # type: ignore[arg-type]
        identities.link(
            connection,  # type: ignore[arg-type]
            "amina",
            provider.issuer,
            provider.subject,
            by="ada",
            at=MONDAY,
        )

    database.writing(work)
