"""Accounts with providers that are linked to a person: one's own, and for administrators anybody's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.responses import Response

from api.http import cookies
from api.http.bodies import Key
from api.http.bodies_of_providers import (
    BegunReply,
    IdentitiesReply,
    IdentityBody,
    IdentityReply,
    LinkingBody,
)
from api.http.declared import (
    ADMINISTERING,
    ADMINISTRATION_OF_ONE,
    ENDING_ONE,
    LINKING,
    READING,
)
from api.http.doors import AdministratorsDoor, OwnDoor, OwnProvidersDoor
from api.http.idempotency import once
from api.http.identity import TheCaller
from api.http.persons import Id, Part
from api.http.wings import Wing
from workflow.errors import NotAllowed, NotFound
from workflow.records import identities, persons, sessions
from workflow.records.databases.protocol import Connection
from workflow.records.identities import Identity
from workflow.records.sessions import Session
from workflow.runtime import limits
from workflow.runtime.providers import signing_in

FRESH = timedelta(minutes=15)
"""How long after signing in an account may be linked: a session left open is not enough to stay in."""

own = Wing(prefix="/api/me/identities", tags=["account"], route_class=OwnDoor)
begun = Wing(prefix="/api/me/identities", tags=["account"], route_class=OwnProvidersDoor)
router = Wing(prefix="/api/persons/{person_id}/identities", tags=["persons"], route_class=AdministratorsDoor)


@own.get("", operation_id="list_own_identities", summary="Accounts I sign in by", responses=READING)
def list_own_identities(caller: TheCaller) -> IdentitiesReply:
    person = caller.id
    return _told(caller.read(lambda connection: identities.of_person(connection, person)))


@begun.post(
    "", operation_id="begin_linking", summary="Link an account of mine", status_code=201, responses=LINKING
)
def begin_linking(caller: TheCaller, body: LinkingBody, response: Response) -> BegunReply:
    """The browser goes to the address that is answered, and comes back by itself; then the account is linked,
    if this session still stands. It takes a session that is not older than 15 minutes.
    """
    known, house = caller.whole_session, caller.house
    _check_fresh(caller, known)
    house.signing.limits.charge(limits.of_flow_begun(caller.source), caller.source)
    flow, database = house.providers.flow(body.provider), house.engine.database
    told = signing_in.begin(
        database, flow, house.engine.now, return_to=body.return_to, person=known.person.id
    )
    cookies.set_flow(response, told.browser)
    return BegunReply(address=told.address)


@own.delete("/{identity_id}", operation_id="unlink_own", summary="Let go of an account", responses=ENDING_ONE)
def unlink_own(caller: TheCaller, identity_id: Part) -> IdentityReply:
    """Nobody signs in by it any more; all sessions of mine end but this one."""
    known, at = caller.whole_session, caller.engine.now()
    person = known.person.id

    def work(connection: Connection) -> Identity | None:
        return identities.unlink(
            connection, identity_id, by=person, at=at, person=person, session=known.digest
        )

    gone = caller.engine.database.writing(work)
    if gone is None:
        raise NotFound("You have no account {identity} to let go of.", identity=identity_id)
    return _one(gone)


@router.get(
    "", operation_id="list_identities", summary="Accounts they sign in by", responses=ADMINISTRATION_OF_ONE
)
def list_identities(caller: TheCaller, person_id: Id) -> IdentitiesReply:
    caller.administrate()
    return _told(caller.read(lambda connection: _of(connection, person_id)))


@router.post(
    "",
    operation_id="link_identity",
    summary="Link an account to them",
    status_code=201,
    responses=ADMINISTERING,
)
def link_identity(caller: TheCaller, person_id: Id, body: IdentityBody, key: Key = None) -> IdentityReply:
    """Whoever signs in by it is this person from now on."""
    by, at = caller.administrate(), caller.engine.now()
    issuer = caller.house.providers.flow(body.provider).provider.issuer

    def work(connection: Connection) -> dict[str, Any]:
        _of(connection, person_id)
        linked = identities.link(connection, person_id, issuer, body.subject, by=by, at=at)
        return _one(linked).model_dump(mode="json")

    return IdentityReply(**once(caller, key, {"link to": person_id, **body.model_dump()}, work))


@router.delete(
    "/{identity_id}", operation_id="unlink_identity", summary="Unlink an account", responses=ADMINISTERING
)
def unlink_identity(caller: TheCaller, person_id: Id, identity_id: Part, key: Key = None) -> IdentityReply:
    """Nobody signs in by it any more, and all their sessions end."""
    by, at = caller.administrate(), caller.engine.now()

    def work(connection: Connection) -> dict[str, Any]:
        gone = identities.unlink(connection, identity_id, by=by, at=at, person=person_id)
        if gone is None:
            raise NotFound("{person} has no account {identity}.", person=person_id, identity=identity_id)
        return _one(gone).model_dump(mode="json")

    return IdentityReply(**once(caller, key, {"unlink": [person_id, identity_id]}, work))


def _check_fresh(caller: TheCaller, known: Session) -> None:
    now, person = caller.engine.now(), known.person.id
    found = caller.read(lambda connection: sessions.of_person(connection, person, now))
    began = next((one.created_at for one in found if one.id == known.id), None)
    if began is None or now - began > FRESH:
        raise NotAllowed("Sign in anew first: an account is linked within 15 minutes after that.")


def _of(connection: Connection, person_id: str) -> tuple[Identity, ...]:
    if persons.get(connection, person_id) is None:
        raise NotFound("There is no person '{person}'; /api/persons lists them.", person=person_id)
    return identities.of_person(connection, person_id)


def _told(found: tuple[Identity, ...]) -> IdentitiesReply:
    return IdentitiesReply(items=[_one(one) for one in found])


def _one(identity: Identity) -> IdentityReply:
    return IdentityReply.model_validate(identity, from_attributes=True)
