"""No body takes what is the service's own (mass assignment): proved for every body of the OpenAPI page."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.http.conftest import Service

Operation = tuple[str, str, dict[str, Any]]


@pytest.fixture
def page(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = service.nobody.get("/api/openapi.json").json()
    return found


def test_every_object_that_a_body_is_made_of_is_closed(page: dict[str, Any]) -> None:
    for path, method, operation in _with_body(page):
        for one in _objects(page, _body(operation)):
            assert one["additionalProperties"] is False, (method, path, one["title"])


def test_what_only_answers_tell_is_refused_where_it_is_sent(service: Service, page: dict[str, Any]) -> None:
    places = {"case_id": service.in_appraisal(), "task_no": "1", "form": "request", "person_id": "amina"}
    places |= {"code": "KE", "day": "2026-05-15", "notice_id": "1", "name": "office"}
    tried = 0
    for path, method, operation in _with_body(page):
        schema = _resolved(page, _body(operation))
        own = {"id", "demonstration", *_told(page, operation)} - set(schema["properties"])
        body = {**schema["examples"][0], **dict.fromkeys(own)}
        by = "carla" if "{case_id}" in path else "ada"
        answer = service.as_(by).request(method, path.format(**places), json=body)
        assert answer.status_code == 422, (method, path, answer.text)
        assert {f"/{name}" for name in own} == {one.get("pointer") for one in answer.json()["errors"]}
        tried += 1
    assert tried > 30


def _with_body(page: dict[str, Any]) -> Iterator[Operation]:
    for path, operations in page["paths"].items():
        for method, operation in operations.items():
            if "application/json" in operation.get("requestBody", {}).get("content", {}):
                yield path, method, operation


def _body(operation: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = operation["requestBody"]["content"]["application/json"]["schema"]
    return found


def _told(page: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    """The fields of its good answers."""
    good = [one for status, one in operation["responses"].items() if status < "300"]
    kinds = [one["content"]["application/json"]["schema"] for one in good if "content" in one]
    return {name for one in kinds for name in _resolved(page, one).get("properties", {})}


def _resolved(page: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = page["components"]["schemas"][name] if name else schema
    return found


def _objects(page: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every object with named fields in it, however deep; what a form asks for, the form itself closes."""
    found = _resolved(page, schema)
    if "properties" in found:
        yield found
    inside = [found.get("items"), found.get("additionalProperties"), *found.get("anyOf", ())]
    inside += [*found.get("properties", {}).values(), *found.get("patternProperties", {}).values()]
    for one in inside:
        if isinstance(one, dict):
            yield from _objects(page, one)
