"""Signing in and out over HTTP: what lets in, what does not, and that both say no more than they should."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyotp
import pytest
from structlog.testing import capture_logs

from api.http import cookies
from tests.api.http.conftest import GOOD, HERE, Browser, Service
from workflow.records import links, persons
from workflow.records.persons import Person

WRONG = "not the password of anybody"


def link(service: Service, person: str, purpose: str = "sign_in") -> str:
    return service.database.writing(lambda connection: links.new(connection, person, purpose, service.at))[0]


def enrolled(service: Service, person: str) -> tuple[str, list[str]]:
    """The secret of a second factor that counts, and the recovery codes."""
    service.password(person)
    browser = service.browser()
    assert browser.sign_in(person).status_code == 201
    secret = browser.post("/api/me/second-factor").json()["secret"]
    told = browser.post("/api/me/second-factor/confirmation", json={"code": code(service, secret)})
    assert told.status_code == 200, told.text
    service.later(minutes=5)
    return secret, told.json()["recovery_codes"]


def code(service: Service, secret: str) -> str:
    return pyotp.TOTP(secret).at(service.at)


def secret_of(browser: Browser) -> str | None:
    return browser.cookies.get(cookies.NAME)


@pytest.fixture
def amina(service: Service) -> Browser:
    service.password("amina")
    browser = service.browser()
    assert browser.sign_in("amina").status_code == 201
    return browser


def test_a_password_begins_a_session_in_a_cookie_of_this_host_alone(service: Service) -> None:
    service.password("amina")
    answer = service.browser().sign_in("amina")
    assert answer.status_code == 201
    told = answer.json()
    assert (told["person"], told["method"], told["missing"]) == ("amina", "password", None)
    [cookie] = answer.headers.get_list("set-cookie")
    name, _, rest = cookie.partition("=")
    assert name.startswith("__Host-")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(rest.split("; "))
    assert "Domain" not in cookie


def test_a_session_reads_and_writes_as_its_person(service: Service, amina: Browser) -> None:
    assert amina.get("/api/me").json()["id"] == "amina"
    opened = amina.post("/api/cases", json={"definition": "help", "party": "KE"})
    assert opened.status_code == 201, opened.text
    assert amina.get("/api/persons").status_code == 403


@pytest.mark.parametrize(
    ("person", "password"),
    [("amina", WRONG), ("nobody", GOOD), ("linh", GOOD), ("dirk", GOOD), ("ina", GOOD), ("twin", GOOD)],
)
def test_whoever_is_not_let_in_is_told_the_same(service: Service, person: str, password: str) -> None:
    """A wrong password; an address nobody has; an account without a password, one that is disabled, one that
    is invented, one of two that share an address.
    """

    def people(connection: Any) -> None:
        for name, email, invented in (
            ("dirk", "dirk@example.org", False),
            ("ina", "ina@example.org", True),
            ("twin", "twin@example.org", False),
            ("other", "TWIN@example.org", False),
        ):
            persons.put(connection, Person(name, name, "en", email, demonstration=invented), service.at)

    service.database.writing(people)
    for name in ("amina", "dirk", "ina", "twin"):
        service.password(name)
    service.database.writing(lambda connection: persons.disable(connection, "dirk", service.at))
    answer = service.browser().sign_in(person, password)
    reference = service.browser().sign_in("amina", WRONG)
    assert answer.status_code == 401
    assert answer.content == reference.content
    assert dict(answer.headers) == dict(reference.headers)


def test_what_was_sent_stands_in_no_log(service: Service) -> None:
    secret = link(service, "amina")
    with capture_logs() as lines:
        service.browser().sign_in("amina", WRONG)
        service.browser().post("/api/session/link/use", json={"link": secret + "x"})
        service.browser().post("/api/session/link/use", json={"link": secret})
        service.nobody.get("/api/me", headers={"Authorization": "Bearer cw_forged"})
        service.nobody.get("/api/me", headers={"Cookie": f"{cookies.NAME}=cs_forged"})
    assert {"sign-in refused", "a request was refused", "signed in"} <= {one["event"] for one in lines}
    assert not any(word in str(lines) for word in (WRONG, secret, "cw_forged", "cs_forged"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": f"{cookies.NAME}=cs_forged"},
        {"Cookie": f"{cookies.NAME}="},
        {"Cookie": f"{cookies.NAME}=a; {cookies.NAME}=b"},
        {"Cookie": f"={cookies.NAME}=cs_forged"},
        {"Authorization": "Bearer cw_forged"},
        {"Authorization": "Basic YW1pbmE6eA=="},
        {"Authorization": "Bearer"},
        {},
    ],
)
def test_whoever_is_not_known_is_told_the_same(service: Service, headers: dict[str, str]) -> None:
    answer = service.nobody.get("/api/me", headers=headers)
    assert answer.status_code == 401
    assert answer.content == service.nobody.get("/api/me").content


def test_signing_in_again_leaves_no_session_behind(service: Service, amina: Browser) -> None:
    """Nor can somebody choose the session of somebody else: every way in makes a new one."""
    first = secret_of(amina)
    amina.sign_in("amina")
    assert secret_of(amina) != first
    with_first = service.nobody.get("/api/me", headers={"Cookie": f"{cookies.NAME}={first}"})
    assert with_first.status_code == 401
    planted = service.browser()
    planted.cookies.set(cookies.NAME, "cs_planted", domain="testserver.local")
    planted.sign_in("amina")
    assert secret_of(planted) != "cs_planted"
    forged = service.nobody.get("/api/me", headers={"Cookie": f"{cookies.NAME}=cs_planted"})
    assert forged.status_code == 401


def test_after_signing_out_the_cookie_is_worth_nothing(service: Service, amina: Browser) -> None:
    kept = secret_of(amina)
    answer = amina.delete("/api/session")
    assert answer.json() == {"ended": 1}
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert secret_of(amina) is None
    assert service.nobody.get("/api/me", headers={"Cookie": f"{cookies.NAME}={kept}"}).status_code == 401


def test_a_session_ends_at_the_very_next_request(service: Service, amina: Browser) -> None:
    def changed(work: Any) -> int:
        service.database.writing(work)
        return int(amina.get("/api/me").status_code)

    assert changed(lambda connection: persons.disable(connection, "amina", service.at)) == 401
    assert changed(lambda connection: persons.enable(connection, "amina")) == 200
    service.later(hours=3)
    assert amina.get("/api/me").status_code == 401


def test_rights_that_were_taken_away_are_gone_at_the_very_next_request(service: Service) -> None:
    service.password("carla")
    carla = service.browser()
    carla.sign_in("carla")
    case = service.submitted()
    assert carla.get(f"/api/cases/{case}").status_code == 200
    yesterday = service.at.date() - timedelta(days=1)

    def end(connection: Any) -> None:
        [held] = persons.mandates(connection, "carla")
        persons.end_mandate(connection, held.id, max(yesterday, date(2026, 1, 1)))

    service.database.writing(end)
    assert carla.get(f"/api/cases/{case}").status_code == 404
    assert carla.get("/api/cases").json()["items"] == []


def test_owners_see_and_end_their_sessions(service: Service, amina: Browser) -> None:
    other = service.browser(source="198.51.100.7", **{"User-Agent": "Another browser"})
    other.sign_in("amina")
    items = amina.get("/api/me/sessions").json()["items"]
    assert [one["own"] for one in items].count(True) == 1
    [foreign] = [one for one in items if not one["own"]]
    assert (foreign["source"], foreign["agent"]) == ("198.51.100.0/24", "Another browser")
    assert amina.delete(f"/api/me/sessions/{foreign['id']}").json() == {"ended": 1}
    assert other.get("/api/me").status_code == 401
    assert amina.delete(f"/api/me/sessions/{foreign['id']}").status_code == 404
    assert amina.delete("/api/me/sessions").json() == {"ended": 0}
    assert amina.get("/api/me").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(service: Service, amina: Browser) -> None:
    [own] = amina.get("/api/me/sessions").json()["items"]
    service.password("linh")
    linh = service.browser()
    linh.sign_in("linh")
    assert linh.delete(f"/api/me/sessions/{own['id']}").status_code == 404
    assert service.as_("linh").delete(f"/api/me/sessions/{own['id']}").status_code == 404
    assert amina.get("/api/me").status_code == 200


def test_another_password_ends_all_other_sessions_and_links(service: Service, amina: Browser) -> None:
    other, kept, mailed = service.browser(), secret_of(amina), link(service, "amina", "reset")
    other.sign_in("amina")
    new = "green harbour with nine slow boats"
    body = {"current": GOOD, "password": new}
    assert amina.noted(amina.post("/api/me/password", json=body)).status_code == 200
    assert other.get("/api/me").status_code == 401
    assert service.nobody.get("/api/me", headers={"Cookie": f"{cookies.NAME}={kept}"}).status_code == 401
    assert amina.get("/api/me").status_code == 200
    used = service.browser().post("/api/session/invitation", json={"link": mailed, "password": new})
    assert used.status_code == 401
    assert service.browser().sign_in("amina").status_code == 401
    assert service.browser().sign_in("amina", new).status_code == 201


@pytest.mark.parametrize("password", ["short", "a" * 40, "amina@example.org", "Amina-example AMINA 1"])
def test_a_password_that_is_easy_to_guess_is_refused(service: Service, amina: Browser, password: str) -> None:
    answer = amina.post("/api/me/password", json={"current": GOOD, "password": password})
    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/password"}
    assert service.browser().sign_in("amina").status_code == 201


def test_a_wrong_current_password_changes_nothing(service: Service, amina: Browser) -> None:
    body = {"current": WRONG, "password": "green harbour with nine slow boats"}
    assert amina.post("/api/me/password", json=body).status_code == 401
    assert service.browser().sign_in("amina").status_code == 201
    assert amina.get("/api/me").status_code == 200


def test_a_token_does_not_change_how_its_person_signs_in(service: Service) -> None:
    service.password("amina")
    client = service.as_("amina")
    body = {"current": GOOD, "password": "green harbour with nine slow boats"}
    assert client.post("/api/me/password", json=body).status_code == 403
    assert client.post("/api/me/second-factor").status_code == 403
    assert client.delete("/api/session").status_code == 403
    told = client.get("/api/session").json()
    assert (told["method"], told["csrf"]) == ("token", None)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://testserver.evil.example"},
        {"Origin": "http://testserver"},
        {"Origin": "https://testserver:8443"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"X-CSRF-Token": "0" * 64},
        {"X-CSRF-Token": ""},
    ],
)
def test_a_write_with_a_cookie_from_a_page_of_others_is_refused(
    service: Service, amina: Browser, headers: dict[str, str]
) -> None:
    answer = amina.post("/api/cases", json={"definition": "help", "party": "KE"}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:caseway:problem:foreign"
    assert amina.get("/api/cases").json()["items"] == []


@pytest.mark.parametrize(
    ("header", "other"),
    [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site"), ("X-CSRF-Token", "0" * 64)],
)
def test_what_a_browser_says_twice_counts_for_nothing(
    service: Service, amina: Browser, header: str, other: str
) -> None:
    body = {"definition": "help", "party": "KE"}
    own, rest = amina.headers[header], [one for one in amina.headers.items() if one[0] != header.lower()]
    for lines in ([own, other], [other, own]):
        twice = [*rest, *((header, one) for one in lines)]
        bare = service.browser()
        bare.headers.clear()
        bare.cookies.update(amina.cookies)
        assert bare.post("/api/cases", json=body, headers=twice).status_code == 403
        if header != "X-CSRF-Token":
            signing_in = {"email": "amina@example.org", "password": GOOD}
            assert bare.post("/api/session", json=signing_in, headers=twice).status_code == 403


@pytest.mark.parametrize("space", [b"\x85", b"\xa0", b"\x1c", b"\x1f"])
def test_a_cookie_that_another_host_may_set_is_no_session(
    service: Service, amina: Browser, space: bytes
) -> None:
    """Browsers keep the prefix __Host- from other hosts only where the name begins with it."""
    forged = b"other=1; " + space + f"{cookies.NAME}={secret_of(amina)}".encode()
    assert service.nobody.get("/api/me", headers=[(b"Cookie", forged)]).status_code == 401


@pytest.mark.parametrize(
    "kind", ["text/plain", "text/plain; application/json", "application/x-www-form-urlencoded", ""]
)
def test_what_a_form_of_others_can_send_is_no_body(service: Service, amina: Browser, kind: str) -> None:
    """Without a question beforehand (CORS) a page sends these kinds alone, and none of them is JSON."""
    body = b'{"definition": "help", "party": "KE"}'
    answer = amina.post("/api/cases", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 422
    signing_in = b'{"email": "amina@example.org", "password": "%s"}' % GOOD.encode()
    refused = service.nobody.post("/api/session", content=signing_in, headers={"Content-Type": kind})
    assert (refused.status_code, "set-cookie" in refused.headers) == (422, False)


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_turns_a_reading_into_a_write(service: Service, amina: Browser, header: str) -> None:
    assert amina.get("/api/session", headers={header: "DELETE"}).json()["person"] == "amina"
    assert amina.get("/api/session?_method=DELETE").status_code == 422
    assert amina.get("/api/session").status_code == 200


def test_the_token_of_another_session_is_none(service: Service, amina: Browser) -> None:
    other = service.browser()
    other.sign_in("amina")
    headers = {"X-CSRF-Token": other.headers["X-CSRF-Token"]}
    answer = amina.post("/api/cases", json={"definition": "help", "party": "KE"}, headers=headers)
    assert answer.status_code == 403


def test_a_write_without_an_origin_is_refused_where_a_cookie_counts(service: Service, amina: Browser) -> None:
    bare = {
        "Cookie": f"{cookies.NAME}={secret_of(amina)}",
        "X-CSRF-Token": amina.headers["X-CSRF-Token"],
    }
    body = {"definition": "help", "party": "KE"}
    assert service.nobody.post("/api/cases", json=body, headers=bare).status_code == 403


def test_beside_a_bearer_token_a_cookie_counts_for_nothing(service: Service, amina: Browser) -> None:
    both = {"Authorization": "Bearer token-of-linh"}
    assert amina.get("/api/me", headers=both).json()["id"] == "linh"
    foreign = {**both, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    body = {"definition": "help", "party": "VN"}
    assert amina.post("/api/cases", json=body, headers=foreign).status_code == 201
    forged = {"Authorization": "Bearer cw_forged"}
    assert amina.get("/api/me", headers=forged).status_code == 401


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_nobody_is_signed_in_by_a_page_of_others(service: Service, headers: dict[str, str]) -> None:
    service.password("amina")
    body = {"email": "amina@example.org", "password": GOOD}
    answer = service.browser(**headers).post("/api/session", json=body)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_link_signs_in_once(service: Service) -> None:
    secret = link(service, "amina")
    browser = service.browser()
    answer = browser.noted(browser.post("/api/session/link/use", json={"link": secret}))
    assert (answer.status_code, answer.json()["method"]) == (201, "link")
    assert browser.get("/api/me").json()["id"] == "amina"
    again = service.browser().post("/api/session/link/use", json={"link": secret})
    assert again.status_code == 401


@pytest.mark.parametrize("kind", ["forged", "expired", "invite", "reset", "superseded", "disabled"])
def test_a_link_that_is_not_good_is_refused_alike(service: Service, kind: str) -> None:
    secret = link(service, "amina", kind if kind in ("invite", "reset") else "sign_in")
    if kind == "forged":
        secret = "cl_" + "x" * 43
    elif kind == "expired":
        service.later(minutes=15)
    elif kind == "superseded":
        link(service, "amina")
    elif kind == "disabled":
        service.database.writing(lambda connection: persons.disable(connection, "amina", service.at))
    answer = service.browser().post("/api/session/link/use", json={"link": secret})
    reference = service.browser().sign_in("nobody")
    assert (answer.status_code, answer.json()["detail"]) == (401, reference.json()["detail"])


def test_an_invitation_sets_the_first_password(service: Service) -> None:
    secret = link(service, "linh", "invite")
    service.later(days=6)
    browser = service.browser()
    body = {"link": secret, "password": "short"}
    assert browser.post("/api/session/invitation", json=body).status_code == 422
    body["password"] = GOOD
    answer = browser.noted(browser.post("/api/session/invitation", json=body))
    assert (answer.status_code, answer.json()["method"]) == (201, "invitation")
    assert service.browser().post("/api/session/invitation", json=body).status_code == 401
    assert service.browser().sign_in("linh").status_code == 201


def test_asking_for_a_link_is_answered_alike_whoever_has_the_address(service: Service) -> None:
    answers = [
        service.browser().post("/api/session/link", json={"email": f"{name}@example.org"})
        for name in ("amina", "nobody")
    ]
    assert [one.status_code for one in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    assert dict(answers[0].headers) == dict(answers[1].headers)


def test_the_second_factor_is_enrolled_and_given(service: Service) -> None:
    secret, _ = enrolled(service, "amina")
    browser = service.browser()
    assert browser.sign_in("amina").json()["missing"] == "code"
    half = secret_of(browser)
    for path in ("/api/me", "/api/cases", "/api/me/sessions", "/api/me/tokens"):
        refused = browser.get(path)
        assert refused.status_code == 403
        assert refused.json()["type"] == "urn:caseway:problem:factor-missing"
    removal = browser.post("/api/me/second-factor/removal", json={"password": GOOD})
    assert removal.status_code == 403
    changed = browser.post("/api/me/password", json={"current": GOOD, "password": GOOD + "!"})
    assert changed.status_code == 403
    given = browser.noted(browser.post("/api/session/second-factor", json={"code": code(service, secret)}))
    assert (given.status_code, given.json()["missing"]) == (200, None)
    assert secret_of(browser) != half
    assert service.nobody.get("/api/me", headers={"Cookie": f"{cookies.NAME}={half}"}).status_code == 401
    assert browser.get("/api/me").status_code == 200


def test_a_code_is_good_once_and_no_older_one_after_it(service: Service) -> None:
    secret, _ = enrolled(service, "amina")
    now = code(service, secret)
    before = pyotp.TOTP(secret).at(service.at - timedelta(seconds=30))
    assert service.browser().sign_in("amina", code=now).json()["missing"] is None
    for replayed in (now, before):
        assert service.browser().sign_in("amina", code=replayed).status_code == 401
    service.later(minutes=5)
    after = pyotp.TOTP(secret).at(service.at + timedelta(seconds=30))
    assert service.browser().sign_in("amina", code=after).status_code == 201
    service.later(minutes=5)
    far = pyotp.TOTP(secret).at(service.at + timedelta(seconds=61))
    assert service.browser().sign_in("amina", code=far).status_code == 401


def test_a_recovery_code_is_good_once_and_for_its_person_alone(service: Service) -> None:
    _, codes = enrolled(service, "amina")
    assert len(set(codes)) == 10
    _, others = enrolled(service, "linh")
    assert service.browser().sign_in("amina", code=others[0]).status_code == 401
    assert service.browser().sign_in("amina", code=codes[0].lower().replace("-", " ")).status_code == 201
    assert service.browser().sign_in("amina", code=codes[0]).status_code == 401


def test_a_link_does_not_stand_in_for_the_second_factor(service: Service) -> None:
    enrolled(service, "amina")
    answer = service.browser().post("/api/session/link/use", json={"link": link(service, "amina")})
    assert answer.json()["missing"] == "code"


def test_enrolling_makes_half_of_the_sessions_without_it(service: Service, amina: Browser) -> None:
    enrolled(service, "amina")
    assert amina.get("/api/me").status_code == 403


def test_administrators_enrol_before_they_do_anything(service: Service) -> None:
    service.password("ada")
    ada = service.browser()
    assert ada.sign_in("ada").json()["missing"] == "enrolment"
    assert ada.get("/api/persons").status_code == 403
    told = ada.post("/api/me/second-factor").json()
    assert told["uri"].startswith("otpauth://totp/Caseway:ada%40example.org?secret=")
    assert told["qr"].startswith("<svg")
    wrong = ada.post("/api/me/second-factor/confirmation", json={"code": "000000"})
    assert wrong.status_code == 401
    good = {"code": code(service, told["secret"])}
    ada.noted(ada.post("/api/me/second-factor/confirmation", json=good))
    assert ada.get("/api/persons").status_code == 200
    assert ada.post("/api/me/second-factor").status_code == 409


def test_the_second_factor_is_taken_away_with_the_password(service: Service) -> None:
    secret, _ = enrolled(service, "amina")
    browser = service.browser()
    browser.sign_in("amina", code=code(service, secret))
    assert browser.post("/api/me/second-factor/removal", json={"password": WRONG}).status_code == 401
    assert browser.get("/api/me/second-factor").json()["enrolled"] is True
    assert browser.post("/api/me/second-factor/removal", json={"password": GOOD}).status_code == 200
    assert service.browser().sign_in("amina").json()["missing"] is None


def test_a_token_never_does_more_than_its_scope(service: Service, amina: Browser) -> None:
    def made(scope: str) -> dict[str, str]:
        answer = amina.post("/api/me/tokens", json={"label": scope, "scope": scope})
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['token']}"}

    reads, acts = made("read"), made("act")
    body = {"definition": "help", "party": "KE"}
    assert service.nobody.get("/api/cases", headers=reads).status_code == 200
    assert service.nobody.post("/api/cases", json=body, headers=reads).status_code == 403
    assert service.nobody.post("/api/cases", json=body, headers=acts).status_code == 201
    for scope, status in (("read", 201), ("act", 201), ("administer", 403)):
        asked = {"scope": scope, "expires_at": "2027-12-31T00:00:00Z"}
        minted = service.nobody.post("/api/me/tokens", json=asked, headers=acts)
        assert minted.status_code == status
        if status == 201:
            assert minted.json()["expires_at"] <= "2026-06-01"


def test_a_token_administers_only_where_it_may(service: Service) -> None:
    for scope, status in (("act", 403), ("administer", 200)):
        made = service.as_("ada").post("/api/persons/ada/tokens", json={"scope": scope}).json()
        headers = {"Authorization": f"Bearer {made['token']}"}
        assert service.nobody.get("/api/persons", headers=headers).status_code == status


def test_a_token_that_is_for_acting_alone_lends_nothing(service: Service) -> None:
    others, own = "/api/persons/sven/delegations", "/api/me/delegations"
    body = {"stand_in": "elena", "since": "2026-03-02", "until": "2026-03-03"}
    lent = service.as_("ada").post(others, json=body).json()["id"]
    made = service.as_("ada").post("/api/persons/ada/tokens", json={"scope": "act"}).json()
    headers = {"Authorization": f"Bearer {made['token']}"}
    for method, path in (("GET", others), ("POST", others), ("DELETE", f"{others}/{lent}")):
        asked = body if method == "POST" else None
        assert service.nobody.request(method, path, json=asked, headers=headers).status_code == 403
    assert service.nobody.delete(f"{own}/{lent}", headers=headers).status_code == 403
    assert service.nobody.post(own, json=body, headers=headers).status_code == 403


def test_tokens_expire_and_are_revoked_by_their_owner(service: Service, amina: Browser) -> None:
    made = amina.post("/api/me/tokens", json={}).json()
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert service.nobody.get("/api/me", headers=headers).status_code == 200
    assert amina.delete(f"/api/me/tokens/{made['id']}").json() == {"ended": 1}
    assert service.nobody.get("/api/me", headers=headers).status_code == 401
    other = service.as_("linh").post("/api/me/tokens", json={}).json()
    assert amina.delete(f"/api/me/tokens/{other['id']}").status_code == 404
    service.later(days=91)
    headers = {"Authorization": f"Bearer {other['token']}"}
    assert service.nobody.get("/api/me", headers=headers).status_code == 401


def test_that_a_token_was_used_is_written_beside_the_requests(service: Service) -> None:
    def last() -> str | None:
        items = service.as_("ada").get("/api/persons/amina/tokens").json()["items"]
        return items[0]["used_at"]

    assert last() is None
    service.as_("amina").get("/api/me")
    assert last() is None
    service.app.state.house.uses.write()
    first = last()
    assert first is not None
    service.later(minutes=5)
    service.as_("amina").get("/api/me")
    service.app.state.house.uses.write()
    assert last() == first
    service.later(minutes=6)
    service.as_("amina").get("/api/me")
    service.app.state.house.uses.write()
    assert last() != first


def test_too_many_attempts_wait_and_lock_nobody_out(service: Service, amina: Browser) -> None:
    """`amina` has signed in from 192.0.2.1 before."""
    stranger = service.browser(source="203.0.113.9")
    answers = [stranger.sign_in("amina", WRONG) for _ in range(7)]
    assert [one.status_code for one in answers] == [401] * 6 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 30
    for number in range(20):
        service.browser(source=f"203.0.113.{number + 20}").sign_in("amina", WRONG)
    assert service.browser(source="198.51.100.1").sign_in("amina").status_code == 429
    assert service.browser(source="192.0.2.1").sign_in("amina").status_code == 201
    used = service.browser(source="198.51.100.1").post(
        "/api/session/link/use", json={"link": link(service, "amina")}
    )
    assert used.status_code == 201
    service.later(minutes=5)
    assert service.browser(source="198.51.100.1").sign_in("amina").status_code == 201


def test_limits_are_the_same_for_an_address_that_nobody_has(service: Service) -> None:
    service.password("linh")

    def statuses(person: str, source: str) -> list[int]:
        browser = service.browser(source=source)
        return [browser.sign_in(person, WRONG).status_code for _ in range(8)]

    assert statuses("linh", "203.0.113.1") == statuses("nobody", "203.0.113.2")


def test_codes_cannot_be_tried_out(service: Service) -> None:
    enrolled(service, "amina")
    stranger = service.browser(source="203.0.113.9")
    stranger.sign_in("amina")
    tried = [
        stranger.post("/api/session/second-factor", json={"code": f"00000{no}"}).status_code
        for no in range(7)
    ]
    assert tried.count(429) >= 2
    assert set(tried) <= {401, 429}


def test_sessions_go_by_the_name_of_the_page_not_by_what_a_header_says(
    service: Service, amina: Browser
) -> None:
    tricks = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example", "X-Original-URL": "/"}
    answer = amina.post("/api/cases", json={"definition": "help", "party": "KE"}, headers=tricks)
    assert answer.status_code == 201
    lie = {**tricks, "Origin": "https://evil.example"}
    refused = amina.post("/api/cases", json={"definition": "help", "party": "KE"}, headers=lie)
    assert refused.status_code == 403
    assert HERE not in refused.text
