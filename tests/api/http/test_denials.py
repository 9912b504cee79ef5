"""Whoever is refused is noted, alike for what exists and what does not; the answer never depends on it."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from api.http.app import create_app
from api.http.edge import Outside, networks
from api.http.strangers import Strangers
from tests.api.http.conftest import MONDAY, Service
from workflow.errors import Unavailable
from workflow.records import denials

NOWHERE = "0" * 32
SEEN = {"203.0.113.0/24": 2, "198.51.100.0/24": 1}


def noted(service: Service, **wanted: str) -> list[tuple[Any, ...]]:
    answer = service.as_("ada").get("/api/denials", params=wanted)
    assert answer.status_code == 200, answer.text
    names = ("person", "source", "operation", "asked", "status", "count")
    return [tuple(one[name] for name in names) for one in answer.json()["items"]]


def test_what_is_not_there_for_somebody_is_noted_as_what_is_not_there_at_all(service: Service) -> None:
    case = service.submitted()
    for asked in (case, NOWHERE):
        assert service.as_("linh").get(f"/api/cases/{asked}").status_code == 404
        assert service.as_("linh").get(f"/api/cases/{asked}/tasks/1").status_code == 404
    expected = [
        ("linh", None, name, one, 404, 1) for one in (case, NOWHERE) for name in ("get_case", "get_task")
    ]
    assert sorted(noted(service, person="linh")) == sorted(expected)


def test_what_a_role_may_not_do_is_noted(service: Service) -> None:
    case = service.submitted()
    client = service.as_("amina")
    act = {"json": {"trigger": "accept"}, "headers": {"If-Match": '"2"'}}
    for _ in range(3):
        assert client.post(f"/api/cases/{case}/transitions", **act).status_code == 403
    assert client.get("/api/persons").status_code == 403
    assert noted(service, person="amina") == [
        ("amina", None, "list_persons", "", 403, 1),
        ("amina", None, "advance_case", case, 403, 3),
    ]


def test_a_malformed_request_for_a_foreign_case_is_noted_too(service: Service) -> None:
    case = service.submitted()
    assert service.as_("linh").get(f"/api/cases/{case}?nonsense=1").status_code == 404
    assert noted(service, person="linh") == [("linh", None, "get_case", case, 404, 1)]


def test_a_mistake_is_not_noted(service: Service) -> None:
    case = service.submitted()
    client = service.as_("amina")
    assert client.get("/api/definitions/nonsense/versions/1").status_code == 404
    assert client.get("/api/nowhere").status_code == 404
    assert client.get(f"/api/cases/{case}?nonsense=1").status_code == 422
    assert noted(service) == []


def test_nobody_is_counted_by_the_network_they_come_from(service: Service) -> None:
    for _ in range(5):
        assert service.nobody.get("/api/cases").status_code == 401
    assert noted(service) == [(None, "unknown", "list_cases", "", 401, 4)]


def test_behind_a_proxy_nobody_is_counted_by_their_own_network(service: Service) -> None:
    outside = Outside(None, networks("192.0.2.9"))
    app = create_app(service.engine, secret=b"0" * 32, files=service.files, outside=outside)
    for chain in ("203.0.113.7", "203.0.113.8", "198.51.100.1"):
        proxy = TestClient(app, base_url="http://127.0.0.1", client=("192.0.2.9", 4711))
        assert proxy.get("/api/cases", headers={"X-Forwarded-For": chain}).status_code == 401
    expected = [(None, source, "list_cases", "", 401, many) for source, many in SEEN.items()]
    assert sorted(noted(service)) == sorted(expected)


def test_each_request_of_nobody_is_counted_once_and_told_of_now_and_then() -> None:
    strangers = Strangers()
    told = [strangers.count("list_cases", "10.0.0.0/24", MONDAY) for _ in range(64)]
    assert sum(told) == 64
    assert sum(one > 0 for one in told) == 7
    assert strangers.count("list_cases", "10.0.1.0/24", MONDAY) == 1


def test_denials_are_for_administrators_and_auditors(service: Service) -> None:
    service.as_("ada").put("/api/persons/otto", json={"name": "Otto", "language": "en"})
    mandate = {"role": "auditor", "since": "2026-01-01"}
    assert service.as_("ada").post("/api/persons/otto/mandates", json=mandate).status_code == 201
    token = service.as_("ada").post("/api/persons/otto/tokens", json={"label": "audit"}).json()["token"]
    signed = {"Authorization": f"Bearer {token}"}
    assert service.nobody.get("/api/denials", headers=signed).status_code == 200
    assert service.nobody.get("/api/persons", headers=signed).status_code == 403
    assert service.as_("sven").get("/api/denials").status_code == 403
    assert service.as_("sven").get("/api/denials?nonsense=1").status_code == 403


def test_where_it_cannot_be_noted_the_answer_is_the_same(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = service.submitted()
    first = service.as_("linh").get(f"/api/cases/{case}")

    def fail(*_: Any, **__: Any) -> None:
        raise Unavailable("away")

    monkeypatch.setattr(denials, "note", fail)
    with capture_logs() as told:
        second = service.as_("linh").get(f"/api/cases/{case}")
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert [one["event"] for one in told] == ["a denial was not noted"]
