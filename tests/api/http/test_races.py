"""Many at once: one winner per revision, a named refusal for everybody else, one deed per key."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.api.http.conftest import REQUEST, Service

MANY = 12
SUBMIT = {"trigger": "submit", "data": REQUEST}


def test_of_many_at_the_same_revision_one_wins(service: Service) -> None:
    case = service.draft()
    statuses = Counter(
        answer.status_code for answer in _at_once(service, case, keys=["" for _ in range(MANY)])
    )
    assert statuses[201] == 1
    assert set(statuses) <= {201, 409, 412}
    acts = service.as_("amina").get(f"/api/cases/{case}/transitions").json()["items"]
    assert [one["act"] for one in acts] == ["open", "submit"]


def test_many_with_one_key_are_done_once_and_all_answered(service: Service) -> None:
    case = service.draft()
    answers = _at_once(service, case, keys=["k1" for _ in range(MANY)])
    assert {answer.status_code for answer in answers} == {201}
    assert Counter(answer.json()["repeated"] for answer in answers) == {False: 1, True: MANY - 1}
    assert len({answer.json()["number"] for answer in answers}) == 1


def test_many_new_cases_get_numbers_of_their_own(service: Service) -> None:
    cases = [service.draft() for _ in range(MANY)]
    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(lambda case: _submit(service, case, ""), cases))
    assert sorted(answer.json()["number"] for answer in answers) == [
        f"H-2026-{number:04}" for number in range(1, MANY + 1)
    ]


def _at_once(service: Service, case: str, keys: list[str]) -> list[Any]:
    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(lambda key: _submit(service, case, key), keys))


def _submit(service: Service, case: str, key: str) -> Any:
    headers = {"If-Match": '"1"', **({"Idempotency-Key": key} if key else {})}
    return service.as_("amina").post(f"/api/cases/{case}/transitions", json=SUBMIT, headers=headers)
