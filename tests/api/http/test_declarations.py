"""Conflicts of interest over HTTP, in the reference procedure: before they have declared, assessors get the
card and no more; a declared conflict puts them out of the case, and why is in nothing that others can get.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.http.conftest import Service
from tests.api.http.test_blind_appraisal import ASSESSORS, PARTS, Walk, furnished
from tests.originals import Furnish
from tests.runtime.test_reference import example, reference
from workflow.records.databases import open_database

# Invented; no other text of a case could hold such words.
NEEDS = "xq1-what-is-needed"
WHY = "xq2-a-cousin-in-the-ministry"
FIRST, SECOND = ASSESSORS
CONFLICT = {"nature": "family", "explanation": WHY, "date": "2026-03-02"}
EVERYBODY = ("amina", "dora", "carla", "sven", "desk1", "desk2", "dan", "ada", FIRST, SECOND)
LISTS = ("/api/cases", "/api/worklist", "/api/notices", "/api/deadlines", "/api/notices/all", "/api/persons")


@pytest.fixture
def service(copied: Callable[[Furnish], str]) -> Iterator[Service]:
    database = open_database(copied(furnished))
    yield Service(database, reference())
    database.close()


@pytest.fixture
def walk(service: Service) -> Walk:
    """Both appraisals are given, to one assessor each."""
    walk = Walk(service)
    walk.fire("amina", "submit", "request", parties=["KE"], problem_and_needs=NEEDS)
    walk.fire("carla", "accept_as_complete", "completeness")
    for task, desk in zip(walk.tasks("consultation"), ("desk1", "desk2", "desk3"), strict=True):
        walk.complete(desk, task, "no_objection", "consultation")
    walk.fire("carla", "send_to_appraisal", "needs_assessment")
    for task, name in zip(walk.tasks("appraisal"), ASSESSORS, strict=True):
        walk.change("carla", "PUT", f"/tasks/{task}/holder", person=name)
    return walk


def got(walk: Walk, by: str) -> Iterator[Any]:
    """Every answer that somebody can get about the case, whatever its status."""
    client, path = walk.service.as_(by), f"/api/cases/{walk.case}"
    numbers = [one["no"] for one in walk.get("sven", "/tasks").json()["items"]]
    clocks = [one["no"] for one in walk.get("sven", "/clocks").json()["items"]]
    yield from (client.get(f"{path}{part}") for part in (*PARTS, "/export", "/access"))
    yield from (client.get(f"{path}/tasks/{no}") for no in numbers)
    yield from (client.get(f"{path}/tasks/{no}/candidates") for no in numbers)
    yield from (client.get(f"{path}/clocks/{no}") for no in clocks)
    yield from (client.get(f"{path}/answers/{form}") for form in ("request", "conflict_declaration"))
    yield from (client.get(part) for part in LISTS)


def declared(walk: Walk, by: str, task: int, **body: Any) -> Any:
    match = {"If-Match": walk.get("sven").headers["etag"]}
    path = f"/api/cases/{walk.case}/tasks/{task}/declaration"
    return walk.service.as_(by).post(path, json=body, headers=match)


def test_before_they_have_declared_assessors_get_the_card_and_no_more(walk: Walk) -> None:
    first, _ = walk.tasks("appraisal")
    before = [answer.text for answer in got(walk, FIRST)]
    assert not [text for text in before if NEEDS in text]
    assert [one["no"] for one in walk.get(FIRST, "/tasks").json()["items"]] == [first]
    assert {one["code"] for one in walk.get(FIRST, "/letters").json()["items"]} == {"L07"}
    (card,) = walk.get(FIRST, "/answers").json()["items"]
    assert (card["form"], card["data"].keys()) == ("request", {"parties"})
    assert walk.get(FIRST, "/files").json()["items"] == []
    offered = [(one["kind"], one["name"]) for one in walk.get(FIRST, "/actions").json()["items"]]
    assert offered == [("declare", "declare"), ("outcome", "conflict")]
    assert declared(walk, FIRST, first, conflict=False).status_code == 201
    assert NEEDS in "".join(answer.text for answer in got(walk, FIRST))
    assert walk.get(FIRST, f"/tasks/{first}").json()["declared_at"] is not None
    assert not [answer for answer in got(walk, SECOND) if NEEDS in answer.text]


def test_before_they_have_declared_nothing_else_is_done(walk: Walk) -> None:
    first, _ = walk.tasks("appraisal")
    client, path = walk.service.as_(FIRST), f"/api/cases/{walk.case}"
    match = {"If-Match": walk.get("sven").headers["etag"]}
    tried = [
        client.post(
            f"{path}/tasks/{first}/completion",
            json={"outcome": "scored", "data": example("appraisal")},
            headers=match,
        ),
        client.put(
            f"{path}/answers/appraisal", json={"data": {"relevance": 8}, "task": first}, headers=match
        ),
        client.post(f"{path}/transitions", json={"trigger": "withdraw"}, headers=match),
        client.delete(f"{path}/transitions/last", headers=match),
    ]
    for answer in tried:
        assert answer.status_code == 403, answer.text
        assert "declaration" in answer.json()["detail"]
    assert walk.get("sven").headers["etag"] == match["If-Match"]


def test_a_conflict_ends_the_task_and_puts_them_out_of_the_case(walk: Walk) -> None:
    first, _ = walk.tasks("appraisal")
    told = declared(walk, FIRST, first, conflict=True, data=CONFLICT)
    assert told.status_code == 201, told.text
    for answer in got(walk, FIRST):
        told_before = str(answer.url).endswith("/api/notices")
        assert told_before or answer.status_code in (403, 404) or walk.case not in answer.text, answer.text
    ended, again = (one for one in walk.get("carla", "/tasks").json()["items"] if one["no"] in _numbers(walk))
    assert (ended["outcome"], again["person"]) == ("conflict", None)
    mine = walk.service.as_("carla").get("/api/notices").json()["items"]
    assert "conflict" in {one["template"] for one in mine}
    found = walk.get("carla", f"/tasks/{again['no']}/candidates").json()["items"]
    (theirs,) = [one for one in found if one["id"] == FIRST]
    assert not theirs["eligible"]
    assert theirs["reason"]
    owed = "SELECT count(*) FROM notice WHERE person = ? AND status IN ('pending', 'failed')"
    assert walk.service.database.reading(lambda connection: connection.rows(owed, (FIRST,))) == [(0,)]


def _numbers(walk: Walk) -> list[int]:
    """The task that was ended by the conflict and the one that was opened in its place."""
    every = walk.get("carla", "/tasks").json()["items"]
    return [one["no"] for one in every if one["name"] == "appraisal" and one["person"] != SECOND]


def test_why_is_in_nothing_that_anybody_but_the_auditor_can_get(walk: Walk) -> None:
    first, _ = walk.tasks("appraisal")
    assert declared(walk, FIRST, first, conflict=False).status_code == 201
    draft = {"data": {"explanation": WHY}, "task": first}
    walk.change(FIRST, "PUT", "/answers/conflict_declaration", **draft)
    told = declared(walk, FIRST, first, conflict=True, data=CONFLICT)
    assert told.status_code == 201
    assert WHY not in told.text
    for name in EVERYBODY:
        for answer in got(walk, name):
            assert WHY not in str(answer.headers) + answer.text, f"{name}: {answer.url}"
    sent = "SELECT CAST(data AS text) FROM notice UNION ALL SELECT CAST(texts AS text) FROM letter"
    rows = walk.service.database.reading(lambda connection: connection.rows(sent))
    assert not [text for (text,) in rows if text and WHY in text]
    assert WHY in "".join(answer.text for answer in got(walk, "inez"))


def test_the_reason_of_an_act_is_no_place_for_it(walk: Walk) -> None:
    first, _ = walk.tasks("appraisal")
    refused = declared(walk, FIRST, first, conflict=True, data=CONFLICT, reason="my cousin")
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/reason"]


def test_who_has_no_such_task_declares_nothing(walk: Walk) -> None:
    first, second = walk.tasks("appraisal")
    assert declared(walk, FIRST, second, conflict=False).status_code in (403, 404)
    assert declared(walk, "carla", first, conflict=False).status_code == 403
    assert declared(walk, "amina", first, conflict=False).status_code == 404
    assert declared(walk, FIRST, first, conflict=False).status_code == 201
    assert declared(walk, FIRST, first, conflict=False).status_code == 409


def test_a_conflict_with_the_party_gives_back_the_task_and_tells_who_gave_it(walk: Walk) -> None:
    first, _ = walk.tasks("appraisal")
    client = walk.service.as_(FIRST)
    answer = client.put("/api/me/conflicts", json={"parties": ["KE"]})
    assert [one["party"] for one in answer.json()["items"]] == ["KE"], answer.text
    assert client.get(f"/api/cases/{walk.case}").status_code == 404
    assert client.get("/api/cases").json()["items"] == []
    assert walk.get("carla", f"/tasks/{first}").json()["person"] is None
    mine = walk.service.as_("carla").get("/api/notices").json()["items"]
    assert "conflict" in {one["template"] for one in mine}
    match = {"If-Match": walk.get("carla").headers["etag"]}
    path = f"/api/cases/{walk.case}/tasks/{first}/holder"
    again = walk.service.as_("carla").put(path, json={"person": FIRST}, headers=match)
    assert again.status_code == 422
    withdrawn = client.put("/api/me/conflicts", json={"parties": []}).json()["items"]
    assert withdrawn[0]["withdrawn_at"] is not None
    assert client.get("/api/me/conflicts").json()["items"] == withdrawn
    log = walk.service.as_("ada").get("/api/administration").json()["items"]
    (noted, _) = [one for one in log if one["act"] == "declare_conflicts"]
    assert "KE" not in str(noted)


def test_a_turn_that_nobody_can_take_any_more_goes_up_and_comes_back(service: Service) -> None:
    walk = Walk(service)
    walk.fire("amina", "submit", "request", parties=["KE"])
    carla = service.as_("carla")
    assert carla.put("/api/me/conflicts", json={"parties": ["KE"]}).status_code == 200
    assert walk.get("sven").json()["ball"] == {"role": "supervisor", "person": None}
    last = walk.get("sven", "/transitions").json()["items"][-1]
    assert (last["act"], last["changes"]["instead_of"]) == ("reconsider", "coordinator")
    for client, case in ((carla, None), (service.as_("sven"), walk.case)):
        work = client.get("/api/worklist").json()["items"]
        assert [one["case_id"] for one in work if one["kind"] == "ball"] == ([case] if case else [])
    assert carla.get(f"/api/cases/{walk.case}").status_code == 404
    assert carla.put("/api/me/conflicts", json={"parties": []}).status_code == 200
    assert walk.get("sven").json()["ball"] == {"role": "coordinator", "person": None}
    assert carla.put("/api/me/conflicts", json={"parties": ["KE"]}).status_code == 200
    walk.fire("sven", "accept_as_complete", "completeness")
    last = walk.get("sven", "/transitions").json()["items"][-1]
    assert last["changes"]["in_place_of"] == "coordinator"


def test_a_new_nationality_gives_back_what_a_national_must_not_have(walk: Walk) -> None:
    first, _ = walk.tasks("appraisal")
    ada = walk.service.as_("ada")
    facts = ada.get(f"/api/persons/{FIRST}").json()
    body = {name: facts[name] for name in ("name", "language", "email")} | {"nationalities": ["IT", "KE"]}
    assert ada.put(f"/api/persons/{FIRST}", json=body).status_code == 200
    assert walk.get("carla", f"/tasks/{first}").json()["person"] is None


@pytest.mark.parametrize(("person", "code"), [("amina", "KE"), ("carla", "XX")])
def test_nobody_declares_a_conflict_with_whom_they_act_for_or_with_nobody(
    service: Service, person: str, code: str
) -> None:
    answer = service.as_(person).put("/api/me/conflicts", json={"parties": [code]})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/parties/0"]


def test_who_stands_aside_from_the_decision_sees_nothing_of_the_case_any_more(walk: Walk) -> None:
    for task, name in zip(walk.tasks("appraisal"), ASSESSORS, strict=True):
        walk.declare(name, task)
        walk.score(name, task)
    walk.fire("sven", "stand_aside", "conflict_declaration", explanation=WHY)
    by_sven = walk.service.as_("sven")
    assert by_sven.get(f"/api/cases/{walk.case}").status_code == 404
    assert walk.case not in by_sven.get("/api/cases").text
    (aside,) = [one for one in walk.get("carla", "/tasks").json()["items"] if one["name"] == "stand_aside"]
    assert (aside["person"], aside["outcome"], aside["outcomes"]) == ("sven", "conflict", [])
    assert aside["label"] == "Stand aside because of a conflict"
    assert WHY not in "".join(answer.text for by in ("amina", "carla") for _, answer in walk.gets_of(by))
