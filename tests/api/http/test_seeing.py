"""Who may see what, on every door: what is not yours is not there, for nobody there is nothing at all."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tests.api.http.conftest import Service

OPEN = {"healthz", "readyz", "metrics", "explain_deadline", "list_providers"}
# Where those come who are not known yet; each answers a body without its fields with 422.
ENTRANCES = {"sign_in", "ask_link", "use_link", "accept_invitation", "begin_sign_in", "end_sign_in"}
OWN = {"session", "account"}
# For administrators, who see no case; whoever is none is refused before the case is looked at.
ADMINISTRATORS = ("/access", "/readings")
PLACES = {
    "task_no": "1", "clock_no": "1", "form": "request", "code": "KE", "key": "help", "version": "1",
    "person_id": "amina", "mandate_id": "m1", "token_id": "0123456789ab", "notice_id": "n1",
    "bulletin_id": "b1", "session_id": "0123456789ab", "day": "2026-06-15", "name": "bureau",
}  # fmt: skip


def test_nobody_comes_through_a_door_that_is_not_open_to_all(service: Service) -> None:
    case = service.submitted()
    for name, method, path in _doors(service, case):
        # Of a provider that there is not an entrance answers 404.
        expected = {200, 404, 422} if name in OPEN | ENTRANCES else {401}
        assert service.nobody.request(method, path).status_code in expected, f"{method} {path}"


def test_every_door_that_asks_for_a_token_says_so_in_the_page(service: Service) -> None:
    page = service.nobody.get("/api/openapi.json").json()
    for path, operations in page["paths"].items():
        for method, operation in operations.items():
            known = operation["operationId"] not in OPEN | ENTRANCES
            assert bool(operation.get("security")) == known, (method, path)


def test_a_case_of_another_party_is_not_there(service: Service) -> None:
    case = service.submitted()
    for _, method, path in _doors(service, case):
        if case in path and not any(one in path for one in ADMINISTRATORS):
            answer = service.as_("linh").request(method, path)
            assert answer.status_code == 404, f"{method} {path}: {answer.text}"


def test_a_case_that_is_not_there_is_a_404_before_anything_else(service: Service) -> None:
    for _, method, path in _doors(service, "0" * 32):
        if "0" * 32 in path and not any(one in path for one in ADMINISTRATORS):
            answer = service.as_("sven").request(method, path)
            assert answer.status_code == 404, f"{method} {path}: {answer.text}"


def test_lists_leave_out_what_is_not_yours(service: Service) -> None:
    kenyan, vietnamese = service.submitted(), service.submitted("VN", "linh")
    for path in ("cases", "deadlines", "worklist"):
        for person, seen in {
            "amina": {kenyan},
            "linh": {vietnamese},
            "carla": {kenyan},  # coordinator of Africa
            "colin": {vietnamese},
            "sven": {kenyan, vietnamese},
            "elena": set(),  # assessor of neither
            "ada": set(),  # an administrator runs the house and sees no case
        }.items():
            found = {
                one.get("case_id", one.get("id"))
                for one in service.as_(person).get(f"/api/{path}").json()["items"]
            }
            assert found <= seen, f"{person} {path}"
            if path != "worklist":
                assert found == seen, f"{person} {path}"


def test_an_assessor_sees_the_case_from_the_moment_of_getting_its_task(service: Service) -> None:
    case = service.in_appraisal()
    assert service.as_("elena").get(f"/api/cases/{case}").status_code == 404
    task = service.as_("carla").get(f"/api/cases/{case}/tasks").json()["items"][0]["no"]
    revision = service.as_("carla").get(f"/api/cases/{case}").headers["etag"]
    path = f"/api/cases/{case}/tasks/{task}/holder"
    answer = service.as_("carla").put(path, json={"person": "elena"}, headers={"If-Match": revision})
    assert answer.status_code == 200, answer.text
    assert service.as_("elena").get(f"/api/cases/{case}").status_code == 200
    assert [one["no"] for one in service.as_("elena").get("/api/worklist").json()["items"]] == [task]


def test_a_mandate_that_ends_shows_nothing_any_more(service: Service) -> None:
    case = service.submitted()
    mandate = service.as_("ada").get("/api/persons/amina").json()["mandates"][0]["id"]
    service.as_("ada").delete(f"/api/persons/amina/mandates/{mandate}")
    assert service.as_("amina").get(f"/api/cases/{case}").status_code == 200  # today is its last day
    service.later(days=1)
    assert service.as_("amina").get(f"/api/cases/{case}").status_code == 404
    assert service.as_("amina").get("/api/cases").json()["items"] == []
    again = service.as_("ada").delete(f"/api/persons/amina/mandates/{mandate}")
    assert again.status_code == 200
    assert service.as_("amina").get(f"/api/cases/{case}").status_code == 404, (
        "ending it again revives nothing"
    )


def test_a_mandate_that_began_today_shows_nothing_once_it_is_taken_away(service: Service) -> None:
    case, ada, elena = service.submitted(), service.as_("ada"), service.as_("elena")
    today = service.at.date()
    asked = {"role": "supervisor", "since": today.isoformat()}
    mandate = ada.post("/api/persons/elena/mandates", json=asked).json()["id"]
    assert elena.get(f"/api/cases/{case}").status_code == 200
    yesterday = (today - timedelta(days=1)).isoformat()
    ended = ada.delete(f"/api/persons/elena/mandates/{mandate}?until={yesterday}")
    assert ended.json()["until"] == yesterday
    assert elena.get(f"/api/cases/{case}").status_code == 404


def test_a_case_that_nobody_holds_the_mandate_for_shows_it(service: Service) -> None:
    case = service.submitted()
    assert service.as_("sven").get(f"/api/cases/{case}").json()["ball_is_held"]
    assert service.as_("sven").get("/api/cases?unheld=true").json()["items"] == []
    mandate = service.as_("ada").get("/api/persons/carla").json()["mandates"][0]["id"]
    service.as_("ada").delete(f"/api/persons/carla/mandates/{mandate}")
    service.later(days=1)
    assert not service.as_("sven").get(f"/api/cases/{case}").json()["ball_is_held"]
    unheld = service.as_("sven").get("/api/cases?unheld=true").json()["items"]
    assert [one["id"] for one in unheld] == [case]


def test_the_doors_of_administrators_are_theirs_only(service: Service) -> None:
    page = service.nobody.get("/api/openapi.json").json()
    doors = [
        (method, _filled(path, "c"))
        for path, operations in page["paths"].items()
        for method, operation in operations.items()
        if "not-allowed" in _forbidden(operation) and "409" not in operation["responses"]
        if not OWN & set(operation["tags"]) and "/delegations" not in path and not path.startswith("/api/me/")
    ]
    assert len(doors) >= 12
    for method, path in doors:
        assert service.as_("sven").request(method, path).status_code == 403, f"{method} {path}"


def test_a_notice_is_its_readers_own(service: Service) -> None:
    service.submitted()
    theirs = service.as_("amina").get("/api/notices").json()["items"][0]["id"]
    assert service.as_("linh").get("/api/notices").json()["items"] == []
    assert service.as_("linh").put(f"/api/notices/{theirs}/read").status_code == 404
    assert service.as_("amina").put(f"/api/notices/{theirs}/read").json()["status"] == "read"


def test_an_export_tells_facts_of_persons_to_administrators_only(service: Service) -> None:
    case = service.submitted()
    lines = service.as_("carla").get(f"/api/cases/{case}/export").text
    assert '"trigger":"submit"' in lines
    assert "amina@example.org" not in lines


def _forbidden(operation: dict[str, Any]) -> set[str]:
    """For which reasons it answers 403."""
    answer = operation["responses"].get("403", {"content": {"application/problem+json": {"examples": {}}}})
    return set(answer["content"]["application/problem+json"]["examples"])


def _doors(service: Service, case: str) -> Iterator[tuple[str, str, str]]:
    page: dict[str, Any] = service.nobody.get("/api/openapi.json").json()
    for path, operations in page["paths"].items():
        for method, operation in operations.items():
            yield operation["operationId"], method.upper(), _filled(path, case)


def _filled(path: str, case: str) -> str:
    for name, value in {**PLACES, "case_id": case}.items():
        path = path.replace(f"{{{name}}}", value)
    return path
