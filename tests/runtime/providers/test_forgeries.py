"""Whatever an ID token or a provider pretends: it is refused, alike, without a secret in the log, and
nothing is changed.
"""

import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.runtime.providers.conftest import HOUSE, MONDAY, Office
from tests.runtime.providers.rogue import (
    Claims,
    Rogue,
    Sign,
    by_hand,
    elliptic,
    honest,
    rogue,
    rsa,
    signed,
    visit,
)
from workflow.errors import SignInRefused
from workflow.runtime.providers.code_flow import CodeFlow, Secrets
from workflow.runtime.providers.id_tokens import Proven

STRANGE = rsa("strange")
SECONDS = int(MONDAY.timestamp())


def header(**members: Any) -> Callable[[Rogue, Claims], str]:
    """Signed with a key of the forger's, under a header that leads there."""
    return lambda rogue, claims: signed({"alg": "RS256", "kid": rogue.key.kid, **members}, claims, STRANGE)


def without_key(alg: str, secret: Callable[[Rogue], bytes | None] = lambda _: None) -> Sign:
    """Signed with something that is known to everybody, or with nothing."""

    def sign(rogue: Rogue, claims: Claims) -> str:
        known = secret(rogue)
        head = {"alg": alg, "kid": rogue.key.kid, "typ": "JWT"}
        return by_hand(head, claims, lambda content: hmac.digest(known, content, "sha256") if known else b"")

    return sign


def altered(rogue: Rogue, claims: Claims) -> str:
    """The signature is of other claims."""
    whole = signed({"alg": "RS256", "kid": rogue.key.kid}, claims, rogue.key).split(".")
    other = signed({"alg": "RS256", "kid": rogue.key.kid}, {**claims, "sub": "root"}, rogue.key).split(".")
    return ".".join([whole[0], other[1], whole[2]])


TOKENS: dict[str, Sign] = {
    "alg none": without_key("none"),
    "alg None": without_key("None"),
    "no alg": without_key(""),
    "no signature": without_key("RS256"),
    "HS256 with the public key as the secret": without_key(
        "HS256", lambda rogue: rogue.key.as_pem(private=False)
    ),
    "HS256 with the public key as it is published": without_key(
        "HS256", lambda rogue: json.dumps(rogue.key.as_dict(private=False)).encode()
    ),
    "HS256 with the client's secret": without_key("HS256", lambda rogue: b"hush"),
    "an algorithm that is not allowed": lambda rogue, claims: signed(
        {"alg": "RS512", "kid": rogue.key.kid}, claims, rogue.key
    ),
    "an elliptic curve under the name of an RSA key": lambda rogue, claims: signed(
        {"alg": "ES256", "kid": rogue.key.kid}, claims, elliptic("strange")
    ),
    "an elliptic key that it brings along": lambda rogue, claims: signed(
        {"alg": "ES256", "kid": rogue.key.kid, "jwk": elliptic("strange").as_dict(private=False)},
        claims,
        elliptic("strange"),
    ),
    "a key that it brings along": header(jwk=STRANGE.as_dict(private=False)),
    "a key at an address that it names": header(jku="http://127.0.0.1:1/keys"),
    "certificates that it brings along": header(x5c=["MIIB"], x5u="http://127.0.0.1:1/x5u"),
    "an unknown key": header(kid="strange"),
    "a path as a key's name": header(kid="../../../../dev/null"),
    "SQL as a key's name": header(kid="one' OR '1'='1"),
    "no key's name, and a strange key": header(kid=""),
    "a critical member that nobody knows": lambda rogue, claims: by_hand(
        {"alg": "RS256", "kid": rogue.key.kid, "crit": ["exp"], "exp": 1}, claims, lambda _: b"x"
    ),
    "claims that were altered": altered,
    "no token": lambda rogue, claims: "",
    "not a token": lambda rogue, claims: "a.b.c",
    "five parts, as if encrypted": lambda rogue, claims: "a.b.c.d.e",
    "a token that is endless": lambda rogue, claims: "a" * 200_000,
}

CLAIMS: dict[str, Claims] = {
    "another audience": {"aud": "another-client"},
    "no audience": {"aud": None},
    "an empty audience": {"aud": []},
    "among others, and not said to be for us": {"aud": ["caseway", "another-client"]},
    "for us and others, given to another": {"aud": ["caseway", "another-client"], "azp": "another-client"},
    "given to another": {"azp": "another-client"},
    "another issuer": {"iss": "https://login.example.com"},
    "an issuer in a list": {"iss": ["https://login.example.com"]},
    "no issuer": {"iss": None},
    "another nonce": {"nonce": "n-0S6_WzA2Mj"},
    "no nonce": {"nonce": None},
    "nonces in a list": {"nonce": ["n-0S6_WzA2Mj"]},
    "expired": {"exp": SECONDS - 61},
    "no end": {"exp": None},
    "an end that is no number": {"exp": "tomorrow"},
    "an end that never comes": {"exp": float("nan")},
    "issued in the future": {"iat": SECONDS + 61},
    "no day of issue": {"iat": None},
    "not valid yet": {"nbf": SECONDS + 61},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is no text": {"sub": 248289761001},
    "a subject with NUL": {"sub": "248289761001\0"},
    "a subject without end": {"sub": "2" * 256},
    "another access token": {"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[Rogue]:
    with rogue(lambda: MONDAY) as one:
        yield one


@pytest.fixture
def hostile(provider: Rogue) -> Rogue:
    provider.sign, provider.claims = honest, {}
    return provider


def because(hostile: Rogue) -> str:
    """Why the log will say that it was refused."""
    flow = CodeFlow(hostile.provider(), HOUSE, lambda: MONDAY)
    secrets = Secrets("state", "browser")
    with pytest.raises(SignInRefused) as refusal:
        flow.prove(visit(flow.address(secrets)), secrets)
    return refusal.value.because


def test_what_is_not_forged_is_taken(hostile: Rogue) -> None:
    flow, secrets = CodeFlow(hostile.provider(), HOUSE, lambda: MONDAY), Secrets("state", "browser")
    proven = flow.prove(visit(flow.address(secrets)), secrets)
    assert proven == Proven(hostile.issuer, hostile.subject, second_factor=False)


@pytest.mark.parametrize("name", TOKENS)
def test_a_forged_signature_is_refused(hostile: Rogue, name: str) -> None:
    hostile.sign = TOKENS[name]
    assert "claim" not in because(hostile)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_that_does_not_fit_is_refused(hostile: Rogue, name: str) -> None:
    hostile.claims = CLAIMS[name]
    told = because(hostile).removeprefix("ID token, claim ")
    assert told in {*CLAIMS[name], "azp"}


def test_all_are_refused_alike_and_change_nothing(office: Office) -> None:
    said, logged = set(), []
    for sign, claims in [
        *((one, {}) for one in TOKENS.values()),
        *((honest, one) for one in CLAIMS.values()),
    ]:
        office.rogue.sign, office.rogue.claims = sign, claims
        begun = office.begin()
        answer = visit(begun.address)
        with capture_logs() as logs, pytest.raises(SignInRefused) as refusal:
            office.end(begun, answer)
        said.add((type(refusal.value), str(refusal.value)))
        logged.append(str(logs))
        secrets = (answer.code, answer.state, begun.browser, "hush", office.rogue.subject)
        assert not [one for one in secrets if one in logged[-1]]
    assert said == {(SignInRefused, "This sign-in was not accepted; begin it again")}
    assert len(logged) == len(TOKENS) + len(CLAIMS)
    assert office.used() == [None]
    assert office.database.reading(lambda connection: connection.rows("SELECT count(*) FROM flow")) == [(0,)]
