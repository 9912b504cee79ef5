"""What is the caller's own: their sessions, tokens, password and second factor."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from api.http import cookies, origins
from api.http.bodies import Key
from api.http.bodies_of_accounts import CodeBody, FactorRemovalBody, PasswordBody, TokenBody
from api.http.declared import CHANGING_OWN, ENDING, ENDING_ONE, LISTING, MAKING_OWN, READING
from api.http.doors import Door, OwnDoor
from api.http.idempotency import once
from api.http.identity import Caller, TheCaller
from api.http.pages import Asked, AskedPage
from api.http.replies import Listed
from api.http.replies_of_accounts import (
    Ended,
    EnrolmentReply,
    FactorReply,
    OwnSession,
    OwnSessions,
    RecoveryReply,
    SessionReply,
)
from api.http.replies_of_reference import NewToken, TokenReply
from api.http.session import renewed
from api.http.wings import Wing
from workflow.errors import Fault, Malformed, NotAllowed, NotFound, Phrase
from workflow.records import factors, sessions, tokens
from workflow.records.databases.protocol import Connection
from workflow.records.pages import of_rows
from workflow.records.tables.people import SCOPES
from workflow.records.tokens import Bearer, Token
from workflow.runtime import own_account

Part = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,64}$")]

router = Wing(prefix="/api/me", tags=["account"], route_class=OwnDoor)
issued = Wing(prefix="/api/me/tokens", tags=["account"], route_class=Door)


@router.get("/sessions", operation_id="list_sessions", summary="My open sessions", responses=READING)
def list_sessions(caller: TheCaller) -> OwnSessions:
    """Latest first."""
    person, own, now = caller.id, _own_session(caller), caller.engine.now()
    found = caller.read(lambda connection: sessions.of_person(connection, person, now))
    items = [
        OwnSession.model_validate(
            {name: getattr(one, name) for name in one.__slots__} | {"own": one.id == own}
        )
        for one in found
    ]
    return OwnSessions(items=items)


@router.delete("/sessions", operation_id="end_sessions", summary="End all others", responses=ENDING)
def end_sessions(caller: TheCaller) -> Ended:
    """All sessions of mine but this one."""
    known = caller.whole_session

    def work(connection: Connection) -> Ended:
        return Ended(ended=sessions.end_all(connection, known.person.id, but=known.digest))

    return caller.engine.database.writing(work)


@router.delete(
    "/sessions/{session_id}",
    operation_id="end_session",
    summary="End one of mine",
    responses=ENDING_ONE,
)
def end_session(caller: TheCaller, session_id: Part) -> Ended:
    """It is over at its very next request."""
    person = caller.id

    def work(connection: Connection) -> Ended:
        if not sessions.end(connection, person, session_id):
            raise NotFound("You have no session {session}.", session=session_id)
        return Ended(ended=1)

    return caller.engine.database.writing(work)


@router.post("/password", operation_id="change_password", summary="Change it", responses=CHANGING_OWN)
def change_password(caller: TheCaller, body: PasswordBody, response: Response) -> SessionReply:
    """This session gets another secret, all others end; tokens stay."""
    known, signing = caller.whole_session, caller.house.signing
    secret = own_account.change_password(signing, known, body.current, body.password, caller.source)
    return renewed(caller, response, secret)


@router.get("/second-factor", operation_id="get_factor", summary="My second factor", responses=READING)
def get_factor(caller: TheCaller) -> FactorReply:
    known = caller.session
    left = caller.engine.database.reading(lambda connection: factors.codes_left(connection, known.person.id))
    return FactorReply(
        enrolled=known.factor_enrolled, demanded=known.factor_demanded, recovery_codes_left=left
    )


@router.post(
    "/second-factor", operation_id="enrol_factor", summary="Enrol a second factor", responses=CHANGING_OWN
)
def enrol_factor(caller: TheCaller) -> EnrolmentReply:
    """An app for codes (TOTP) reads the address or its picture. It counts when its first code is given."""
    made = caller.house.signing.factors.enrol(caller.session)
    return EnrolmentReply(secret=made.secret, uri=made.uri, qr=made.picture)


@router.post(
    "/second-factor/confirmation",
    operation_id="confirm_factor",
    summary="Let it count, by its first code",
    responses=CHANGING_OWN,
)
def confirm_factor(caller: TheCaller, body: CodeBody, response: Response) -> RecoveryReply:
    """Sessions without the second factor are half ones from now on; this one gets another secret."""
    done = caller.house.signing.factors.confirm(caller.session, body.code, caller.source)
    cookies.set_session(response, done.session)
    return RecoveryReply(recovery_codes=list(done.recovery_codes), csrf=origins.token_of(done.session))


@router.post(
    "/second-factor/recovery-codes",
    operation_id="renew_recovery_codes",
    summary="New recovery codes in place of the old",
    responses=CHANGING_OWN,
)
def renew_recovery_codes(caller: TheCaller, body: CodeBody) -> RecoveryReply:
    """It takes a code."""
    told = caller.house.signing.factors.renew_codes(caller.whole_session, body.code, caller.source)
    return RecoveryReply(recovery_codes=list(told), csrf=None)


@router.post(
    "/second-factor/removal",
    operation_id="remove_factor",
    summary="Take my second factor away",
    responses=CHANGING_OWN,
)
def remove_factor(caller: TheCaller, body: FactorRemovalBody) -> Ended:
    """It takes the password; where there is none, a code."""
    known, signing = caller.whole_session, caller.house.signing
    own_account.remove_factor(signing, known, body.password, body.code, caller.source)
    return Ended(ended=1)


@issued.get("", operation_id="list_own_tokens", summary="My tokens, without the tokens", responses=LISTING)
def list_own_tokens(caller: TheCaller, response: Response, asked: AskedPage) -> Listed[TokenReply]:
    """Latest first."""
    person = caller.id
    return told_tokens(asked, response, caller.read(lambda connection: tokens.of_person(connection, person)))


@issued.post("", operation_id="make_own_token", summary="Make a token", status_code=201, responses=MAKING_OWN)
def make_own_token(caller: TheCaller, body: TokenBody, key: Key = None) -> NewToken:
    """It is told this once. One that is made with a token allows no more than that one, and no longer."""
    person, at, ends = caller.id, caller.engine.now(), _end_of(caller, body)

    def work(connection: Connection) -> dict[str, Any]:
        said = body.model_dump() | {"expires_at": ends}
        token_id, token = tokens.new(connection, person, at, **said)
        return NewToken(id=token_id, token=token, **said).model_dump(mode="json")

    asked = {"own token": body.model_dump()}
    return NewToken(**once(caller, key, asked, work, untold=frozenset({"token"})))


@issued.delete("/{token_id}", operation_id="revoke_own_token", summary="End a token", responses=ENDING_ONE)
def revoke_own_token(caller: TheCaller, token_id: Part, key: Key = None) -> Ended:
    """It is over at its very next request."""
    person, at = caller.id, caller.engine.now()

    def work(connection: Connection) -> dict[str, Any]:
        if not tokens.revoke(connection, person, token_id, at):
            raise NotFound("You have no token {token} to revoke.", token=token_id)
        return {"ended": 1}

    return Ended(**once(caller, key, {"revoke own": token_id}, work))


def told_tokens(asked: Asked, response: Response, found: tuple[Token, ...]) -> Listed[TokenReply]:
    """A page of a person's tokens."""
    rows = of_rows([asdict(one) for one in found], ("created_at", "id"), asked.place, descending=True)
    asked.link(response, rows)
    return Listed(items=[TokenReply.model_validate(row) for row in rows.rows])


def _own_session(caller: Caller) -> str | None:
    return None if isinstance(caller.proof, Bearer) else caller.proof.id


def _end_of(caller: Caller, body: TokenBody) -> datetime:
    """Raises NotAllowed for more than the caller's own token allows, Malformed for a day that is over."""
    now, own = caller.engine.now(), caller.proof
    ends = body.expires_at or now + tokens.USUAL_LIFE
    if ends <= now:
        raise Malformed((Fault("/expires_at", Phrase("a token that has expired is of no use")),))
    if isinstance(own, Bearer):
        if SCOPES.index(body.scope) > SCOPES.index(own.scope):
            raise NotAllowed("This token cannot give more than it has: {scope}.", scope=own.scope)
        ends = min(ends, own.expires_at or ends)
    return ends
