"""One walk through everything that the API offers: every operation is seen to succeed, and its answer to
keep its word.
"""

from datetime import timedelta
from functools import partial
from typing import Any

import jsonschema_rs
from pyotp import TOTP

from tests.api.http.conftest import GOOD, REQUEST, Browser, Service
from tests.api.http.test_providers import know, land, sent_back
from tests.runtime.providers.rogue import rogue
from workflow.records import factors, links, notices


class Walker:
    """Sends requests, and notes which operation of the OpenAPI page each one was."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.page: dict[str, Any] = service.nobody.get("/api/openapi.json").json()
        self.succeeded: set[str] = set()

    def send(self, by: str, method: str, path: str, status: int = 200, **more: Any) -> Any:
        answer = self.service.as_(by).request(method, path, **more)
        assert answer.status_code == status, f"{method} {path}: {answer.text}"
        operation = self._operation(method, path.partition("?")[0])
        self._check(operation, answer)
        self.succeeded.add(operation["operationId"])
        return answer

    def browse(self, browser: Browser, method: str, path: str, status: int = 200, **body: Any) -> Any:
        """The same at a browser."""
        answer = browser.noted(browser.request(method, path, json=body or None))
        assert answer.status_code == status, f"{method} {path}: {answer.text}"
        operation = self._operation(method, path)
        self._check(operation, answer)
        self.succeeded.add(operation["operationId"])
        return answer

    def follow(self, browser: Browser, address: str) -> None:
        """Go to a provider, and come back."""
        answer = land(browser, path := sent_back(address))
        assert answer.status_code == 303, answer.text
        operation = self._operation("GET", path.partition("?")[0])
        self._check(operation, answer)
        self.succeeded.add(operation["operationId"])

    def change(self, by: str, method: str, case: str, path: str, status: int = 200, **more: Any) -> Any:
        revision = self.service.as_(by).get(f"/api/cases/{case}").headers["etag"]
        return self.send(
            by, method, f"/api/cases/{case}{path}", status, headers={"If-Match": revision}, **more
        )

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        found = [
            operations[method.lower()]
            for template, operations in self.page["paths"].items()
            if method.lower() in operations and _fits(template, path)
        ]
        # An address without places wins over one with.
        operation: dict[str, Any] = min(found, key=lambda one: len(one.get("parameters", ())))
        return operation

    def _check(self, operation: dict[str, Any], answer: Any) -> None:
        said = operation["responses"][str(answer.status_code)]
        for name in said.get("headers", {}):
            assert name.lower() in answer.headers
        if not answer.content:
            return
        kind = answer.headers["content-type"].partition(";")[0]
        assert kind in said["content"], f"{operation['operationId']} answers {kind}"
        if kind == "application/json":
            schema = {**said["content"][kind]["schema"], "components": self.page["components"]}
            jsonschema_rs.Draft202012Validator(schema).validate(answer.json())


def _fits(template: str, path: str) -> bool:
    wanted, given = template.split("/"), path.split("/")
    return len(wanted) == len(given) and all(
        one == other or one.startswith("{") for one, other in zip(wanted, given, strict=True)
    )


def test_every_operation_is_seen_to_succeed(service: Service) -> None:
    walker = Walker(service)
    _reference(walker)
    case = _case(walker)
    _work(walker)
    _files(walker)
    _notices(walker, case)
    _bulletins(walker)
    _administration(walker)
    _accounts(walker)
    _delegations(walker)
    _designations(walker)
    _providers(walker)
    _health(walker)
    offered = {one["operationId"] for path in walker.page["paths"].values() for one in path.values()}
    assert offered - walker.succeeded == set()


def _reference(walker: Walker) -> None:
    walker.send("amina", "GET", "/api/parties?region=Africa")
    walker.send("amina", "GET", "/api/parties/KE")
    walker.send("amina", "GET", "/api/definitions")
    version = "/api/definitions/help/versions/1"
    walker.send("amina", "GET", version)
    assert "<svg" in walker.send("amina", "GET", f"{version}/diagram.svg").text
    assert "stateDiagram" in walker.send("amina", "GET", f"{version}/diagram.mmd").text
    walker.send("amina", "GET", "/api/calendars")
    walker.send("amina", "GET", "/api/calendars/paris")
    walker.send("amina", "GET", "/api/deadlines/explain?from=2026-03-02T10:00:00Z&within=3 working days")


def _case(walker: Walker) -> str:
    opening = {"definition": "help", "party": "KE"}
    case: str = walker.send("amina", "POST", "/api/cases", 201, json=opening).json()["case"]
    draft = {"data": {"title": "A register of artists"}}
    walker.change("amina", "PUT", case, "/answers/request", json=draft)
    walker.change("amina", "DELETE", case, "/transitions/last")
    submit = {"trigger": "submit", "data": REQUEST}
    walker.change("amina", "POST", case, "/transitions", 201, json=submit)
    walker.change("carla", "POST", case, "/transitions?dry_run=true", 200, json={"trigger": "accept"})
    walker.change("carla", "POST", case, "/transitions", 201, json={"trigger": "accept"})
    task = walker.send("carla", "GET", f"/api/cases/{case}/tasks").json()["items"][0]["no"]
    walker.send("carla", "GET", f"/api/cases/{case}/tasks/{task}/candidates")
    walker.change("carla", "PUT", case, f"/tasks/{task}/holder", json={"person": "elena"})
    walker.send("elena", "GET", f"/api/cases/{case}/tasks/{task}")
    walker.change("elena", "POST", case, f"/tasks/{task}/declaration", 201, json={"conflict": False})
    clocks = walker.send("elena", "GET", f"/api/cases/{case}/clocks").json()["items"]
    walker.send("elena", "GET", f"/api/cases/{case}/clocks/{clocks[0]['no']}")
    scored = {"outcome": "scored", "data": {"score": 80}}
    walker.change("elena", "POST", case, f"/tasks/{task}/completion", 201, json=scored)
    walker.send("ada", "GET", f"/api/cases/{case}/access")
    walker.send("ada", "GET", f"/api/cases/{case}/access/elena")
    for path in ("", "/transitions", "/actions", "/answers", "/answers/request", "/letters", "/export"):
        walker.send("carla", "GET", f"/api/cases/{case}{path}")
    return case


def _work(walker: Walker) -> None:
    for path in ("cases?party=KE", "worklist?view=due_soon", "deadlines?until=2027-01-01T00:00:00Z", "me"):
        walker.send("carla", "GET", f"/api/{path}")
    walker.send("elena", "PUT", "/api/me/conflicts", json={"parties": ["VN"]})
    walker.send("elena", "GET", "/api/me/conflicts")


def _files(walker: Walker) -> None:
    pdf = {
        "params": {"name": "letter.pdf"},
        "content": b"%PDF-1.7",
        "headers": {"Content-Type": "application/pdf"},
    }
    path = f"/api/cases/{walker.service.draft()}/files"
    kept = walker.send("amina", "POST", path, 201, **pdf).json()
    walker.send("amina", "GET", path)
    walker.send("amina", "GET", f"{path}/{kept['digest']}")


def _notices(walker: Walker, case: str) -> None:
    mine = walker.send("amina", "GET", "/api/notices").json()["items"]
    walker.send("amina", "PUT", f"/api/notices/{mine[0]['id']}/read")
    walker.send("ada", "GET", "/api/notices/all?status=pending")
    dead = walker.send("carla", "GET", "/api/notices").json()["items"][0]["id"]
    _settle(walker.service, dead, "dead")
    walker.send("ada", "POST", f"/api/notices/{dead}/replay")
    _settle(walker.service, dead, "sent")
    walker.send("ada", "POST", f"/api/notices/{dead}/bounce", json={"said": "550 no such mailbox"})


def _bulletins(walker: Walker) -> None:
    dead = walker.service.dead_bulletin()
    walker.send("ada", "GET", "/api/bulletins?status=dead")
    walker.send("ada", "POST", f"/api/bulletins/{dead}/replay")


def _accounts(walker: Walker) -> None:
    """Linh accepts an invitation, enrols a second factor, signs in with it, and takes it away."""
    service = walker.service
    browser, linh = service.browser(), {"email": "linh@example.org", "password": GOOD}
    browse = partial(walker.browse, browser)
    browse("POST", "/api/session/link", 202, email="linh@example.org")
    browse("POST", "/api/session/invitation", 201, link=_link(service, "invite"), password=GOOD)
    browse("POST", "/api/session/link/use", 201, link=_link(service, "sign_in"))
    browse("POST", "/api/session", 201, **linh)
    secret = browse("POST", "/api/me/second-factor").json()["secret"]
    browse("POST", "/api/me/second-factor/confirmation", code=TOTP(secret).at(service.at))
    for path in ("/api/session", "/api/me/second-factor", "/api/me/sessions", "/api/me/tokens"):
        browse("GET", path)
    service.later(minutes=1)
    browse("POST", "/api/session", 201, **linh)
    browse("POST", "/api/session/second-factor", code=TOTP(secret).at(service.at))
    service.later(minutes=1)
    browse("POST", "/api/me/second-factor/recovery-codes", code=TOTP(secret).at(service.at))
    browse("POST", "/api/me/second-factor/removal", password=GOOD)
    made = browse("POST", "/api/me/tokens", 201, label="laptop", scope="read").json()
    browse("DELETE", f"/api/me/tokens/{made['id']}")
    browse("POST", "/api/me/password", current=GOOD, password="green harbour with nine slow boats")
    other = service.browser()
    other.sign_in("linh", "green harbour with nine slow boats")
    [open_one] = [one for one in browse("GET", "/api/me/sessions").json()["items"] if not one["own"]]
    browse("DELETE", f"/api/me/sessions/{open_one['id']}")
    browse("DELETE", "/api/me/sessions")
    browse("DELETE", "/api/session")
    service.database.writing(lambda connection: factors.enrol(connection, "linh", "A" * 32, service.at))
    walker.send("ada", "DELETE", "/api/persons/linh/second-factor")


def _delegations(walker: Walker) -> None:
    """Somebody lets somebody stand in, and ends it; and so does an administrator."""
    today = walker.service.engine.today()
    days = {"since": str(today), "until": str(today + timedelta(days=9))}
    for by, path, other in (("sven", "/api/me", "carla"), ("ada", "/api/persons/amina", "linh")):
        made = walker.send(by, "POST", f"{path}/delegations", 201, json={"stand_in": other, **days}).json()
        walker.send(by, "GET", f"{path}/delegations")
        walker.send(by, "DELETE", f"{path}/delegations/{made['id']}")


def _designations(walker: Walker) -> None:
    """Another focal point is designated for a day to come."""
    today = walker.service.engine.today()
    letter = {"letter": {"reference": "MCC/114", "date": str(today)}}
    body = {"person": "elena", "since": str(today + timedelta(days=9)), **letter}
    walker.send("ada", "POST", "/api/parties/KE/designations", 201, json=body)


def _providers(walker: Walker) -> None:
    """Linh's account with a provider is linked by an administrator, then by herself, and let go of."""
    service = walker.service
    with rogue(service.engine.now) as office:
        know(service, office)
        walker.send("linh", "GET", "/api/session/providers")
        path, account = "/api/persons/linh/identities", {"provider": "office", "subject": office.subject}
        linked = walker.send("ada", "POST", path, 201, json=account).json()
        walker.send("ada", "GET", path)
        browser = service.browser()
        begun = walker.browse(browser, "POST", "/api/session/providers/office", 201, return_to="/api/me")
        walker.follow(browser, begun.json()["address"])
        walker.browse(browser, "GET", "/api/me/identities")
        walker.send("ada", "DELETE", f"{path}/{linked['id']}")
        service.password("linh")
        browser.sign_in("linh")
        begun = walker.browse(browser, "POST", "/api/me/identities", 201, provider="office")
        walker.follow(browser, begun.json()["address"])
        [mine] = walker.browse(browser, "GET", "/api/me/identities").json()["items"]
        walker.browse(browser, "DELETE", f"/api/me/identities/{mine['id']}")


def _link(service: Service, purpose: str) -> str:
    return service.database.writing(lambda connection: links.new(connection, "linh", purpose, service.at))[0]


def _settle(service: Service, notice: str, status: str) -> None:
    """What the worker does with a notice that went, or failed for good."""

    def work(connection: Any) -> bool:
        claimed = notices.claim(connection, service.at, service.at.date(), limit=100)
        fence = next(one.fence for one in claimed if one.id == notice)
        return notices.settle(connection, notice, fence, status, at=service.at)

    assert service.database.writing(work)


def _administration(walker: Walker) -> None:
    day = "/api/calendars/paris/days/2026-03-05"
    walker.send("ada", "PUT", day, json={"name": "The house moves"})
    walker.send("ada", "DELETE", day)
    session = "/api/calendars/paris/sessions/bureau/2026-06-15"
    walker.send("ada", "PUT", session)
    walker.send("ada", "DELETE", session)
    walker.send("ada", "PUT", "/api/parties/CI", json={"names": {"en": "Côte d'Ivoire"}, "region": "Africa"})
    walker.send("ada", "GET", "/api/persons")
    walker.send("ada", "PUT", "/api/persons/nadia", json={"name": "Nadia", "language": "fr"})
    mandate = {"role": "focal_point", "party": "CI", "since": "2026-01-01"}
    granted = walker.send("ada", "POST", "/api/persons/nadia/mandates", 201, json=mandate).json()["id"]
    walker.send("ada", "GET", "/api/persons/nadia")
    walker.send("ada", "GET", "/api/mandates?party=CI&region=Africa&role=focal_point")
    walker.send("ada", "GET", "/api/mandates/gaps?role=focal_point")
    made = walker.send("ada", "POST", "/api/persons/nadia/tokens", 201, json={"label": "laptop"}).json()
    walker.send("ada", "GET", "/api/persons/nadia/tokens")
    walker.send("ada", "DELETE", f"/api/persons/nadia/tokens/{made['id']}")
    walker.send("ada", "DELETE", f"/api/persons/nadia/mandates/{granted}")
    linh = "/api/persons/linh"
    walker.send("ada", "POST", f"{linh}/invitation", 202)
    walker.send("ada", "PUT", f"{linh}/disabled", json={"reason": "away"})
    walker.send("ada", "DELETE", f"{linh}/disabled")
    walker.send("ada", "DELETE", f"{linh}/sessions")
    walker.send("ada", "GET", f"{linh}/account")
    walker.send("ada", "GET", "/api/denials?status=404")
    walker.send("ada", "GET", "/api/administration?subject=party:CI")
    _personal(walker, granted)


def _personal(walker: Walker, mandate: str) -> None:
    walker.send("carla", "GET", "/api/me/data")
    walker.send("carla", "GET", "/api/me/readings")
    case = walker.service.submitted()
    walker.send("carla", "GET", f"/api/cases/{case}")
    walker.send("ada", "GET", f"/api/cases/{case}/readings")
    placed = {"person": "nadia", "reason": "A complaint is before a court."}
    hold = walker.send("ada", "POST", "/api/legal-holds", 201, json=placed).json()["id"]
    walker.send("ada", "GET", "/api/legal-holds")
    walker.send("ada", "GET", "/api/retention?due=true")
    walker.send("ada", "DELETE", f"/api/legal-holds/{hold}?reason=It was withdrawn.")
    walker.send("ada", "GET", "/api/persons/nadia/data")
    walker.send("ada", "DELETE", f"/api/persons/nadia/mandates/{mandate}?until=2026-01-02")
    reason = {"reason": "Asked for by letter."}
    walker.send("ada", "POST", "/api/persons/nadia/erasure", json=reason)


def _health(walker: Walker) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        walker.send("carla", "GET", path)
