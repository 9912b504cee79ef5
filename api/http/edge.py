"""The edge of the service: from where a request comes, and under which name it reached us.

Law: what a request says of itself (X-Forwarded-For, X-Forwarded-Proto) counts only from a proxy that the
settings trust; a name that is not ours is refused, so that no other site can be led here under its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.http.problems import problem_of
from workflow.errors import Misdirected
from workflow.runtime.limits import Source

Network = IPv4Network | IPv6Network
USUAL_PORTS = {"http": "80", "https": "443"}
LOCAL = "localhost"
HOST = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[a-z0-9.-]+))(?::[0-9]{1,5})?")
UNKNOWN = "unknown"
ADDRESSES = "/api"


@dataclass(frozen=True, slots=True)
class Outside:
    """`origin` is where people find the service, as https://caseway.example.org; without one it goes by
    numeric addresses and `localhost` alone, which no other site can take. `proxies` may speak for others.
    """

    origin: str | None = None
    proxies: tuple[Network, ...] = ()

    def speaks_for_others(self, address: str) -> bool:
        numeric = _numeric(address)
        return numeric is not None and any(numeric in network for network in self.proxies)

    def goes_by(self, host: str, scheme: str) -> bool:
        """Whether a request may name us so."""
        if self.origin is not None:
            return _origin(scheme, host) == self.origin or f"{scheme}://{host}" == self.origin
        name = _name(host)
        return name == LOCAL or _numeric(name) is not None


class Edge:
    """Pure ASGI. With `outside` None every name is ours: for an app that is put into another one."""

    def __init__(self, app: ASGIApp, outside: Outside | None = None) -> None:
        self.app = app
        self._outside = outside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, outside = Headers(scope=scope), self._outside or Outside()
        peer = scope["client"][0] if scope.get("client") else ""
        trusted = outside.speaks_for_others(peer)
        address = _spoken_for(headers, peer, outside) if trusted else peer
        scheme = _scheme(headers, scope["scheme"]) if trusted else scope["scheme"]
        seen = {**scope, "scheme": scheme, "state": scope.setdefault("state", {})}
        seen["state"]["source"] = source_of(address, headers.get("user-agent", ""))
        if self._outside and scope["path"].startswith(ADDRESSES) and not _is_ours(headers, scheme, outside):
            await problem_of(MISDIRECTED, scope["path"])(seen, receive, send)
            return
        await self.app(seen, receive, send)


def source(request: Request) -> Source:
    """From where the request comes."""
    found: Source = request.state.source
    return found


def own_origin(request: Request, outside: Outside | None) -> str:
    """The origin that a page of ours has."""
    if outside and outside.origin:
        return outside.origin
    return _origin(request.scope["scheme"], request.headers.get("host", ""))


def source_of(address: str, agent: str) -> Source:
    """A network is one address of IPv4, the half of one of IPv6; shown is a coarser one."""
    numeric = _numeric(address)
    if numeric is None:
        return Source(UNKNOWN, UNKNOWN, agent[:120])
    own, shown = (32, 24) if numeric.version == 4 else (64, 48)
    counted, told = (ip_network(f"{numeric}/{bits}", strict=False) for bits in (own, shown))
    return Source(str(counted), str(told), agent[:120])


def networks(said: str) -> tuple[Network, ...]:
    """Addresses and networks, divided by commas. Raises ValueError."""
    return tuple(ip_network(one.strip(), strict=False) for one in said.split(",") if one.strip())


def _is_ours(headers: Headers, scheme: str, outside: Outside) -> bool:
    named = headers.getlist("host")
    return len(named) == 1 and outside.goes_by(named[0].lower(), scheme)


def _spoken_for(headers: Headers, peer: str, outside: Outside) -> str:
    """The nearest address in the chain that is no proxy of ours: what stands before it anybody can write."""
    chain = [one.strip() for line in headers.getlist("x-forwarded-for") for one in line.split(",")]
    for address in reversed(chain):
        if _numeric(address) is None:
            return peer
        if not outside.speaks_for_others(address):
            return address
        peer = address
    return peer


def _scheme(headers: Headers, scheme: str) -> str:
    said = ",".join(headers.getlist("x-forwarded-proto")).rpartition(",")[2].strip().lower()
    return said if said in USUAL_PORTS else scheme


def _origin(scheme: str, host: str) -> str:
    return f"{scheme}://{host.lower().removesuffix(':' + USUAL_PORTS.get(scheme, ''))}"


def _name(host: str) -> str:
    """Without the port; empty where it is none."""
    found = HOST.fullmatch(host)
    return (found["six"] or found["name"]) if found else ""


def _numeric(address: str) -> IPv4Address | IPv6Address | None:
    """An address of IPv4 that is written as one of IPv6 is one of IPv4."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


MISDIRECTED = Misdirected(
    "This service does not go by the name in the header Host. Whoever runs it sets CASEWAY_ORIGIN."
)
