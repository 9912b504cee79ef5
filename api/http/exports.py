"""A case's whole history for another house, as lines that `caseway import` takes."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from api.http.bodies import CaseId
from api.http.declared import READING_ONE
from api.http.doors import Door
from api.http.identity import TheCaller
from workflow.runtime.exporting import export_lines

router = APIRouter(prefix="/api/cases/{case_id}/export", tags=["cases"], route_class=Door)


@router.get(
    "",
    operation_id="export_case",
    summary="Every act on it, a line each",
    response_class=Response,
    responses={200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}, **READING_ONE},
)
def export(caller: TheCaller, case_id: CaseId) -> Response:
    """JSON lines, as `caseway import` takes them."""
    caller.see(case_id)
    lines = export_lines(caller.engine, case_id)
    return Response("".join(f"{line}\n" for line in lines), media_type="application/x-ndjson")
