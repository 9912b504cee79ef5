"""What stands outside on every answer: in which language it is, what it varies with, who may keep it.

Law: what the API tells is told to one person at one moment, so nobody keeps it: a due date passes, and who
may see what changes, without a new revision. HEAD is answered as GET is, with the outside alone.
"""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http import docs
from api.http.languages import language_told


class Envelope:
    """Pure ASGI, around everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        alone = scope["method"] == "HEAD"
        asked = {**scope, "method": "GET"} if alone else scope

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _mark(MutableHeaders(scope=message), asked)
            elif alone:
                message = {**message, "body": b""}
            await send(message)

        await self.app(asked, receive, sealed)


def _mark(headers: MutableHeaders, scope: Scope) -> None:
    path = scope["path"]
    if not path.startswith("/api/") or path.startswith(docs.PAGE):
        return
    headers["Cache-Control"] = "private, no-store"
    headers["Vary"] = "Accept-Language, Authorization, Cookie"
    if language := language_told(scope):
        headers["Content-Language"] = language
