"""Knowing who asks costs a request one statement, found by an index, beside what the engine does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from api.http.cookies import NAME
from tests.access.watching import statements
from tests.api.http.conftest import REQUEST, Service, serving
from workflow.records import sessions
from workflow.runtime.library import Library
from workflow.runtime.manner import Manner


def _by_token(service: Service) -> dict[str, str]:
    return {"Authorization": "Bearer token-of-amina"}


def _by_session(service: Service) -> dict[str, str]:
    _, secret = service.database.writing(
        lambda connection: sessions.new(
            connection, "amina", service.at, method="password", source="127.0.0.0/24"
        )
    )
    return {"Cookie": f"{NAME}={secret}"}


@pytest.mark.parametrize("proof", [_by_token, _by_session])
def test_reading_a_case_asks_one_statement_more_than_the_engine(
    service: Service, proof: Callable[[Service], dict[str, str]]
) -> None:
    case, headers = service.submitted(), proof(service)
    path = f"/api/cases/{case}/tasks"
    engine = statements(lambda: service.engine.view(case, by="amina"))
    asked = statements(lambda: _ok(service.nobody.get(path, headers=headers)))
    assert len(asked) == len(engine) + 1
    assert asked[1:] == engine


@pytest.mark.parametrize("proof", [_by_token, _by_session])
def test_that_statement_finds_its_rows_by_indexes(
    sqlite_url: str, library: Library, proof: Callable[[Service], dict[str, str]]
) -> None:
    """SQLite says so itself; the indexes of both databases are the same."""
    with serving(sqlite_url, library) as service:
        headers = proof(service)
        asked = statements(lambda: _ok(service.nobody.get("/api/me", headers=headers)))[0]
        explained = f"EXPLAIN QUERY PLAN {asked}"
        plan = service.database.reading(
            lambda connection: connection.rows(explained, [None] * asked.count("?"))
        )
    steps = [str(step[-1]) for step in plan]
    assert any(step.startswith("SEARCH") for step in steps)
    # `held` is no table: the rows of one person that the view `authority` found, by the searches told before.
    of_one = ("SCAN json_each", "SCAN held")
    assert [step for step in steps if step.startswith("SCAN") and not step.startswith(of_one)] == []


def test_an_act_asks_one_statement_more_than_the_engine(service: Service) -> None:
    first, second = service.draft(), service.draft()
    manner = Manner(expected=1)
    engine = statements(
        lambda: service.engine.advance(first, "submit", by="amina", data=REQUEST, manner=manner)
    )
    body = {"trigger": "submit", "data": REQUEST}
    client = service.as_("amina")
    asked = statements(
        lambda: _ok(client.post(f"/api/cases/{second}/transitions", json=body, headers={"If-Match": '"1"'}))
    )
    assert len(asked) == len(engine) + 1


def _ok(answer: Any) -> None:
    assert answer.status_code < 300, answer.text
