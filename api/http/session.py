"""The caller's session: begun, looked at, made whole by the second factor, ended.

Law: every way in gives a new secret, and ends the session that the browser had before.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from api.http import cookies, edge, origins
from api.http.bodies_of_accounts import CodeBody, InvitationBody, LinkBody, LinkRequestBody, SignInBody
from api.http.declared import ASKING, ENDING, ENTERING, READING
from api.http.doors import Entrance, OwnDoor
from api.http.house import House, house_of
from api.http.identity import Caller, TheCaller
from api.http.replies_of_accounts import Asked, Ended, SessionReply
from api.http.wings import Wing
from workflow.errors import NotAllowed
from workflow.records import sessions
from workflow.records.sessions import Session
from workflow.records.tokens import digest
from workflow.runtime.limits import Source

router = Wing(prefix="/api/session", tags=["session"], route_class=OwnDoor)
entrance = Wing(prefix="/api/session", tags=["session"], route_class=Entrance)


class Visitor:
    """Somebody who is not known yet, on a page of ours or of nobody's. Raises Foreign."""

    def __init__(self, request: Request) -> None:
        self.house: House = house_of(request)
        self.source: Source = edge.source(request)
        self._request = request
        origins.check_page(request, self.house.outside)

    def enter(self, response: Response, secret: str) -> SessionReply:
        """Give the browser its new session, and end the one it had."""
        former = cookies.session_of(self._request)
        if former is not None:
            _end(self.house, former)
        cookies.set_session(response, secret)
        found = self.house.signing.session(secret)
        if found is None:
            raise NotAllowed("The session ended at once: the account was disabled meanwhile.")
        return told(found, secret)


async def _visitor(request: Request) -> Visitor:
    return Visitor(request)


TheVisitor = Annotated[Visitor, Depends(_visitor)]


@router.get("", operation_id="get_session", summary="Who is signed in?", responses=READING)
def get_session(caller: TheCaller) -> SessionReply:
    """Half a session too is told what it lacks."""
    proof = caller.proof
    if isinstance(proof, Session):
        return told(proof, caller.secret or "")
    person = proof.person
    return SessionReply(
        person=person.id, name=person.name, method="token", scope=proof.scope, missing=None, csrf=None
    )


@entrance.post("", operation_id="sign_in", summary="Sign in", status_code=201, responses=ENTERING)
def sign_in(visitor: TheVisitor, body: SignInBody, response: Response) -> SessionReply:
    """The session is in the cookie. What does not let in is told in the same words, whatever it was."""
    signing = visitor.house.signing
    secret = signing.with_password(body.email, body.password, body.code, visitor.source)
    return visitor.enter(response, secret)


@router.delete("", operation_id="sign_out", summary="Sign out", responses=ENDING)
def sign_out(caller: TheCaller, response: Response) -> Ended:
    """The session is over at once, on the server as in the browser."""
    known = caller.session
    ended = _end(caller.house, caller.secret or "", known)
    cookies.end_session(response)
    return Ended(ended=ended)


@router.post("/second-factor", operation_id="give_code", summary="Give the second factor", responses=ENTERING)
def give_code(caller: TheCaller, body: CodeBody, response: Response) -> SessionReply:
    """A code of the app or a recovery code; each is good once. The session gets another secret."""
    secret = caller.house.signing.factors.give(caller.session, body.code, caller.source)
    return renewed(caller, response, secret)


@entrance.post(
    "/link", operation_id="ask_link", summary="Ask for a one-time link", status_code=202, responses=ASKING
)
def ask_link(visitor: TheVisitor, body: LinkRequestBody) -> Asked:
    """It goes by mail, and only where the address is that of one account. The answer is always this one."""
    visitor.house.signing.ask_link(body.email, body.purpose, visitor.source)
    return Asked()


@entrance.post(
    "/link/use",
    operation_id="use_link",
    summary="Sign in with a one-time link",
    status_code=201,
    responses=ENTERING,
)
def use_link(visitor: TheVisitor, body: LinkBody, response: Response) -> SessionReply:
    """It is good once, for fifteen minutes. Who has a second factor still gives it."""
    return visitor.enter(response, visitor.house.signing.with_link(body.link, visitor.source))


@entrance.post(
    "/invitation",
    operation_id="accept_invitation",
    summary="Set a password by an invitation",
    status_code=201,
    responses=ENTERING,
)
def accept_invitation(visitor: TheVisitor, body: InvitationBody, response: Response) -> SessionReply:
    """Or by a link for a new password. All other sessions of the person end."""
    signing = visitor.house.signing
    return visitor.enter(response, signing.with_invitation(body.link, body.password, visitor.source))


def renewed(caller: Caller, response: Response, secret: str) -> SessionReply:
    """The same session with another secret."""
    cookies.set_session(response, secret)
    found = caller.house.signing.session(secret)
    return told(found or caller.session, secret)


def told(found: Session, secret: str) -> SessionReply:
    missing = None if found.whole else "code" if found.factor_enrolled else "enrolment"
    person = found.person
    return SessionReply(
        person=person.id,
        name=person.name,
        method=found.method,
        scope="administer",
        missing=missing,
        csrf=origins.token_of(secret),
    )


def _end(house: House, secret: str, known: Session | None = None) -> int:
    found = known or house.signing.session(secret)
    if found is None:
        return 0
    return house.engine.database.writing(
        lambda connection: int(sessions.end(connection, found.person.id, digest(secret)))
    )
