"""Notices: those owed to the caller, and for administrators those that failed for good, to be sent once
more.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Query
from starlette.responses import Response

from api.http.bodies import Key
from api.http.bodies_of_administration import BounceBody
from api.http.declared import ADMINISTERING_ONE, LISTING, LISTING_FOR_ADMINISTRATORS, MARKING
from api.http.doors import AdministratorsDoor, Door
from api.http.idempotency import once
from api.http.identity import TheCaller
from api.http.pages import AskedPage
from api.http.replies import Listed
from api.http.replies_of_reference import NoticeReply
from api.http.wings import Wing
from workflow.errors import NotFound, NotNow
from workflow.records import lists, notices
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Row
from workflow.runtime import undelivered

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.:-]{1,100}$", description="a notice's id")]
Status = Literal["pending", "failed", "sent", "dead", "bounced", "read", "historic", "dropped"]

router = Wing(prefix="/api/notices", tags=["notices"], route_class=Door)
administration = Wing(prefix="/api/notices", tags=["notices"], route_class=AdministratorsDoor)


@router.get("", operation_id="list_notices", summary="What was, or is to be, told me", responses=LISTING)
def list_notices(
    caller: TheCaller,
    response: Response,
    asked: AskedPage,
    status: Annotated[Status | None, Query(description="only these")] = None,
) -> Listed[NoticeReply]:
    """The newest first; of the cases that I may see."""
    person, place, seen = caller.id, asked.place, caller.visible()
    found = caller.read(
        lambda connection: lists.own_notices(connection, place, seen, person=person, status=status)
    )
    asked.link(response, found)
    return Listed(items=[_told(row) for row in found.rows])


@router.put("/{notice_id}/read", operation_id="read_notice", summary="I have read it", responses=MARKING)
def read(caller: TheCaller, notice_id: Id, key: Key = None) -> NoticeReply:
    """A notice that was read is not sent any more."""
    person, seen = caller.id, caller.visible()

    def work(connection: Connection) -> dict[str, Any]:
        if not notices.is_shown(connection, notice_id, person, seen):
            raise NotFound("There is no notice {id} for you.", id=notice_id)
        notices.read(connection, notice_id, person, caller.engine.now())
        return _as_it_stands(connection, notice_id)

    return NoticeReply(**once(caller, key, {"read": notice_id}, work))


@administration.get(
    "/all",
    operation_id="list_all_notices",
    summary="Everybody's notices",
    responses=LISTING_FOR_ADMINISTRATORS,
)
def list_all(
    caller: TheCaller,
    response: Response,
    asked: AskedPage,
    status: Annotated[Status | None, Query(description="dead: they failed for good")] = None,
    person: Annotated[str | None, Query(max_length=64, description="owed to this person")] = None,
) -> Listed[NoticeReply]:
    """For administrators, the newest first; `status=dead` are the dead letters."""
    caller.administrate()
    place = asked.place
    found = caller.read(lambda connection: lists.notices(connection, place, person=person, status=status))
    asked.link(response, found)
    return Listed(items=[_told(row) for row in found.rows])


@administration.post(
    "/{notice_id}/replay",
    operation_id="replay_notice",
    summary="Send it once more",
    responses=ADMINISTERING_ONE,
)
def replay(caller: TheCaller, notice_id: Id, key: Key = None) -> NoticeReply:
    """For administrators: a notice that is dead or bounced goes out again, with all its attempts before
    it.
    """
    caller.administrate()

    def work(connection: Connection) -> dict[str, Any]:
        found = notices.get(connection, notice_id)
        if found is None:
            raise NotFound("There is no notice {id}; /api/notices/all lists them.", id=notice_id)
        if not notices.replay(connection, notice_id, caller.engine.now()):
            raise NotNow(
                "A notice is sent once more when it is dead or bounced; this one is {status}.",
                status=found["status"],
            )
        caller.note(connection, "replay_notice", f"notice:{notice_id}")
        return _as_it_stands(connection, notice_id)

    return NoticeReply(**once(caller, key, {"replay": notice_id}, work))


@administration.post(
    "/{notice_id}/bounce",
    operation_id="bounce_notice",
    summary="It came back",
    responses=ADMINISTERING_ONE,
)
def bounce(caller: TheCaller, notice_id: Id, body: BounceBody, key: Key = None) -> NoticeReply:
    """For administrators: a notice that was sent came back, so nobody was reached. The role above is told."""
    caller.administrate()
    engine = caller.engine

    def work(connection: Connection) -> dict[str, Any]:
        found = notices.get(connection, notice_id)
        if found is None:
            raise NotFound("There is no notice {id}; /api/notices/all lists them.", id=notice_id)
        if not undelivered.came_back(connection, engine.library, notice_id, body.said, engine.now()):
            raise NotNow(
                "Only a notice that was sent comes back; this one is {status}.", status=found["status"]
            )
        caller.note(connection, "bounce_notice", f"notice:{notice_id}")
        return _as_it_stands(connection, notice_id)

    return NoticeReply(**once(caller, key, {"bounce": notice_id, "said": body.said}, work))


def _as_it_stands(connection: Connection, notice_id: str) -> dict[str, Any]:
    found = notices.get(connection, notice_id)
    assert found is not None, "it was there in this transaction"
    return _told(found).model_dump(mode="json")


def _told(row: Row) -> NoticeReply:
    return NoticeReply(**{**row, "case": row["case_id"]})
