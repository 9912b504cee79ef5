"""The reference procedure over HTTP up to the decision: whoever appraised is in nothing that the Party can
get, and what the secretariat sees with the Party's eyes is what the Party gets.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from tests.api.http.conftest import MONDAY, Service, prepared
from tests.originals import Furnish
from tests.runtime.test_reference import example, reference
from workflow.errors import Malformed
from workflow.records import files, persons, tokens
from workflow.records.databases import open_database
from workflow.records.databases.protocol import Connection
from workflow.records.files import Kept
from workflow.records.persons import Person
from workflow.rules.checks import named_files
from workflow.rules.commands import OWNER
from workflow.runtime import absences
from workflow.runtime.absences import Absence

# Invented; no other text of a case could hold such names.
ASSESSORS = ("xq7-assessor-one", "xq7-assessor-two")
CANARY = "xq7-assessor"
COMMENT = "xq8-comment " * 8
PEOPLE = [
    *((name, "assessor", None, "IT") for name in ASSESSORS),
    ("desk1", "consultee", None, "FR"),
    ("desk2", "consultee", None, "FR"),
    ("desk3", "consultee", None, "FR"),
    ("inez", "auditor", None, "ES"),
    ("dan", "donor", None, "DK"),
    ("dora", "deputy", "KE", "KE"),
]
PARTS = ("", "/tasks", "/clocks", "/actions", "/transitions", "/answers", "/letters", "/files")


@pytest.fixture
def service(copied: Callable[[Furnish], str]) -> Iterator[Service]:
    database = open_database(copied(furnished))
    yield Service(database, reference())
    database.close()


def furnished(url: str) -> None:
    prepared(url)
    database = open_database(url)
    database.writing(_hire)
    database.close()


def _hire(connection: Connection) -> None:
    for name, role, party, nationality in PEOPLE:
        account = Person(name, f"Name of {name}", "en", f"{name}@example.org", (nationality,))
        persons.put(connection, account, MONDAY)
        persons.grant(connection, name, role, since=date(2026, 1, 1), party=party)
        tokens.keep(connection, name, f"token-of-{name}", MONDAY)


class Walk:
    """Acts on one case as those do whose turn it is, and keeps every answer that the Party was given."""

    def __init__(self, service: Service) -> None:
        self.service = service
        answer = service.as_("amina").post(
            "/api/cases", json={"definition": "technical_assistance", "party": "KE"}
        )
        self.case: str = answer.json()["case"]
        self.party: list[str] = [answer.text]
        named = named_files(reference().newest("technical_assistance"), example("request"))
        kept = [Kept(self.case, name[7:], "a.pdf", "application/pdf", 1, "amina", MONDAY) for name in named]
        service.database.writing(lambda connection: [files.put(connection, one) for one in kept])

    def get(self, by: str, path: str = "", **params: str) -> Any:
        answer = self.service.as_(by).get(f"/api/cases/{self.case}{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer

    def change(self, by: str, method: str, path: str, **body: Any) -> Any:
        headers = {"If-Match": self.get(by).headers["etag"]}
        answer = self.service.as_(by).request(
            method, f"/api/cases/{self.case}{path}", json=body, headers=headers
        )
        assert answer.status_code in (200, 201), answer.text
        if by == "amina":
            self.party.append(answer.text)
        return answer

    def fire(self, by: str, trigger: str, form: str | None = None, **data: Any) -> Any:
        answers = {"data": example(form) | data} if form else {}
        return self.change(by, "POST", "/transitions", trigger=trigger, **answers)

    def complete(self, by: str, task: int, outcome: str, form: str, **data: Any) -> Any:
        data = example(form) | data
        return self.change(by, "POST", f"/tasks/{task}/completion", outcome=outcome, data=data)

    def tasks(self, name: str) -> list[int]:
        found = self.get("sven", "/tasks").json()["items"]
        return [one["no"] for one in found if one["name"] == name and one["status"] == "open"]

    def assign(self) -> list[int]:
        """Up to the naming of the assessors."""
        self.fire("amina", "submit", "request", parties=["KE"])
        self.fire("carla", "accept_as_complete", "completeness")
        for task, desk in zip(self.tasks("consultation"), ("desk1", "desk2", "desk3"), strict=True):
            self.complete(desk, task, "no_objection", "consultation")
        self.fire("carla", "send_to_appraisal", "needs_assessment")
        tasks = self.tasks("appraisal")
        for task, name in zip(tasks, ASSESSORS, strict=True):
            self.change("carla", "PUT", f"/tasks/{task}/holder", person=name)
        return tasks

    def appraise(self) -> list[int]:
        """Up to the decision."""
        tasks = self.assign()
        for task, name in zip(tasks, ASSESSORS, strict=True):
            self.declare(name, task)
            self.score(name, task)
        return tasks

    def declare(self, by: str, task: int) -> None:
        self.change(by, "POST", f"/tasks/{task}/declaration", conflict=False)

    def score(self, by: str, task: int) -> None:
        comments = dict.fromkeys((f"{name}_comment" for name in CRITERIA), COMMENT)
        self.complete(by, task, "scored", "appraisal", **comments)

    def gets_of(self, by: str, **params: str) -> Iterator[tuple[str, Any]]:
        """Everything that can be got of the case, by its path."""
        for part in PARTS:
            yield part, self.get(by, part, **params)
        for clock in self.get(by, "/clocks", **params).json()["items"]:
            yield f"/clocks/{clock['no']}", self.get(by, f"/clocks/{clock['no']}", **params)
        for task in self.get(by, "/tasks", **params).json()["items"]:
            yield f"/tasks/{task['no']}", self.get(by, f"/tasks/{task['no']}", **params)


CRITERIA = ("relevance", "feasibility", "effectiveness", "sustainability")


def test_the_party_never_learns_who_appraised_nor_what_they_wrote(service: Service) -> None:
    walk = Walk(service)
    tasks = walk.appraise()
    decided = {"decided_on": "2026-03-02", "decided_by": "supervisor", "days": 5}
    walk.fire("sven", "approve", "decision", **decided)
    told = [*walk.party, *(str(answer.headers) + answer.text for _, answer in walk.gets_of("amina"))]
    told += [service.as_("amina").get(path).text for path in ("/api/cases", "/api/worklist", "/api/notices")]
    told += [service.as_("amina").get("/api/deadlines").text]
    for text in told:
        assert CANARY not in text
        assert "xq8-comment" not in text
    for task in tasks:
        for answer in asked_about(walk, task):
            assert answer.status_code == 404, answer.text
            assert CANARY not in answer.text
    everything = "".join(answer.text for _, answer in walk.gets_of("sven"))
    assert CANARY in everything
    assert "xq8-comment" in everything


def asked_about(walk: Walk, task: int) -> Iterator[Any]:
    """Whatever can be asked about a task, asked by the Party."""
    amina, path = walk.service.as_("amina"), f"/api/cases/{walk.case}/tasks/{task}"
    match = {"If-Match": walk.get("amina").headers["etag"]}
    yield amina.get(path)
    yield amina.get(f"{path}/candidates")
    yield amina.put(f"{path}/holder", json={"person": "amina"}, headers=match)
    yield amina.post(f"{path}/completion", json={"outcome": "scored", "data": {}}, headers=match)


def test_while_it_is_appraised_the_party_sees_that_and_no_more(service: Service) -> None:
    walk = Walk(service)
    walk.appraise()
    assert walk.get("amina").json()["ball"] == {"role": "supervisor", "person": None}
    acts = [one["act"] for one in walk.get("amina", "/transitions").json()["items"]]
    assert acts == ["open", "submit", "accept_as_complete", "send_to_appraisal", "recommend"]
    hidden = [one for one in walk.get("amina", "/transitions").json()["items"] if one["person"] is None]
    assert [one["act"] for one in hidden] == ["accept_as_complete", "send_to_appraisal"]
    assert all(one["data"] == {} and one["hash"] is None for one in hidden)
    forms = {one["form"] for one in walk.get("amina", "/answers").json()["items"]}
    assert forms == {"request"}
    assert walk.get("amina", "/tasks").json()["items"] == []
    codes = {one["code"] for one in walk.get("amina", "/letters").json()["items"]}
    assert codes == {"L01", "L04"}


def test_the_ball_names_nobody_while_an_assessor_has_it(service: Service) -> None:
    walk = Walk(service)
    walk.assign()
    assert walk.get("sven").json()["ball"] == {"role": "assessor", "person": ASSESSORS[1]}
    assert walk.get("amina").json()["ball"] == {"role": "assessor", "person": None}
    (listed,) = service.as_("amina").get("/api/cases").json()["items"]
    assert listed["ball"] == {"role": "assessor", "person": None}
    assert CANARY not in service.as_("amina").get("/api/deadlines").text
    assert CANARY in service.as_("carla").get("/api/cases").text


def test_what_is_due_is_listed_as_far_as_the_cases_clocks_are_seen(service: Service) -> None:
    walk = Walk(service)
    walk.assign()
    for person in ("amina", "dora", *ASSESSORS, "carla", "sven", "inez"):
        clocks = walk.get(person, "/clocks").json()["items"]
        running = {clock["no"] for clock in clocks if clock["status"] == "running"}
        listed = service.as_(person).get("/api/deadlines").json()["items"]
        assert {one["no"] for one in listed} == running
        assert len(running) == {"amina": 1, "dora": 1, **dict.fromkeys(ASSESSORS, 1)}.get(person, 3)


def test_with_the_partys_eyes_the_office_sees_what_the_party_gets(service: Service) -> None:
    walk = Walk(service)
    walk.appraise()
    theirs = dict(walk.gets_of("dora"))
    for viewer in ("carla", "sven", "inez"):
        seen = dict(walk.gets_of(viewer, view_as="party"))
        assert seen.keys() == theirs.keys()
        for part in theirs.keys() - {"/actions"}:
            assert seen[part].json() == theirs[part].json(), part
    triggers = {one["name"] for one in seen["/actions"].json()["items"] if one["allowed"]}
    assert "withdraw" in triggers


def test_only_who_sees_all_looks_with_the_eyes_of_others(service: Service) -> None:
    walk = Walk(service)
    walk.fire("amina", "submit", "request", parties=["KE"])
    path = f"/api/cases/{walk.case}"
    refused = service.as_("amina").get(path, params={"view_as": "secretariat"})
    assert refused.status_code == 403
    assert "revient à ceux qui voient tout" in refused.json()["detail"]
    unknown = service.as_("sven").get(path, params={"view_as": "partly"})
    assert unknown.status_code == 422
    assert "did you mean 'party'?" in unknown.json()["detail"]
    assert unknown.json()["errors"][0]["name"] == "view_as"
    nobody = service.as_("sven").get(path, params={"view_as": "donor"})
    assert nobody.status_code == 409
    written = service.as_("sven").post(f"{path}/transitions", params={"view_as": "party"}, json={})
    assert written.status_code == 422


def test_an_auditor_sees_all_and_can_do_nothing(service: Service) -> None:
    walk = Walk(service)
    walk.appraise()
    assert CANARY in "".join(answer.text for _, answer in walk.gets_of("inez"))
    assert not any(one["allowed"] for one in walk.get("inez", "/actions").json()["items"])


def test_an_assessor_sees_the_request_without_whom_to_ask_and_not_the_other_appraisal(
    service: Service,
) -> None:
    walk = Walk(service)
    first, second = walk.assign()
    other, one = ASSESSORS
    walk.declare(other, first)
    walk.score(other, first)
    walk.declare(one, second)
    answers = walk.get(one, "/answers").json()["items"]
    assert {answer["form"] for answer in answers} == {"request", "needs_assessment"}
    (request,) = [answer for answer in answers if answer["form"] == "request"]
    assert "problem_and_needs" in request["data"]
    assert "contact" not in request["data"]
    assert [task["no"] for task in walk.get(one, "/tasks").json()["items"]] == [second]
    assert other not in "".join(answer.text for _, answer in walk.gets_of(one))
    assert service.as_(other).get(f"/api/cases/{walk.case}").status_code == 404


def test_an_assessor_learns_nothing_of_the_other_appraisal_by_rehearsing_their_own(service: Service) -> None:
    walk = Walk(service)
    tasks = walk.assign()
    for task, name in zip(tasks, ASSESSORS, strict=True):
        walk.change(name, "POST", f"/tasks/{task}/declaration", conflict=False)
    told = set()
    for first in (False, True):
        if first:
            walk.complete(ASSESSORS[0], tasks[0], "scored", "appraisal")
        for score in (1, 7, 10):
            answer = rehearsed(walk, ASSESSORS[1], tasks[1], score)
            told.add((answer.status_code, answer.text))
    assert {status for status, _ in told} == {403}
    assert len(told) == 1
    walk.complete(ASSESSORS[1], tasks[1], "scored", "appraisal")


def test_whoever_is_done_is_not_told_where_their_act_led(service: Service) -> None:
    """Else the receipt of the second appraisal tells whether it is far apart from the first."""
    walk = Walk(service)
    for task, name in zip(walk.assign(), ASSESSORS, strict=True):
        walk.declare(name, task)
        told = walk.complete(name, task, "scored", "appraisal").json()
        assert (told["before"], told["state"], told["ball_role"]) == ("appraisal", "appraisal", None)
        assert [one["act"] for one in told["entries"]] == ["appraisal.scored"]
    assert walk.get("carla").json()["state"]["name"] == "decision_pending"


def test_who_sees_what_decides_of_it_rehearses_an_act(service: Service) -> None:
    walk = Walk(service)
    walk.appraise()
    decided = {"decided_on": "2026-03-02", "decided_by": "supervisor", "days": 5}
    body = {"trigger": "approve", "data": example("decision") | decided}
    for by, trigger in (("sven", body), ("amina", {"trigger": "withdraw", "data": example("withdrawal")})):
        path = f"/api/cases/{walk.case}/transitions?dry_run=true"
        answer = service.as_(by).post(path, json=trigger)
        assert answer.status_code == 200, answer.text
        assert answer.json()["dry_run"] is True


def rehearsed(walk: Walk, by: str, task: int, score: int) -> Any:
    """The answer to a dry run of an appraisal with this score throughout."""
    body = {"outcome": "scored", "data": example("appraisal") | dict.fromkeys(CRITERIA, score)}
    path = f"/api/cases/{walk.case}/tasks/{task}/completion?dry_run=true"
    return walk.service.as_(by).post(path, json=body)


def test_a_key_repeats_what_whoever_asks_may_see_now(service: Service) -> None:
    walk = Walk(service)
    body = {"trigger": "submit", "data": example("request") | {"parties": ["KE"]}}
    headers = {"If-Match": walk.get("amina").headers["etag"], "Idempotency-Key": "once"}
    path = f"/api/cases/{walk.case}/transitions"
    first = service.as_("amina").post(path, json=body, headers=headers).json()
    again = service.as_("amina").post(path, json=body, headers=headers).json()
    assert again == first | {"repeated": True}
    assert {notice["person"] for notice in first["notices"]} <= {"amina"}
    stored = service.database.reading(
        lambda connection: connection.rows("SELECT CAST(answer AS text) FROM idempotency", ())
    )
    assert "carla" in stored[0][0], "it is kept whole"


def test_whether_hidden_answers_were_accepted_is_told_by_no_refusal(service: Service) -> None:
    walk = Walk(service)
    walk.assign()
    path, match = f"/api/cases/{walk.case}/answers", {"If-Match": walk.get("amina").headers["etag"]}
    for form in ("needs_assessment", "final_evaluation"):  # one is accepted, the other yet to come
        for reason in ("", "A slip"):
            refused = service.as_("amina").put(
                f"{path}/{form}", json={"data": {}, "reason": reason}, headers=match
            )
            assert refused.status_code == 409
            assert refused.json()["type"].endswith(":not-now")


def test_half_a_history_is_not_exported(service: Service) -> None:
    walk = Walk(service)
    path = f"/api/cases/{walk.case}/export"
    assert service.as_("amina").get(path).status_code == 403
    assert service.as_("carla").get(path).status_code == 200


@pytest.mark.parametrize("by", ["carla", OWNER])
def test_nobody_of_the_party_stands_in_for_who_knows_who_appraised(service: Service, by: str) -> None:
    def lend(absent: str, stand_in: str) -> None:
        asked = Absence(absent, stand_in, MONDAY.date(), MONDAY.date())
        service.database.writing(lambda connection: absences.delegate(connection, service.engine, by, asked))

    lend("carla", "colin")
    with pytest.raises(Malformed) as refusal:
        lend("carla", "dora")
    assert [one.pointer for one in refusal.value.faults] == ["/stand_in"]
