"""Signing in: with a password, with a one-time link, with an invitation; and what a session is worth.

Law: why somebody is not let in is for the log; they are told the same in any case. Nothing is hashed while a
transaction is open, so what was read before it is looked at again within.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

import structlog

from workflow.errors import Unauthenticated
from workflow.records import links, passwords, persons, sessions
from workflow.records.databases.protocol import Connection
from workflow.records.passwords import Account
from workflow.records.sessions import Session
from workflow.records.tokens import digest
from workflow.rules.commands import ADMINISTRATOR
from workflow.runtime import hashing, limits
from workflow.runtime.engine import Engine
from workflow.runtime.factors import Factors
from workflow.runtime.hashing import Hashing
from workflow.runtime.limits import Limited, Limits, Source

log = structlog.get_logger()


class SigningIn:
    """One per process; safe to call from any number of threads.

    `administrators`: those who administer need a second factor, as those in a role whose definition says so.
    """

    def __init__(
        self, engine: Engine, hashing: Hashing | None = None, *, administrators: bool = True
    ) -> None:
        self.database = engine.database
        self.now: Callable[[], datetime] = engine.now
        self._today = engine.today
        self.hashing = hashing or Hashing()
        self.limits = Limits(engine.database, engine.now)
        self.factors = Factors(engine, self.limits)
        roles = (one.format.roles.items() for one in engine.library.all())
        demanding = {name for of_one in roles for name, role in of_one if role.second_factor}
        self.demanding = frozenset(demanding | ({ADMINISTRATOR} if administrators else set()))

    def session(self, secret: str) -> Session | None:
        """Whose session it is, and what it is worth now."""
        now, today = self.now(), self._today()
        return self.database.reading(
            lambda connection: sessions.find(connection, secret, now, today, self.demanding)
        )

    def with_password(self, address: str, password: str, code: str | None, source: Source) -> str:
        """The secret of a new session; half of one where a second factor is due and no code is given.

        Raises Unauthenticated, TooMany, Busy.
        """
        account = self.database.reading(
            lambda connection: passwords.by_address(connection, address, source.known_as)
        )
        known_here = account is not None and account.known_here
        limited = limits.of_password(address, source, known_here=known_here)
        self.limits.charge(limited, source)
        fits, newer = self.hashing.verify(password, account.hash if account else None)
        if account is None or not fits:
            _refuse("wrong password" if account else "nobody has this address", source, account)
        if code and account.enrolled:
            self.factors.charge(account, source)
        return self.database.writing(
            lambda connection: self._enter(connection, account, newer, code, limited, source)
        )

    def with_link(self, secret: str, source: Source) -> str:
        """The secret of a new session. Raises Unauthenticated, TooMany."""
        self.limits.charge(limits.of_link_used(source), source)

        def work(connection: Connection) -> str:
            person = links.use(connection, secret, ("sign_in",), self.now())
            account = passwords.held(connection, person) if person else None
            if account is None:
                _refuse("no such link", source)
            return self.begin(connection, account, "link", source)

        return self.database.writing(work)

    def with_invitation(self, secret: str, password: str, source: Source) -> str:
        """Set a password by an invitation or a link for a new one: the secret of a new session. All others
        of the person end, and their links. Raises Unauthenticated, Malformed, TooMany, Busy.
        """
        self.limits.charge(limits.of_link_used(source), source)
        found = self.database.reading(lambda connection: self._invited(connection, secret))
        if found is None:
            _refuse("no such invitation", source)
        hashing.check(password, *found[1])
        hashed = self.hashing.hash(password)

        def work(connection: Connection) -> str:
            person = links.use(connection, secret, links.PASSWORD, self.now())
            account = passwords.held(connection, person) if person else None
            if account is None:
                _refuse("the invitation was used meanwhile", source)
            self.keep_password(connection, account.person, hashed)
            return self.begin(connection, account, "invitation", source)

        return self.database.writing(work)

    def ask_link(self, address: str, purpose: str, source: Source) -> None:
        """Owe whoever has the address a link. The same is done whether somebody has it. Raises TooMany."""
        self.limits.charge(limits.of_link_asked(source), source)
        if self.limits.counted(limits.of_address_asked(address)):
            log.warning("a link was asked for too often; it is not sent", source=source.shown)
            return
        at, email = self.now(), passwords.normal(address)
        self.database.writing(lambda connection: links.ask(connection, purpose, at, email=email))

    def begin(
        self,
        connection: Connection,
        account: Account,
        method: str,
        source: Source,
        *,
        factor_at: datetime | None = None,
    ) -> str:
        """The secret of a new session for an account that proved to be theirs."""
        at = self.now()
        began = {"method": method, "source": source.shown, "agent": source.agent}
        session, secret = sessions.new(connection, account.person, at, factor_at=factor_at, **began)
        if factor_at or not account.enrolled:
            passwords.remember_source(connection, account.person, source.known_as, at)
        log.info("signed in", person=account.person, method=method, session=session, source=source.shown)
        return secret

    def keep_password(
        self, connection: Connection, person: str, hashed: str, *, but: str | None = None
    ) -> None:
        """The password is another one: sessions, `but` the one with this secret, and links from before it
        are good for nothing.
        """
        passwords.put(connection, person, hashed, self.now())
        sessions.end_all(connection, person, but=digest(but) if but else None)
        links.end(connection, person)

    def _enter(
        self,
        connection: Connection,
        account: Account,
        newer: str | None,
        code: str | None,
        limited: Limited,
        source: Source,
    ) -> str:
        now = passwords.held(connection, account.person)
        if now is None or now.hash != account.hash:
            _refuse("the password was changed meanwhile", source, account)
        factor_at = None
        if code and now.enrolled:
            if not self.factors.taken(connection, now.person, code):
                _refuse("wrong code", source, account)
            self.factors.give_back(connection, account, source)
            factor_at = self.now()
        if newer:
            passwords.put(connection, account.person, newer, self.now())
        self.limits.give_back(connection, limited)
        return self.begin(connection, now, "password", source, factor_at=factor_at)

    def _invited(self, connection: Connection, secret: str) -> tuple[str, tuple[str, ...]] | None:
        """Who is invited, and words about them that make no password."""
        person = links.owner(connection, secret, links.PASSWORD, self.now())
        if person is None or passwords.by_person(connection, person) is None:
            return None
        return person, words_about(connection, person)


def words_about(connection: Connection, person: str) -> tuple[str, ...]:
    """What makes no password of theirs."""
    known = persons.get(connection, person)
    assert known is not None, "an account is a person's"
    return known.id, known.name, known.email or ""


def _refuse(cause: str, source: Source, account: Account | None = None) -> NoReturn:
    person = account.person if account else None
    log.warning("sign-in refused", cause=cause, person=person, source=source.shown)
    raise Unauthenticated(NOT_LET_IN)


NOT_LET_IN = "This did not let you in. Check what you sent, or ask for a one-time link."
