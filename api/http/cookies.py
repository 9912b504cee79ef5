"""The cookies of a session, and of a sign-in by a provider that is under way: set, read and taken away here
alone.

Law: `__Host-` lets no other host and no plain connection set it, HttpOnly lets no script read it. A request
with two of them has none.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from workflow.records import flows
from workflow.records.sessions import LIFE

NAME = "__Host-caseway"
FLOW = "__Host-caseway-flow"
KEPT = "Path=/; Secure; HttpOnly; SameSite=Lax"


def set_session(response: Response, secret: str) -> None:
    """Give the browser its session."""
    _set(response, f"{NAME}={secret}; Max-Age={int(LIFE.total_seconds())}; {KEPT}")


def end_session(response: Response) -> None:
    """Let the browser forget it."""
    _set(response, f"{NAME}=; Max-Age=0; {KEPT}")


def session_of(request: Request) -> str | None:
    """The secret that the request brings."""
    return _brought(request, NAME)


def set_flow(response: Response, secret: str) -> None:
    """Let the browser be known as the one that began."""
    _set(response, f"{FLOW}={secret}; Max-Age={int(flows.LIFE.total_seconds())}; {KEPT}")


def end_flow(response: Response) -> None:
    _set(response, f"{FLOW}=; Max-Age=0; {KEPT}")


def flow_of(request: Request) -> str | None:
    """The secret of the browser that began. Lax: it comes along where a provider sends the browser."""
    return _brought(request, FLOW)


def _brought(request: Request, wanted: str) -> str | None:
    # A browser lets anybody set a cookie whose name begins with other kinds of space before `__Host-`.
    pairs = (one.strip(" \t") for line in request.headers.getlist("cookie") for one in line.split(";"))
    found = [value for name, _, value in (one.partition("=") for one in pairs) if name == wanted]
    return found[0] if len(found) == 1 and found[0] else None


def _set(response: Response, cookie: str) -> None:
    response.headers.append("Set-Cookie", cookie)
