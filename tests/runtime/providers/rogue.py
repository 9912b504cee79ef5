"""A provider on loopback with real keys, which does wrong whatever a test tells it to."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from joserfc import jws, jwt
from joserfc.jwk import ECKey, Key, RSAKey

from workflow.runtime.providers.code_flow import Answer
from workflow.runtime.providers.configuration import Provider

Claims = dict[str, Any]
Sign = Callable[["Rogue", Claims], str]
Page = tuple[int, Mapping[str, str], bytes]
REGISTRY = jws.JWSRegistry(algorithms=[*jws.JWSRegistry.algorithms], strict_check_header=False)


@cache
def rsa(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid})


@cache
def elliptic(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid})


def signed(header: dict[str, Any], claims: Claims, key: Key) -> str:
    """A token with this very header."""
    return jwt.encode(header, claims, key, registry=REGISTRY)


def by_hand(header: dict[str, Any], claims: Claims, sign: Callable[[bytes], bytes]) -> str:
    """A token that no library would make."""
    parts = (encoded(json.dumps(one).encode()) for one in (header, claims))
    content = ".".join(parts)
    return f"{content}.{encoded(sign(content.encode()))}"


def encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def honest(rogue: Rogue, claims: Claims) -> str:
    return signed({"alg": "RS256", "kid": rogue.key.kid}, claims, rogue.key)


@dataclass
class Rogue:
    """It answers as a provider should, but for what a test has put in place of that.

    `claims` and `metadata` are changed members, None: left out. `pages` stand in place of whole answers.
    `proofs` is how the client said who it is, `presented` what it said where nobody asks.
    """

    issuer: str
    now: Callable[[], datetime]
    key: RSAKey = field(default_factory=lambda: rsa("one"))
    subject: str = "248289761001"
    sign: Sign = honest
    claims: Claims = field(default_factory=dict)
    metadata: Claims = field(default_factory=dict)
    pages: dict[str, Callable[[], Page]] = field(default_factory=dict)
    names_itself: bool = True
    asked: list[str] = field(default_factory=list)
    proofs: list[str | None] = field(default_factory=list)
    presented: list[str | None] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def provider(self, **more: Any) -> Provider:
        return Provider(
            **{
                "name": "office",
                "issuer": self.issuer,
                "client_id": "caseway",
                "client_secret": "hush",
                **more,
            }
        )

    def page(self, method: str, target: str, body: str) -> Page:
        path = urlsplit(target).path
        self.asked.append(path)
        if path in self.pages:
            return self.pages[path]()
        return self._answers()[path](dict(parse_qsl(urlsplit(target).query if method == "GET" else body)))

    def _answers(self) -> dict[str, Callable[[dict[str, str]], Page]]:
        return {
            "/.well-known/openid-configuration": lambda _: told(self._metadata()),
            "/keys": lambda _: told({"keys": [self.key.as_dict(private=False)]}),
            "/authorize": self._authorize,
            "/token": self._token,
        }

    def _metadata(self) -> Claims:
        usual = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": self.names_itself,
        }
        return changed(usual, self.metadata)

    def _authorize(self, asked: dict[str, str]) -> Page:
        """Nobody is asked anything: whoever comes is the one subject."""
        code = token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"]} | ({"iss": self.issuer} if self.names_itself else {})
        return 302, {"Location": f"{asked['redirect_uri']}?{urlencode(back)}"}, b""

    def _token(self, asked: dict[str, str]) -> Page:
        begun = self.codes.pop(asked["code"], None)
        challenge = encoded(sha256(asked.get("code_verifier", "").encode()).digest())
        proven = (
            begun and begun["code_challenge"] == challenge and begun["redirect_uri"] == asked["redirect_uri"]
        )
        if begun is None or not proven:
            return told({"error": "invalid_grant"}, 400)
        access = token_urlsafe(16)
        token = self.sign(self, self._claims(begun, access))
        return told({"access_token": access, "token_type": "Bearer", "id_token": token})

    def _claims(self, begun: dict[str, str], access: str) -> Claims:
        at = int(self.now().timestamp())
        half = encoded(sha256(access.encode()).digest()[:16])
        usual = {
            "iss": self.issuer, "sub": self.subject, "aud": begun["client_id"], "exp": at + 300, "iat": at,
            "nonce": begun["nonce"], "at_hash": half,
        }  # fmt: skip
        return changed(usual, self.claims)


def changed(usual: Claims, changes: Claims) -> Claims:
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def told(said: Any, status: int = 200) -> Page:
    return status, {"Content-Type": "application/json"}, json.dumps(said).encode()


def browsed(method: str, address: str, **form: str) -> requests.Response:
    """What a browser gets there; it goes no further by itself."""
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, address, data=form, allow_redirects=False, timeout=10)


def visit(address: str) -> Answer:
    """What a browser that is sent there comes back with."""
    went = browsed("GET", address)
    assert went.status_code == 302, went.text
    back = dict(parse_qsl(urlsplit(went.headers["Location"]).query))
    return Answer(back["state"], back.get("code", ""), back.get("iss"), back.get("error", ""))


@contextmanager
def rogue(now: Callable[[], datetime]) -> Iterator[Rogue]:
    """A provider of its own, on a free port, for as long as the `with` lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            one.presented.append(self.headers["Authorization"])
            self._answer("")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            told = dict(parse_qsl(body))
            one.proofs.append(self.headers["Authorization"] or told.get("client_secret"))
            self._answer(body)

        def _answer(self, body: str) -> None:
            status, headers, content = one.page(self.command, self.path, body)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one = Rogue(f"http://127.0.0.1:{server.server_port}", now)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
