"""The page to read and try the API: everything on it comes from this service.

The law: it works without the internet, and no other house gets to see a token that is typed into it.
"""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

PAGE = "/api/docs"
PARTS = f"{PAGE}/parts"
# No sending of the page to a validator elsewhere.
PARAMETERS = {"validatorUrl": None}


def serve(app: FastAPI) -> None:
    """Add the page and its parts, which a wheel carries, behind all other routes. The bare address of the
    service, which a start prints, leads to it.
    """

    async def page(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "").rstrip("/")
        return get_swagger_ui_html(
            openapi_url=f"{root}{app.openapi_url}",
            title=app.title,
            swagger_js_url=f"{root}{PARTS}/swagger-ui-bundle.js",
            swagger_css_url=f"{root}{PARTS}/swagger-ui.css",
            swagger_favicon_url=f"{root}{PARTS}/favicon.png",
            swagger_ui_parameters=PARAMETERS,
        )

    async def front(request: Request) -> RedirectResponse:
        return RedirectResponse(f"{request.scope.get('root_path', '').rstrip('/')}{PAGE}")

    app.add_route("/", front, include_in_schema=False)
    app.add_route(PAGE, page, include_in_schema=False)
    app.mount(PARTS, StaticFiles(packages=[("fastapi_offline", "static")]))
