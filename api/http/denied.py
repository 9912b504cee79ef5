"""Noting who was refused: what a person may not see or do, one by one; what nobody known asks for, by the
network they come from.

Law: it is noted after the refused transaction was rolled back, and whether what was asked for exists or not
makes no difference. Where it cannot be noted the answer is the same, and the log says so.
"""

from __future__ import annotations

from functools import partial

import structlog
from starlette.requests import Request

from api.http import edge, room
from api.http.house import House, house_of
from api.http.problems import status_of
from workflow.errors import CasewayError, NotAllowed, NotFound, Unauthenticated
from workflow.records import denials
from workflow.records.denials import Denied

NOTED = (NotAllowed, NotFound, Unauthenticated)
SOMEBODYS = {"case_id", "notice_id"}
"""What is not there for whoever may not see it. Anything else that is not there is a mistake."""

log = structlog.get_logger()


async def note(request: Request, refusal: Exception, operation: str) -> None:
    """Note the refusal of a request, where it is one that is noted."""
    if not isinstance(refusal, NOTED):
        return
    try:
        await room.written(partial(_write, house_of(request), request, refusal, operation))
    except Exception as fault:
        log.warning("a denial was not noted", operation=operation, fault=repr(fault))


def _write(house: House, request: Request, refusal: CasewayError, operation: str) -> None:
    at, status = house.engine.now(), status_of(type(refusal))
    params = request.path_params
    if status == 404 and not SOMEBODYS & params.keys():
        return
    # At the doors for those who sign in nobody is known.
    person: str | None = getattr(request.state, "person", None)
    if status == 401 or person is None:
        source = edge.source(request).shown
        times = house.strangers.count(f"{operation} {status}", source, at)
        denied = Denied(operation, "", status, source=source)
    else:
        times, denied = 1, Denied(operation, str(next(iter(params.values()), "")), status, person=person)
    if times:
        house.engine.database.writing(lambda connection: denials.note(connection, denied, at, times=times))
