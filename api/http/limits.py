"""What is refused before anything is read: bodies that are too large.

Pure ASGI; the answer is a problem like any other.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import problem_of
from workflow.errors import TooLarge

LARGEST = 1_048_576


class BodyLimit:
    """Refuses a body by its announced length, or as soon as more has arrived than was announced."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST) -> None:
        self.app = app
        self.largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif self._announced(scope) > self.largest:
            await problem_of(self._refusal(), scope["path"])(scope, receive, send)
        else:
            await self.app(scope, self._counting(receive), send)

    def _announced(self, scope: Scope) -> int:
        length = Headers(scope=scope).get("content-length", "0")
        return int(length) if length.isascii() and length.isdigit() else 0

    def _counting(self, receive: Receive) -> Receive:
        arrived = 0

        async def receive_some() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self.largest:
                # Only an HTTPException leaves the reading of a body as it is.
                raise HTTPException(413) from self._refusal()
            return message

        return receive_some

    def _refusal(self) -> TooLarge:
        return TooLarge("A body may have {largest} bytes at most; send less.", largest=self.largest)
