"""How this house speaks to a provider. Law: no answer is larger, takes longer or leads elsewhere than is
allowed here, whatever the provider sends.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

from authlib.integrations.requests_client import OAuth2Session
from requests import PreparedRequest, RequestException, Response, Session
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from workflow.errors import ProviderAway
from workflow.runtime.addresses import fault_of_address, is_loopback

LARGEST = 262_144
"""How many bytes of an answer are read."""
PAUSE = 4.0
"""For how many seconds a provider may be silent."""
WHOLE = 8.0
"""For how many seconds an answer may take in all."""


S = TypeVar("S", bound=Session)
T = TypeVar("T")


def open_session(**client: Any) -> OAuth2Session:
    """A session of Authlib's that keeps to these limits."""
    return _guarded(OAuth2Session(**client))


def get_json(address: str) -> dict[str, Any]:
    """The JSON object at an address. Raises ProviderAway."""
    with _guarded(Session()) as session:
        # A present authentication keeps passwords of the machine's .netrc out.
        answer = spoken(lambda: session.get(address, auth=lambda request: request))
    if answer.status_code != 200:
        raise away(f"{address} answers {answer.status_code}")
    try:
        told = answer.json()
    except (ValueError, RecursionError) as fault:
        raise away(f"{address} answers no JSON") from fault
    if not isinstance(told, dict):
        raise away(f"{address} answers no JSON object")
    return told


def spoken(talk: Callable[[], T]) -> T:
    """What comes of a talk with a provider. Raises ProviderAway where nobody answers as they should."""
    try:
        return talk()
    except (RequestException, HTTPError, OSError) as fault:
        raise away(f"{type(fault).__name__}") from fault


def away(reason: str) -> ProviderAway:
    """`reason` is for the log and for administrators."""
    return ProviderAway("The provider cannot be used now: {reason}.", reason=reason)


class _Guard(HTTPAdapter):
    """Reads each answer at once, as far as it is allowed to be."""

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> Response:
        _check(request.url or "")
        until = monotonic() + WHOLE
        # What is on this machine no proxy can reach.
        through = None if is_loopback(urlsplit(request.url or "").hostname or "") else proxies
        answer = super().send(request, True, PAUSE, verify, cert, through)
        body, answer.raw = answer.raw, BytesIO()
        try:
            if answer.is_redirect:
                raise away(f"{request.url} leads elsewhere, where nobody goes")
            answer.raw = BytesIO(_read(body, until))
        finally:
            body.close()
        return answer


def _guarded(session: S) -> S:
    session.mount("https://", _Guard())
    session.mount("http://", _Guard())
    # An answer that is packed could be larger than what arrives.
    session.headers["Accept-Encoding"] = "identity"
    return session


def _check(address: str) -> None:
    if fault := fault_of_address(address, query=True):
        raise away(f"{address}: {fault}")


def _read(body: Any, until: float) -> bytes:
    read = bytearray()
    while part := body.read1(16_384, decode_content=False):
        read += part
        if len(read) > LARGEST:
            raise away(f"an answer has more than {LARGEST} bytes")
        if monotonic() > until:
            raise away(f"an answer takes more than {WHOLE:g} seconds")
    return bytes(read)
