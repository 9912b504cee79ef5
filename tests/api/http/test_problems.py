"""Every error leaves as a problem: its status, its title, its pointers."""

import inspect
from typing import Any

import orjson
import pytest
from starlette.testclient import TestClient

from api.http.problems import STATUS, documented, problem_of, status_of
from tests.api.http.plain import plain_app
from workflow import errors
from workflow.errors import Fault, GuardRefused, Malformed, Reason, Stale

KINDS = [
    kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.CasewayError)
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_a_status_and_a_title(kind: type[errors.CasewayError]) -> None:
    assert 400 <= status_of(kind) < 600
    assert (kind.__doc__ or "").strip()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if issubclass(kind, errors.Refusal)])
def test_no_refusal_is_a_fault_of_the_server(kind: type[errors.Refusal]) -> None:
    assert status_of(kind) < 500


def test_the_statuses_are_those_of_the_design() -> None:
    said = {kind.__name__: status for kind, status in STATUS.items()}
    assert said["Unauthenticated"] == 401
    assert said["NotAllowed"] == 403
    assert said["NotFound"] == 404
    assert said["NotNow"] == said["GuardRefused"] == said["LostRace"] == 409
    assert said["Stale"] == 412
    assert said["Malformed"] == said["KeyReused"] == 422
    assert said["RevisionRequired"] == 428
    assert said["Unavailable"] == 503


def test_a_problem_points_to_each_fault() -> None:
    body = _body(Malformed((Fault("/data/title", "too long"), Fault("query:limit", "too large"))))
    assert body["errors"] == [
        {"pointer": "/data/title", "detail": "too long"},
        {"in": "query", "name": "limit", "detail": "too large"},
    ]


def test_a_pointer_with_a_colon_stays_a_pointer() -> None:
    assert _body(Malformed((Fault("/a:b", "no"),)))["errors"] == [{"pointer": "/a:b", "detail": "no"}]


def test_a_refused_guard_says_which_and_what_it_looked_at() -> None:
    body = _body(GuardRefused("submit", (Reason("rounds_left", (("rounds", 2),), "Two rounds"),)))
    assert body["status"] == 409
    assert body["reasons"] == [{"guard": "rounds_left", "text": "Two rounds", "facts": {"rounds": 2}}]


def test_a_problem_names_its_kind_in_its_type() -> None:
    assert _body(Stale(3, 4))["type"] == "urn:caseway:problem:stale"


def test_what_is_documented_has_an_example_per_kind_of_error() -> None:
    answers = documented([errors.NotNow, errors.GuardRefused])
    examples = answers[409]["content"]["application/problem+json"]["examples"]
    assert set(examples) == {"not-now", "guard-refused"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("DELETE", "/plain", 405),
        ("GET", "/plain?number=x", 422),
        ("GET", "/refused", 412),
        ("GET", "/lost", 503),
        ("GET", "/broken", 500),
    ],
)
def test_every_answer_that_is_an_error_is_a_problem(method: str, path: str, status: int) -> None:
    answer = TestClient(plain_app(), raise_server_exceptions=False).request(method, path)
    body = answer.json()
    assert answer.status_code == body["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["title"]
    assert body["detail"]
    assert body["instance"] == path.partition("?")[0]


def test_a_lost_database_says_when_to_come_again() -> None:
    answer = TestClient(plain_app()).get("/lost")
    assert answer.headers["retry-after"] == "5"


def test_a_wrong_method_says_which_are_right() -> None:
    answer = TestClient(plain_app()).delete("/plain")
    assert "GET" in answer.headers["allow"]
    assert "GET" in answer.json()["detail"]


def test_an_unexpected_error_tells_nothing_about_the_inside() -> None:
    answer = TestClient(plain_app(), raise_server_exceptions=False).get("/broken")
    assert "secret" not in answer.text


def test_a_problem_is_told_in_the_language_that_is_asked_for() -> None:
    answer = TestClient(plain_app()).get("/refused", headers={"Accept-Language": "fr"})
    assert answer.json()["title"] == "Le dossier a avancé depuis que vous l'avez lu"
    assert answer.json()["detail"].startswith("Vous avez lu la révision 1")


def _body(error: errors.CasewayError) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(bytes(problem_of(error).body))
    return body
