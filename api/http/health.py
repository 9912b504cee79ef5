"""Whether this process lives, whether it can work, and its numbers.

Open to everybody: nothing here belongs to anybody.
"""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_PLAIN_1_0_0, generate_latest
from pydantic import BaseModel
from starlette.responses import Response

from api.http import room
from api.http.doors import OpenDoor
from api.http.house import TheHouse
from api.http.problems import documented
from workflow.errors import Busy, Hanging, Unavailable
from workflow.records import settings
from workflow.runtime.worker import STALE_AFTER

router = APIRouter(tags=["health"], route_class=OpenDoor)


class Health(BaseModel):
    """This process answers."""

    status: Literal["ok"] = "ok"


class Readiness(Health):
    """The database can be written to and the worker, if this process has one, ticks."""

    worker: Literal["ticks", "none"]


@router.get("/healthz", operation_id="healthz", summary="Does this process live?")
async def healthz() -> Health:
    return Health()


@router.get(
    "/readyz",
    operation_id="readyz",
    summary="Can this process work: does the database take what is written, does the worker tick?",
    responses=documented([Unavailable, Busy, Hanging]),
)
async def readyz(house: TheHouse) -> Readiness:
    await room.written(lambda: house.engine.database.writing(settings.try_to_write))
    if house.watch is None:
        return Readiness(worker="none")
    if (age := house.watch()) > STALE_AFTER:
        raise Hanging("The worker last ticked {age} ago; it hangs. Start this process anew.", age=age)
    return Readiness(worker="ticks")


@router.get(
    "/metrics",
    operation_id="metrics",
    summary="Numbers for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(house: TheHouse) -> Response:
    numbers: Any = generate_latest(house.metrics.registry)
    return Response(numbers, media_type=CONTENT_TYPE_PLAIN_1_0_0)
