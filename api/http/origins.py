"""Whether a request comes from a page of ours: browsers send cookies along with what others' pages ask too.

Law: a write with a cookie needs all three, what the browser says of the page (Sec-Fetch-Site), the page's
origin, and the token that only a page of the session can know. Requests with a bearer token bring no cookie
that counts, so none of this is asked of them.
"""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from typing import NoReturn

import structlog
from starlette.requests import Request

from api.http.edge import Outside, own_origin, source
from workflow.errors import Foreign

TOKEN = "X-CSRF-Token"  # noqa: S105
SAFE = {"GET", "HEAD"}
OWN_SITES = {"same-origin", "none"}

log = structlog.get_logger()


def token_of(session: str) -> str:
    """The token of the session with this secret: it tells nothing of the secret."""
    return sha256(f"csrf\n{session}".encode()).hexdigest()


def check_write(request: Request, outside: Outside | None, session: str) -> None:
    """Raises Foreign for a write with a cookie that does not come from a page of the session."""
    if _told(request, "origin") is None:
        _refuse(request, "no origin")
    check_page(request, outside)
    if not compare_digest((_told(request, TOKEN) or "").encode(), token_of(session).encode()):
        _refuse(request, "csrf mismatch")


def check_page(request: Request, outside: Outside | None) -> None:
    """Raises Foreign for a request that a browser says to come from a page of somebody else."""
    site = _told(request, "sec-fetch-site")
    if site is not None and site not in OWN_SITES:
        _refuse(request, "another site")
    origin = _told(request, "origin")
    if origin is not None and origin.lower() != own_origin(request, outside):
        _refuse(request, "another origin")


def _told(request: Request, header: str) -> str | None:
    """All that it says: of a header that stands twice not one half counts."""
    lines = request.headers.getlist(header)
    return ", ".join(lines) if lines else None


def _refuse(request: Request, cause: str) -> NoReturn:
    log.warning("a foreign request was refused", cause=cause, source=source(request).shown)
    raise Foreign(
        "Send the request from a page of this service, with its header Origin, and with the header "
        "X-CSRF-Token that GET /api/session tells."
    )
