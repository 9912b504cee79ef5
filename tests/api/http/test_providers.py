"""Signing in by a provider over HTTP: the whole way as a browser goes it, to one that may be hostile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from api.http import cookies
from api.http.app import create_app
from api.http.edge import Outside
from tests.api.http.conftest import HERE, Browser, Service
from tests.runtime.providers.mock import consent, mock_provider
from tests.runtime.providers.rogue import Rogue, browsed, rogue
from workflow.records import administration, identities
from workflow.records.pages import Place
from workflow.runtime.providers.code_flow import Providers
from workflow.runtime.providers.configuration import Provider, SecondFactor

FACTOR = SecondFactor(frozenset({"otp"}))


@pytest.fixture
def office(service: Service) -> Iterator[Rogue]:
    """A provider that the service knows; Amina's account there is linked."""
    with rogue(service.engine.now) as one:
        know(service, one)
        service.database.writing(
            lambda connection: identities.link(
                connection, "amina", one.issuer, one.subject, by="ada", at=service.at
            )
        )
        yield one


def know(service: Service, *known: Rogue, **more: Any) -> None:
    """Put the service together anew, with these providers."""
    names = ["office", *(f"other{no}" for no in range(9))]
    listed = [
        one.provider(name=name, labels={"en": "The office", "fr": "Le bureau"}, second_factor=FACTOR)
        for name, one in zip(names, known, strict=False)
    ]
    put_together(service, listed, **more)


def put_together(service: Service, known: list[Provider], **more: Any) -> None:
    providers = Providers(known, HERE, now=service.engine.now)
    parts = {"secret": b"0" * 32, "files": service.files, "signing": service.signing}
    service.app = create_app(service.engine, known=providers, **parts, **more)


def begin(browser: Browser, **body: Any) -> str:
    told = browser.post("/api/session/providers/office", json=body)
    assert told.status_code == 201, told.text
    address: str = told.json()["address"]
    return address


def sent_back(address: str) -> str:
    """The path to which the provider sends the browser."""
    went = browsed("GET", address).headers["Location"]
    assert went.startswith(HERE)
    return went.removeprefix(HERE)


def land(browser: Browser, path: str) -> Any:
    foreign = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    headers = {name: value for name, value in browser.headers.items() if name.lower() != "origin"}
    asked = browser.build_request("GET", path, headers={**headers, **foreign})
    asked.headers.pop("origin", None)
    return browser.send(asked, follow_redirects=False)


def sign_in(browser: Browser, **body: Any) -> Any:
    return land(browser, sent_back(begin(browser, **body)))


def test_providers_are_told_in_the_readers_language(service: Service, office: Rogue) -> None:
    french = service.nobody.get("/api/session/providers", headers={"Accept-Language": "fr"})
    assert french.json() == {"items": [{"name": "office", "label": "Le bureau"}]}


def test_somebody_signs_in_and_returns_where_they_were(service: Service, office: Rogue) -> None:
    browser = service.browser()
    landed = sign_in(browser, return_to="/api/worklist?view=due_soon")
    assert (landed.status_code, landed.headers["location"]) == (303, "/api/worklist?view=due_soon")
    assert landed.headers["referrer-policy"] == "no-referrer"
    told = browser.get("/api/session").json()
    assert (told["person"], told["method"], told["missing"]) == ("amina", "oidc", None)
    assert browser.cookies.get(cookies.FLOW) is None


def test_the_whole_way_with_a_provider_that_is_not_ours(service: Service) -> None:
    service.at = datetime.now(UTC)
    service.password("linh")
    with mock_provider() as issuer:
        put_together(service, [Provider("office", issuer, "caseway", "hush")])
        linh = service.browser()
        linh.sign_in("linh")
        begun = linh.post("/api/me/identities", json={"provider": "office", "return_to": "/api/me"})
        landed = land(linh, consent(begun.json()["address"], "linh@example.com").removeprefix(HERE))
        assert (landed.status_code, landed.headers["location"]) == (303, "/api/me")
        again, stranger = service.browser(), service.browser()
        landed = land(again, consent(begin(again), "linh@example.com").removeprefix(HERE))
        assert landed.status_code == 303
        assert again.get("/api/me").json()["id"] == "linh"
        refused = land(stranger, consent(begin(stranger), "amina@example.org").removeprefix(HERE))
        assert refused.status_code == 403


def test_the_browser_is_known_by_a_cookie_of_this_host_alone(service: Service, office: Rogue) -> None:
    began = service.browser().post("/api/session/providers/office", json={})
    [cookie] = began.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-caseway-flow=")
    kept = set(cookie.split("; "))
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"} <= kept


def test_a_link_in_another_browser_lets_nobody_in(service: Service, office: Rogue) -> None:
    mine, thiefs = service.browser(), service.browser()
    path = sent_back(begin(mine))
    begin(thiefs)
    assert land(thiefs, path).status_code == 401
    assert land(service.browser(), path).status_code == 401
    assert thiefs.get("/api/session").status_code == 401
    assert land(mine, path).status_code == 303
    assert land(mine, path).status_code == 401


def test_a_session_that_the_browser_had_ends(service: Service, office: Rogue) -> None:
    browser = service.browser()
    sign_in(browser)
    former = browser.cookies.get(cookies.NAME)
    sign_in(browser)
    assert browser.cookies.get(cookies.NAME) != former
    old = service.browser()
    old.cookies.set(cookies.NAME, former or "", domain="testserver.local")
    assert old.get("/api/session").status_code == 401


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?state=guessed&code=invented",
        "?error=access_denied&error_description=%3Cscript%3E&session_state=1",
        "?state=%00",
        "?state=a&state=b&code=c",
        "?state=" + "a" * 5000,
    ],
)
def test_whatever_is_forged_is_refused_alike(service: Service, office: Rogue, query: str) -> None:
    browser = service.browser()
    begin(browser)
    refused = land(browser, f"/api/session/callback/office{query}")
    reference = land(service.browser(), "/api/session/callback/office?state=x&code=y")
    if query == "?state=%00":
        assert refused.status_code == 422
    else:
        assert refused.status_code == 401
        assert refused.content == reference.content
        assert dict(refused.headers) == dict(reference.headers)
    assert browser.get("/api/session").status_code == 401


def test_a_forged_token_lets_nobody_in_and_stands_in_no_log(service: Service, office: Rogue) -> None:
    office.claims = {"aud": "another-client"}
    browser = service.browser()
    with capture_logs() as logs:
        path = sent_back(begin(browser))
        refused = land(browser, path)
    assert refused.status_code == 401
    assert refused.json()["detail"] == "This sign-in was not accepted; begin it again"
    assert "claim aud" in str(logs)
    assert not [
        one for one in urlsplit(path).query.replace("=", "&").split("&") if len(one) > 9 and one in str(logs)
    ]


def test_whoever_is_not_linked_is_told_what_to_do(service: Service, office: Rogue) -> None:
    office.subject = "somebody-else"
    office.claims = {"email": "amina@example.org", "email_verified": True}
    browser = service.browser(**{"Accept-Language": "fr"})
    refused = sign_in(browser)
    assert refused.status_code == 403
    assert "n'est lié à personne ici" in refused.json()["detail"]
    assert browser.get("/api/session").status_code == 401


def test_who_is_refused_at_the_landing_is_noted_by_their_network(service: Service, office: Rogue) -> None:
    office.subject = "somebody-else"
    browser = service.browser()
    sign_in(browser)
    land(browser, "/api/session/callback/office?state=forged&code=forged")
    found = service.as_("ada").get("/api/denials").json()["items"]
    noted = [(one["operation"], one["status"], one["person"], one["source"]) for one in found]
    network = "192.0.2.0/24"
    assert sorted(noted) == [("end_sign_in", 401, None, network), ("end_sign_in", 403, None, network)]
    assert "forged" not in str(found)


def test_a_role_that_needs_a_second_factor_gets_half_a_session(service: Service, office: Rogue) -> None:
    office.subject = "adas-account"
    link(service, office, "ada")
    browser = service.browser()
    sign_in(browser)
    assert browser.get("/api/session").json()["missing"] == "enrolment"
    assert browser.get("/api/persons").status_code == 403
    office.claims = {"amr": ["pwd", "otp"]}
    sign_in(browser)
    assert browser.get("/api/session").json()["missing"] is None
    assert browser.get("/api/persons").status_code == 200


def link(service: Service, office: Rogue, person: str) -> None:
    body = {"provider": "office", "subject": office.subject}
    told = service.as_("ada").post(f"/api/persons/{person}/identities", json=body)
    assert told.status_code == 201, told.text


def test_the_address_to_come_back_to_is_the_houses_own_whatever_a_request_says(
    service: Service, office: Rogue
) -> None:
    for headers in (
        {"Host": "evil.example", "Origin": "https://evil.example"},
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Proto": "http", "Forwarded": "host=evil.example"},
        {"X-Original-URL": "//evil.example", "X-Rewrite-URL": "//evil.example"},
    ):
        told = service.browser(**headers).post("/api/session/providers/office", json={})
        assert told.status_code in (201, 403)
        assert "evil" not in told.text
        if told.status_code == 201:
            assert "redirect_uri=https%3A%2F%2Ftestserver%2Fapi%2Fsession%2Fcallback%2Foffice" in told.text
    know(service, office, outside=Outside(HERE))
    assert (
        service.browser(Host="evil.example").post("/api/session/providers/office", json={}).status_code == 421
    )


def test_nobody_is_sent_elsewhere(service: Service, office: Rogue) -> None:
    for place in ("//evil.example", "https://evil.example", "/\\evil.example"):
        refused = service.browser().post("/api/session/providers/office", json={"return_to": place})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/return_to"
    path = sent_back(begin(browser := service.browser())) + "&return_to=//evil.example"
    assert land(browser, path).headers["location"] == "/"


def test_a_page_of_others_begins_nothing(service: Service, office: Rogue) -> None:
    foreign = service.browser(Origin="https://evil.example", **{"Sec-Fetch-Site": "cross-site"})
    assert foreign.post("/api/session/providers/office", json={}).status_code == 403
    assert office.asked == []


def test_who_begins_too_often_waits(service: Service, office: Rogue) -> None:
    browser = service.browser()
    answers = [browser.post("/api/session/providers/office", json={}).status_code for _ in range(31)]
    assert answers == [201] * 30 + [429]
    assert service.browser("198.51.100.1").post("/api/session/providers/office", json={}).status_code == 201


def test_a_provider_that_is_away_is_told_so(service: Service, office: Rogue) -> None:
    office.pages["/.well-known/openid-configuration"] = lambda: (500, {}, b"secret trace")
    away = service.browser().post("/api/session/providers/office", json={})
    assert away.status_code == 503
    assert "secret" not in away.text
    assert office.issuer not in away.text
    assert service.browser().post("/api/session/providers/nobody", json={}).status_code == 404


def test_somebody_links_an_account_of_theirs_and_lets_go_of_it(service: Service, office: Rogue) -> None:
    office.subject = "linhs-account"
    service.password("linh")
    linh = service.browser()
    linh.sign_in("linh")
    landed = link_own(linh)
    assert (landed.status_code, landed.headers["location"]) == (303, "/api/me/identities")
    [mine] = linh.get("/api/me/identities").json()["items"]
    assert (mine["subject"], mine["person"], mine["linked_by"]) == ("linhs-account", "linh", "linh")
    other = service.browser()
    sign_in(other)
    assert other.get("/api/me").json()["id"] == "linh"
    assert linh.delete(f"/api/me/identities/{mine['id']}").status_code == 200
    assert other.get("/api/me").status_code == 401
    assert linh.get("/api/me").status_code == 200
    assert sign_in(service.browser()).status_code == 403
    noted = service.database.reading(lambda connection: administration.entries(connection, Place()).rows)
    assert [one["act"] for one in noted][:2] == ["unlink_identity", "link_identity"]


def link_own(browser: Browser) -> Any:
    told = browser.post("/api/me/identities", json={"provider": "office", "return_to": "/api/me/identities"})
    assert told.status_code == 201, told.text
    return land(browser, sent_back(told.json()["address"]))


def test_somebody_elses_account_is_not_linked(service: Service, office: Rogue) -> None:
    service.password("linh")
    linh = service.browser()
    linh.sign_in("linh")
    assert link_own(linh).status_code == 409
    assert linh.get("/api/me/identities").json()["items"] == []
    others = service.as_("amina").get("/api/me/identities").json()["items"]
    assert linh.delete(f"/api/me/identities/{others[0]['id']}").status_code == 404


def test_an_account_is_linked_only_while_who_began_it_is_signed_in(service: Service, office: Rogue) -> None:
    office.subject = "linhs-account"
    service.password("linh")
    linh = service.browser()
    linh.sign_in("linh")
    told = linh.post("/api/me/identities", json={"provider": "office"})
    path = sent_back(told.json()["address"])
    linh.delete("/api/session")
    assert land(linh, path).status_code == 401
    assert sign_in(service.browser()).status_code == 403


def test_a_token_or_an_old_session_links_nothing(service: Service, office: Rogue) -> None:
    body = {"provider": "office"}
    assert service.as_("linh").post("/api/me/identities", json=body).status_code == 403
    service.password("linh")
    linh = service.browser()
    linh.sign_in("linh")
    service.later(minutes=16)
    refused = linh.post("/api/me/identities", json=body)
    assert refused.status_code == 403
    assert "Sign in anew first" in refused.json()["detail"]
    linh.headers["X-CSRF-Token"] = "forged"
    assert linh.post("/api/me/identities", json=body).status_code == 403


def test_administrators_link_and_unlink(service: Service, office: Rogue) -> None:
    ada = service.as_("ada")
    [known] = ada.get("/api/persons/amina/identities").json()["items"]
    browser = service.browser()
    sign_in(browser)
    assert ada.delete(f"/api/persons/amina/identities/{known['id']}").status_code == 200
    assert browser.get("/api/session").status_code == 401
    assert ada.delete(f"/api/persons/amina/identities/{known['id']}").status_code == 404
    assert ada.get("/api/persons/nobody/identities").status_code == 404
    body = {"provider": "office", "subject": "1"}
    assert service.as_("amina").post("/api/persons/amina/identities", json=body).status_code == 403
    assert ada.post("/api/persons/amina/identities", json=body | {"issuer": "x"}).status_code == 422
