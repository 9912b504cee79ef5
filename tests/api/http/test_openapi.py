"""The page of the API is complete: names, words, answers, examples, security; no reference leads nowhere."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.http.openapi import PAGE
from tests.api.http.conftest import Service

Operation = tuple[str, str, dict[str, Any]]

HOW_ONE_SIGNS_IN = {"session", "account"}


@pytest.fixture
def page(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = service.nobody.get("/api/openapi.json").json()
    return found


def test_it_is_openapi_3_1_and_shown_as_a_page(service: Service, page: dict[str, Any]) -> None:
    assert page["openapi"].startswith("3.1")
    assert "text/html" in service.nobody.get("/api/docs").headers["content-type"]


def test_every_operation_has_a_name_of_its_own_a_summary_and_a_group(page: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in _operations(page)]
    assert len(names) == len(set(names)) > 40
    groups = {group["name"] for group in PAGE["openapi_tags"]}
    for _, _, operation in _operations(page):
        assert operation["summary"]
        assert set(operation["tags"]) <= groups


def test_every_error_is_declared_as_a_problem_with_examples(page: dict[str, Any]) -> None:
    for path, method, operation in _operations(page):
        for status, answer in operation["responses"].items():
            if status >= "400":
                problem = answer["content"]["application/problem+json"]
                assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}, (method, path)
                for example in problem["examples"].values():
                    assert str(example["value"]["status"]) == status


def test_every_success_says_what_it_answers(page: dict[str, Any]) -> None:
    for path, method, operation in _operations(page):
        good = [answer for status, answer in operation["responses"].items() if status < "400"]
        assert good, (method, path)
        for answer in good:
            assert all(kind["schema"] for kind in answer.get("content", {}).values()), (method, path)


def test_every_write_on_a_case_asks_for_the_revision_and_takes_a_key(page: dict[str, Any]) -> None:
    writes = [
        (path, operation)
        for path, method, operation in _operations(page)
        # A file does not change what somebody else has read of the case.
        if "{case_id}" in path and method != "get" and operation["operationId"] != "put_file"
    ]
    assert len(writes) == 6
    for path, operation in writes:
        parameters = {one["name"]: one for one in operation["parameters"]}
        assert parameters["If-Match"]["required"], path
        assert not parameters["Idempotency-Key"]["required"], path
        assert {"412", "422", "428", "409", "404", "403", "401", "503"} <= set(operation["responses"]), path
        assert "dry_run" in parameters, path


def test_every_write_takes_a_key(page: dict[str, Any]) -> None:
    for path, method, operation in _operations(page):
        # What concerns how somebody signs in has secrets in its answer, and is done once by itself.
        if method != "get" and not HOW_ONE_SIGNS_IN & set(operation["tags"]):
            assert "Idempotency-Key" in {one["name"] for one in operation["parameters"]}, (method, path)


def test_every_list_of_unknown_length_comes_in_pages(page: dict[str, Any]) -> None:
    paged = {
        operation["operationId"]
        for _, _, operation in _operations(page)
        if "cursor" in {one["name"] for one in operation.get("parameters", ())}
    }
    assert paged == {
        "list_cases", "list_transitions", "list_answers", "list_versions", "list_letters", "list_work",
        "list_deadlines", "list_notices", "list_all_notices", "list_bulletins", "list_parties",
        "list_persons", "list_mandates", "list_administration", "list_denials",
        "list_readings", "list_own_readings", "list_legal_holds", "list_retention",
        "list_tokens", "list_own_tokens", "list_delegations", "list_my_delegations",
    }  # fmt: skip


def test_every_body_has_an_example(page: dict[str, Any]) -> None:
    for path, method, operation in _operations(page):
        body = operation.get("requestBody")
        if body and operation["operationId"] != "put_file":
            name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            schema = page["components"]["schemas"][name]
            assert schema["examples"], (method, path)


def test_no_reference_leads_nowhere(page: dict[str, Any]) -> None:
    for reference in _references(page):
        found: Any = page
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def _operations(page: dict[str, Any]) -> Iterator[Operation]:
    for path, operations in page["paths"].items():
        for method, operation in operations.items():
            yield path, method, operation


def _references(inside: Any) -> Iterator[str]:
    if isinstance(inside, dict):
        if isinstance(inside.get("$ref"), str):
            yield inside["$ref"]
        for value in inside.values():
            yield from _references(value)
    elif isinstance(inside, list):
        for value in inside:
            yield from _references(value)
