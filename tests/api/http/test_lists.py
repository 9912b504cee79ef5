"""Lists come in pages, forwards and backwards, filtered; every one links to its neighbours."""

import re
from itertools import chain
from typing import Any

import pytest

from tests.api.http.conftest import Service


def test_pages_lead_through_all_cases_and_back(service: Service) -> None:
    opened = [service.draft() for _ in range(5)]
    client = service.as_("amina")
    pages, path = [], "/api/cases?limit=2"
    while path:
        answer = client.get(path)
        pages.append([one["id"] for one in answer.json()["items"]])
        path, back = _links(answer).get("next", ""), _links(answer).get("prev", "")
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(chain.from_iterable(pages)) == sorted(opened)
    answer = client.get(back)
    assert [one["id"] for one in answer.json()["items"]] == pages[1]
    assert [one["id"] for one in client.get(_links(answer)["prev"]).json()["items"]] == pages[0]
    assert [one["id"] for one in client.get(_links(answer)["first"]).json()["items"]] == pages[0]


def test_the_first_page_has_no_page_before_and_the_last_none_after(service: Service) -> None:
    for _ in range(3):
        service.draft()
    first = service.as_("amina").get("/api/cases?limit=2")
    assert set(_links(first)) == {"first", "next"}
    assert set(_links(service.as_("amina").get(_links(first)["next"]))) == {"first", "prev"}


def test_newest_cases_come_first(service: Service) -> None:
    opened = []
    for _ in range(3):
        opened.append(service.draft())
        service.later(minutes=1)
    found = [one["id"] for one in service.as_("amina").get("/api/cases").json()["items"]]
    assert found == opened[::-1]


@pytest.mark.parametrize(
    ("query", "states"),
    [
        ("state=draft", ["draft"]),
        ("category=open", ["submitted"]),
        ("state=draft&party=KE", ["draft"]),
        ("state=draft&party=VN", []),
        ("definition=help", ["draft", "submitted"]),
        ("number=H-2026-0001", ["submitted"]),
    ],
)
def test_cases_are_filtered(service: Service, query: str, states: list[str]) -> None:
    service.submitted()
    service.draft()
    found = service.as_("amina").get(f"/api/cases?{query}").json()["items"]
    assert sorted(one["state"]["name"] for one in found) == states


def test_the_next_page_keeps_the_filter(service: Service) -> None:
    for _ in range(3):
        service.draft()
    service.submitted()
    first = service.as_("amina").get("/api/cases?state=draft&limit=2")
    second = service.as_("amina").get(_links(first)["next"])
    assert [one["state"]["name"] for one in second.json()["items"]] == ["draft"]


def test_a_cursor_with_other_filters_is_refused(service: Service) -> None:
    for _ in range(3):
        service.draft()
    cursor = re.search(r"cursor=([^>&]+)", service.as_("amina").get("/api/cases?limit=2").headers["link"])
    assert cursor is not None
    answer = service.as_("amina").get(f"/api/cases?limit=2&state=draft&cursor={cursor[1]}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["name"] == "cursor"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=abc", "state=Not a state", "party=Kenya"]
)
def test_a_query_that_makes_no_sense_is_refused(service: Service, query: str) -> None:
    answer = service.as_("amina").get(f"/api/cases?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["in"] == "query"


@pytest.mark.parametrize(
    ("address", "name", "said"),
    [
        ("/api/cases?party=ZZ", "party", "'ZZ' is not the code of a Party; write its ISO 3166 code, as KE"),
        ("/api/cases?state=submited", "state", "there is no state 'submited'; did you mean 'submitted'?"),
        ("/api/cases?definition=hepl", "definition", "there is no definition 'hepl'; did you mean 'help'?"),
        ("/api/deadlines?state=submited", "state", "there is no state 'submited'; did you mean 'submitted'?"),
        ("/api/parties?region=Afrika", "region", "there is no region 'Afrika'; did you mean 'Africa'?"),
        ("/api/parties?group=X", "group", "there is no electoral group 'X'; there are: "),
    ],
)
def test_a_filter_that_nothing_can_have_is_refused(
    service: Service, address: str, name: str, said: str
) -> None:
    answer = service.as_("amina", **{"Accept-Language": "en"}).get(address)
    assert answer.status_code == 422
    (told,) = answer.json()["errors"]
    assert (told["in"], told["name"]) == ("query", name)
    assert told["detail"].startswith(said)


def test_deadlines_come_soonest_first_across_cases(service: Service) -> None:
    service.submitted()
    service.submitted("VN", "linh")
    found = service.as_("sven").get("/api/deadlines?limit=3")
    dues = [one["due"] for one in found.json()["items"]]
    rest = service.as_("sven").get(_links(found)["next"]).json()["items"]
    assert dues == sorted(dues)
    assert [one["name"] for one in rest] == ["decision"]
    assert not any(one["overdue"] for one in found.json()["items"])


def test_what_is_overdue_is_told_by_the_moment_of_asking(service: Service) -> None:
    service.submitted()
    service.later(days=10)
    moment = service.at.isoformat().replace("+00:00", "Z")
    found = service.as_("sven").get(f"/api/deadlines?until={moment}").json()["items"]
    assert [(one["name"], one["overdue"]) for one in found] == [("submitted", True)]


def test_the_worklist_shows_the_ball_and_when_it_is_overdue(service: Service) -> None:
    case = service.submitted()
    mine = service.as_("carla").get("/api/worklist").json()["items"]
    assert [(one["kind"], one["case_id"], one["overdue"]) for one in mine] == [("ball", case, False)]
    assert service.as_("amina").get("/api/worklist").json()["items"] == []
    assert service.as_("carla").get("/api/worklist?view=overdue").json()["items"] == []
    assert len(service.as_("carla").get("/api/worklist?view=due_soon&days=10").json()["items"]) == 1
    service.later(days=10)
    overdue = service.as_("carla").get("/api/worklist?view=overdue").json()["items"]
    assert [one["overdue"] for one in overdue] == [True]


def test_the_worklist_comes_in_pages_too(service: Service) -> None:
    cases = {service.submitted() for _ in range(3)}
    first = service.as_("carla").get("/api/worklist?limit=2")
    second = service.as_("carla").get(_links(first)["next"])
    assert {one["case_id"] for one in first.json()["items"] + second.json()["items"]} == cases


def _links(answer: Any) -> dict[str, str]:
    return {
        relation: path for path, relation in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["link"])
    }


def test_a_misspelt_filter_does_not_show_everything(service: Service) -> None:
    answer = service.as_("carla").get("/api/cases?partie=KE")
    assert answer.status_code == 422
    fault = answer.json()["errors"][0]
    assert (fault["in"], fault["name"]) == ("query", "partie")
    assert "did you mean 'party'?" in fault["detail"]
    assert service.nobody.get("/api/cases?partie=KE").status_code == 401
    assert service.nobody.get("/healthz?from=the-watch").status_code == 200
