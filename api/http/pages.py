"""Pages of lists: which one is asked for, and the Link header that leads to its neighbours (RFC 8288)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.http.cursors import Cursors, Position
from api.http.house import house_of
from workflow.records.pages import Page, Place

LARGEST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """The page that a request asks for: of this list with these filters, so many rows, from this cursor
    on.
    """

    path: str
    filters: tuple[tuple[str, str], ...]
    limit: int
    cursor: str | None
    cursors: Cursors

    @property
    def place(self) -> Place:
        """Raises Malformed for a cursor that is not ours."""
        if self.cursor is None:
            return Place(limit=self.limit)
        position = self.cursors.read(self._scope, self.cursor)
        return Place(position.values, position.back, self.limit)

    def link(self, response: Response, page: Page) -> None:
        links = [self._link("first", None)]
        if page.before is not None:
            links.append(self._link("prev", Position(page.before, back=True)))
        if page.after is not None:
            links.append(self._link("next", Position(page.after)))
        response.headers["Link"] = ", ".join(links)

    @property
    def _scope(self) -> dict[str, Any]:
        return {"list": self.path, "filters": self.filters}

    def _link(self, relation: str, position: Position | None) -> str:
        query = [*self.filters, ("limit", str(self.limit))]
        if position is not None:
            query.append(("cursor", self.cursors.make(self._scope, position)))
        return f'<{self.path}?{urlencode(query)}>; rel="{relation}"'


async def _asked(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=LARGEST, description="rows on a page")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=2000, description="where the page begins; follow the Link header")
    ] = None,
) -> Asked:
    given = request.query_params.multi_items()
    filters = tuple(sorted((name, value) for name, value in given if name not in ("limit", "cursor")))
    return Asked(request.url.path, filters, limit, cursor, house_of(request).cursors)


AskedPage = Annotated[Asked, Depends(_asked)]
