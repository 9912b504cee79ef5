"""Which language to answer in: the best of Accept-Language that we speak, else the reader's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Header
from starlette.requests import Request
from starlette.types import Scope

AcceptLanguage = Annotated[
    str,
    Header(alias="Accept-Language", max_length=500, description="en, fr or es", examples=["fr, en;q=0.8"]),
]
SPOKEN = ("en", "fr", "es")


def language_of(request: Request) -> str:
    """The language of an answer to this request; the caller's own, once they are known."""
    own = getattr(request.state, "own_language", "en")
    request.state.language = preferred(request.headers.get("accept-language", ""), own)
    return str(request.state.language)


def language_told(scope: Scope) -> str | None:
    """The language in which this request was answered; None where nothing of the answer depends on it."""
    language: str | None = scope.get("state", {}).get("language")
    return language


def preferred(accepted: str, own: str) -> str:
    """RFC 9110: the highest weight wins, the earlier of equals; a region is dropped (fr-CA is fr)."""
    wanted = sorted(_weighted(accepted), key=lambda pair: -pair[1])
    return next((language for language, weight in wanted if weight > 0 and language in SPOKEN), own)


async def _language(request: Request, _: AcceptLanguage = "") -> str:
    return language_of(request)


TheLanguage = Annotated[str, Depends(_language)]


def _weighted(accepted: str) -> Iterator[tuple[str, float]]:
    for part in accepted.split(","):
        language, *parameters = part.strip().split(";")
        weight = next((item.strip()[2:] for item in parameters if item.strip().startswith("q=")), "1")
        try:
            yield language.strip().partition("-")[0].lower(), float(weight)
        except ValueError:
            continue
