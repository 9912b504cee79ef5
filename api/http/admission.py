"""Who is let in, for administrators: invited, disabled, signed out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path

from api.http.bodies import Key
from api.http.bodies_of_accounts import ReasonBody
from api.http.declared import ADMINISTERING_ONE, ADMINISTRATION_OF_ONE
from api.http.doors import AdministratorsDoor
from api.http.idempotency import once
from api.http.identity import TheCaller
from api.http.replies_of_accounts import AccountReply, Ended, InvitationReply
from api.http.wings import Wing
from workflow.errors import NotFound
from workflow.records import passwords
from workflow.records.databases.protocol import Connection
from workflow.runtime import admission

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$", description="a person's id")]

router = Wing(prefix="/api/persons/{person_id}", tags=["persons"], route_class=AdministratorsDoor)


@router.get("/account", operation_id="get_account", summary="Is it open?", responses=ADMINISTRATION_OF_ONE)
def get_account(caller: TheCaller, person_id: Id) -> AccountReply:
    """And how its person signs in."""
    caller.administrate()
    return caller.read(lambda connection: AccountReply(**_account(connection, person_id)))


@router.post(
    "/invitation",
    operation_id="invite",
    summary="Invite by mail",
    status_code=202,
    responses=ADMINISTERING_ONE,
)
def invite(caller: TheCaller, person_id: Id, key: Key = None) -> InvitationReply:
    """A link to set a password, good once, for seven days. Nobody but its reader gets to see it."""
    by, at = caller.administrate(), caller.engine.now()

    def work(connection: Connection) -> dict[str, Any]:
        known = admission.invite(connection, person_id, by=by, at=at)
        return {"person": known.id, "email": known.email}

    return InvitationReply(**once(caller, key, {"invite": person_id}, work))


@router.put("/disabled", operation_id="disable_person", summary="Disable", responses=ADMINISTERING_ONE)
def disable(caller: TheCaller, person_id: Id, body: ReasonBody, key: Key = None) -> AccountReply:
    """Sessions, tokens and links end at once, for good."""
    by, at = caller.administrate(), caller.engine.now()

    def work(connection: Connection) -> dict[str, Any]:
        admission.disable(connection, person_id, by=by, at=at, reason=body.reason)
        return _account(connection, person_id)

    return AccountReply(**once(caller, key, {"disable": person_id, "reason": body.reason}, work))


@router.delete("/disabled", operation_id="enable_person", summary="Enable", responses=ADMINISTERING_ONE)
def enable(caller: TheCaller, person_id: Id, key: Key = None) -> AccountReply:
    """What ended when it was disabled stays so."""
    by, at = caller.administrate(), caller.engine.now()

    def work(connection: Connection) -> dict[str, Any]:
        admission.enable(connection, person_id, by=by, at=at)
        return _account(connection, person_id)

    return AccountReply(**once(caller, key, {"enable": person_id}, work))


@router.delete(
    "/sessions", operation_id="end_sessions_of", summary="Sign them out", responses=ADMINISTERING_ONE
)
def end_sessions(caller: TheCaller, person_id: Id, key: Key = None) -> Ended:
    """All their sessions are over at their very next request."""
    by, at = caller.administrate(), caller.engine.now()

    def work(connection: Connection) -> dict[str, Any]:
        return {"ended": admission.end_sessions(connection, person_id, by=by, at=at)}

    return Ended(**once(caller, key, {"sign out": person_id}, work))


@router.delete(
    "/second-factor",
    operation_id="remove_factor_of",
    summary="Take a lost second factor away",
    responses=ADMINISTERING_ONE,
)
def remove_factor(caller: TheCaller, person_id: Id, key: Key = None) -> AccountReply:
    """Their sessions end. Be sure who asked for it."""
    by, at = caller.administrate(), caller.engine.now()

    def work(connection: Connection) -> dict[str, Any]:
        admission.remove_factor(connection, person_id, by=by, at=at)
        return _account(connection, person_id)

    return AccountReply(**once(caller, key, {"remove factor": person_id}, work))


def _account(connection: Connection, person: str) -> dict[str, Any]:
    known = passwords.state(connection, person)
    if known is None:
        raise NotFound("There is no person '{person}'; /api/persons lists them.", person=person)
    return {
        "person": person,
        "disabled_at": known.disabled_at and known.disabled_at.isoformat(),
        "password": known.password,
        "second_factor": known.enrolled,
    }
