"""An app with a few doors of its own and everything around them real: for what needs no engine."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict

from api.http import problems
from api.http.bodies import Moment
from api.http.doors import OpenDoor
from api.http.limits import BodyLimit
from workflow.errors import Stale, Unavailable


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str
    at: Moment | None = None
    inside: dict[str, Any] = {}


def plain_app(largest: int = 1000) -> FastAPI:
    app = FastAPI()
    app.router.route_class = OpenDoor
    problems.register(app)
    app.add_middleware(BodyLimit, largest=largest)

    @app.get("/plain")
    def plain(number: int = 0) -> int:
        return number

    @app.post("/things")
    def things(thing: Thing) -> Thing:
        return thing

    @app.get("/refused")
    def refused() -> None:
        raise Stale(1, 2)

    @app.get("/lost")
    def lost() -> None:
        raise Unavailable

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret")

    return app
