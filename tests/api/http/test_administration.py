"""What administrators do: persons, mandates, tokens, Parties, days of calendars, dead letters."""

from datetime import timedelta
from typing import Any

import pytest

from tests.api.http.conftest import Service

NADIA = {
    "name": "Nadia",
    "title": "Madame",
    "language": "fr",
    "email": "nadia@example.org",
    "nationalities": ["KE"],
}


def test_a_new_person_gets_a_mandate_and_a_token_and_can_work(service: Service) -> None:
    ada = service.as_("ada")
    put = ada.put("/api/persons/nadia", json=NADIA)
    assert (put.status_code, put.json()["title"]) == (200, "Madame")
    mandate = {"role": "focal_point", "party": "KE", "since": "2026-01-01"}
    assert ada.post("/api/persons/nadia/mandates", json=mandate).status_code == 201
    token = ada.post("/api/persons/nadia/tokens", json={}).json()["token"]
    signed = {"Authorization": f"Bearer {token}"}
    answer = service.nobody.post("/api/cases", json={"definition": "help", "party": "KE"}, headers=signed)
    assert answer.status_code == 201
    assert service.nobody.get("/api/me", headers=signed).json()["name"] == "Nadia"


@pytest.mark.parametrize("title", ["", "H.E.\nMs", "x" * 81])
def test_a_form_of_address_is_short_and_in_one_line(service: Service, title: str) -> None:
    answer = service.as_("ada").put("/api/persons/nadia", json={**NADIA, "title": title})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/title")


@pytest.mark.parametrize(
    ("fact", "pointer"),
    [
        ({"language": "xx"}, "/language"),
        ({"email": "nobody"}, "/email"),
        ({"nationalities": ["KE", "ZZ"]}, "/nationalities/1"),
    ],
)
def test_a_fact_of_a_person_that_cannot_be_is_refused(service: Service, fact: Any, pointer: str) -> None:
    answer = service.as_("ada").put("/api/persons/nadia", json={**NADIA, **fact})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_a_token_is_told_once(service: Service) -> None:
    ada = service.as_("ada", **{"Idempotency-Key": "t1"})
    first = ada.post("/api/persons/amina/tokens", json={"label": "laptop"}).json()
    second = ada.post("/api/persons/amina/tokens", json={"label": "laptop"}).json()
    assert first["token"].startswith("cw_")
    assert second == {**first, "token": None}
    listed = service.as_("ada").get("/api/persons/amina/tokens").text
    assert first["token"] not in listed
    assert first["id"] in listed


def test_a_revoked_token_is_nobody(service: Service) -> None:
    made = service.as_("ada").post("/api/persons/amina/tokens", json={}).json()
    signed = {"Authorization": f"Bearer {made['token']}"}
    assert service.nobody.get("/api/me", headers=signed).status_code == 200
    assert service.as_("ada").delete(f"/api/persons/amina/tokens/{made['id']}").json()["revoked_at"]
    assert service.nobody.get("/api/me", headers=signed).status_code == 401
    assert service.as_("ada").delete(f"/api/persons/amina/tokens/{made['id']}").status_code == 404


def test_a_token_expires(service: Service) -> None:
    body = {"expires_at": "2026-03-03T09:00:00Z"}
    made = service.as_("ada").post("/api/persons/amina/tokens", json=body).json()
    signed = {"Authorization": f"Bearer {made['token']}"}
    assert service.nobody.get("/api/me", headers=signed).status_code == 200
    service.later(days=2)
    assert service.nobody.get("/api/me", headers=signed).status_code == 401


@pytest.mark.parametrize(
    ("mandate", "pointer"),
    [
        ({"role": "focal_point", "party": "XX", "since": "2026-01-01"}, "/party"),
        ({"role": "focal_point", "party": "KE", "region": "Africa", "since": "2026-01-01"}, "/region"),
        ({"role": "focal_point", "since": "2026-01-02", "until": "2026-01-01"}, "/until"),
        ({"role": "focal_point", "since": 20260101}, "/since"),
        ({"role": "Focal Point", "since": "2026-01-01"}, "/role"),
        ({"role": "focal_pont", "since": "2026-01-01"}, "/role"),
        ({"role": "focal_point", "region": "Afrika", "since": "2026-01-01"}, "/region"),
        ({"role": "focal_point"}, "/since"),
    ],
)
def test_a_mandate_that_makes_no_sense_is_refused(service: Service, mandate: Any, pointer: str) -> None:
    answer = service.as_("ada").post("/api/persons/amina/mandates", json=mandate)
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == [pointer]


LETTER = {"reference": "MFA/12/2026", "date": "2026-01-02", "digest": "0f" * 32}
DEPUTY = {"role": "deputy", "party": "KE", "since": "2026-01-01"}


def test_a_mandate_of_today_given_by_mistake_is_taken_away_at_once(service: Service) -> None:
    ada = service.as_("ada")
    ada.put("/api/persons/nadia", json=NADIA)
    mandate = {"role": "focal_point", "party": "KE", "since": f"{service.at:%F}"}
    given = ada.post("/api/persons/nadia/mandates", json=mandate).json()["id"]
    token = ada.post("/api/persons/nadia/tokens", json={}).json()["token"]
    signed = {"Authorization": f"Bearer {token}"}
    draft = {"definition": "help", "party": "KE"}
    assert service.nobody.post("/api/cases", json=draft, headers=signed).status_code == 201
    yesterday = service.at - timedelta(days=1)
    ended = ada.delete(f"/api/persons/nadia/mandates/{given}?until={yesterday:%F}").json()
    assert ended["until"] == f"{yesterday:%F}"
    assert service.nobody.post("/api/cases", json=draft, headers=signed).status_code == 403
    assert service.nobody.get("/api/cases", headers=signed).json()["items"] == []


def test_the_letter_of_designation_is_kept_and_told(service: Service) -> None:
    ada = service.as_("ada")
    given = ada.post("/api/persons/amina/mandates", json={**DEPUTY, "letter": LETTER})
    assert (given.status_code, given.json()["letter"]) == (201, LETTER)
    for told in (ada.get("/api/persons/amina"), service.as_("amina").get("/api/me")):
        letters = {one["role"]: one["letter"] for one in told.json()["mandates"]}
        assert letters == {"focal_point": None, "deputy": LETTER}


@pytest.mark.parametrize(
    ("letter", "pointers"),
    [
        (None, ["/letter/reference", "/letter/date"]),
        ({}, ["/letter/reference", "/letter/date"]),
        ({**LETTER, "reference": "two\nlines"}, ["/letter/reference"]),
        ({**LETTER, "digest": "0F"}, ["/letter/digest"]),
    ],
)
def test_a_role_that_is_designated_by_letter_needs_one(
    service: Service, letter: Any, pointers: list[str]
) -> None:
    answer = service.as_("ada").post("/api/persons/amina/mandates", json={**DEPUTY, "letter": letter})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json()["errors"]] == pointers
    held = service.as_("amina").get("/api/me").json()["mandates"]
    assert [one["role"] for one in held] == ["focal_point"]


def test_portfolios_are_seen_whole_by_administrators(service: Service) -> None:
    ada = service.as_("ada")
    found = ada.get("/api/mandates?party=KE&role=focal_point").json()["items"]
    assert {(one["person"], one["party"], one["for_person"]) for one in found} == {("amina", "KE", None)}
    gaps = ada.get("/api/mandates/gaps?role=deputy").json()
    assert (gaps["role"], gaps["several"]) == ("deputy", [])
    assert "KE" in {one["party"] for one in gaps["nobody"]}
    assert "KE" not in {
        one["party"] for one in ada.get("/api/mandates/gaps?role=focal_point").json()["nobody"]
    }
    for path in ("/api/mandates", "/api/mandates/gaps?role=deputy"):
        assert service.as_("carla").get(path).status_code == 403


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/mandates?role=deputi", "role"),
        ("/api/mandates?party=XX", "party"),
        ("/api/mandates?region=Afrika", "region"),
        ("/api/mandates/gaps?role=deputi", "role"),
    ],
)
def test_a_portfolio_of_nothing_that_there_is_is_refused(service: Service, path: str, name: str) -> None:
    answer = service.as_("ada").get(path)
    assert answer.status_code == 422
    assert [(one["in"], one["name"]) for one in answer.json()["errors"]] == [("query", name)]


def test_a_person_who_is_not_there_is_a_404(service: Service) -> None:
    ada = service.as_("ada")
    assert ada.get("/api/persons/nobody").status_code == 404
    assert ada.post("/api/persons/nobody/tokens", json={}).status_code == 404
    mandate = {"role": "focal_point", "since": "2026-01-01"}
    assert ada.post("/api/persons/nobody/mandates", json=mandate).status_code == 404


def test_a_party_can_be_added_and_used_at_once(service: Service) -> None:
    party = {"names": {"en": "Côte d'Ivoire"}, "region": "Africa", "language": "fr"}
    assert service.as_("ada").put("/api/parties/CI", json=party).status_code == 200
    found = service.as_("amina").get("/api/parties/CI").json()
    assert (found["names"]["en"], found["date_status"]) == ("Côte d'Ivoire", "unverified")
    opening = {"definition": "help", "party": "CI"}
    assert service.as_("carla").post("/api/cases", json=opening).status_code == 201


def test_a_holiday_moves_the_clocks_that_count_with_it_and_the_audit_says_why(service: Service) -> None:
    case = service.submitted()
    before = _due(service, case)
    answer = service.as_("ada").put("/api/calendars/paris/days/2026-03-05", json={"name": "The house moves"})
    assert answer.json() == {"calendar": "paris", "cases": 1}
    assert (before, _due(service, case)) == ("2026-03-09T23:59:59+01:00", "2026-03-10T23:59:59+01:00")
    last = service.as_("carla").get(f"/api/cases/{case}/transitions").json()["items"][-1]
    assert (last["act"], last["person"], last["reason"]) == ("rederive", "ada", "2026-03-05: The house moves")
    assert service.as_("ada").delete("/api/calendars/paris/days/2026-03-05").json()["cases"] == 1
    assert _due(service, case) == before


def test_a_holiday_shows_in_the_calendar_and_in_explanations(service: Service) -> None:
    service.as_("ada").put("/api/calendars/paris/days/2026-03-05", json={"name": "The house moves"})
    days = service.as_("amina").get("/api/calendars/paris").json()["days"]
    assert [one["source"] for one in days if one["day"] == "2026-03-05"] == ["own"]
    query = "from=2026-03-02T10:00:00%2B01:00&within=5 working days"
    told = service.nobody.get(f"/api/deadlines/explain?{query}").json()
    assert told["due"] == "2026-03-10T23:59:59+01:00"
    assert any("The house moves" in step for step in told["steps"])


@pytest.mark.parametrize(
    "path", ["mars/days/2026-03-05", "paris/days/2026-03-03", "paris/sessions/bureau/2026-03-03"]
)
def test_what_is_not_in_a_calendar_cannot_be_removed(service: Service, path: str) -> None:
    assert service.as_("ada").delete(f"/api/calendars/{path}").status_code == 404


def test_a_calendar_change_with_a_key_is_answered_again_without_being_done_again(service: Service) -> None:
    case = service.submitted()
    ada = service.as_("ada", **{"Idempotency-Key": "h1"})
    body = {"name": "The house moves"}
    first = ada.put("/api/calendars/paris/days/2026-03-05", json=body)
    second = ada.put("/api/calendars/paris/days/2026-03-05", json=body)
    assert first.json() == second.json() == {"calendar": "paris", "cases": 1}
    acts = service.as_("carla").get(f"/api/cases/{case}/transitions").json()["items"]
    assert [one["act"] for one in acts].count("rederive") == 1
    assert ada.put("/api/calendars/paris/days/2026-03-06", json=body).status_code == 422


def test_only_what_failed_for_good_is_sent_once_more(service: Service) -> None:
    service.submitted()
    notice = service.as_("amina").get("/api/notices").json()["items"][0]["id"]
    answer = service.as_("ada").post(f"/api/notices/{notice}/replay")
    assert answer.status_code == 409
    assert "pending" in answer.json()["detail"]
    assert service.as_("ada").post("/api/notices/nothing/replay").status_code == 404


def test_only_what_was_sent_comes_back(service: Service) -> None:
    service.submitted()
    notice = service.as_("amina").get("/api/notices").json()["items"][0]["id"]
    said = {"said": "550 no such mailbox"}
    answer = service.as_("ada").post(f"/api/notices/{notice}/bounce", json=said)
    assert answer.status_code == 409
    assert "pending" in answer.json()["detail"]
    assert service.as_("amina").post(f"/api/notices/{notice}/bounce", json=said).status_code == 403
    assert service.as_("ada").post("/api/notices/nothing/bounce", json=said).status_code == 404


def test_a_dead_bulletin_is_listed_and_sent_once_more_by_an_administrator(service: Service) -> None:
    bulletin = service.dead_bulletin()
    ada, sven = service.as_("ada"), service.as_("sven")
    (listed,) = ada.get("/api/bulletins?status=dead&person=sven").json()["items"]
    assert (listed["id"], listed["person"], listed["about"]) == (bulletin, "sven", None)
    assert (listed["definition"], listed["name"], listed["issue"]) == ("help", "open_requests", "2026-03-02")
    assert (listed["attempts"], listed["error"]) == (1, "no such mailbox")
    assert "H-2026-0001" not in str(listed), "what it tells is for its reader alone"
    assert ada.get("/api/bulletins?person=amina").json()["items"] == []
    assert sven.get("/api/bulletins").status_code == 403
    assert sven.post(f"/api/bulletins/{bulletin}/replay").status_code == 403
    assert ada.post(f"/api/bulletins/{bulletin}/replay").json()["status"] == "pending"
    again = ada.post(f"/api/bulletins/{bulletin}/replay")
    assert again.status_code == 409
    assert "pending" in again.json()["detail"]
    assert ada.post("/api/bulletins/nothing/replay").status_code == 404


def _due(service: Service, case: str) -> str:
    clocks = service.as_("carla").get(f"/api/cases/{case}/clocks").json()["items"]
    due: str = next(one["due_local"] for one in clocks if one["name"] == "submitted")
    return due


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-02-30", "Write a day that there is, as 2026-03-02."),
        ("tomorrow", "Write it out, as 2026-03-02"),
        ("1066-10-14", "What is before 1900 or after 2200"),
    ],
)
def test_a_bad_day_is_told_with_what_would_be_right(service: Service, day: str, said: str) -> None:
    ada = service.as_("ada", **{"Accept-Language": "en"})
    answer = ada.put(f"/api/calendars/paris/days/{day}", json={"name": "Closed"})
    assert answer.status_code == 422
    (told,) = answer.json()["errors"]
    assert (told["in"], told["name"]) == ("path", "day")
    assert told["detail"].startswith(said)
    french = service.as_("ada", **{"Accept-Language": "fr"})
    answer = french.put(f"/api/calendars/paris/days/{day}", json={"name": "Closed"})
    assert not answer.json()["errors"][0]["detail"].startswith(said)
