"""What a provider tells about itself is checked, kept for a while, and asked for anew when it must be."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from tests.runtime.providers.conftest import HOUSE, MONDAY
from tests.runtime.providers.rogue import Page, Rogue, rogue, rsa, told, visit
from workflow.errors import ProviderAway, SignInRefused
from workflow.runtime.providers import fetching
from workflow.runtime.providers.code_flow import CodeFlow, Secrets
from workflow.runtime.providers.discovery import Directory, read_metadata

CONFIGURATION = "/.well-known/openid-configuration"
SECRETS = Secrets("state", "browser")


class Clock:
    at: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def later(self, **time: float) -> None:
        self.at += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(clock: Clock) -> Iterator[Rogue]:
    with rogue(clock) as one:
        yield one


@pytest.fixture
def flow(provider: Rogue, clock: Clock) -> CodeFlow:
    return CodeFlow(provider.provider(), HOUSE, clock)


def sign_in(flow: CodeFlow) -> None:
    flow.prove(visit(flow.address(SECRETS)), SECRETS)


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"issuer": "https://login.example.com"}, "it says that its issuer is 'https://login.example.com'"),
        ({"issuer": None}, "it says that its issuer is None"),
        ({"authorization_endpoint": None}, "it does not tell its authorization_endpoint"),
        ({"token_endpoint": ["http://127.0.0.1/"]}, "it does not tell its token_endpoint"),
        (
            {"token_endpoint": "http://login.example.com/token"},
            "plain http may be spoken on this machine only",
        ),
        ({"jwks_uri": "file:///etc/passwd"}, "it is no address"),
        ({"jwks_uri": "http://127.0.0.1@login.example.com/"}, "it may have no user"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "it is no address"),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "none of these is allowed"),
    ],
    ids=str,
)
def test_a_provider_that_tells_something_else_is_not_believed(
    provider: Rogue, metadata: dict[str, Any], said: str
) -> None:
    provider.metadata = metadata
    with pytest.raises(ProviderAway) as refusal:
        read_metadata(provider.provider())
    assert said in str(refusal.value)


def large() -> Page:
    return 200, {"Content-Type": "application/json"}, b'{"keys": [' + b" " * 300_000 + b"]}"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (large, "more than 262144 bytes"),
        (lambda: told([]), "no JSON object"),
        (lambda: (200, {}, b"<html>"), "no JSON"),
        (lambda: (200, {}, b"[" * 100_000), "no JSON"),
        (lambda: told({}, 404), "answers 404"),
        (lambda: told({}, 500), "answers 500"),
        (lambda: (302, {"Location": "http://127.0.0.1:1/"}, b""), "leads elsewhere"),
        (lambda: told({"keys": []}), "no keys that can be used"),
        (lambda: told({"keys": [{"kty": "oct", "k": "aHVzaA", "kid": "one"}]}), "no keys that can be used"),
        (lambda: told({"keys": [{"kty": "RSA", "kid": "one"}]}), "no keys that can be used"),
        (lambda: told({"keys": "all"}), "no keys that can be used"),
    ],
    ids=["large", "list", "html", "nested", "404", "500", "redirect", "none", "secret", "broken", "text"],
)  # fmt: skip
def test_keys_that_cannot_be_had_let_nobody_in(provider: Rogue, flow: CodeFlow, page: Any, said: str) -> None:
    provider.pages["/keys"] = page
    with pytest.raises(ProviderAway, match=said):
        sign_in(flow)


@pytest.mark.parametrize("path", [CONFIGURATION, "/token"])
def test_nobody_follows_a_provider_elsewhere(provider: Rogue, flow: CodeFlow, path: str) -> None:
    with rogue(lambda: MONDAY) as other:
        provider.pages[path] = lambda: (307, {"Location": f"{other.issuer}{path}"}, b"")
        with pytest.raises(ProviderAway, match="leads elsewhere"):
            sign_in(flow)
        assert other.asked == []


@pytest.mark.parametrize("answer", [b"", b"[]", b"<html>", b'{"id_token": 7}', b"{}"])
def test_a_token_answer_without_a_token_lets_nobody_in(
    provider: Rogue, flow: CodeFlow, answer: bytes
) -> None:
    provider.pages["/token"] = lambda: (200, {"Content-Type": "application/json"}, answer)
    with pytest.raises((ProviderAway, SignInRefused)):
        sign_in(flow)


def test_what_is_known_is_not_asked_again_and_again(provider: Rogue, flow: CodeFlow, clock: Clock) -> None:
    for _ in range(3):
        sign_in(flow)
    assert [provider.asked.count(path) for path in (CONFIGURATION, "/keys")] == [1, 1]
    clock.later(minutes=10)
    sign_in(flow)
    assert [provider.asked.count(path) for path in (CONFIGURATION, "/keys")] == [2, 2]


def test_a_new_key_is_found_and_an_unknown_one_not_looked_for_again_and_again(
    provider: Rogue, flow: CodeFlow, clock: Clock
) -> None:
    sign_in(flow)
    provider.key = rsa("two")
    with pytest.raises(SignInRefused):
        sign_in(flow)
    clock.later(minutes=1)
    sign_in(flow)
    assert provider.asked.count("/keys") == 2
    old, provider.key = provider.key, rsa("three")
    provider.pages["/keys"] = lambda: told({"keys": [old.as_dict(private=False)]})
    for _ in range(5):
        with pytest.raises(SignInRefused):
            sign_in(flow)
    assert provider.asked.count("/keys") == 2


def test_where_nobody_listens_the_provider_is_away(clock: Clock) -> None:
    with rogue(clock) as gone:
        known = gone.provider()
    with pytest.raises(ProviderAway, match="ConnectionError"):
        Directory(known, clock).metadata()


def test_what_is_on_this_machine_is_reached_without_a_proxy(
    provider: Rogue, flow: CodeFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    sign_in(flow)


def test_passwords_of_the_machine_stay_here(
    provider: Rogue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login root password of-the-machine\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    read_metadata(provider.provider())
    assert provider.presented == [None]


@contextmanager
def dripping(first: bytes, drop: bytes) -> Iterator[str]:
    """A server that never comes to an end."""
    stop, server = Event(), socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        caller, _ = server.accept()
        caller.recv(9000)
        caller.sendall(first)
        while not stop.wait(0.02):
            try:
                caller.sendall(drop)
            except OSError:
                return

    Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/keys"
    finally:
        stop.set()
        server.close()


def test_an_answer_that_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "WHOLE", 0.3)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"
    with dripping(head, b" ") as address, pytest.raises(ProviderAway, match=r"more than 0\.3 seconds"):
        fetching.get_json(address)


def test_a_provider_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE", 0.1)
    with dripping(b"", b"") as address, pytest.raises(ProviderAway, match="Timeout"):
        fetching.get_json(address)
