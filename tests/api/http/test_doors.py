"""What a door does not let in, and that it says what would be right."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.api.http.plain import plain_app

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def client() -> TestClient:
    return TestClient(plain_app(largest=20_000))


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        (b"", "", "required"),
        (b"{", "", "not JSON"),
        (b'"text"', "", "JSON object"),
        (b"{}", "/title", "required"),
        (b'{"title": 1}', "/title", "text"),
        (b'{"title": "a", "more": 1}', "/more", "leave it out"),
        (b'{"title": "a\\u0000b"}', "/title", "NUL"),
        (b'{"title": "a", "inside": {"b": ["c", "\\u0000"]}}', "/inside/b/1", "NUL"),
        (b'{"title": "a", "inside": {"a/b~c\\u0000": 1}}', "/inside", "NUL"),
        (b'{"title": "\\ud800"}', "", "not JSON"),
        (b'{"title": "a", "title": "b"}', "", "'title' stands twice"),
        (b'{"title": "a", "inside": {"b": [{"c": 1, "c": 1}]}}', "", "'c' stands twice"),
        (b'{"title": "a", "inside": {"n": NaN}}', "", "not JSON"),
        (b'{"title": "a", "inside": {"n": ' + b"[" * 70 + b"]" * 70 + b"}}", "", "flatter"),
        (b'{"title": "a", "at": "2026-03-02T10:00:00"}', "/at", "2026-03-02T10:00:00+01:00"),
        (b'{"title": "a", "at": "0001-01-01T00:00:00Z"}', "/at", "before 1900"),
    ],
)
def test_a_bad_body_is_refused_with_a_pointer(
    client: TestClient, body: bytes, pointer: str, words: str
) -> None:
    fault = _fault(client.post("/things", content=body, headers=JSON))
    assert fault["pointer"] == pointer
    assert words in fault["detail"]


def test_an_escaped_backslash_before_u0000_is_no_nul(client: TestClient) -> None:
    answer = client.post("/things", content=b'{"title": "\\\\u0000"}', headers=JSON)
    assert answer.json()["title"] == "\\u0000"


def test_a_nul_in_the_query_is_refused(client: TestClient) -> None:
    fault = _fault(client.get("/plain?number=1&more=a%00b"))
    assert (fault["in"], fault["name"]) == ("query", "more")


def test_a_body_of_another_kind_is_refused(client: TestClient) -> None:
    fault = _fault(client.post("/things", content=b"title=a", headers={"Content-Type": "text/plain"}))
    assert "application/json" in fault["detail"]


def test_a_body_that_is_announced_too_large_is_refused_unread(client: TestClient) -> None:
    answer = client.post("/things", content=b"x" * 20_001, headers=JSON)
    assert answer.status_code == 413
    assert "20000 bytes" in answer.json()["detail"]


def test_a_body_that_turns_out_too_large_is_refused(client: TestClient) -> None:
    answer = client.post("/things", content=(b"x" * 1000 for _ in range(30)), headers=JSON)
    assert answer.status_code == 413


def test_a_good_body_is_let_in(client: TestClient) -> None:
    answer = client.post("/things", json={"title": "a", "at": "2026-03-02T10:00:00+01:00"})
    assert answer.status_code == 200


def _fault(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    fault: dict[str, Any] = answer.json()["errors"][0]
    return fault
