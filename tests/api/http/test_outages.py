"""A lost database and a full disk: 503 with nothing half done, then work as before, in the same process."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.api.http.conftest import REQUEST, Service, serving
from tests.postgres import PostgresServer
from workflow.runtime.library import Library


def test_a_lost_database_is_a_503_until_it_is_back(
    durable_postgres: PostgresServer, library: Library
) -> None:
    with serving(durable_postgres.url(), library) as service:
        case = service.draft()
        durable_postgres.stop(mode="immediate")
        for answer in _everything(service, case):
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["retry-after"]
            assert "socket" not in answer.text, "it tells nobody where the database is"
        assert service.nobody.get("/healthz").status_code == 200
        assert "caseway_database_up 0.0" in service.nobody.get("/metrics").text
        durable_postgres.start()
        _works_as_before(service, case)


def test_a_full_disk_is_a_503_until_there_is_room(sqlite_url: str, library: Library, tmp_path: Path) -> None:
    with serving(sqlite_url, library) as service:
        case = service.draft()
        with _full_disk(tmp_path):
            answer = _submit(service, case)
            assert answer.status_code == 503
            assert service.as_("amina").get(f"/api/cases/{case}").json()["revision"] == 1
        _works_as_before(service, case)


def _everything(service: Service, case: str) -> Iterator[Any]:
    client = service.as_("amina")
    yield _submit(service, case)
    for path in (f"/api/cases/{case}", "/api/cases", "/api/worklist", "/api/parties", "/readyz"):
        yield client.get(path)


def _works_as_before(service: Service, case: str) -> None:
    answer = _submit(service, case)
    assert answer.status_code == 201, answer.text
    acts = service.as_("amina").get(f"/api/cases/{case}/transitions").json()["items"]
    assert [one["act"] for one in acts] == ["open", "submit"]
    assert service.nobody.get("/readyz").status_code == 200


def _submit(service: Service, case: str) -> Any:
    body = {"trigger": "submit", "data": REQUEST}
    return service.as_("amina").post(f"/api/cases/{case}/transitions", json=body, headers={"If-Match": '"1"'})


@contextmanager
def _full_disk(folder: Path) -> Iterator[None]:
    """No file of this process can grow beyond what the write-ahead log has already: as on a full disk."""
    largest = max(path.stat().st_size for path in folder.iterdir() if path.name.endswith("-wal"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
