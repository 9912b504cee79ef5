"""Administrators are told who may see a case, and why somebody may or may not."""

from __future__ import annotations

from tests.api.http.conftest import Service


def test_everybody_who_may_see_a_case_is_listed_with_their_mandates(service: Service) -> None:
    case = service.in_appraisal()
    found = service.as_("ada").get(f"/api/cases/{case}/access").json()["items"]
    seers = {one["person"]: [held["role"] for held in one["mandates"]] for one in found}
    for person in ("amina", "linh", "carla", "colin", "sven", "elena", "ada"):
        sees = service.as_(person).get(f"/api/cases/{case}").status_code == 200
        assert sees == (person in seers), person
    assert seers["carla"] == ["coordinator"]
    assert {held["why"] for one in found for held in one["mandates"] if one["person"] == "amina"} == {
        "this role sees the cases of its own Party"
    }


def test_why_somebody_may_or_may_not_is_told_mandate_by_mandate(service: Service) -> None:
    case = service.submitted()
    told = service.as_("ada").get(f"/api/cases/{case}/access/linh").json()
    assert (told["sees"], told["actions"]) == (False, [])
    assert told["mandates"][0]["why"] == "it is for VN, and the case is of KE"
    told = service.as_("ada").get(f"/api/cases/{case}/access/carla").json()
    assert told["sees"]
    assert {one["name"] for one in told["actions"] if one["allowed"]} >= {"accept"}


def test_it_is_told_in_the_administrator_s_language(service: Service) -> None:
    case = service.submitted()
    there = f"/api/cases/{case}/access/linh"
    told = service.as_("ada", **{"Accept-Language": "fr"}).get(there).json()
    assert told["mandates"][0]["why"].startswith("il est pour VN")


def test_who_is_no_administrator_is_told_nothing(service: Service) -> None:
    case = service.submitted()
    for person in ("amina", "sven"):
        for path in ("", "/amina"):
            assert service.as_(person).get(f"/api/cases/{case}/access{path}").status_code == 403
    for path in ("nothing/access", "nothing/access/amina", f"{case}/access/nobody"):
        assert service.as_("ada").get(f"/api/cases/{path}").status_code == 404
