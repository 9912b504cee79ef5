"""Who asks: a bearer token leads to a person.

The look-up is done in the handler's own thread, once per request.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from api.http.house import House, house_of
from api.http.languages import language_of
from workflow.errors import Unauthenticated
from workflow.records import administration, persons, policy, tokens
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person
from workflow.records.policy import Filter
from workflow.rules.case import Mandate
from workflow.runtime.engine import Engine, View

T = TypeVar("T")


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

    @cached_property
    def person(self) -> Person:
        """Raises Unauthenticated."""
        scheme, _, token = self._request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated(
                "Send the header Authorization: Bearer TOKEN with a token of yours; "
                "an administrator gives them out."
            )
        engine = self.engine
        found = engine.database.reading(lambda connection: tokens.bearer(connection, token, engine.now()))
        if found is None:
            raise Unauthenticated(
                "This token is unknown, revoked or expired; an administrator gives out new ones."
            )
        self._request.state.own_language = found.person.language
        self._request.state.person = found.person.id
        return found.person

    def known(self) -> str:
        """The person's id. Raises Unauthenticated."""
        return self.person.id

    def see(self, case_id: str) -> View:
        """The case as it stands. Raises NotFound where it is not theirs to see."""
        return self.engine.view(case_id, by=self.id)

    def visible(self) -> Filter:
        """The filter of the cases that are theirs to see: every list goes through it."""
        return policy.visible(self.id, self.mandates, self.engine.library.all())

    @property
    def is_administrator(self) -> bool:
        return policy.administers(self.mandates)

    @cached_property
    def mandates(self) -> tuple[Mandate, ...]:
        """What they may act as today."""
        person, today = self.id, self.engine.today()
        return self.engine.database.reading(
            lambda connection: persons.valid_mandates(connection, person, today)
        )

    def read(self, work: Callable[[Connection], T]) -> T:
        """Read from the database, through the reading door. Raises Unauthenticated."""
        self.known()
        return self.engine.database.reading(work)

    def administrate(self) -> str:
        """The person's id. Raises NotAllowed for all but administrators."""
        policy.check_administers(self.mandates)
        self._administers = True
        return self.id

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


_bearer = HTTPBearer(auto_error=False, description="A token given out by an administrator.")


def caller_of(request: Request) -> Caller:
    return Caller(request)


async def _caller(
    request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Caller:
    return Caller(request)


TheCaller = Annotated[Caller, Depends(_caller)]
