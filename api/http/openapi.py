"""The OpenAPI page: what FastAPI writes, completed with what it cannot know (problems, If-Match,
security).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.http.replies import Problem

PAGE: dict[str, Any] = {
    "title": "Caseway",
    "version": "1",
    "summary": "Requests for assistance, from the first letter to the lasting result.",
    "description": (
        "Every error is an RFC 9457 problem (`application/problem+json`) and says what would be right.\n\n"
        "Refusals come in this order: 401, 404, 403, shape (422), 428, the stored answer of an "
        "Idempotency-Key, 412, 409.\n\n"
        "The ETag of a case is its revision; a write to a case names it in If-Match. Lists come in pages; "
        "follow the Link header. `dry_run=true` says what would happen and changes nothing."
    ),
    "openapi_url": "/api/openapi.json",
    # docs.py serves the page: the one that comes with FastAPI loads its parts from elsewhere.
    "docs_url": None,
    "redoc_url": None,
    "openapi_tags": [
        {"name": "session", "description": "Signing in and out."},
        {"name": "account", "description": "What is one's own: sessions, tokens, password, second factor."},
        {"name": "cases", "description": "Requests and their whole life."},
        {"name": "work", "description": "What is mine to do, and by when."},
        {"name": "notices", "description": "Messages owed to persons."},
        {"name": "bulletins", "description": "Periodic lists of open cases owed to persons."},
        {"name": "reference", "description": "Parties, definitions, calendars."},
        {"name": "persons", "description": "Accounts, mandates and tokens, for administrators."},
        {"name": "health", "description": "For those who run the service."},
    ],
}


def describe(app: FastAPI) -> None:
    """Give the app its OpenAPI page, made at the first request for it and kept."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _completed(app: FastAPI) -> dict[str, Any]:
    page = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    schemas = page["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= schemas["Problem"].pop("$defs", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for operation in _operations(page):
        for parameter in operation.get("parameters", ()):
            _plain(parameter)
    return page


def _operations(page: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in page["paths"].values():
        yield from path.values()


def _plain(parameter: dict[str, Any]) -> None:
    """A parameter that is absent is not null; and If-Match is required, though its absence is a 428 and
    not a 422.
    """
    branches = parameter["schema"].pop("anyOf", None)
    if branches:
        parameter["schema"] |= next(branch for branch in branches if branch != {"type": "null"})
    if parameter["name"] == "If-Match":
        parameter["required"] = True
