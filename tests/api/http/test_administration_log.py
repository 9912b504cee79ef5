"""What administrators do stands in one log, written together with it; nobody else reads it."""

from __future__ import annotations

from tests.api.http.conftest import Service
from workflow.records.verify_administration import problem

DAY = "/api/calendars/paris/days/2026-05-15"


def test_a_change_of_a_calendar_or_party_is_noted_with_who_and_why(service: Service) -> None:
    service.as_("ada").put(DAY, json={"name": "Office closed", "reason": "a bridge day"})
    service.as_("ada").put("/api/parties/KE", json={"names": {"en": "Kenya"}})
    found = service.as_("ada").get("/api/administration").json()["items"]
    told = [(one["person"], one["act"], one["subject"], one["reason"]) for one in found]
    assert ("ada", "put_party", "party:KE", "") in told
    assert ("ada", "change_calendar", "calendar:paris", "a bridge day") in told
    assert service.database.reading(problem) is None


def test_a_refused_change_is_not_noted(service: Service) -> None:
    assert service.as_("carla").put(DAY, json={"name": "Office closed"}).status_code == 403
    assert service.as_("ada").put("/api/parties/ke", json={"names": {"en": "Kenya"}}).status_code == 422
    assert service.as_("ada").get("/api/administration").json()["items"] == []


def test_the_log_is_for_administrators_and_can_be_searched(service: Service) -> None:
    assert service.as_("carla").get("/api/administration").status_code == 403
    service.as_("ada").put(DAY, json={"name": "Office closed"})
    there = service.as_("ada").get("/api/administration", params={"subject": "calendar:paris"}).json()
    assert len(there["items"]) == 1
    assert service.as_("ada").get("/api/administration", params={"by": "carla"}).json()["items"] == []


def test_why_somebody_was_appointed_or_is_absent_is_not_in_the_log_that_is_never_erased(
    service: Service,
) -> None:
    ada, why = service.as_("ada"), "after the illness of a colleague"
    mandate = {"role": "focal_point", "party": "KE", "since": "2026-01-01", "reason": why}
    absence = {"stand_in": "sven", "since": "2026-03-02", "until": "2026-03-03", "reason": why}
    for path, body in (("mandates", mandate), ("delegations", absence)):
        answer = ada.post(f"/api/persons/amina/{path}", json=body)
        assert (answer.status_code, answer.json()["reason"]) == (201, why)
    log = ada.get("/api/administration")
    assert {"grant_mandate", "set_delegation"} <= {one["act"] for one in log.json()["items"]}
    assert why not in log.text
