"""Second factors: enrolled, confirmed, given, taken away.

Law: a factor counts once its first code was given. Each code is good once. Half a session cannot take the
factor away that it lacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import structlog

from workflow.errors import NotNow, Unauthenticated
from workflow.records import factors, passwords, sessions
from workflow.records.databases.protocol import Connection
from workflow.records.passwords import Account
from workflow.records.sessions import Session
from workflow.runtime import codes, limits
from workflow.runtime.engine import Engine
from workflow.runtime.limits import Limits, Source

WRONG_CODE = "This code is not good, or was used before. Wait for the next one, or take a recovery code."
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an app needs: the secret, the address that says it, and that as a picture (SVG)."""

    secret: str
    uri: str
    picture: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The new secret of the session in which it was done, and the recovery codes, told this once."""

    session: str
    recovery_codes: tuple[str, ...]


class Factors:
    """One per process; safe to call from any number of threads."""

    def __init__(self, engine: Engine, limits: Limits) -> None:
        self._database = engine.database
        self._now = engine.now
        self._limits = limits

    def enrol(self, known: Session) -> Enrolment:
        """Begin: the factor counts when it is confirmed. Raises NotNow where there is one."""
        secret, at = codes.new_secret(), self._now()
        person = known.person
        if not self._database.writing(lambda connection: factors.enrol(connection, person.id, secret, at)):
            raise NotNow("You have a second factor; take it away before you enrol another one.")
        uri = codes.address(secret, person.email or person.id)
        return Enrolment(secret, uri, codes.picture(uri))

    def confirm(self, known: Session, code: str, source: Source) -> Confirmed:
        """Let the factor count, by its first code. Raises NotNow, Unauthenticated, TooMany."""
        person = known.person.id
        self._limits.charge(limits.of_code(person, source, known_here=True), source)

        def work(connection: Connection) -> Confirmed:
            waiting, at = factors.get(connection, person), self._now()
            if waiting is None or waiting.confirmed:
                raise NotNow("No second factor waits for its first code; enrol one first.")
            steps = codes.steps(waiting.secret, code, at)
            if not any(factors.confirm(connection, person, step, at) for step in steps):
                _refuse("wrong first code", person, source)
            told = codes.new_recovery_codes()
            factors.put_codes(connection, person, map(codes.plain, told))
            log.info("second factor enrolled", person=person, source=source.shown)
            return Confirmed(self._renewed(connection, known, source), told)

        return self._database.writing(work)

    def give(self, known: Session, code: str, source: Source) -> str:
        """Make half a session a whole one: its new secret. Raises NotNow, Unauthenticated, TooMany."""
        account = self._account(known, source)
        if not account.enrolled:
            raise NotNow("You have no second factor yet; enrol one first.")
        self.charge(account, source)

        def work(connection: Connection) -> str:
            if not self.taken(connection, account.person, code):
                _refuse("wrong code", account.person, source)
            self.give_back(connection, account, source)
            passwords.remember_source(connection, account.person, source.known_as, self._now())
            return self._renewed(connection, known, source)

        return self._database.writing(work)

    def renew_codes(self, known: Session, code: str, source: Source) -> tuple[str, ...]:
        """New recovery codes in place of the old ones. Raises NotNow, Unauthenticated, TooMany."""
        account = self._account(known, source)
        if not account.enrolled:
            raise NotNow("You have no second factor yet; enrol one first.")
        self.charge(account, source)

        def work(connection: Connection) -> tuple[str, ...]:
            if not self.taken(connection, account.person, code):
                _refuse("wrong code", account.person, source)
            told = codes.new_recovery_codes()
            factors.put_codes(connection, account.person, map(codes.plain, told))
            return told

        return self._database.writing(work)

    def taken(self, connection: Connection, person: str, code: str) -> bool:
        """Use up a code of the app, or a recovery code."""
        known = factors.get(connection, person)
        if known is None or not known.confirmed:
            return False
        if not codes.is_of_app(code):
            return factors.take_code(connection, person, codes.plain(code), self._now())
        return any(
            factors.take(connection, person, step) for step in codes.steps(known.secret, code, self._now())
        )

    def charge(self, account: Account, source: Source) -> None:
        """Count an attempt at a code. Raises TooMany."""
        limited = limits.of_code(account.person, source, known_here=account.known_here)
        self._limits.charge(limited, source)

    def give_back(self, connection: Connection, account: Account, source: Source) -> None:
        limited = limits.of_code(account.person, source, known_here=account.known_here)
        self._limits.give_back(connection, limited)

    def _renewed(self, connection: Connection, known: Session, source: Source) -> str:
        secret = sessions.renew(connection, known, self._now(), factor=True)
        if secret is None:
            _refuse("the session ended meanwhile", known.person.id, source)
        return secret

    def _account(self, known: Session, source: Source) -> Account:
        found = self._database.reading(
            lambda connection: passwords.by_person(connection, known.person.id, source.known_as)
        )
        if found is None:
            _refuse("disabled meanwhile", known.person.id, source)
        return found


def _refuse(cause: str, person: str, source: Source) -> NoReturn:
    log.warning("second factor refused", cause=cause, person=person, source=source.shown)
    raise Unauthenticated(WRONG_CODE)
