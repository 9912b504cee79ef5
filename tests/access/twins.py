"""Two Parties with the same request, one of them full of canaries: every free text of every form and file,
every name and address is a word that stands nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from tests.access.playing import Clock, LivePlayer, Mandated, Played, examples, furnish, library, scripts
from workflow.records import migrations, persons
from workflow.records.databases import Connection, Database, open_database
from workflow.records.persons import Person
from workflow.rules.loading.nodes import Path
from workflow.rules.scenarios.people import People
from workflow.runtime.engine import Engine

CANARY = "Quetzalwhistle"
SCENARIO, NEXT = "ordinary_way", "do add_mission"
PLAYING = ("focal_point", "expert_1", "expert_2", "expert_3", "assessor_1", "assessor_2")
OF_BOTH = ("consultee_1", "consultee_2", "consultee_3")
TWIN = "twin_"
OWN = [
    Mandated("focal_point", "focal_point", "KE"),
    Mandated("coordinator", "coordinator", None, "Africa"),
    Mandated("supervisor", "supervisor"),
    Mandated("donor", "donor"),
    Mandated("administrator", "administrator"),
    *(Mandated(name, name.rstrip("_123")) for name in (*PLAYING[1:], *OF_BOTH)),
]
TWINS = [
    Mandated(f"{TWIN}focal_point", "focal_point", "VN"),
    Mandated(f"{TWIN}coordinator", "coordinator", None, "Asia and the Pacific"),
    *(Mandated(f"{TWIN}{name}", name.rstrip("_123")) for name in PLAYING[1:]),
]


def own_alone(url: str) -> None:
    """Furnish a database with both Parties' people and the request of one Party."""
    database = open_database(url)
    migrations.upgrade(database)
    database.writing(lambda connection: furnish(connection, [*OWN, *TWINS]))
    database.writing(name_twins)
    play(database, LivePlayer)
    database.close()


def name_twins(connection: Connection) -> None:
    """Those of the other Party and region; experts are of one pool, which coordinators choose from."""
    for one in TWINS[:2]:
        address = f"{one.name}@{CANARY.lower()}.example.org"
        known = Person(one.name, f"{CANARY} {one.name}", "en", address)
        persons.put(connection, known, Clock().at)


def add_twin(database: Database) -> Played:
    """The other Party's request, played to the same point."""
    return play(database, TwinPlayer)


def play(database: Database, player: type[LivePlayer]) -> Played:
    clock = Clock()
    return player(scripts()[SCENARIO], Engine(database, library(), clock), clock).until(NEXT)


class TwinPlayer(LivePlayer):
    """The same walk for the other Party, by people of its own, with a canary in every text."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.party_code = "VN"
        self.people = TwinPeople(
            {renamed(name): one for name, one in self.people.known.items()}, self.people.roles
        )
        forms = self.definition.forms
        self.examples = {name: marked(forms[name].schema, one) for name, one in examples().items()}


class TwinPeople(People):
    """Everybody by the name of their twin, where they have one."""

    def person(self, name: str, key: Path) -> str:
        return super().person(renamed(name), key)


def renamed(name: str) -> str:
    return f"{TWIN}{name}" if name in (*PLAYING, "coordinator") else name


def marked(schema: Mapping[str, Any], value: Any) -> Any:
    """The answers with a canary in every text that may be free, of the other Party and with its experts."""
    if isinstance(value, dict):
        inner = schema.get("properties", {})
        return {name: marked(inner.get(name, {}), one) for name, one in value.items()}
    if isinstance(value, list):
        return [marked(schema.get("items", {}), one) for one in value]
    if not isinstance(value, str):
        return value
    if schema.get("x-party"):
        return "VN"
    if schema.get("x-file"):
        return f"sha256:{sha256(f'{CANARY} {value}'.encode()).hexdigest()}"
    if schema.get("format") == "email":
        return f"{CANARY.lower()}@example.org"
    if value in PLAYING or {"enum", "const", "format", "pattern"} & schema.keys():
        return renamed(value)
    longest = schema.get("maxLength", 99)
    return f"{CANARY} {value}"[:longest] if longest > len(CANARY) else value
