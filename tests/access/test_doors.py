"""The doors that are of no case: who comes through, by the group that the table puts them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.access.asking import operations
from tests.access.matrix import group_of, rows
from tests.access.stage import Stage, staged
from tests.originals import Furnish
from tests.proof import size

GROUPS = ("administer", "oversee")
PEOPLE = size(("focal_point", "supervisor", "auditor", "closed_account", "anonymous"), None)
"""Whom the ordinary run tries; whole: everybody."""
PLACES = {
    "code": "KE", "day": "2026-06-15", "name": "bureau", "person_id": "focal_point", "notice_id": "n1",
    "bulletin_id": "b1", "mandate_id": "m1", "token_id": "0123456789ab", "hold_id": "h1", "identity_id": "i1",
    "delegation_id": "d1", "session_id": "s1",
}  # fmt: skip


@pytest.fixture
def stage(copied: Callable[[Furnish], str], tmp_path: Path) -> Iterator[Stage]:
    found = staged(copied, "draft", tmp_path / "files")
    yield found
    found.database.close()


def test_doors_of_administrators_and_auditors_are_theirs(stage: Stage) -> None:
    """Whatever is sent: others are told so before anything about its shape, or whether a thing exists."""
    wrong = []
    for row in (one for one in rows() if PEOPLE is None or one.who in PEOPLE):
        client, before = stage.client(row.who), stage.digest()
        theirs = {name for name in doors() if row.expects(group_of(name), stage.state) == "allowed"}
        refusal = 403 if row.known else 401
        for name, (method, path) in doors().items():
            status = client.request(method, path.format(**PLACES, case_id=stage.id)).status_code
            if (status in (401, 403)) if name in theirs else (status != refusal):
                wrong.append(f"{row.who}, {name}: {status}")
        noted = {name for who, name, status in stage.denials() if (who, status) == (row.who, 403)}
        assert noted == (doors().keys() - theirs if row.known else set()), f"{row.who}: not all is noted"
        assert theirs or stage.digest() == before, f"{row.who}: refused, and something has changed"
    assert not wrong, "\n".join(wrong)


def doors() -> dict[str, tuple[str, str]]:
    return {name: door for name, door in operations().items() if group_of(name) in GROUPS}


def test_the_table_speaks_of_all_that_the_page_of_the_api_offers(stage: Stage) -> None:
    page = stage.client("focal_point").get("/api/openapi.json").json()["paths"]
    assert {one["operationId"] for path in page.values() for one in path.values()} == operations().keys()


def test_nobody_comes_through_but_where_it_is_open_to_all(stage: Stage) -> None:
    client = stage.client("anonymous")
    for name, (method, path) in operations().items():
        if group_of(name) != "open_to_all":
            places = {**PLACES, "case_id": stage.id, "task_no": "1", "clock_no": "1", "form": "request",
                      "digest": "0" * 64, "key": "technical_assistance", "version": "1"}  # fmt: skip
            answer = client.request(method, path.format(**places))
            assert answer.status_code in (401, 403), f"{name}: {answer.status_code} {answer.text[:200]}"
