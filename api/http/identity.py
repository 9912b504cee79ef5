"""Who asks: a bearer token, or the cookie of a session, leads to a person.

Law: a request with a header Authorization is judged by it alone; its cookie counts for nothing. Whoever is
not known is told the same, whatever the cause. The look-up is one read, done in the handler's own thread,
once per request.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any, NoReturn, TypeVar

import structlog
from fastapi import Depends, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from api.http import cookies, edge, origins
from api.http.house import House, house_of
from api.http.languages import language_of
from workflow.errors import FactorMissing, NotAllowed, Unauthenticated
from workflow.records import administration, persons, policy, tokens
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person
from workflow.records.policy import Filter
from workflow.records.sessions import Session
from workflow.records.tokens import Bearer
from workflow.rules.case import Mandate
from workflow.runtime.engine import Engine
from workflow.runtime.limits import Source
from workflow.runtime.viewing import Shown

T = TypeVar("T")
log = structlog.get_logger()


class Caller:
    """The one who asks. Nothing is looked up before it is needed."""

    def __init__(self, request: Request) -> None:
        self.house: House = house_of(request)
        self._request = request
        self._administers = False

    @property
    def engine(self) -> Engine:
        return self.house.engine

    @property
    def id(self) -> str:
        return self.person.id

    @property
    def language(self) -> str:
        """What the request asks for, else the person's own language."""
        self.known()
        return language_of(self._request)

    @property
    def source(self) -> Source:
        return edge.source(self._request)

    @cached_property
    def proof(self) -> Bearer | Session:
        """What they are known by. Raises Unauthenticated, and Foreign for a write from a page of others."""
        lines = self._request.headers.getlist("authorization")
        found = self._bearer(lines) if lines else self._session()
        self._request.state.own_language = found.person.language
        self._request.state.person = found.person.id
        return found

    @cached_property
    def person(self) -> Person:
        """Raises Unauthenticated; NotAllowed where a session or token is not good for the request."""
        proof = self.proof
        if isinstance(proof, Session) and not proof.whole:
            raise FactorMissing(FACTOR_MISSING)
        if isinstance(proof, Bearer) and proof.scope == "read" and self._writes:
            raise NotAllowed("This token is for reading alone; take one with the scope act.")
        return proof.person

    @property
    def session(self) -> Session:
        """Their session, half or whole. Raises Unauthenticated, NotAllowed where they came with a token."""
        proof = self.proof
        if not isinstance(proof, Session):
            raise NotAllowed("Sign in for this: a token is not good for it.")
        return proof

    @property
    def whole_session(self) -> Session:
        """Raises as `session`, and NotAllowed for half of one."""
        session = self.session
        if not session.whole:
            raise FactorMissing(FACTOR_MISSING)
        return session

    @property
    def secret(self) -> str | None:
        """That of the session."""
        return cookies.session_of(self._request)

    def known(self) -> str:
        """The person's id. Raises Unauthenticated."""
        return self.person.id

    def see(self, case_id: str) -> Shown:
        """The case as they see it. Raises NotFound where it is not theirs to see."""
        return self.engine.view(case_id, by=self.id)

    def visible(self) -> Filter:
        """The filter of the cases that are theirs to see: every list goes through it."""
        return policy.visible(self.id, self.mandates, self.engine.library.all())

    def visible_clocks(self) -> Filter:
        """The filter of the clocks that are theirs to see."""
        return policy.visible_clocks(self.id, self.mandates, self.engine.library.all())

    @property
    def is_administrator(self) -> bool:
        return policy.administers(self.mandates) and self.may_administer

    @cached_property
    def mandates(self) -> tuple[Mandate, ...]:
        """What they may act as today."""
        person, today = self.id, self.engine.today()
        valid = self.engine.database.reading(
            lambda connection: persons.valid_mandates(connection, person, today)
        )
        return tuple(policy.usable(valid, self.engine.library.all()))

    def read(self, work: Callable[[Connection], T]) -> T:
        """Read from the database, through the reading door. Raises Unauthenticated."""
        self.known()
        return self.engine.database.reading(work)

    def administrate(self) -> str:
        """The person's id. Raises NotAllowed for all but administrators."""
        policy.check_administers(self.mandates)
        if not self.may_administer:
            raise NotAllowed("This token is not for administering; take one with the scope administer.")
        self._administers = True
        return self.id

    def dispose(self) -> None:
        """Of who acts in whose place, which lasts beyond a token. Raises NotAllowed where what they are known
        by is good for acting alone.
        """
        self.known()
        if not self.may_administer:
            raise NotAllowed(
                "This token is for acting alone; sign in, or take one with the scope administer."
            )

    def note(self, connection: Connection, act: str, subject: str, reason: str = "", **data: Any) -> None:
        """Write what they do into the administration's log, together with it."""
        at = self.engine.now()
        administration.note(connection, by=self.id, act=act, subject=subject, at=at, data=data, reason=reason)

    def oversee(self) -> str:
        """The person's id. Raises NotAllowed for all but administrators and auditors."""
        policy.check_oversees(self.mandates)
        return self.id

    def keep_rights(self, connection: Connection, *, changing: bool = False) -> None:
        """Let the right by which this request came in hold till the commit, of a work that may itself be
        `changing` rights. Raises NotAllowed where it was taken away meanwhile.
        """
        if self._administers:
            connection.change_rights() if changing else connection.hold_rights()
            policy.check_administers(persons.valid_mandates(connection, self.id, self.engine.today()))

    @property
    def may_administer(self) -> bool:
        """Whether what they are known by is good for it."""
        return isinstance(self.proof, Session) or self.proof.scope == "administer"

    @property
    def _writes(self) -> bool:
        return self._request.method not in origins.SAFE

    def _bearer(self, lines: list[str]) -> Bearer:
        scheme, _, token = lines[0].partition(" ")
        if len(lines) > 1 or scheme.lower() != "bearer" or not token:
            self._refuse("another header Authorization")
        engine = self.engine
        found = engine.database.reading(lambda connection: tokens.bearer(connection, token, engine.now()))
        if found is None:
            self._refuse("no such bearer")
        if found.stale:
            self.house.uses.of_token(found.digest)
        return found

    def _session(self) -> Session:
        secret = self.secret
        if secret is None:
            raise Unauthenticated(NOBODY)
        found = self.house.signing.session(secret)
        if found is None:
            self._refuse("no such session")
        if self._writes:
            origins.check_write(self._request, self.house.outside, secret)
        if found.stale:
            self.house.uses.of_session(found.digest)
        return found

    def _refuse(self, cause: str) -> NoReturn:
        log.warning("a request was refused", cause=cause, source=self.source.shown)
        raise Unauthenticated(NOBODY)


NOBODY = "Sign in, or send the header Authorization: Bearer TOKEN with a token that is good."
FACTOR_MISSING = "Give the code of your second factor, or enrol one; GET /api/session says which is missing."
_bearer = HTTPBearer(auto_error=False, description="A token of one's own, or given out by an administrator.")
_cookie = APIKeyCookie(
    name=cookies.NAME,
    scheme_name="Session",
    auto_error=False,
    description="The session that POST /api/session begins. Writes need the header X-CSRF-Token too.",
)


def caller_of(request: Request) -> Caller:
    return Caller(request)


async def _caller(
    request: Request,
    _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
    __: Annotated[str | None, Security(_cookie)],
) -> Caller:
    return Caller(request)


TheCaller = Annotated[Caller, Depends(_caller)]
