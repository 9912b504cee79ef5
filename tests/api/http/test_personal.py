"""What is kept about a person, readings and legal holds, as the API tells them: to whom, and to whom not."""

from __future__ import annotations

from tests.api.http.conftest import Service

WHY = {"reason": "Asked for by letter."}


def test_everybody_reads_what_is_kept_about_them_and_only_administrators_of_others(service: Service) -> None:
    service.submitted()
    mine = service.as_("amina").get("/api/me/data").json()
    assert mine["person"]["id"] == "amina"
    assert {one["act"] for one in mine["acts"]} == {"open", "submit"}
    assert "carla@example.org" not in service.as_("amina").get("/api/me/data").text
    assert service.as_("carla").get("/api/persons/amina/data").status_code == 403
    handed = service.as_("ada").get("/api/persons/amina/data").json()
    assert handed["acts"] == mine["acts"]
    assert service.as_("ada").get("/api/persons/nobody/data").status_code == 404


def test_who_of_the_secretariat_read_a_case_is_told_to_administrators(service: Service) -> None:
    case = service.submitted()
    for person in ("carla", "carla", "sven", "amina"):
        assert service.as_(person).get(f"/api/cases/{case}").status_code == 200
    found = service.as_("ada").get(f"/api/cases/{case}/readings").json()["items"]
    assert sorted((one["person"], one["day"]) for one in found) == [
        ("carla", "2026-03-02"), ("sven", "2026-03-02"),
    ]  # fmt: skip
    assert service.as_("carla").get(f"/api/cases/{case}/readings").status_code == 403
    own = service.as_("carla").get("/api/me/readings").json()["items"]
    assert [one["case"] for one in own] == [case]


def test_every_way_of_reading_a_case_in_detail_is_noted(service: Service) -> None:
    for path in (
        "",
        "/transitions",
        "/actions",
        "/tasks",
        "/clocks",
        "/answers",
        "/letters",
        "/files",
        "/export",
    ):
        case = service.submitted()
        assert service.as_("sven").get(f"/api/cases/{case}{path}").status_code == 200
        found = service.as_("ada").get(f"/api/cases/{case}/readings").json()["items"]
        assert [one["person"] for one in found] == ["sven"], path


def test_a_person_is_erased_once_their_mandates_have_ended(service: Service) -> None:
    ada, held = service.as_("ada"), service.as_("ada").get("/api/persons/elena").json()["mandates"]
    refused = ada.post("/api/persons/elena/erasure", json=WHY)
    assert refused.status_code == 409
    assert "has not ended" in refused.json()["detail"]
    ada.delete(f"/api/persons/elena/mandates/{held[0]['id']}?until=2026-03-01")
    assert service.as_("elena").get("/api/me").status_code == 200
    erased = ada.post("/api/persons/elena/erasure", json=WHY)
    assert erased.status_code == 200
    assert service.as_("elena").get("/api/me").status_code == 401
    assert ada.get("/api/persons/elena").json()["name"] == erased.json()["name"]
    again = ada.put("/api/persons/elena", json={"name": "Elena", "language": "en"})
    assert again.status_code == 409
    assert service.as_("carla").post("/api/persons/amina/erasure", json=WHY).status_code == 403


def test_a_legal_hold_names_a_case_or_a_person_and_stands_till_it_is_lifted(service: Service) -> None:
    ada, case = service.as_("ada"), service.submitted()
    for wrong in ({}, {"case": case, "person": "amina"}, {"case": case, "reason": " "}):
        assert ada.post("/api/legal-holds", json={**WHY, **wrong}).status_code == 422
    assert ada.post("/api/legal-holds", json={**WHY, "case": "0" * 32}).status_code == 404
    placed = ada.post("/api/legal-holds", json={**WHY, "case": case})
    assert placed.status_code == 201
    hold = placed.json()["id"]
    assert [one["id"] for one in ada.get("/api/legal-holds").json()["items"]] == [hold]
    lift = f"/api/legal-holds/{hold}?reason=It was withdrawn."
    assert ada.delete(f"/api/legal-holds/{hold}").status_code == 422
    assert ada.delete(lift).json()["lifted_by"] == "ada"
    assert ada.delete(lift).status_code == 409
    assert ada.get("/api/legal-holds").json()["items"] == []
    assert len(ada.get("/api/legal-holds?lifted=true").json()["items"]) == 1
    assert service.as_("sven").get("/api/legal-holds").status_code == 403


def test_administrators_are_told_when_personal_values_go(service: Service) -> None:
    ada, cases = service.as_("ada"), [service.submitted() for _ in range(3)]
    for case in cases[:2]:
        service.act("amina", case, "withdraw")
        service.later(days=1)
    service.later(days=2 * 365 - 1)
    first = ada.get("/api/retention?limit=1")
    after = ada.get(first.links["next"]["url"])
    told = [one for answer in (first, after) for one in answer.json()["items"]]
    assert [(one["case"], one["status"]) for one in told] == [(cases[0], "due"), (cases[1], "later")]
    assert "next" not in after.links
    assert told[0]["period"] == "24 months"
    assert [one["case"] for one in ada.get("/api/retention?due=true").json()["items"]] == cases[:1]
    assert service.as_("sven").get("/api/retention").status_code == 403


def test_what_a_person_has_is_listed_in_pages(service: Service) -> None:
    ada, amina, sven = (service.as_(person) for person in ("ada", "amina", "sven"))
    stand_in = {"stand_in": "elena", "since": "2026-04-01", "until": "2026-04-02"}
    hold = {**WHY, "person": "amina"}
    for by, path, body in (
        (ada, "/api/persons/amina/tokens", {"label": "laptop"}),
        (amina, "/api/me/tokens", {"label": "laptop"}),
        (ada, "/api/persons/amina/delegations", stand_in),
        (sven, "/api/me/delegations", stand_in),
        (ada, "/api/legal-holds", hold),
    ):
        assert {by.post(path, json=body).status_code for _ in range(2)} == {201}
        whole = by.get(path).json()["items"]
        assert len(whole) >= 2
        page = by.get(f"{path}?limit=1")
        paged = page.json()["items"]
        while "next" in page.links:
            page = by.get(page.links["next"]["url"])
            paged += page.json()["items"]
        assert paged == whole
