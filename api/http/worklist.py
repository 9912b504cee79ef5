"""What is mine to do, the most urgent first: balls and tasks, all, overdue, or due soon."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import Query
from starlette.responses import Response

from api.http.declared import LISTING
from api.http.doors import Door
from api.http.identity import Caller, TheCaller
from api.http.pages import AskedPage
from api.http.replies import Listed
from api.http.replies_of_work import WorkReply
from api.http.wings import Wing
from workflow.records.pages import Row
from workflow.records.worklist import worklist

router = Wing(prefix="/api/worklist", tags=["work"], route_class=Door)


@router.get("", operation_id="list_work", summary="What is mine to do?", responses=LISTING)
def list_work(
    caller: TheCaller,
    response: Response,
    asked: AskedPage,
    view: Annotated[
        Literal["all", "overdue", "due_soon"], Query(description="due_soon holds what is overdue, too")
    ] = "all",
    kind: Annotated[Literal["ball", "task"] | None, Query(description="only balls, or only tasks")] = None,
    days: Annotated[int, Query(ge=1, le=365, description="how many days `due_soon` looks ahead")] = 7,
) -> Listed[WorkReply]:
    """Sorted by due date; what has none comes last. A ball whose task is listed is not listed twice."""
    mine, place, now = caller.mandates, asked.place, caller.engine.now()
    limits: dict[str, datetime | None] = {"all": None, "overdue": now, "due_soon": now + timedelta(days=days)}
    found = caller.read(
        lambda connection: worklist(connection, caller.id, mine, place, due_before=limits[view], kind=kind)
    )
    asked.link(response, found)
    return Listed(items=[_told(caller, row, now) for row in found.rows])


def _told(caller: Caller, row: Row, now: datetime) -> WorkReply:
    definition = caller.engine.library.get(row["definition"], row["version"])
    named = f"task.{row['name']}" if row["kind"] == "task" else f"state.{row['state']}"
    return WorkReply(
        **{**row, "no": row["no"] or None},
        label=definition.label(named, caller.language),
        overdue=row["due"] is not None and row["due"] < now,
    )
