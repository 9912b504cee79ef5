"""The doors of the API: every route of it is one.

Law: 401, 404 and 403 are said before anything about the shape of a request.

A door also keeps out what no database of ours takes, NUL in bodies and addresses and bodies nested too deep,
and parameters that nobody asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any

import orjson
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.http import denied, room
from api.http.identity import caller_of
from workflow.errors import CasewayError, Phrase
from workflow.rules.checks import nearest
from workflow.rules.texts import NUL
from workflow.runtime.documents import key_told_twice

Handler = Callable[..., Any]
Handle = Callable[[Request], Coroutine[Any, Any, Response]]
Place = tuple[str | int, ...]
READING = {"GET", "HEAD"}
DEEPEST = 64
TOO_DEEP = Phrase("This is nested more than {most} levels deep; send it flatter.", {"most": DEEPEST})


class Unfit(HTTPException):
    """A body that no database of ours takes. Nothing but an HTTPException leaves the reading of a body."""

    def __init__(self, place: Place, words: Phrase) -> None:
        super().__init__(422, str(words))
        self.fault = RequestValidationError([{"type": "unfit", "loc": place, "msg": words, "input": None}])


class Incoming(Request):
    """A request whose JSON is read strictly: no lone surrogates, no NaN, no NUL, no endless nesting, no key
    twice in one object.
    """

    async def json(self) -> Any:
        body = await self.body()
        value = orjson.loads(body)
        if b"\\u0000" in body or body.count(b"{") + body.count(b"[") > DEEPEST:
            _inspect(value)
        if (name := key_told_twice(body.decode())) is not None:
            raise Unfit(("body",), Phrase("The key '{name}' stands twice in one object.", {"name": name}))
        return value


class Door(APIRoute):
    """A door that anybody who is known may knock at; a case behind it must be theirs to see."""

    written = staticmethod(room.written)
    passes_over = False

    def __init__(self, path: str, endpoint: Handler, **options: Any) -> None:
        super().__init__(path, _handler(endpoint, options, self.written), **options)

    def get_route_handler(self) -> Handle:
        handle = super().get_route_handler()
        known = _parameters(self.dependant)
        # Those who watch the service add marks of their own to its addresses of health.
        strict = self.path.startswith("/api") and not self.passes_over

        async def let_in(request: Request) -> Response:
            try:
                _inspect_address(request)
                if strict:
                    _inspect_parameters(request, known)
                return await handle(Incoming(request.scope, request.receive))
            except (RequestValidationError, Unfit) as refusal:
                await run_in_threadpool(self.standing, request)
                raise (refusal.fault if isinstance(refusal, Unfit) else refusal) from None

        async def knock(request: Request) -> Response:
            try:
                return await let_in(request)
            except CasewayError as refusal:
                await denied.note(request, refusal, self.operation_id or self.name)
                raise

        return knock

    def standing(self, request: Request) -> None:
        """Raises what must be said before a fault of shape: nobody known, or a case that is not theirs."""
        caller = caller_of(request)
        case = request.path_params.get("case_id")
        if case is None:
            caller.known()
        else:
            caller.see(case)


class AdministratorsDoor(Door):
    """A door for administrators only."""

    def standing(self, request: Request) -> None:
        caller_of(request).administrate()


class OverseersDoor(Door):
    """A door for administrators and auditors only."""

    def standing(self, request: Request) -> None:
        caller_of(request).oversee()


class OwnDoor(Door):
    """A door to what is somebody's own account: half a session gets through, and passwords are hashed."""

    written = staticmethod(room.hashed)

    def standing(self, request: Request) -> None:
        _ = caller_of(request).proof


class OpenDoor(Door):
    """A door for everybody: nothing behind it belongs to anybody."""

    def standing(self, request: Request) -> None:
        return None


class Entrance(OpenDoor):
    """A door for those who are not known yet, and sign in."""

    written = staticmethod(room.hashed)


class ProvidersEntrance(OpenDoor):
    """A door for those who sign in by a provider, which is spoken with."""

    written = staticmethod(room.talked)


class OwnProvidersDoor(OwnDoor):
    """The same for somebody who is known."""

    written = staticmethod(room.talked)


class Landing(OpenDoor):
    """A door to which providers send browsers; marks of their own in the address are passed over."""

    passes_over = True


def _handler(endpoint: Handler, options: Mapping[str, Any], written: Handler) -> Handler:
    if iscoroutinefunction(endpoint):
        return endpoint
    handle = _in_one_go(endpoint, options.get("status_code"))
    return _where_there_is_room(handle, written) if set(options.get("methods") or ()) - READING else handle


def _where_there_is_room(handle: Handler, written: Handler) -> Handler:
    @wraps(handle)
    async def write(**arguments: Any) -> Any:
        return await written(partial(handle, **arguments))

    return write


def _in_one_go(endpoint: Handler, status: int | None) -> Handler:
    """The handler, writing its answer out in its own thread: the framework would take a second one."""

    @wraps(endpoint)
    def handle(**arguments: Any) -> Any:
        said = endpoint(**arguments)
        if not isinstance(said, BaseModel):
            return said
        body = said.model_dump_json(by_alias=True)
        answer = Response(body, status or 200, media_type="application/json")
        written = arguments.get("response")
        if isinstance(written, Response):
            answer.status_code = written.status_code or answer.status_code
            answer.headers.raw.extend(written.headers.raw)
        return answer

    return handle


def _inspect_address(request: Request) -> None:
    for name, value in request.path_params.items():
        if "\0" in str(value):
            raise Unfit(("path", name), NUL)
    for name, value in request.query_params.multi_items():
        if "\0" in name or "\0" in value:
            raise Unfit(("query", name), NUL)


def _inspect_parameters(request: Request, known: frozenset[str]) -> None:
    """A misspelt filter that were passed over would show everything, the second of two one thing only."""
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in known:
            params = {"name": name, "hint": nearest(name, sorted(known))}
            raise Unfit(("query", name), Phrase("There is no parameter '{name}' here{hint}.", params))
        if given.count(name) > 1:
            raise Unfit(("query", name), Phrase("This parameter is given twice; give it once."))


def _parameters(dependant: Dependant) -> frozenset[str]:
    """The query parameters that a handler and what it depends on ask for."""
    own = frozenset(one.alias for one in dependant.query_params)
    return own.union(*map(_parameters, dependant.dependencies))


def _inspect(body: Any) -> None:
    waiting: list[tuple[Place, Any]] = [(("body",), body)]
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str) and "\0" in value:
            raise Unfit(place, NUL)
        if len(place) > DEEPEST:
            raise Unfit(("body",), TOO_DEEP)
        waiting.extend(_inside(place, value))


def _inside(place: Place, value: Any) -> Iterator[tuple[Place, Any]]:
    if isinstance(value, dict):
        yield from (((*place, name), inner) for name, inner in value.items())
        yield from ((place, name) for name in value)
    elif isinstance(value, list):
        yield from (((*place, number), inner) for number, inner in enumerate(value))
