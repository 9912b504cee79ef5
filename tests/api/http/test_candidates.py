"""Whom a task may be given to: what whoever names somebody sees before they do, and why not the others."""

from datetime import date
from typing import Any

import pytest

from tests.api.http.conftest import MONDAY, Service
from workflow.records import persons
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person

# Invented assessors: id, nationality, declared conflicts, region, first day.
ASSESSORS: list[tuple[str, str, tuple[str, ...], str | None, date]] = [
    ("wanjiru", "KE", (), None, date(2026, 1, 1)),
    ("torben", "DK", ("KE",), None, date(2026, 1, 1)),
    ("mei", "CN", (), "Asia and the Pacific", date(2026, 1, 1)),
    ("ines", "ES", (), "Africa", date(2026, 1, 1)),
    ("late", "FI", (), None, date(2026, 3, 3)),
]


@pytest.fixture
def staffed(service: Service) -> Service:
    service.database.writing(_assessors)
    return service


def test_who_may_be_named_comes_first_and_others_with_the_reason(staffed: Service) -> None:
    case = staffed.in_appraisal()
    found = _candidates(staffed, case, _open(staffed, case))
    assert [(one["id"], one["eligible"]) for one in found] == [
        ("elena", True),
        ("ines", True),
        ("torben", False),
        ("wanjiru", False),
    ]
    assert found[0] == {
        "id": "elena",
        "name": "Elena",
        "language": "en",
        "open_tasks": 0,
        "eligible": True,
        "reason": None,
    }
    assert {one["id"]: one["reason"] for one in found[2:]} == {
        "torben": "has declared a conflict of interest with this Party, or in this case",
        "wanjiru": "is a national of the Party that asks",
    }


def test_the_reason_is_in_the_readers_language(staffed: Service) -> None:
    case = staffed.in_appraisal()
    found = _candidates(staffed, case, _open(staffed, case), **{"Accept-Language": "fr"})
    assert found[-1]["reason"] == "a la nationalité de la Partie qui demande"


def test_the_least_busy_comes_first_and_a_conflict_found_on_the_way_counts(staffed: Service) -> None:
    case, other = staffed.in_appraisal(), staffed.in_appraisal()
    _give(staffed, other, _open(staffed, other), "elena")
    assert [(one["id"], one["open_tasks"]) for one in _candidates(staffed, case, _open(staffed, case))][
        :2
    ] == [
        ("ines", 0),
        ("elena", 1),
    ]
    elena, path, task = staffed.as_("elena"), f"/api/cases/{other}", _open(staffed, other)
    read = {"If-Match": elena.get(path).headers["etag"]}
    ended = elena.post(f"{path}/tasks/{task}/completion", json={"outcome": "conflict"}, headers=read)
    assert ended.status_code == 201, ended.text
    found = {one["id"]: one for one in _candidates(staffed, other, _open(staffed, other))}
    assert not found["elena"]["eligible"]


def test_the_action_of_naming_leads_to_the_list_and_the_list_to_the_act(staffed: Service) -> None:
    case = staffed.in_appraisal()
    client = staffed.as_("carla")
    (found,) = [one for one in _actions(client, case) if one["kind"] == "assign"]
    listed = client.get(found["candidates"])
    assert listed.headers["etag"] == client.get(f"/api/cases/{case}").headers["etag"]
    _give(staffed, case, found["task"], listed.json()["items"][0]["id"])
    assert {one["candidates"] for one in _actions(client, case)} <= {None}


def test_only_whoever_may_name_somebody_sees_the_list(staffed: Service) -> None:
    case = staffed.in_appraisal()
    task = _open(staffed, case)
    refused = staffed.as_("sven", **{"Accept-Language": "fr"}).get(
        f"/api/cases/{case}/tasks/{task}/candidates"
    )
    assert refused.status_code == 403
    assert "coordonnateur" in refused.json()["detail"]
    (told,) = [one for one in _actions(staffed.as_("sven"), case) if one["kind"] == "assign"]
    assert told["candidates"] is None
    # Whoever does not see the task is told nothing of it.
    assert staffed.as_("amina").get(f"/api/cases/{case}/tasks/{task}/candidates").status_code == 404
    assert not [one for one in _actions(staffed.as_("amina"), case) if one["kind"] == "assign"]
    assert staffed.as_("colin").get(f"/api/cases/{case}/tasks/{task}/candidates").status_code == 404
    assert staffed.as_("carla").get(f"/api/cases/{case}/tasks/99/candidates").status_code == 404
    assert staffed.nobody.get(f"/api/cases/{case}/tasks/{task}/candidates").status_code == 401


def test_a_task_that_has_ended_is_given_to_nobody(staffed: Service) -> None:
    case = staffed.in_appraisal()
    _give(staffed, case, _open(staffed, case), "elena")
    elena, path, task = staffed.as_("elena"), f"/api/cases/{case}", _open(staffed, case)
    read = {"If-Match": elena.get(path).headers["etag"]}
    elena.post(f"{path}/tasks/{task}/completion", json={"outcome": "conflict"}, headers=read)
    assert staffed.as_("carla").get(f"{path}/tasks/{task}/candidates").status_code == 409


def _assessors(connection: Connection) -> None:
    for name, nationality, conflicts, region, since in ASSESSORS:
        person = Person(name, name.title(), "en", None, (nationality,), conflicts)
        persons.put(connection, person, MONDAY)
        persons.grant(connection, name, "assessor", since=since, region=region)


def _candidates(service: Service, case: str, task: int, **headers: str) -> list[dict[str, Any]]:
    answer = service.as_("carla", **headers).get(f"/api/cases/{case}/tasks/{task}/candidates")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def _open(service: Service, case: str) -> int:
    """The number of the task that is open."""
    found = service.as_("carla").get(f"/api/cases/{case}/tasks").json()["items"]
    (task,) = [one["no"] for one in found if one["status"] == "open"]
    return int(task)


def _actions(client: Any, case: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/cases/{case}/actions").json()["items"]
    return found


def _give(service: Service, case: str, task: int, person: str) -> None:
    carla, path = service.as_("carla"), f"/api/cases/{case}"
    read = {"If-Match": carla.get(path).headers["etag"]}
    given = carla.put(f"{path}/tasks/{task}/holder", json={"person": person}, headers=read)
    assert given.status_code == 200, given.text
