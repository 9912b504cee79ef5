"""A database that somebody else holds locked: writers are told so in time, and readers are answered."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.http import room
from tests.api.http.conftest import REQUEST, Service, prepared
from tests.holding import CASES, SETTINGS, held
from tests.originals import Furnish
from workflow.records.databases import open_database
from workflow.runtime.library import Library

PATIENCE = 1.0
MANY = 24
SUBMIT = {"trigger": "submit", "data": REQUEST}


@pytest.fixture
def hasty(
    copied: Callable[[Furnish], str], library: Library, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Service]:
    monkeypatch.setattr(room, "PATIENCE", PATIENCE)
    database = open_database(copied(prepared), patience=PATIENCE)
    yield Service(database, library)
    database.close()


@pytest.fixture
def client(hasty: Service) -> Iterator[TestClient]:
    """All its requests share one loop and its few threads, as in a process that serves."""
    headers = {"Authorization": "Bearer token-of-amina"}
    with TestClient(hasty.app, headers=headers, raise_server_exceptions=False) as opened:
        yield opened


def test_readers_are_answered_while_writers_wait_for_a_lock(hasty: Service, client: TestClient) -> None:
    case = hasty.draft()
    with ThreadPoolExecutor(MANY) as threads, held(hasty.database.url, CASES):
        writers = [threads.submit(_submit, client, case) for _ in range(MANY)]
        Event().wait(PATIENCE / 4)
        for path in ("/api/cases?limit=1", f"/api/cases/{case}", "/metrics", "/healthz"):
            assert _timed(client, path) < PATIENCE / 2
        answers = [one.result() for one in writers]
    for answer, seconds in answers:
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert answer.json()["type"] == "urn:caseway:problem:busy"
        # For room, then for those who wait for the same row, then for the one who holds it.
        assert seconds < PATIENCE * 4
    assert client.get(f"/api/cases/{case}").headers["etag"] == '"1"'
    assert _submit(client, case)[0].status_code == 201


def test_a_process_that_cannot_write_is_not_ready_and_says_why(hasty: Service, client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ok", "worker": "none"}
    with held(hasty.database.url, SETTINGS):
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "Somebody else has been writing for too long" in answer.json()["detail"]
    assert client.get("/readyz").status_code == 200


def _submit(client: TestClient, case: str) -> tuple[Any, float]:
    began = time.monotonic()
    answer = client.post(f"/api/cases/{case}/transitions", json=SUBMIT, headers={"If-Match": '"1"'})
    return answer, time.monotonic() - began


def _timed(client: TestClient, path: str) -> float:
    began = time.monotonic()
    assert client.get(path).status_code == 200
    return time.monotonic() - began
