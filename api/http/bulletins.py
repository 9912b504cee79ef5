"""Bulletins as they were owed to persons: for administrators, those that failed for good, to be sent once
more.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path, Query
from starlette.responses import Response

from api.http.bodies import Key
from api.http.declared import ADMINISTERING_ONE, LISTING_FOR_ADMINISTRATORS
from api.http.doors import AdministratorsDoor
from api.http.idempotency import once
from api.http.identity import TheCaller
from api.http.pages import AskedPage
from api.http.replies import Listed
from api.http.replies_of_reference import BulletinReply
from api.http.wings import Wing
from workflow.errors import NotFound, NotNow
from workflow.records import bulletins, lists
from workflow.records.databases.protocol import Connection

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.:-]{1,100}$", description="a bulletin's id")]
Status = Literal["pending", "failed", "sent", "dead"]

router = Wing(prefix="/api/bulletins", tags=["bulletins"], route_class=AdministratorsDoor)


@router.get(
    "",
    operation_id="list_bulletins",
    summary="Everybody's bulletins",
    responses=LISTING_FOR_ADMINISTRATORS,
)
def list_bulletins(
    caller: TheCaller,
    response: Response,
    asked: AskedPage,
    status: Annotated[Status | None, Query(description="dead: they failed for good")] = None,
    person: Annotated[str | None, Query(max_length=64, description="owed to this person")] = None,
) -> Listed[BulletinReply]:
    """For administrators, the newest first; `status=dead` are the dead letters. What a bulletin tells is for
    its reader alone.
    """
    caller.administrate()
    place = asked.place
    found = caller.read(lambda connection: lists.bulletins(connection, place, person=person, status=status))
    asked.link(response, found)
    return Listed(items=[BulletinReply(**row) for row in found.rows])


@router.post(
    "/{bulletin_id}/replay",
    operation_id="replay_bulletin",
    summary="Send it once more",
    responses=ADMINISTERING_ONE,
)
def replay(caller: TheCaller, bulletin_id: Id, key: Key = None) -> BulletinReply:
    """For administrators: a dead bulletin goes out again with the text of its day, with all its attempts
    before it.
    """
    caller.administrate()

    def work(connection: Connection) -> dict[str, Any]:
        found = bulletins.get(connection, bulletin_id)
        if found is None:
            raise NotFound("There is no bulletin {id}; /api/bulletins lists them.", id=bulletin_id)
        if not bulletins.replay(connection, bulletin_id, caller.engine.now()):
            raise NotNow(
                "A bulletin is sent once more when it is dead; this one is {status}.", status=found["status"]
            )
        caller.note(connection, "replay_bulletin", f"bulletin:{bulletin_id}")
        again = bulletins.get(connection, bulletin_id)
        assert again is not None, "it was there in this transaction"
        return BulletinReply(**again).model_dump(mode="json")

    return BulletinReply(**once(caller, key, {"replay": bulletin_id}, work))
