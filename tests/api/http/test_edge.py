"""Tricks with headers and names behind a proxy: what a request says of itself counts where it may."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.testclient import TestClient

from api.http.edge import Edge, Outside, networks, own_origin, source, source_of

ORIGIN = "https://caseway.example.org"
PROXY = "10.0.0.5"
BEHIND = Outside(ORIGIN, networks("10.0.0.0/24"))


def asked(outside: Outside | None, host: str, peer: str = "192.0.2.7", **headers: str | list[str]) -> Any:
    app = FastAPI()

    @app.get("/api/where")
    async def where(request: Request) -> dict[str, str]:
        return {"network": source(request).network, "origin": own_origin(request, outside)}

    @app.get("/healthz")
    async def healthz() -> str:
        return "well"

    app.add_middleware(Edge, outside=outside)
    path = headers.pop("path", "/api/where")
    lines = [("Host", host)]
    for name, value in headers.items():
        lines += [(name.replace("_", "-"), one) for one in ([value] if isinstance(value, str) else value)]
    client = TestClient(app, base_url="http://testserver", client=(peer, 4711))
    return client.get(str(path), headers=lines)


def test_a_proxy_that_is_trusted_speaks_for_others() -> None:
    told = asked(
        BEHIND, "caseway.example.org", PROXY, X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https"
    )
    assert told.json() == {"network": "203.0.113.9/32", "origin": ORIGIN}


@pytest.mark.parametrize(
    ("peer", "chain", "network"),
    [
        ("192.0.2.7", "203.0.113.9", "192.0.2.7/32"),
        (PROXY, "6.6.6.6, 203.0.113.9", "203.0.113.9/32"),
        (PROXY, "6.6.6.6, 203.0.113.9, 10.0.0.8", "203.0.113.9/32"),
        (PROXY, "203.0.113.9, unknown", "10.0.0.5/32"),
        (PROXY, "", "10.0.0.5/32"),
        (PROXY, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (PROXY, "::ffff:203.0.113.9", "203.0.113.9/32"),
        (PROXY, "203.0.113.9, ::ffff:10.0.0.8", "203.0.113.9/32"),
        ("::ffff:10.0.0.5", "203.0.113.9", "203.0.113.9/32"),
    ],
)
def test_only_the_end_of_the_chain_that_proxies_of_ours_wrote_counts(
    peer: str, chain: str, network: str
) -> None:
    """Whoever is no proxy of ours is believed nothing; what stands before its end anybody can write."""
    trusted = Outside(None, networks("10.0.0.0/24"))
    assert asked(trusted, "127.0.0.1", peer, X_Forwarded_For=chain).json()["network"] == network


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("caseway.example.org", 200),
        ("CASEWAY.example.org", 200),
        ("caseway.example.org:443", 200),
        ("caseway.example.org:8443", 421),
        ("caseway.example.org.evil.example", 421),
        ("evil.example", 421),
        ("127.0.0.1", 421),
        ("", 421),
    ],
)
def test_a_name_that_is_not_ours_is_refused(host: str, status: int) -> None:
    answer = asked(BEHIND, host, PROXY, X_Forwarded_Proto="https")
    assert answer.status_code == status
    assert "evil" not in answer.text


@pytest.mark.parametrize("header", ["X_Forwarded_Host", "X_Host", "Forwarded", "X_Original_Host"])
def test_no_other_header_names_us(header: str) -> None:
    lie = {header: "host=evil.example" if header == "Forwarded" else "evil.example"}
    assert asked(BEHIND, "caseway.example.org", PROXY, X_Forwarded_Proto="https", **lie).status_code == 200
    saved = {header: "caseway.example.org"}
    assert asked(BEHIND, "evil.example", PROXY, X_Forwarded_Proto="https", **saved).status_code == 421


def test_a_scheme_is_believed_from_a_proxy_only() -> None:
    assert asked(BEHIND, "caseway.example.org", X_Forwarded_Proto="https").status_code == 421
    open_to_all = Outside()
    told = asked(open_to_all, "127.0.0.1:8000", X_Forwarded_Proto="https").json()
    assert told["origin"] == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("localhost:8000", 200),
        ("192.0.2.1", 200),
        ("rebound.example", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("127.0.0.1:80@evil.example", 421),
        ("127.0.0.1:80/evil.example?", 421),
        ("127.0.0.1:#", 421),
        ("[::1]evil.example", 421),
        ("[::1", 421),
    ],
)
def test_without_an_origin_only_names_count_that_nobody_can_point_elsewhere(host: str, status: int) -> None:
    assert asked(Outside(), host).status_code == status


def test_of_several_schemes_the_one_counts_that_the_nearest_proxy_wrote() -> None:
    for said in (["http", "https"], ["http, https"]):
        assert asked(BEHIND, "caseway.example.org", PROXY, X_Forwarded_Proto=said).status_code == 200
    assert asked(BEHIND, "caseway.example.org", PROXY, X_Forwarded_Proto=["https", "http"]).status_code == 421


def test_a_name_that_is_told_twice_is_none() -> None:
    assert asked(Outside(), "127.0.0.1", Host=["evil.example"]).status_code == 421
    assert asked(Outside(), "127.0.0.1", Host=["127.0.0.1"]).status_code == 421


def test_those_who_watch_the_service_may_call_it_as_they_like() -> None:
    assert asked(BEHIND, "10.0.0.9", PROXY, path="/healthz").status_code == 200


def test_what_is_shown_of_a_source_is_coarser_than_what_counts() -> None:
    assert source_of("203.0.113.9", "").shown == "203.0.113.0/24"
    assert source_of("2001:db8:1:2:3::1", "").shown == "2001:db8:1::/48"
    assert source_of("unix socket", "x" * 500).agent == "x" * 120
