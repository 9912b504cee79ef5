"""Acting on a case over HTTP: revisions, keys, dry runs, and the order in which things are refused."""

from typing import Any

import pytest
from sqlalchemy import delete
from sqlmodel import col

from tests.api.http.conftest import MONDAY, REQUEST, Service
from workflow.records import persons
from workflow.records.databases.protocol import Connection
from workflow.records.tables import MandateRow

SUBMIT = {"trigger": "submit", "data": REQUEST}


def test_a_transition_answers_what_it_did_with_the_new_revision(service: Service) -> None:
    case = service.draft()
    answer = _post(service, case, SUBMIT, **{"If-Match": '"1"'})
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"2"'
    told = answer.json()
    assert (told["before"], told["state"], told["number"]) == ("draft", "submitted", "H-2026-0001")
    assert [letter["code"] for letter in told["letters"]] == ["L01"]


def test_the_history_tells_every_act(service: Service) -> None:
    case = service.submitted()
    items = service.as_("carla").get(f"/api/cases/{case}/transitions").json()["items"]
    assert [(one["act"], one["person"], one["after"]) for one in items] == [
        ("open", "amina", "draft"),
        ("submit", "amina", "submitted"),
    ]
    assert items[1]["data"] == REQUEST


def test_what_is_received_earlier_counts_from_then_if_the_secretariat_says_so(service: Service) -> None:
    by_letter = {"received_at": "2026-02-27T10:00:00+01:00", "reason": "It came by letter."}
    opening = {"definition": "help", "party": "KE", **by_letter}
    assert service.as_("amina").post("/api/cases", json=opening).status_code == 403
    case = service.as_("carla").post("/api/cases", json=opening).json()["case"]
    refused = _post(service, case, {**SUBMIT, **by_letter}, **{"If-Match": '"1"'})
    assert refused.status_code == 403
    assert "enregistré par le secrétariat : coordonnateur" in refused.json()["detail"]
    assert _post(service, case, SUBMIT, **{"If-Match": '"1"'}).status_code == 201
    service.later(days=3)
    accepted = {"trigger": "accept", "received_at": "2026-03-02T10:00:00+01:00", "reason": "By telephone."}
    assert _post(service, case, accepted, by="carla", **{"If-Match": '"2"'}).status_code == 201
    entry = service.as_("carla").get(f"/api/cases/{case}/transitions").json()["items"][-1]
    assert (entry["act"], entry["received_at"]) == ("accept", "2026-03-02T09:00:00Z")


def test_a_dry_run_says_what_would_happen_and_changes_nothing(service: Service) -> None:
    case = service.draft()
    answer = service.as_("amina").post(f"/api/cases/{case}/transitions?dry_run=true", json=SUBMIT)
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["dry_run"]) == ("submitted", True)
    assert service.as_("amina").get(f"/api/cases/{case}").json()["state"]["name"] == "draft"


def test_a_dry_run_refuses_as_the_act_would(service: Service) -> None:
    case = service.draft()
    body = {"trigger": "submit", "data": {"title": "A"}}
    answer = service.as_("amina").post(f"/api/cases/{case}/transitions?dry_run=true", json=body)
    assert answer.status_code == 422


def test_the_last_act_can_be_taken_back(service: Service) -> None:
    case = service.submitted()
    answer = service.as_("amina").delete(
        f"/api/cases/{case}/transitions/last?reason=Too early", headers={"If-Match": '"2"'}
    )
    assert (answer.status_code, answer.json()["state"]) == (200, "draft")
    last = service.as_("amina").get(f"/api/cases/{case}/transitions").json()["items"][-1]
    assert (last["act"], last["reason"]) == ("undo", "Too early")
    letters = service.as_("amina").get(f"/api/cases/{case}/letters").json()["items"]
    assert {letter["taken_back"] for letter in letters} == {last["no"]}


class TestOrderOfRefusals:
    """401, 404, 403, shape (422), 428, stored answer of the key, 412, 409."""

    def test_nobody_is_told_nothing(self, service: Service) -> None:
        case = service.draft()
        answer = service.nobody.post(f"/api/cases/{case}/transitions", json={"wrong": 1})
        assert answer.status_code == 401
        assert "Bearer" in answer.headers["www-authenticate"]

    def test_an_unknown_token_is_nobody(self, service: Service) -> None:
        assert service.as_("nobody").get("/api/me").status_code == 401

    def test_unreadable_json_from_nobody_is_401(self, service: Service) -> None:
        json = {"Content-Type": "application/json"}
        assert service.nobody.post("/api/cases", content=b"{", headers=json).status_code == 401

    @pytest.mark.parametrize("body", [SUBMIT, {"wrong": 1}])
    def test_not_yours_and_not_there_are_the_same(self, service: Service, body: dict[str, Any]) -> None:
        case = service.draft()
        theirs = _post(service, case, body, by="linh")
        absent = _post(service, "0" * 32, body, by="linh")
        assert theirs.status_code == absent.status_code == 404
        assert _without(theirs.json(), case) == _without(absent.json(), "0" * 32)

    def test_the_wrong_role_is_403_even_with_wrong_data_and_no_revision(self, service: Service) -> None:
        case = service.draft()
        answer = _post(service, case, {"trigger": "submit", "data": {"title": 1}}, by="carla")
        assert answer.status_code == 403

    def test_whose_it_is_is_told_in_the_words_of_the_definition(self, service: Service) -> None:
        case = service.draft()
        answer = _post(service, case, SUBMIT, by="carla", **{"Accept-Language": "fr"})
        assert answer.status_code == 403
        assert "point focal" in answer.json()["detail"]
        opening = {"definition": "help", "party": "KE"}
        refused = service.as_("sven", **{"Accept-Language": "fr"}).post("/api/cases", json=opening)
        assert refused.status_code == 403
        assert "point focal, coordonnateur" in refused.json()["detail"]

    def test_wrong_data_is_422_without_a_revision(self, service: Service) -> None:
        case = service.draft()
        answer = _post(service, case, {"trigger": "submit", "data": {"title": 1}})
        assert answer.status_code == 422
        assert {one["pointer"] for one in answer.json()["errors"]} == {"/data/days", "/data/title"}

    def test_an_unknown_trigger_is_422_and_says_which_there_are(self, service: Service) -> None:
        answer = _post(service, service.draft(), {"trigger": "submitt"})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/trigger"
        assert "« submit »" in answer.json()["errors"][0]["detail"]

    def test_a_refusal_is_told_in_the_persons_own_language(self, service: Service) -> None:
        answer = _post(service, service.draft(), SUBMIT)
        assert answer.json()["title"] == "Dites quelle révision vous avez lue (If-Match)"
        assert answer.json()["detail"] == "Nommez la révision que vous avez lue ; c'est la 1."

    def test_without_a_revision_it_is_428(self, service: Service) -> None:
        answer = _post(service, service.draft(), SUBMIT)
        assert answer.status_code == 428
        assert "1" in answer.json()["detail"]

    def test_a_stale_revision_is_412(self, service: Service) -> None:
        answer = _post(service, service.draft(), SUBMIT, **{"If-Match": '"7"'})
        assert answer.status_code == 412

    def test_a_stale_revision_comes_before_the_wrong_state(self, service: Service) -> None:
        case = service.submitted()
        assert _post(service, case, SUBMIT, **{"If-Match": '"1"'}).status_code == 412
        assert _post(service, case, SUBMIT, **{"If-Match": '"2"'}).status_code == 409

    def test_a_refused_guard_is_409_and_told_in_the_readers_language(self, service: Service) -> None:
        case = service.draft()
        body = {"trigger": "submit", "data": {"title": "A", "days": 0}}
        answer = _post(service, case, body, **{"If-Match": '"1"'})
        assert answer.status_code == 409
        assert answer.json()["reasons"] == [
            {
                "guard": "days_asked",
                "text": "condition : Demandez au moins un jour "
                "(à présent : jours demandés\N{NO-BREAK SPACE}: 0)",
                "facts": {"days": 0},
            }
        ]

    @pytest.mark.parametrize("revision", ["7", "*", 'W/"1"', '"1", "2"', '"x"', '"0"'])
    def test_a_revision_that_is_none_is_422(self, service: Service, revision: str) -> None:
        answer = _post(service, service.draft(), SUBMIT, **{"If-Match": revision})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["name"] == "If-Match"
        assert '"7"' in answer.json()["errors"][0]["detail"]


class TestKeys:
    """The same key and request get the same answer; the same key with another request is refused."""

    def test_the_same_request_is_done_once_and_answered_twice(self, service: Service) -> None:
        case = service.draft()
        headers = {"If-Match": '"1"', "Idempotency-Key": "k1"}
        first, second = _post(service, case, SUBMIT, **headers), _post(service, case, SUBMIT, **headers)
        assert first.status_code == second.status_code == 201
        assert second.json() == {**first.json(), "repeated": True}
        assert second.headers["etag"] == first.headers["etag"]
        assert len(service.as_("amina").get(f"/api/cases/{case}/transitions").json()["items"]) == 2

    def test_a_repeated_request_is_answered_though_its_role_is_gone(self, service: Service) -> None:
        """What was done was allowed then: whoever lost the answer on the way must not take it for refused."""
        case = service.draft()
        headers = {"If-Match": '"1"', "Idempotency-Key": "k1"}
        first = _post(service, case, SUBMIT, **headers)
        service.database.writing(_promote)
        assert _post(service, case, SUBMIT, **{"If-Match": '"1"'}).status_code == 403
        again = _post(service, case, SUBMIT, **headers).json()
        # It tells what she may see now: of the office, also who else was told.
        assert {notice["person"] for notice in again["notices"]} == {"amina", "carla"}
        assert again | {"notices": first.json()["notices"]} == first.json() | {"repeated": True}
        service.database.writing(_retire)
        assert _post(service, case, SUBMIT, **headers).status_code == 404

    def test_a_repeated_request_names_a_revision_too(self, service: Service) -> None:
        case = service.draft()
        _post(service, case, SUBMIT, **{"If-Match": '"1"', "Idempotency-Key": "k1"})
        assert _post(service, case, SUBMIT, **{"Idempotency-Key": "k1"}).status_code == 428
        later = _post(service, case, SUBMIT, **{"If-Match": '"2"', "Idempotency-Key": "k1"})
        assert (later.status_code, later.json()["repeated"]) == (201, True)

    def test_another_request_with_the_key_is_refused(self, service: Service) -> None:
        case = service.draft()
        headers = {"If-Match": '"1"', "Idempotency-Key": "k1"}
        _post(service, case, SUBMIT, **headers)
        other = _post(service, case, {**SUBMIT, "reason": "again"}, **headers)
        assert other.status_code == 422
        assert other.json()["type"].endswith("key-reused")

    def test_a_key_is_a_persons_own(self, service: Service) -> None:
        for by, party in (("amina", "KE"), ("linh", "VN")):
            answer = service.as_(by, **{"Idempotency-Key": "k1"}).post(
                "/api/cases", json={"definition": "help", "party": party}
            )
            assert (answer.status_code, answer.json()["repeated"]) == (201, False)

    def test_opening_twice_with_a_key_opens_one_case(self, service: Service) -> None:
        client = service.as_("amina", **{"Idempotency-Key": "k1"})
        first, second = (
            client.post("/api/cases", json={"definition": "help", "party": "KE"}).json()["case"]
            for _ in range(2)
        )
        assert first == second

    def test_a_refused_request_leaves_its_key_free(self, service: Service) -> None:
        case = service.draft()
        wrong = {"trigger": "submit", "data": {"title": "A", "days": 0}}
        assert _post(service, case, wrong, **{"If-Match": '"1"', "Idempotency-Key": "k1"}).status_code == 409
        right = _post(service, case, SUBMIT, **{"If-Match": '"1"', "Idempotency-Key": "k1"})
        assert right.status_code == 201


def _promote(connection: Connection) -> None:
    """Amina is no focal point any more, but sees every case."""
    _retire(connection)
    persons.grant(connection, "amina", "supervisor", since=MONDAY.date())


def _retire(connection: Connection) -> None:
    for mandate in persons.mandates(connection, "amina"):
        connection.execute(delete(MandateRow).where(col(MandateRow.id) == mandate.id))


def _post(service: Service, case: str, body: Any, *, by: str = "amina", **headers: str) -> Any:
    return service.as_(by).post(f"/api/cases/{case}/transitions", json=body, headers=headers)


def _without(problem: dict[str, Any], case: str) -> dict[str, Any]:
    return {name: str(value).replace(case, "…") for name, value in problem.items()}
