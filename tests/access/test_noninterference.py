"""Two Parties with the same request. Law: nothing of the one comes to whoever is of the other, or is changed
by them, whatever they ask with; and what they are told is the same whether or not the other is there.

What is the same: every answer to the last byte, at the same moment. What is not told apart on purpose: the
number of a case counts the cases of all Parties in a year, so whoever submits one learns how many came
before; and /metrics, which counts for those who run the service, is not for the public.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.http.app import create_app
from tests.access.asking import PDF, READING
from tests.access.playing import Clock, library
from tests.access.stage import KEPT_ANYWAY
from tests.access.twins import CANARY, add_twin, own_alone
from tests.originals import Furnish
from tests.proof import size
from workflow.records.databases import Connection, Database, open_database
from workflow.records.tables import METADATA
from workflow.runtime.engine import Engine

READERS = ("focal_point", "expert_1", "coordinator", "donor")
IN_TURN = size(7, 1)
"""The ordinary run asks with every seventh of all combinations, others on each database."""
THEIRS = "SELECT id FROM cases WHERE party = 'VN'"
PLACES = {
    "case_id": THEIRS,
    "number": "SELECT number FROM cases WHERE party = 'VN'",
    "notice_id": "SELECT MIN(id) FROM notice WHERE person = 'twin_focal_point'",
    "digest": f"SELECT MIN(digest) FROM file WHERE case_id IN ({THEIRS})",
    "reference": f"SELECT MIN(reference) FROM letter WHERE case_id IN ({THEIRS})",
    "mandate_id": "SELECT id FROM mandate WHERE person = 'twin_focal_point'",
    "token_id": "SELECT SUBSTR(digest, 1, 12) FROM token WHERE person = 'twin_focal_point'",
    "delegation_id": "SELECT id FROM delegation WHERE absent = 'twin_focal_point'",
    "hold_id": "SELECT id FROM legal_hold WHERE person = 'twin_focal_point'",
}
KEY = "the-other-partys-key"


class House:
    """A service on one database, at the moment when both walks are over."""

    def __init__(self, database: Database, home: Path) -> None:
        self.database = database
        found = self.rows("SELECT MAX(updated_at) FROM cases")[0][0]
        assert found is not None
        engine = Engine(database, library(), Clock(Clock().at.replace(month=9, day=28, hour=10)))
        self.app = create_app(engine, secret=b"0" * 32, files=home)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.database.reading(lambda connection: connection.rows(sql))

    def as_(self, who: str) -> TestClient:
        signed = {"Authorization": f"Bearer token-of-{who}"}
        return TestClient(self.app, headers=signed, raise_server_exceptions=False)

    def content(self) -> list[tuple[str, list[str]]]:
        def read(connection: Connection) -> list[tuple[str, list[str]]]:
            names = sorted(METADATA.tables.keys() - KEPT_ANYWAY)
            return [(name, sorted(map(repr, connection.rows(f'SELECT * FROM "{name}"')))) for name in names]

        return self.database.reading(read)


@pytest.fixture
def alone(copied: Callable[[Furnish], str], tmp_path: Path) -> Iterator[House]:
    """Where the other Party never asked for anything."""
    database = open_database(copied(own_alone))
    yield House(database, tmp_path / "files")
    database.close()


@pytest.fixture
def both(copied: Callable[[Furnish], str], tmp_path: Path) -> Iterator[House]:
    (tmp_path / "both").mkdir()
    database = open_database(copied(with_twin))
    yield House(database, tmp_path / "files")
    database.close()


def with_twin(url: str) -> None:
    own_alone(url)
    database = open_database(url)
    add_twin(database)
    database.close()


def test_nothing_of_the_other_comes_out_or_is_changed(both: House) -> None:
    let_stand_in_and_hold(both)
    theirs = {place: str(both.rows(sql)[0][0]) for place, sql in PLACES.items()}
    mark_read(both, theirs["notice_id"])
    own = str(both.rows("SELECT id FROM cases WHERE party = 'KE'")[0][0])
    before, told = both.content(), []
    asked = list(combinations(both, theirs, own))
    begin = 0 if "sqlite" in both.database.url else 1
    for who, (method, path, more) in asked[begin::IN_TURN]:
        answer = both.as_(who).request(method, path, **more)
        said = answer.text + repr(sorted(answer.headers.items()))
        sent = path + repr(more)
        out = [one for one in (CANARY, *theirs.values()) if one.lower() in said.lower() and one not in sent]
        if out or answer.status_code >= 500:
            told.append(f"{who}, {method} {path} {more}: {answer.status_code} {out}")
    assert not told, "\n".join(told)
    assert both.content() == before


def test_the_key_of_somebody_else_is_a_new_one(both: House) -> None:
    theirs = str(both.rows(PLACES["notice_id"])[0][0])
    mark_read(both, theirs)
    mine = both.as_("focal_point").get("/api/notices").json()["items"][0]["id"]
    answer = both.as_("focal_point").put(f"/api/notices/{mine}/read", headers={"Idempotency-Key": KEY})
    assert (answer.status_code, answer.json()["id"]) == (200, mine)
    answer = both.as_("focal_point").put(f"/api/notices/{theirs}/read", headers={"Idempotency-Key": KEY})
    assert answer.status_code in (404, 422)
    assert CANARY not in answer.text


def test_what_one_is_told_does_not_depend_on_the_other(alone: House, copied: Any, tmp_path: Path) -> None:
    own = str(alone.rows("SELECT id FROM cases")[0][0])
    asked = [one for one in readings(alone, own) if one[1] != "/metrics"]
    first = [telling(alone, *one) for one in asked]
    add_twin(alone.database)
    again = House(alone.database, tmp_path / "files")
    second = [telling(again, *one) for one in asked]
    assert len(asked) > 100
    assert not [(one, a, b) for one, a, b in zip(asked, first, second, strict=True) if a != b]


def telling(house: House, who: str, path: str) -> tuple[int, list[tuple[str, str]], bytes]:
    answer = house.as_(who).get(path)
    headers = [(name, value) for name, value in answer.headers.items() if name != "date"]
    return answer.status_code, sorted(headers), answer.content


def let_stand_in_and_hold(house: House) -> None:
    """The other Party's focal point is away, and what is kept about them is held."""
    days = {"since": "2026-09-28", "until": "2026-10-28", "reason": CANARY}
    lent = {"stand_in": "twin_coordinator", **days}
    answer = house.as_("administrator").post("/api/persons/twin_focal_point/delegations", json=lent)
    assert answer.status_code == 201, answer.text
    held = {"person": "twin_focal_point", "reason": CANARY}
    answer = house.as_("administrator").post("/api/legal-holds", json=held)
    assert answer.status_code == 201, answer.text


def mark_read(house: House, notice: str) -> None:
    answer = house.as_("twin_focal_point").put(
        f"/api/notices/{notice}/read", headers={"Idempotency-Key": KEY}
    )
    assert answer.status_code == 200, answer.text


def readings(house: House, own: str) -> Iterator[tuple[str, str]]:
    """Everything that the page offers to read, as it would be asked of one's own case."""
    values = {
        "case_id": own, "task_no": "1", "clock_no": "1", "form": "request", "code": "KE", "version": "1",
        "key": "technical_assistance", "person_id": "focal_point", "notice_id": "n1",
        "digest": "0" * 64, "day": "2026-06-15", "name": "bureau",
    }  # fmt: skip
    for path, operations in page(house)["paths"].items():
        if "get" in operations and "explain" not in path and "{calendar" not in path:
            for who in READERS:
                yield who, filled(path, values)


def combinations(
    house: House, theirs: dict[str, str], own: str
) -> Iterator[tuple[str, tuple[str, str, Any]]]:
    """Every operation with everything of the other's: in the address, the query, the body, as a cursor."""
    taken = list(cursors(house))
    for path, operations in page(house)["paths"].items():
        for method, operation in operations.items():
            names = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
            for case in (theirs["case_id"], own) if "{case_id}" in path else ("",):
                values = places(theirs, case)
                address = filled(path, values)
                requests = [(method.upper(), address, body(operation, theirs, own))]
                for name, value in product(
                    sorted(names - {"cursor", "limit"}), set(theirs.values()) | {"VN"}
                ):
                    requests.append((method.upper(), address, {"params": {name: value}, **requests[0][2]}))
                requests += [
                    (method.upper(), address, {"params": {"cursor": one, "limit": "1"}})
                    for one in taken
                    if "cursor" in names
                ]
                yield from ((who, one) for who in READERS for one in requests if harmless(*one))


def harmless(method: str, path: str, more: Any) -> bool:
    """Not what a reader may do to things of their own: it would change the house, as it should."""
    return (
        method in READING
        or "dry_run" in more.get("params", {})
        or not path.endswith(("/files", "/me/tokens"))
    )


def body(operation: dict[str, Any], theirs: dict[str, str], own: str) -> dict[str, Any]:
    """What is sent along with a request that writes, under the other's key: it names what is the other's."""
    name = operation["operationId"]
    if name == "put_file":
        return {"content": PDF, "params": {"name": "a.pdf"}, "headers": {"Content-Type": "application/pdf"}}
    if "requestBody" not in operation:
        return {"headers": {"Idempotency-Key": KEY}}
    bodies = {
        "open_case": {"definition": "technical_assistance", "party": "VN", "parent": theirs["case_id"]},
        "advance_case": {"trigger": "withdraw", "data": {"name": theirs["number"]}},
        "complete_task": {"outcome": "submitted"},
        "declare_on_task": {"conflict": False},
        "assign_task": {"person": "twin_expert_1"},
        "revise_answers": {"data": {"title": theirs["reference"]}, "reason": "a try"},
    }
    return {"json": bodies.get(name, {}), "headers": {"If-Match": '"1"', "Idempotency-Key": KEY}}


def cursors(house: House) -> Iterator[str]:
    """Those given out to the other Party for its own lists."""
    client = house.as_("twin_focal_point")
    case = str(house.rows(PLACES["case_id"])[0][0])
    for path in ("notices", "deadlines", f"cases/{case}/transitions", f"cases/{case}/letters", "parties"):
        links = client.get(f"/api/{path}", params={"limit": "1"}).links
        if "next" in links:
            yield links["next"]["url"].rpartition("cursor=")[2]


def places(theirs: dict[str, str], case: str) -> dict[str, str]:
    """What stands in the places of an address: all that may be is the other's."""
    return {
        **theirs, "case_id": case, "task_no": "2", "clock_no": "2", "form": "request", "code": "VN",
        "version": "1", "key": "technical_assistance", "person_id": "twin_focal_point", "bulletin_id": "b1",
        "session_id": "s1", "identity_id": "i1", "day": "2026-06-15", "name": "bureau",
    }  # fmt: skip


def filled(path: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def page(house: House) -> dict[str, Any]:
    found: dict[str, Any] = house.as_("focal_point").get("/api/openapi.json").json()
    return found
