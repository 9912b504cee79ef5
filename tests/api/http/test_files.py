"""Files of a case over HTTP: the body is the content; the answer says how a form names it."""

from typing import Any

import pytest

from tests.api.http.conftest import Service
from workflow.runtime.files import LARGEST

LETTER = b"%PDF-1.7\na signed letter"


def put(service: Service, case: str, by: str = "amina", content: bytes = LETTER, name: str = "a.pdf") -> Any:
    return service.as_(by).post(
        f"/api/cases/{case}/files", params={"name": name}, content=content,
        headers={"Content-Type": "application/pdf"},
    )  # fmt: skip


def test_a_file_is_put_listed_and_fetched(service: Service) -> None:
    case = service.draft()
    answer = put(service, case, name="Lettre signée.pdf")
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert told["reference"] == f"sha256:{told['digest']}"
    path = f"/api/cases/{case}/files"
    assert service.as_("amina").get(path).json()["items"] == [told]
    fetched = service.as_("amina").get(f"{path}/{told['digest']}")
    assert fetched.content == LETTER
    assert fetched.headers["content-type"] == "application/pdf"
    assert fetched.headers["x-content-type-options"] == "nosniff"
    assert "attachment; filename*=UTF-8''Lettre%20sign%C3%A9e.pdf" in fetched.headers["content-disposition"]


def test_a_file_may_be_larger_than_any_other_body_and_not_without_end(service: Service) -> None:
    case = service.draft()
    assert put(service, case, content=LETTER + bytes(2_000_000)).status_code == 201
    answer = put(service, case, content=LETTER + bytes(LARGEST))
    assert answer.status_code == 413
    assert str(LARGEST) in answer.json()["detail"]
    elsewhere = service.as_("amina").post("/api/cases", content=b" " * 2_000_000)
    assert elsewhere.status_code == 413


@pytest.mark.parametrize(("content", "name"), [(b"<html>", "a.pdf"), (b"", "a.pdf"), (LETTER, "../a.pdf")])
def test_another_kind_nothing_at_all_and_a_path_for_a_name_are_malformed(
    service: Service, content: bytes, name: str
) -> None:
    answer = put(service, service.draft(), content=content, name=name)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_json_in_place_of_a_file_is_told_what_to_send(service: Service) -> None:
    path = f"/api/cases/{service.draft()}/files"
    answer = service.as_("carla").post(path, params={"name": "a.pdf"}, json={"file": "x"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["detail"].startswith("Send the file itself as the body")


def test_files_of_a_case_that_is_not_theirs_are_not_there(service: Service) -> None:
    case = service.draft()
    digest = put(service, case).json()["digest"]
    assert put(service, case, by="linh").status_code == 404
    for path in ("", f"/{digest}"):
        assert service.as_("linh").get(f"/api/cases/{case}/files{path}").status_code == 404
    assert service.as_("amina").get(f"/api/cases/{case}/files/{'0' * 64}").status_code == 404
    assert service.nobody.get(f"/api/cases/{case}/files/{digest}").status_code == 401


def test_a_content_that_is_gone_from_the_disk_is_named_and_nobody_is_told_to_try_again(
    service: Service,
) -> None:
    case = service.draft()
    digest = put(service, case).json()["digest"]
    (path,) = (path for path in service.files.rglob("*") if path.is_file())
    path.unlink()
    answer = service.as_("carla").get(f"/api/cases/{case}/files/{digest}")
    assert answer.status_code == 500
    assert "retry-after" not in answer.headers
    assert answer.json()["title"] == "What was kept is lost; only a backup brings it back"
    assert digest in answer.json()["detail"]
