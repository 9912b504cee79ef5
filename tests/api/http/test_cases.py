"""A case over HTTP: opening it, what may be done with it, its tasks, clocks, answers and letters."""

from typing import Any

import pytest

from tests.api.http.conftest import REQUEST, Service


def test_a_case_is_opened_where_its_location_says(service: Service) -> None:
    answer = service.as_("amina").post("/api/cases", json={"definition": "help", "party": "KE"})
    assert answer.status_code == 201
    found = service.as_("amina").get(answer.headers["location"])
    assert found.headers["etag"] == answer.headers["etag"] == '"1"'
    assert found.json()["state"] == {"name": "draft", "label": "Brouillon", "category": "draft"}
    assert found.json()["ball"] == {"role": "focal_point", "person": None}


def test_a_dry_run_of_opening_names_no_case_since_there_is_none(service: Service) -> None:
    wanted = {"definition": "help", "party": "KE"}
    answer = service.as_("amina").post("/api/cases?dry_run=true", json=wanted)
    assert answer.status_code == 200
    assert answer.json()["case"] is None
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"party": "XX"}, 422, "/party"),
        ({"party": "Kenya"}, 422, "/party"),
        ({"party": "VN"}, 403, None),  # not the focal point of that Party
        ({"definition": "helpp"}, 422, "/definition"),
        ({"version": 7}, 422, "/version"),
        ({"answers": {"request": {"title": 5}}}, 422, "/answers/request/title"),
        ({"answers": {"requestt": {}}}, 422, None),
        ({"received_at": "2026-03-02T10:00:00"}, 422, "/received_at"),
        ({"received_at": "2027-03-02T10:00:00Z"}, 422, "/received_at"),
        ({"received_at": 5}, 422, "/received_at"),
        ({"more": 1}, 422, "/more"),
    ],
)
def test_an_opening_that_is_wrong_is_refused(
    service: Service, change: dict[str, Any], status: int, pointer: str | None
) -> None:
    answer = service.as_("amina").post("/api/cases", json={"definition": "help", "party": "KE", **change})
    assert answer.status_code == status, answer.text
    if pointer:
        assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]
    assert service.as_("amina").get("/api/cases").json()["items"] == []


def test_words_come_in_the_language_asked_for_else_in_the_readers_own(service: Service) -> None:
    case = service.submitted()
    for person, accepted, label in [
        ("amina", "", "Soumise"),
        ("amina", "en", "Submitted"),
        ("carla", "", "Submitted"),
        ("carla", "fr-CA", "Soumise"),
    ]:
        answer = service.as_(person, **{"Accept-Language": accepted}).get(f"/api/cases/{case}")
        assert answer.json()["state"]["label"] == label


def test_actions_tell_what_may_be_done_with_which_form(service: Service) -> None:
    case = service.submitted()
    actions = _actions(service, case, "carla")
    assert actions["ask"]["allowed"]
    assert actions["ask"]["schema"]["required"] == ["text"]
    assert actions["accept"]["schema"] is None


def test_actions_tell_whose_it_is_where_it_is_not_the_readers(service: Service) -> None:
    case = service.submitted()
    ask = _actions(service, case, "amina")["ask"]
    assert not ask["allowed"]
    assert [one["text"] for one in ask["reasons"]] == ["Ceci revient à : coordonnateur."]


def test_actions_tell_which_guard_says_no_and_what_it_looked_at(service: Service) -> None:
    case = service.submitted()
    for _ in range(2):
        service.act("carla", case, "ask", {"text": "Which artists?"})
        service.act("amina", case, "answer")
    service.act("carla", case, "ask", {"text": "Since when?"})
    service.act("amina", case, "answer")
    ask = _actions(service, case, "carla")["ask"]
    assert not ask["allowed"]
    assert ask["reasons"] == [
        {
            "guard": "rounds_left",
            "text": "it needs: At most two rounds of questions (now: rounds so far: 3)",
            "facts": {"rounds": 3},
        }
    ]


def test_a_draft_may_be_incomplete_but_not_wrong(service: Service) -> None:
    case = service.draft()
    client = service.as_("amina", **{"If-Match": '"1"'})
    path = f"/api/cases/{case}/answers/request"
    assert client.put(path, json={"data": {"title": 5}}).status_code == 422
    assert client.put(path, json={"data": {"title": "A register"}}).status_code == 200
    versions = client.get(path).json()["items"]
    assert [(one["status"], one["data"]) for one in versions] == [("draft", {"title": "A register"})]


def test_a_correction_needs_the_coordinator_and_a_reason(service: Service) -> None:
    case = service.submitted()
    path = f"/api/cases/{case}/answers/request"
    body = {"data": {**REQUEST, "days": 14}}
    for person, reason, status in [
        ("carla", "", 422),
        ("amina", "I was wrong", 403),
        ("carla", "By letter", 200),
    ]:
        answer = service.as_(person, **{"If-Match": '"2"'}).put(path, json={**body, "reason": reason})
        assert answer.status_code == status, answer.text


def test_a_task_is_assigned_and_completed(service: Service) -> None:
    case = service.in_appraisal()
    tasks = service.as_("carla").get(f"/api/cases/{case}/tasks").json()["items"]
    assert [(one["name"], one["status"], one["outcomes"]) for one in tasks] == [
        ("appraisal", "open", ["scored", "conflict"])
    ]
    path = f"/api/cases/{case}/tasks/{tasks[0]['no']}"
    _change(service, "carla", "PUT", case, f"{path}/holder", {"person": "elena"}, 200)
    _change(service, "elena", "POST", case, f"{path}/declaration", {"conflict": False}, 201)
    _change(service, "elena", "POST", case, f"{path}/completion", {"outcome": "lost"}, 422)
    scored = {"outcome": "scored", "data": {"score": 101}}
    told = _change(service, "elena", "POST", case, f"{path}/completion", scored, 422)
    assert [one["pointer"] for one in told["errors"]] == ["/data/score"]
    scored["data"] = {"score": 80}
    told = _change(service, "elena", "POST", case, f"{path}/completion", scored, 201)
    assert (told["state"], told["closed"]) == ("appraisal", False), "whoever is done is not told where it led"
    seen = service.as_("carla")
    assert seen.get(path).json()["outcome"] == "scored"
    assert seen.get(f"/api/cases/{case}").json()["state"]["name"] == "closed"
    assert service.as_("elena").get(path).status_code == 404, "it is done, and they have nothing more to see"


def test_a_task_cannot_be_given_to_somebody_it_does_not_fit(service: Service) -> None:
    case = service.in_appraisal()
    task = service.as_("carla").get(f"/api/cases/{case}/tasks").json()["items"][0]["no"]
    path = f"/api/cases/{case}/tasks/{task}/holder"
    told = _change(service, "carla", "PUT", case, path, {"person": "amina"}, 422)
    assert [one["pointer"] for one in told["errors"]] == ["/person"]


@pytest.mark.parametrize("path", ["tasks/99", "clocks/99"])
def test_a_task_or_clock_that_is_not_there_is_a_404(service: Service, path: str) -> None:
    case = service.submitted()
    assert service.as_("carla").get(f"/api/cases/{case}/{path}").status_code == 404


def test_a_clock_explains_itself(service: Service) -> None:
    case = service.submitted()
    clocks = service.as_("carla").get(f"/api/cases/{case}/clocks").json()["items"]
    no = next(one["no"] for one in clocks if one["name"] == "submitted")
    steps = service.as_("carla").get(f"/api/cases/{case}/clocks/{no}").json()["steps"]
    assert "Day 0 is Monday 2 March 2026, the day of the event." in steps
    french = service.as_("amina").get(f"/api/cases/{case}/clocks/{no}").json()["steps"]
    assert any("lundi 2 mars 2026" in step for step in french)


def test_a_held_clock_has_no_date_and_says_who_holds_it(service: Service) -> None:
    case = service.submitted()
    service.act("carla", case, "ask", {"text": "Which artists?"})
    clocks = service.as_("carla").get(f"/api/cases/{case}/clocks").json()["items"]
    held = next(one for one in clocks if one["name"] == "decision")
    assert (held["status"], held["due"], held["overdue"]) == ("held", None, False)
    steps = service.as_("carla").get(f"/api/cases/{case}/clocks/{held['no']}").json()["steps"]
    assert any("by Carla (Information asked):" in step for step in steps)
    french = service.as_("amina").get(f"/api/cases/{case}/clocks/{held['no']}").json()["steps"]
    assert any("Carla (Informations demandées)" in step for step in french)


def test_a_letter_is_kept_as_it_was_written(service: Service) -> None:
    case = service.submitted()
    letter = service.as_("carla").get(f"/api/cases/{case}/letters").json()["items"][0]
    assert letter["reference"].startswith("H-2026-0001/L01/")
    assert (letter["recipients"], letter["sender"], letter["signer"]) == (["amina"], "coordinator", "carla")
    assert letter["texts"]["fr"]["subject"] == "Demande H-2026-0001"


def test_a_deadline_is_explained_to_everybody(service: Service) -> None:
    query = "from=2026-03-02T10:00:00%2B01:00&within=15 working days"
    told = service.nobody.get(f"/api/deadlines/explain?{query}").json()
    assert told["due"] == "2026-03-23T23:59:59+01:00"
    assert len(told["steps"]) > 3


def test_a_plus_that_nobody_encoded_is_understood(service: Service) -> None:
    told = service.nobody.get("/api/deadlines/explain?from=2026-03-02T10:00:00+01:00&within=1 working day")
    assert told.json()["due"] == "2026-03-03T23:59:59+01:00"


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("from=2026-03-02T10:00:00&within=3 days", "from", "+01:00"),
        ("from=yesterday&within=3 days", "from", "2026-03-02T10:00"),
        ("from=2026-03-02T10:00:00Z&within=3 weeks", "within", "working days"),
        ("from=2026-03-02T10:00:00Z&within=3 days&calendar=XX", "calendar", "KE"),
        ("from=2026-03-02T10:00:00Z", "within", "required"),
    ],
)
def test_a_question_about_a_deadline_that_is_wrong_says_what_is_right(
    service: Service, query: str, name: str, words: str
) -> None:
    answer = service.nobody.get(f"/api/deadlines/explain?{query}")
    assert answer.status_code == 422
    fault = answer.json()["errors"][0]
    assert (fault["in"], fault["name"]) == ("query", name)
    assert words in fault["detail"]


def _actions(service: Service, case: str, person: str) -> dict[str, Any]:
    items = service.as_(person).get(f"/api/cases/{case}/actions").json()["items"]
    return {one["name"]: one for one in items}


def _change(service: Service, by: str, method: str, case: str, path: str, body: Any, status: int) -> Any:
    revision = service.as_(by).get(f"/api/cases/{case}").headers["etag"]
    answer = service.as_(by, **{"If-Match": revision}).request(method, path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_an_unknown_form_is_pointed_to_where_it_stands(service: Service) -> None:
    body = {"definition": "help", "party": "KE", "answers": {"requst": {"title": "A"}}}
    answer = service.as_("amina").post("/api/cases", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "pointer": "/answers/requst",
            "detail": "il n'y a pas de formulaire « requst » ; vouliez-vous dire « request » ?",
        }
    ]
