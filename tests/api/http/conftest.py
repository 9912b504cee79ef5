"""A whole service in a test: both databases, the real engine and app, a small definition, persons of
every kind, and a clock to move.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from api.http.app import create_app
from tests.originals import Furnish
from workflow.records import bulletins, migrations, parties, passwords, persons, tokens
from workflow.records.bulletins import Issue
from workflow.records.databases import Database, open_database
from workflow.records.databases.protocol import Connection
from workflow.records.parties import Party
from workflow.records.persons import Person
from workflow.runtime.calendar_sheets import read_sheets
from workflow.runtime.engine import Engine
from workflow.runtime.hashing import Hashing
from workflow.runtime.installation import install_calendars
from workflow.runtime.library import Library, compile_all, editions
from workflow.runtime.signing_in import SigningIn

SAMPLE = Path(__file__).parent / "sample"
# A Monday, ten o'clock in Paris.
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# Invented persons: id, role, Party or region, nationality.
PERSONS = [
    ("amina", "focal_point", "KE", None, "KE"),
    ("linh", "focal_point", "VN", None, "VN"),
    ("carla", "coordinator", None, "Africa", "PT"),
    ("colin", "coordinator", None, "Asia and the Pacific", "IE"),
    ("sven", "supervisor", None, None, "SE"),
    ("elena", "assessor", None, None, "IT"),
    ("ada", "administrator", None, None, "NL"),
]
HERE = "https://testserver"
GOOD = "tin lantern under seven maps"
# Costs nothing, so that tests of other things do not wait for it.
CHEAP = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
REQUEST = {"title": "A register of artists", "days": 12, "contact": {"email": "office@example.org"}}


class Browser(TestClient):
    """Keeps its cookies, and sends the token that a page of ours would send."""

    def sign_in(self, person: str, password: str = GOOD, **more: Any) -> Any:
        body = {"email": f"{person}@example.org", "password": password, **more}
        return self.noted(self.post("/api/session", json=body))

    def noted(self, answer: Any) -> Any:
        """Take the token of the session that the answer begins or renews."""
        if answer.status_code < 300 and answer.json().get("csrf"):
            self.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return answer


@dataclass
class Service:
    """What a test speaks to. `at` is the present moment; `as_` gives a client that is signed in."""

    database: Database
    library: Library
    at: datetime = MONDAY
    app: FastAPI = field(init=False)
    home: TemporaryDirectory[str] = field(default_factory=TemporaryDirectory)

    def __post_init__(self) -> None:
        self.engine = Engine(self.database, self.library, lambda: self.at)
        self.signing = SigningIn(self.engine, Hashing(CHEAP))
        self.app = create_app(self.engine, secret=b"0" * 32, files=self.files, signing=self.signing)

    @property
    def files(self) -> Path:
        return Path(self.home.name) / "files"

    def as_(self, person: str, **headers: str) -> TestClient:
        signed = {"Authorization": f"Bearer token-of-{person}", **headers}
        return TestClient(self.app, headers=signed, raise_server_exceptions=False)

    def browser(self, source: str = "192.0.2.1", **headers: str) -> "Browser":
        """Somebody at a browser, on a page of ours, who is not signed in yet."""
        return Browser(
            self.app,
            base_url=HERE,
            headers={"Origin": HERE, "Sec-Fetch-Site": "same-origin", **headers},
            client=(source, 4711),
            raise_server_exceptions=False,
        )

    def password(self, person: str, password: str = GOOD) -> None:
        """Give the person a password."""
        hashed = self.signing.hashing.hash(password)
        self.database.writing(lambda connection: passwords.put(connection, person, hashed, self.at))

    @property
    def nobody(self) -> TestClient:
        return TestClient(self.app, raise_server_exceptions=False)

    def later(self, **time: float) -> None:
        self.at += timedelta(**time)

    def draft(self, party: str = "KE", by: str = "amina") -> str:
        answer = self.as_(by).post("/api/cases", json={"definition": "help", "party": party})
        assert answer.status_code == 201, answer.text
        case: str = answer.json()["case"]
        return case

    def act(self, by: str, case: str, trigger: str, data: Any = None, **more: Any) -> dict[str, Any]:
        """Fire a trigger at the revision as it is now."""
        path = f"/api/cases/{case}"
        client = self.as_(by)
        revision = client.get(path).headers["etag"]
        body = {"trigger": trigger, "data": data, **more}
        answer = client.post(f"{path}/transitions", json=body, headers={"If-Match": revision})
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def submitted(self, party: str = "KE", by: str = "amina") -> str:
        case = self.draft(party, by)
        self.act(by, case, "submit", REQUEST)
        return case

    def dead_bulletin(self) -> str:
        """The list of Sven's that could not be delivered; its id."""
        owed = Issue("help", "open_requests", self.at.date(), "sven", "en", "Open requests: 1", "H-2026-0001")

        def work(connection: Connection) -> None:
            bulletins.owe(connection, [owed], self.at)
            (claimed,) = bulletins.claim(connection, self.at, limit=9, lease=timedelta(seconds=30))
            bulletins.settle(connection, claimed, "dead", at=self.at, error="no such mailbox")

        self.database.writing(work)
        return owed.id

    def in_appraisal(self) -> str:
        case = self.submitted()
        self.act("carla", case, "accept")
        return case


@pytest.fixture(scope="session")
def library() -> Library:
    return compile_all(editions(SAMPLE))


@pytest.fixture
def service(copied: Callable[[Furnish], str], library: Library) -> Iterator[Service]:
    """A service on each kind of database."""
    database = open_database(copied(prepared))
    yield Service(database, library)
    database.close()


@contextmanager
def serving(url: str, library: Library) -> Iterator[Service]:
    """A service on a new database, for as long as the `with` lasts."""
    prepared(url)
    database = open_database(url)
    yield Service(database, library)
    database.close()


def prepared(url: str) -> None:
    database = open_database(url)
    migrations.upgrade(database)
    database.writing(people)
    database.close()


def people(connection: Connection) -> None:
    sheets = {code: sheet for code, sheet in read_sheets().items() if code in ("paris", "KE", "VN")}
    install_calendars(connection, sheets, date(2026, 1, 1))
    regions = {"KE": "Africa", "VN": "Asia and the Pacific"}
    names = {"KE": {"en": "Kenya", "fr": "Kenya"}, "VN": {"en": "Viet Nam", "fr": "Viet Nam"}}
    parties.put(connection, [Party(code, names=names[code], region=regions[code]) for code in regions])
    for name, role, party, region, nationality in PERSONS:
        language = "fr" if name == "amina" else "en"
        person = Person(name, name.title(), language, f"{name}@example.org", (nationality,))
        persons.put(connection, person, MONDAY)
        persons.grant(connection, name, role, since=date(2026, 1, 1), party=party, region=region)
        tokens.keep(connection, name, f"token-of-{name}", MONDAY)
