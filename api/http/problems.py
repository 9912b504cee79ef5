"""Every error as an RFC 9457 problem.

The one table from error class to status; titles are the classes' own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.http.addresses import methods_at
from api.http.faults import faults_of
from api.http.languages import language_of
from workflow import errors
from workflow.errors import Phrase
from workflow.runtime import refusals

STATUS: Mapping[type[errors.CasewayError], int] = {
    errors.Unauthenticated: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Gone: 410,
    errors.NotNow: 409,
    errors.GuardRefused: 409,
    errors.LostRace: 409,
    errors.Stale: 412,
    errors.TooLarge: 413,
    errors.Misdirected: 421,
    errors.Malformed: 422,
    errors.KeyReused: 422,
    errors.RevisionRequired: 428,
    errors.TooMany: 429,
    errors.Refusal: 409,
    errors.LostContent: 500,
    errors.Unavailable: 503,
    errors.CasewayError: 500,
}
HEADERS: Mapping[int, Mapping[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="caseway"'},
    503: {"Retry-After": "5"},
}
# Where a fault stands, as a sentence names it.
PLACES: Mapping[str, str] = {
    "path": "path {name}",
    "query": "query {name}",
    "header": "header {name}",
    "body": "body",
}
UNEXPECTED = "Something went wrong here. Nothing was changed; the log of this service says what happened."


def status_of(kind: type[errors.CasewayError]) -> int:
    """The status of an error class, or of the nearest class above it."""
    return next(STATUS[base] for base in kind.__mro__ if base in STATUS)


def register(app: FastAPI) -> None:
    """Let every error of this app leave as a problem."""
    app.add_exception_handler(errors.CasewayError, _refused)
    app.add_exception_handler(RequestValidationError, _misshapen)
    app.add_exception_handler(HTTPException, _unroutable)
    app.add_exception_handler(Exception, _unexpected)


def problem(
    status: int, title: str, detail: str, *, kind: str, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """A problem answer; `kind` is the last part of its type, `more` the members beside the five of the
    RFC.
    """
    body = orjson.dumps(members(title, detail, kind=kind, status=status, **more))
    return Response(
        body, status, {**HEADERS.get(status, {}), **(headers or {})}, media_type="application/problem+json"
    )


def members(title: str, detail: str, *, kind: str, **more: Any) -> dict[str, Any]:
    """What a problem says; of `more` the members that say something."""
    told = {"type": f"urn:caseway:problem:{kind}", "title": title, "detail": detail}
    return told | {name: value for name, value in more.items() if value}


def kind_of(error: errors.CasewayError) -> str:
    return _words(type(error).__name__)


def reasons_of(error: errors.CasewayError) -> list[dict[str, Any]]:
    """The guards that said no, with the facts that they looked at."""
    return [_reason(reason) for reason in getattr(error, "reasons", ())]


def problem_of(error: errors.CasewayError, instance: str = "", language: str = "en") -> Response:
    """The problem that says an error of the engine, in the reader's language."""
    faults: Sequence[errors.Fault] = getattr(error, "faults", ())
    return problem(
        status_of(type(error)),
        refusals.title(error, language),
        _detail(error, faults, language),
        kind=kind_of(error),
        headers={"Retry-After": str(error.seconds)} if isinstance(error, errors.TooMany) else None,
        instance=instance,
        errors=[_fault(fault, language) for fault in faults],
        reasons=reasons_of(error),
    )


def _detail(error: errors.CasewayError, faults: Sequence[errors.Fault], language: str) -> str:
    if isinstance(error, errors.Unavailable):
        # The driver's own words name hosts and folders; they are for the log.
        secret = "reason" in error.params
        return refusals.title(error, language) if secret else refusals.sentence(error, language)
    if status_of(type(error)) == 500:
        return UNEXPECTED
    return "; ".join(_in_words(fault, language) for fault in faults) or refusals.sentence(error, language)


def _fault(fault: errors.Fault, language: str) -> dict[str, Any]:
    where, name = _parameter(fault)
    detail = refusals.fault(fault, language)
    if where:
        return {"in": where, "name": name, "detail": detail}
    return {"pointer": fault.pointer, "detail": detail}


def _in_words(fault: errors.Fault, language: str) -> str:
    where, name = _parameter(fault)
    place = Phrase(PLACES[where or "body"], {"name": name})
    named = fault.pointer if fault.pointer and not where else refusals.phrase(place, language)
    return f"{named}: {refusals.fault(fault, language)}"


def _parameter(fault: errors.Fault) -> tuple[str | None, str]:
    """Where a parameter stands and its name; None for what stands in the body."""
    where, found, name = fault.pointer.partition(":")
    return (where, name) if found and where in PLACES else (None, "")


def _reason(reason: errors.Reason) -> dict[str, Any]:
    facts = {name: _plain(value) for name, value in reason.facts}
    return {"guard": reason.guard, "text": reason.text or None, "facts": facts}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _words(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.CasewayError)
    return problem_of(error, request.url.path, language_of(request))


async def _misshapen(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    malformed = errors.Malformed(tuple(faults_of(error)))
    return problem_of(malformed, request.url.path, language_of(request))


async def _unroutable(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, errors.CasewayError):
        return problem_of(error.__cause__, request.url.path, language_of(request))
    return problem(
        error.status_code,
        HTTPStatus(error.status_code).phrase,
        _advice(error, request),
        kind=_words(HTTPStatus(error.status_code).phrase.title().replace(" ", "")),
        headers=_headers(error, request),
        instance=request.url.path,
    )


def _headers(error: HTTPException, request: Request) -> Mapping[str, str] | None:
    if error.status_code == 405:
        return {"Allow": methods_at(request.app, request.url.path)}
    return error.headers


def _advice(error: HTTPException, request: Request) -> str:
    if error.status_code == 404:
        return "There is no such address here; /api/docs lists those there are."
    if error.status_code == 405:
        return f"{request.method} is not possible here; what is: {methods_at(request.app, request.url.path)}."
    return error.detail


async def _unexpected(request: Request, error: Exception) -> Response:
    return problem(
        500, errors.CasewayError.__doc__ or "", UNEXPECTED, kind="error", instance=request.url.path
    )


def documented(kinds: Iterable[type[errors.CasewayError]]) -> dict[int | str, dict[str, Any]]:
    """What an operation declares in OpenAPI for these errors: one answer per status, with an example per
    error.
    """
    answers: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        status = status_of(kind)
        answer = answers.setdefault(status, {"description": HTTPStatus(status).phrase, "content": _content()})
        answer["content"]["application/problem+json"]["examples"][_words(kind.__name__)] = _example(kind)
    return answers


def _content() -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"application/problem+json": {"schema": schema, "examples": {}}}


def _example(kind: type[errors.CasewayError]) -> dict[str, Any]:
    title = (kind.__doc__ or "").strip()
    members = {"type": f"urn:caseway:problem:{_words(kind.__name__)}", "title": title, "detail": f"{title}."}
    return {"summary": title, "value": members | {"status": status_of(kind)}}
