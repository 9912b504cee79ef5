"""The page to read and try the API needs nothing from elsewhere."""

import re

from tests.api.http.conftest import Service


def test_the_page_names_nothing_that_another_house_serves(service: Service) -> None:
    page = service.as_("carla").get("/api/docs")
    assert page.status_code == 200
    assert not re.findall(r"(?:https?:)?//\w", page.text), "a script or style is fetched from elsewhere"


def test_every_part_that_the_page_names_is_served(service: Service) -> None:
    client = service.as_("carla")
    parts = re.findall(r'(?:src|href)="([^"]+)"', client.get("/api/docs").text)
    assert len(parts) == 3
    for part in parts:
        assert client.get(part).status_code == 200, part


def test_the_page_shows_the_openapi_page_of_this_service(service: Service) -> None:
    client = service.as_("carla")
    named = re.search(r"url: '([^']+)'", client.get("/api/docs").text)
    assert named is not None
    assert client.get(named[1]).json()["openapi"].startswith("3.1")


def test_the_bare_address_leads_to_the_page(service: Service) -> None:
    answer = service.nobody.get("/")
    assert answer.status_code == 200
    assert answer.url.path == "/api/docs"


def test_a_part_that_is_not_there_is_a_problem_like_any_other(service: Service) -> None:
    answer = service.as_("carla").get("/api/docs/parts/none.js")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
