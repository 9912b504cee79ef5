"""Signing in by a provider: the browser is sent there, and comes back to the landing.

Law: the browser that began is the one that ends, by a cookie; where it is sent afterwards, it was said when
it began, and no part of an answer says it.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api.http import cookies, edge, room
from api.http.bodies_of_providers import BeginningBody, BegunReply, ProviderReply, ProvidersReply
from api.http.declared import BEGINNING, LANDING, OPEN
from api.http.doors import Landing, OpenDoor, ProvidersEntrance
from api.http.house import House, TheHouse, house_of
from api.http.languages import TheLanguage
from api.http.session import TheVisitor
from api.http.wings import Wing
from workflow.errors import SignInRefused
from workflow.records import passwords, sessions
from workflow.records.databases.protocol import Connection
from workflow.records.sessions import Session
from workflow.runtime import limits
from workflow.runtime.limits import Source
from workflow.runtime.providers import signing_in
from workflow.runtime.providers.code_flow import Answer
from workflow.runtime.providers.configuration import NAME
from workflow.runtime.providers.signing_in import Arrival

Provider = Annotated[str, Path(pattern=f"^{NAME}$", description="a provider's name")]

listing = Wing(prefix="/api/session/providers", tags=["session"], route_class=OpenDoor)
entrance = Wing(prefix="/api/session/providers", tags=["session"], route_class=ProvidersEntrance)
landing = Wing(prefix="/api/session/callback", tags=["session"], route_class=Landing)


@listing.get("", operation_id="list_providers", summary="By which accounts to sign in", responses=OPEN)
async def list_providers(house: TheHouse, language: TheLanguage) -> ProvidersReply:
    known = house.providers.all()
    return ProvidersReply(items=[ProviderReply(name=one.name, label=one.label(language)) for one in known])


@entrance.post(
    "/{name}",
    operation_id="begin_sign_in",
    summary="Sign in by a provider",
    status_code=201,
    responses=BEGINNING,
)
def begin_sign_in(visitor: TheVisitor, name: Provider, body: BeginningBody, response: Response) -> BegunReply:
    """The browser goes to the address that is answered, and comes back by itself within ten minutes."""
    house = visitor.house
    flow = house.providers.flow(name)
    house.signing.limits.charge(limits.of_flow_begun(visitor.source), visitor.source)
    begun = signing_in.begin(house.engine.database, flow, house.engine.now, return_to=body.return_to)
    cookies.set_flow(response, begun.browser)
    return BegunReply(address=begun.address)


@landing.get(
    "/{name}",
    operation_id="end_sign_in",
    summary="Come back from a provider",
    status_code=303,
    response_class=Response,
    responses=LANDING,
)
async def end_sign_in(
    request: Request,
    name: Provider,
    state: Annotated[str, Query(description="of this sign-in")] = "",
    code: Annotated[str, Query(description="for which the provider gives an ID token")] = "",
    iss: Annotated[str | None, Query(description="who answers (RFC 9207)")] = None,
    error: Annotated[str, Query(description="why there is no code")] = "",
) -> Response:
    """For browsers that a provider sends here. The session is in the cookie, half of one where a second
    factor is due and the provider did not ask for it.
    """
    told = [one for one, _ in request.query_params.multi_items()]
    if any(told.count(one) > 1 for one in ("state", "code", "iss", "error")):
        raise SignInRefused("a parameter is told twice")
    answer = Answer(state, code, iss, error)
    return await room.talked(partial(_land, house_of(request), request, name, answer))


def _land(house: House, request: Request, name: str, answer: Answer) -> Response:
    secret = cookies.session_of(request)
    former = house.signing.session(secret) if secret else None

    def admit(connection: Connection, arrival: Arrival) -> tuple[Arrival, str | None]:
        if arrival.linked:
            _check_linking(former, arrival)
            return arrival, None
        return arrival, _enter(connection, house, arrival, edge.source(request), former)

    arrival, given = signing_in.end(
        house.engine.database,
        house.providers.flow(name),
        house.engine.now,
        answer=answer,
        browser=cookies.flow_of(request) or "",
        admit=admit,
    )
    landed = Response(status_code=303, headers={"Location": arrival.return_to, **_QUIET})
    cookies.end_flow(landed)
    if given is not None:
        cookies.set_session(landed, given)
    return landed


def _enter(
    connection: Connection, house: House, arrival: Arrival, source: Source, former: Session | None
) -> str:
    """The secret of a new session; the one that the browser had before ends."""
    account = passwords.held(connection, arrival.person, source.known_as)
    if account is None:
        raise SignInRefused("the account was disabled meanwhile")
    if former is not None:
        sessions.end(connection, former.person.id, former.digest)
    factor_at = house.engine.now() if arrival.second_factor else None
    return house.signing.begin(connection, account, "oidc", source, factor_at=factor_at)


def _check_linking(known: Session | None, arrival: Arrival) -> None:
    """Who began it is still signed in, in this browser."""
    if known is None or not known.whole or known.person.id != arrival.person:
        raise SignInRefused("the session that began to link an account is over")


# The address that the browser came by holds a code, spent as it is.
_QUIET = {"Referrer-Policy": "no-referrer"}
