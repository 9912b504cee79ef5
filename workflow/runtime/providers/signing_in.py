"""Signing in, or linking an account, by a provider: begun here, ended when the browser comes back.

Law: a flow is taken once, by the browser that began it; whatever is wrong afterwards, it is over. All that
is forged is refused in the same words, and the log says which it was, without a secret.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import structlog

from workflow.errors import Fault, Malformed, Refusal, SignInRefused, Unlinked
from workflow.records import flows, identities
from workflow.records.databases.protocol import Connection, Database
from workflow.records.flows import Pending
from workflow.runtime.providers.code_flow import Answer, CodeFlow, Secrets
from workflow.runtime.providers.discovery import Now
from workflow.runtime.providers.id_tokens import Proven

PATH = r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@%-][A-Za-z0-9._~!$&'()*+,;=:@%/?#-]{0,499})?"
"""A place of our own to return to: one slash, never two, for then a host would follow."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and the secret that it keeps."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came back. `linked`: the account was linked to them by this, they had signed in before."""

    person: str
    return_to: str
    second_factor: bool
    linked: bool


def begin(
    database: Database, flow: CodeFlow, now: Now, *, return_to: str = "/", person: str | None = None
) -> Begun:
    """Begin a sign-in, or (`person`) the linking of an account of theirs.

    Raises Malformed for a place that is not ours, ProviderAway.
    """
    if not re.fullmatch(PATH, return_to):
        raise Malformed((Fault("/return_to", "return to a path of this service, as /api/me"),))
    made = Secrets(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    address = flow.address(made)
    pending = Pending(flow.provider.name, return_to, person)
    database.writing(lambda connection: flows.keep(connection, made.state, made.browser, pending, now()))
    return Begun(address, made.browser)


def end(
    database: Database,
    flow: CodeFlow,
    now: Now,
    *,
    answer: Answer,
    browser: str,
    admit: Callable[[Connection, Arrival], T],
) -> T:
    """What `admit` makes of whoever came back, in the transaction that finds out who they are here.

    Raises SignInRefused, Unlinked, NotNow for somebody else's account, ProviderAway.
    """
    log = structlog.get_logger().bind(provider=flow.provider.name)
    try:
        pending = _taken(database, flow, now, answer.state, browser)
        proven = flow.prove(answer, Secrets(answer.state, browser))
    except SignInRefused as refusal:
        log.warning("sign-in by a provider refused", because=refusal.because)
        raise

    def work(connection: Connection) -> T:
        return admit(connection, _arrival(connection, flow, pending, proven, now))

    try:
        return database.writing(work)
    except Refusal as refusal:
        log.warning("an account with a provider lets nobody in", because=str(refusal))
        raise


def _taken(database: Database, flow: CodeFlow, now: Now, state: str, browser: str) -> Pending:
    name = flow.provider.name
    found = database.writing(lambda connection: flows.take(connection, state, browser, name, now()))
    if found is None:
        raise SignInRefused("no such flow of this browser with this provider")
    return found


def _arrival(connection: Connection, flow: CodeFlow, pending: Pending, proven: Proven, now: Now) -> Arrival:
    if pending.person is not None:
        at, person = now(), pending.person
        identities.link(connection, person, proven.issuer, proven.subject, by=person, at=at)
    known = identities.use(connection, proven.issuer, proven.subject, now())
    if known is None:
        raise Unlinked(
            "Your account with {provider} is linked to nobody here. Sign in another way and link it, "
            "or ask an administrator to.",
            provider=flow.provider.name,
        )
    return Arrival(known, pending.return_to, proven.second_factor, pending.person is not None)
