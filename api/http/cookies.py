"""The cookie of a session: set, read and taken away here alone.

Law: `__Host-` lets no other host and no plain connection set it, HttpOnly lets no script read it. A request
with two of them has none.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from workflow.records.sessions import LIFE

NAME = "__Host-caseway"
KEPT = "Path=/; Secure; HttpOnly; SameSite=Lax"


def set_session(response: Response, secret: str) -> None:
    """Give the browser its session."""
    _set(response, f"{NAME}={secret}; Max-Age={int(LIFE.total_seconds())}; {KEPT}")


def end_session(response: Response) -> None:
    """Let the browser forget it."""
    _set(response, f"{NAME}=; Max-Age=0; {KEPT}")


def session_of(request: Request) -> str | None:
    """The secret that the request brings."""
    pairs = (one.strip() for line in request.headers.getlist("cookie") for one in line.split(";"))
    found = [value for name, _, value in (one.partition("=") for one in pairs) if name == NAME]
    return found[0] if len(found) == 1 and found[0] else None


def _set(response: Response, cookie: str) -> None:
    response.headers.append("Set-Cookie", cookie)
