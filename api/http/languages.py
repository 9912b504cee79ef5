"""Which language to answer in: the best of Accept-Language that we speak, else the reader's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Header
from starlette.requests import Request

AcceptLanguage = Annotated[
    str,
    Header(alias="Accept-Language", max_length=500, description="en, fr or es", examples=["fr, en;q=0.8"]),
]
SPOKEN = ("en", "fr", "es")


def language_of(request: Request) -> str:
    """The language of an answer to this request; the caller's own, once they are known."""
    return preferred(request.headers.get("accept-language", ""), getattr(request.state, "own_language", "en"))


def preferred(accepted: str, own: str) -> str:
    """RFC 9110: the highest weight wins, the earlier of equals; a region is dropped (fr-CA is fr)."""
    wanted = sorted(_weighted(accepted), key=lambda pair: -pair[1])
    return next((language for language, weight in wanted if weight > 0 and language in SPOKEN), own)


def _weighted(accepted: str) -> Iterator[tuple[str, float]]:
    for part in accepted.split(","):
        language, *parameters = part.strip().split(";")
        weight = next((item.strip()[2:] for item in parameters if item.strip().startswith("q=")), "1")
        try:
            yield language.strip().partition("-")[0].lower(), float(weight)
        except ValueError:
            continue
