"""A state of the table, played once for each kind of database, with a service on a copy of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from httpx import Response
from starlette.testclient import TestClient

from api.http.app import create_app
from tests.access.asking import PDF, Ask, of_case
from tests.access.matrix import rows, table
from tests.access.playing import Clock, Mandated, Played, library, played
from workflow.records import cases, files
from workflow.records.databases import Connection, Database, open_database
from workflow.records.files import Kept
from workflow.records.tables import METADATA
from workflow.rules.case import Case
from workflow.runtime.engine import Engine
from workflow.runtime.files import Store

# Further persons whom the scenarios name; the table speaks of one of each kind.
ALSO = [
    Mandated("assessor_2", "assessor"),
    Mandated("consultee_2", "consultee"),
    Mandated("expert_3", "expert"),
]
DENIED = (403, 404)
KEPT_ANYWAY = {"denial", "token", "reading"}
"""What a request that is refused may write to: that it was refused, and that a token was used."""


def furnish(url: str, *, state: str, left: dict[str, Played]) -> None:
    told = table()["states"][state]
    people = [row.person for row in rows() if row.who != "anonymous"]
    left[url] = found = played(url, told["scenario"], told["next"], [*people, *ALSO])
    left["last"] = found


@cache
def furnishing(state: str) -> tuple[Callable[[str], None], dict[str, Played]]:
    """What plays this state into an empty database, and where it says how it was left."""
    left: dict[str, Played] = {}
    return partial(furnish, state=state, left=left), left


@dataclass
class Stage:
    """A service whose one case is in a state of the table. `refused` is how often somebody was refused an
    operation with a status.
    """

    state: str
    database: Database
    left: Played
    home: Path
    refused: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.engine = Engine(self.database, library(), Clock(self.left.now))
        self.id: str = self.database.reading(lambda connection: connection.rows("SELECT id FROM cases"))[0][0]
        store = Store(self.home)
        kept = Kept(
            self.id, store.keep(PDF), "a.pdf", "application/pdf", len(PDF), "focal_point", self.left.now
        )
        self.database.writing(lambda connection: files.put(connection, kept))
        self.app = create_app(self.engine, secret=b"0" * 32, files=self.home)
        self.case: Case = self.database.reading(self._read)
        self.asks = of_case(self.left, self.case)

    def send(self, who: str, ask: Ask) -> Response:
        headers = {**ask.headers, "If-Match": f'"{self.case.revision}"'} if ask.writes else dict(ask.headers)
        more: dict[str, Any] = (
            {"content": ask.content} if ask.content else {"json": ask.json} if ask.json else {}
        )
        if ask.operation == "put_file":
            headers.pop("If-Match")
        answer = self.client(who).request(ask.method, ask.path, params=ask.params, headers=headers, **more)
        if answer.status_code in DENIED:
            self.refused[who, ask.operation, answer.status_code] += 1
        return answer

    def client(self, who: str) -> TestClient:
        signed = {} if who == "anonymous" else {"Authorization": f"Bearer token-of-{who}"}
        return TestClient(self.app, headers=signed, raise_server_exceptions=False)

    def denials(self) -> Counter[tuple[str, str, int]]:
        """How often somebody who is known was refused an operation with a status, as it was noted."""
        noted = "SELECT person, operation, status, SUM(count) FROM denial WHERE person <> '' GROUP BY 1, 2, 3"
        found = self.database.reading(lambda connection: connection.rows(noted))
        return Counter({(who, operation, status): int(times) for who, operation, status, times in found})

    def digest(self) -> str:
        """Of all that the database holds, but for what a refusal may write."""

        def read(connection: Connection) -> str:
            found = sha256()
            for name in sorted(METADATA.tables.keys() - KEPT_ANYWAY):
                lines = sorted(repr(row) for row in connection.rows(f'SELECT * FROM "{name}"'))
                found.update(repr((name, lines)).encode())
            return found.hexdigest()

        return self.database.reading(read)

    def _read(self, connection: Connection) -> Case:
        today = self.engine.today()
        loaded = cases.load(connection, self.id, library().get, today=today)
        assert loaded.case is not None, "it was played"
        return loaded.case


def staged(copied: Callable[[Callable[[str], None]], str], state: str, home: Path) -> Stage:
    furnished, left = furnishing(state)
    return Stage(state, open_database(copied(furnished)), left["last"], home)
