"""Wings of the house: routers that are passed by at once where an address does not begin as theirs do."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class Wing(APIRouter):
    """A router that is tried only for addresses that begin with its prefix, up to the first place in it."""

    def __init__(self, *, prefix: str, **options: Any) -> None:
        super().__init__(prefix=prefix, **options)
        self._begins = prefix.partition("{")[0]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if not scope["path"].startswith(self._begins):
            return Match.NONE, {}
        return super().matches(scope)
