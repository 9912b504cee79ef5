"""Another focal point over HTTP, while a case waits for the Party's information and another is a draft."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.http.conftest import MONDAY, Service
from tests.api.http.test_blind_appraisal import PARTS, Walk, furnished
from tests.originals import Furnish
from tests.runtime.test_reference import example, reference
from workflow.records import persons, tokens
from workflow.records.databases import open_database
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person
from workflow.rules.checks import named_files
from workflow.runtime.designating import HandingOver

PATH = "/api/parties/KE/designations"
LATER = "2026-03-10"
BODY = {"person": "nadia", "since": LATER, "letter": {"reference": "MCC/114", "date": "2026-02-20"}}


@pytest.fixture
def service(copied: Callable[[Furnish], str]) -> Iterator[Service]:
    database = open_database(copied(furnished))
    database.writing(_hire)
    yield Service(database, reference())
    database.close()


def _hire(connection: Connection) -> None:
    account = Person("nadia", "Nadia", "en", "nadia@example.org", ("KE",), demonstration=True)
    persons.put(connection, account, MONDAY)
    tokens.keep(connection, "nadia", "token-of-nadia", MONDAY)


def designate(service: Service, by: str = "ada", **more: Any) -> Any:
    return service.as_(by).post(PATH, json=BODY | more)


def statuses(service: Service, by: str, case: str) -> set[int]:
    """Of everything that can be got of the case."""
    client = service.as_(by)
    return {client.get(f"/api/cases/{case}{part}").status_code for part in PARTS}


def finds_file(service: Service, by: str, case: str) -> bool:
    """Whether they get to a file of the request. Its content is not kept in these tests."""
    named = sorted(named_files(reference().newest("technical_assistance"), example("request")))
    path = f"/api/cases/{case}/files/{named[0].removeprefix('sha256:')}"
    return service.as_(by).get(path).status_code != 404


def listed(service: Service, by: str, path: str = "/api/cases") -> list[str]:
    return [str(one) for one in service.as_(by).get(path).json()["items"]]


def test_in_the_middle_of_a_request_for_information(service: Service) -> None:
    walk = Walk(service)
    walk.fire("amina", "submit", "request", parties=["KE"])
    walk.fire("carla", "request_information", "missing_items")
    information: Any = example("information")
    for one in information["answers"]:
        one.pop("files", None)
    match = {"If-Match": walk.get("amina").headers["etag"]}
    draft = service.as_("amina").put(
        f"/api/cases/{walk.case}/answers/information", json={"data": information}, headers=match
    )
    assert draft.status_code in (200, 201), draft.text
    assert designate(service).status_code == 201
    service.later(days=7)
    HandingOver(service.engine).work()
    assert (statuses(service, "amina", walk.case), statuses(service, "nadia", walk.case)) == ({200}, {404})
    assert (finds_file(service, "amina", walk.case), finds_file(service, "nadia", walk.case)) == (True, False)
    service.later(days=1)
    HandingOver(service.engine).work()
    assert (statuses(service, "amina", walk.case), statuses(service, "nadia", walk.case)) == ({404}, {200})
    assert (finds_file(service, "amina", walk.case), finds_file(service, "nadia", walk.case)) == (False, True)
    for path in ("/api/cases", "/api/worklist", "/api/notices", "/api/deadlines"):
        assert listed(service, "amina", path) == []
    assert [one for one in listed(service, "nadia", "/api/notices") if "handed_over" in one]
    (entry,) = [one for one in walk.get("sven", "/transitions").json()["items"] if one["act"] == "hand_over"]
    assert entry["changes"]["handed_over"] == {"role": "focal_point", "from": "amina", "to": "nadia"}
    assert entry["changes"]["drafts"] == ["information"]
    # Without answers of her own: the draft of the former one is what she sends.
    walk.change("nadia", "POST", "/transitions", trigger="answer")
    assert walk.get("nadia").json()["state"]["name"] == "submitted"


def test_a_stored_answer_is_not_told_to_who_was_replaced(service: Service) -> None:
    walk = Walk(service)
    keyed = {"Idempotency-Key": "the-same-again"}
    amina, asked = service.as_("amina"), {"definition": "technical_assistance", "party": "KE"}
    assert amina.post("/api/cases", json=asked, headers=keyed).status_code == 201
    match = {"If-Match": walk.get("amina").headers["etag"], "Idempotency-Key": "and-this"}
    path = f"/api/cases/{walk.case}/answers/request"
    body = {"data": {"title": "Xq9 canary"}}
    assert amina.put(path, json=body, headers=match).status_code in (200, 201)
    assert designate(service, since="2026-03-02").status_code == 201
    assert amina.put(path, json=body, headers=match).status_code == 404
    # Of the case that she opened she is told again that she did, and no more.
    told = amina.post("/api/cases", json=asked, headers=keyed).json()
    assert [told[name] for name in ("ball_person", "entries", "tasks", "clocks", "notices")] == [
        None, [], [], [], [],
    ]  # fmt: skip


def test_today_it_happens_at_once_and_a_repeated_key_does_nothing_more(service: Service) -> None:
    walk = Walk(service)
    keyed = {"Idempotency-Key": "designate-nadia"}
    made = [
        service.as_("ada").post(PATH, json=BODY | {"since": "2026-03-02"}, headers=keyed) for _ in range(2)
    ]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json() == made[1].json()
    assert made[0].json()["former"] == ["amina"]
    assert [one["until"] for one in made[0].json()["ended"]] == ["2026-03-01"]
    acts = [one["act"] for one in walk.get("sven", "/transitions").json()["items"]]
    assert acts.count("hand_over") == 1
    assert statuses(service, "amina", walk.case) == {404}


def test_only_administrators_designate(service: Service) -> None:
    for person in ("amina", "carla", "sven"):
        assert designate(service, by=person).status_code == 403
    refused = designate(service, person="nobody", since="2026-03-01", role="supervisor")
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/person", "/role", "/since"]
