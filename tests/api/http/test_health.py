"""What those who run the service see: life, readiness, numbers, and how many work at once."""

from datetime import timedelta

import anyio.to_thread
from starlette.testclient import TestClient

from api.http.app import THREADS, create_app
from tests.api.http.conftest import Service
from workflow.runtime.worker import STALE_AFTER


def test_a_living_process_says_so_to_everybody(service: Service) -> None:
    assert service.nobody.get("/healthz").json() == {"status": "ok"}


def test_a_process_without_worker_is_ready_when_its_database_answers(service: Service) -> None:
    assert service.nobody.get("/readyz").json() == {"status": "ok", "worker": "none"}


def test_a_worker_that_hangs_makes_its_process_unready(service: Service) -> None:
    for age, status in [(timedelta(seconds=1), 200), (STALE_AFTER + timedelta(seconds=1), 503)]:
        app = create_app(service.engine, secret=b"0" * 32, files=service.files, watch=lambda age=age: age)
        answer = TestClient(app).get("/readyz")
        assert answer.status_code == status
        assert ("The worker last ticked" in answer.text) == (status == 503)
        assert TestClient(app).get("/healthz").status_code == 200


def test_requests_are_counted_by_their_door_not_by_their_address(service: Service) -> None:
    case = service.draft()
    for _ in range(3):
        service.as_("amina").get(f"/api/cases/{case}")
    service.nobody.get("/api/cases/anything")
    service.nobody.get("/nowhere")
    numbers = service.nobody.get("/metrics").text
    door = 'caseway_http_requests_total{door="/api/cases/{case_id}",method="GET"'
    assert f'{door},status="200"}} 3.0' in numbers
    assert f'{door},status="401"}} 1.0' in numbers
    assert 'door="none",method="any",status="404"} 1.0' in numbers
    assert case not in numbers


def test_what_waits_in_the_database_is_counted(service: Service) -> None:
    service.submitted()
    service.dead_bulletin()
    service.later(days=3)
    numbers = service.nobody.get("/metrics").text
    assert "caseway_database_up 1.0" in numbers
    assert "caseway_cases_open 1.0" in numbers
    assert "caseway_timers_pending 1.0" in numbers
    assert "caseway_notices_pending 2.0" in numbers
    assert "caseway_bulletins_dead 1.0" in numbers
    # The reminder of 4 March, 08:00 in Paris, has not fired by 5 March, 10:00.
    assert "caseway_timers_late_seconds 93600.0" in numbers


def test_two_apps_count_apart(service: Service) -> None:
    service.as_("amina").get("/api/me")
    other = TestClient(create_app(service.engine, secret=b"0" * 32, files=service.files))
    assert "/api/me" not in other.get("/metrics").text


def test_a_handful_of_threads_does_the_work(service: Service) -> None:
    async def limit() -> float:
        return anyio.to_thread.current_default_thread_limiter().total_tokens

    with TestClient(service.app) as client:
        assert client.portal is not None
        assert client.portal.call(limit) == THREADS


def test_nobody_is_sent_to_a_host_that_the_request_names(service: Service) -> None:
    for path in ("/healthz/", "/api/cases/"):
        answer = service.nobody.get(path, headers={"Host": "evil.example"}, follow_redirects=False)
        assert answer.status_code == 404
        assert "evil.example" not in str(answer.headers)
