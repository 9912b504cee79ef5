"""What stands outside on every answer: in which language it is, who may keep it; HEAD gets that alone."""

import pytest

from tests.api.http.conftest import Service


def test_an_answer_says_what_it_varies_with_and_that_nobody_keeps_it(service: Service) -> None:
    case = service.draft()
    for path in (f"/api/cases/{case}", "/api/cases", "/api/me", "/api/cases/nowhere"):
        headers = service.as_("amina").get(path).headers
        assert headers["cache-control"] == "private, no-store", path
        assert headers["vary"] == "Accept-Language, Authorization, Cookie", path


def test_the_page_of_the_api_may_be_kept(service: Service) -> None:
    client = service.as_("amina")
    for path in ("/api/docs", "/api/docs/parts/swagger-ui.css", "/healthz"):
        assert "cache-control" not in client.get(path).headers, path


@pytest.mark.parametrize(
    ("accepted", "language"),
    [({}, "fr"), ({"Accept-Language": "en"}, "en"), ({"Accept-Language": "es"}, "es")],
)
def test_what_is_told_in_words_names_their_language(
    service: Service, accepted: dict[str, str], language: str
) -> None:
    case, client = service.draft(), service.as_("amina", **accepted)
    for path in (
        f"/api/cases/{case}",
        f"/api/cases/{case}/actions",
        "/api/cases/nowhere",
        "/api/cases?limit=0",
    ):
        assert client.get(path).headers["content-language"] == language, path
    assert "content-language" not in client.get("/api/parties").headers


def test_an_explanation_for_everybody_names_its_language(service: Service) -> None:
    path = "/api/deadlines/explain?from=2026-03-02T10:00:00Z&within=3 working days"
    assert service.nobody.get(path).headers["content-language"] == "en"
    spanish = service.nobody.get(path, headers={"Accept-Language": "es"})
    assert spanish.headers["content-language"] == "es"


def test_head_is_get_without_the_body(service: Service) -> None:
    case, client = service.draft(), service.as_("amina")
    for path in (f"/api/cases/{case}", "/api/cases", "/healthz", "/api/docs", "/api/openapi.json"):
        whole, alone = client.get(path), client.head(path)
        assert (alone.status_code, alone.content) == (200, b""), path
        assert dict(alone.headers) == dict(whole.headers), path


def test_head_is_refused_as_get_is(service: Service) -> None:
    assert service.nobody.head("/api/cases").status_code == 401
    assert service.as_("amina").head("/api/cases/nowhere").status_code == 404
    refused = service.as_("ada").head("/api/notices/n/replay")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "POST"


def test_a_wrong_method_names_head_where_get_is_right(service: Service) -> None:
    assert service.as_("amina").delete("/api/cases").headers["allow"] == "GET, HEAD, POST"
