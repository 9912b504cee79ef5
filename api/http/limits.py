"""What is refused before anything is read: bodies that are too large.

Pure ASGI; the answer is a problem like any other.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import problem_of
from workflow.errors import TooLarge
from workflow.runtime import files

LARGEST = 1_048_576
OF_FILES = "/files"


class BodyLimit:
    """Refuses a body by its announced length, or as soon as more has arrived than was announced."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST) -> None:
        self.app = app
        self.largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        largest = max(self.largest, files.LARGEST) if scope["path"].endswith(OF_FILES) else self.largest
        if self._announced(scope) > largest:
            await problem_of(_refusal(largest), scope["path"])(scope, receive, send)
        else:
            await self.app(scope, _counting(receive, largest), send)

    def _announced(self, scope: Scope) -> int:
        length = Headers(scope=scope).get("content-length", "0")
        return int(length) if length.isascii() and length.isdigit() else 0


def _counting(receive: Receive, largest: int) -> Receive:
    arrived = 0

    async def receive_some() -> Message:
        nonlocal arrived
        message = await receive()
        arrived += len(message.get("body", b""))
        if arrived > largest:
            # Only an HTTPException leaves the reading of a body as it is.
            raise HTTPException(413) from _refusal(largest)
        return message

    return receive_some


def _refusal(largest: int) -> TooLarge:
    return TooLarge("A body may have {largest} bytes at most; send less.", largest=largest)
