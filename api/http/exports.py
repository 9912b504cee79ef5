"""A case's whole history for another house, as lines that `caseway import` takes."""

from __future__ import annotations

from starlette.responses import Response

from api.http.bodies import CaseId
from api.http.declared import READING_ONE
from api.http.doors import Door
from api.http.identity import TheCaller
from api.http.wings import Wing
from workflow.errors import NotAllowed
from workflow.runtime.exporting import export_case
from workflow.runtime.histories import ActLine, write

router = Wing(prefix="/api/cases/{case_id}/export", tags=["cases"], route_class=Door)


@router.get(
    "",
    operation_id="export_case",
    summary="Every act on it, a line each",
    response_class=Response,
    responses={200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}, **READING_ONE},
)
def export(caller: TheCaller, case_id: CaseId) -> Response:
    """JSON lines, as `caseway import` takes them. For those who see all of the case: half a history is none.

    Facts of the persons concerned stand in them for administrators only.
    """
    eyes = caller.see(case_id).sight
    if not eyes.everything:
        raise NotAllowed("The whole history of a case is for those who see all of it.")
    lines = caller.read(lambda connection: export_case(connection, case_id, eyes))
    told = [line for line in lines if isinstance(line, ActLine) or caller.is_administrator]
    return Response(b"".join(write(line) for line in told), media_type="application/x-ndjson")
