"""Which answers each kind of operation declares in OpenAPI, beside its success. One name per kind of door."""

from __future__ import annotations

from typing import Any

from api.http.problems import documented
from api.http.replies import ReceiptReply
from workflow.errors import (
    Busy,
    CasewayError,
    FactorMissing,
    Foreign,
    Gone,
    GuardRefused,
    KeyReused,
    LostContent,
    LostRace,
    Malformed,
    Misdirected,
    NotAllowed,
    NotFound,
    NotKept,
    NotNow,
    ProviderAway,
    RevisionRequired,
    SignInRefused,
    Stale,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unlinked,
)

Declared = dict[int | str, dict[str, Any]]
Kinds = tuple[type[CasewayError], ...]


def _header(name: str, description: str, example: str, pattern: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {name: {"description": description, "required": True, "schema": schema, "example": example}}


_ETAG = _header("ETag", "the revision, quoted", '"7"', r'^"[1-9][0-9]*"$')
_LINK = _header("Link", "RFC 8288: first, prev, next", '</api/cases?limit=50>; rel="first"', r'rel="first"')
_LOCATION = _header("Location", "where the sign-in was begun to go to", "/api/me", "^/")
_REHEARSED = {
    "description": "A dry run: this would happen, nothing was written",
    "model": ReceiptReply,
    "headers": _ETAG,
}

_READ: Kinds = (Unauthenticated, FactorMissing, Misdirected, Malformed, Unavailable)
_WRITE: Kinds = (*_READ, Foreign, Busy, KeyReused, TooLarge)
_ENTER: Kinds = (Unauthenticated, Foreign, Misdirected, Malformed, TooLarge, TooMany, Busy)
_OPEN: Kinds = (*_WRITE, NotAllowed, NotNow, GuardRefused)
_CHANGE: Kinds = (*_OPEN, NotFound, RevisionRequired, Stale, LostRace)

OPEN: Declared = documented((Malformed, Misdirected, Unavailable))
ENTERING: Declared = documented((*_ENTER, NotAllowed, NotNow))
BEGINNING: Declared = documented(
    (Foreign, Misdirected, NotFound, Malformed, TooLarge, TooMany, ProviderAway, Busy)
)
LINKING: Declared = documented((*_ENTER, FactorMissing, NotAllowed, NotFound, ProviderAway))
LANDING: Declared = {
    303: {"description": "Signed in, or linked", "headers": _LOCATION},
    **documented((SignInRefused, Unlinked, Misdirected, NotFound, NotNow, Malformed, ProviderAway, Busy)),
}
ASKING: Declared = documented((Foreign, Misdirected, Malformed, TooLarge, TooMany, Busy))
ENDING: Declared = documented((*_READ, NotAllowed, Foreign, Busy))
ENDING_ONE: Declared = documented((*_READ, NotAllowed, Foreign, NotFound, KeyReused, Busy))
CHANGING_OWN: Declared = documented((*_ENTER, FactorMissing, NotAllowed, NotNow))
MAKING_OWN: Declared = documented((*_WRITE, NotAllowed))
READING: Declared = documented(_READ)
READING_ONE: Declared = documented((*_READ, NotFound))
LISTING: Declared = {200: {"headers": _LINK}, **READING}
LISTING_OF_ONE: Declared = {200: {"headers": _LINK}, **READING_ONE}
LISTING_FOR_ADMINISTRATORS: Declared = {200: {"headers": _LINK}, **documented((*_READ, NotAllowed))}
PUTTING_FILE: Declared = documented((*_WRITE, NotAllowed, NotFound, NotNow, NotKept))
GETTING_FILE: Declared = documented((*_READ, NotFound, Gone, LostContent))
SEEING_CASE: Declared = {200: {"headers": _ETAG}, **READING_ONE}
NAMING: Declared = {200: {"headers": _ETAG}, **documented((*_READ, NotAllowed, NotFound, NotNow))}
OPENING: Declared = {200: _REHEARSED, 201: {"headers": _ETAG}, **documented(_OPEN)}
WRITING_CASE: Declared = {200: _REHEARSED, 201: {"headers": _ETAG}, **documented(_CHANGE)}
CHANGING_CASE: Declared = {200: {"headers": _ETAG}, **documented(_CHANGE)}
MARKING: Declared = documented((*_WRITE, NotFound))
ADMINISTRATION_OF_ONE: Declared = documented((*_READ, NotAllowed, NotFound))
ADMINISTERING: Declared = documented((*_WRITE, NotAllowed, NotFound))
ADMINISTERING_ONE: Declared = documented((*_WRITE, NotAllowed, NotFound, NotNow))
