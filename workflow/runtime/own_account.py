"""What persons change of how they sign in themselves. Law: whoever changes it proves anew who they are."""

from __future__ import annotations

import structlog

from workflow.errors import NotNow, Unauthenticated
from workflow.records import factors, passwords, sessions
from workflow.records.databases.protocol import Connection
from workflow.records.passwords import Account
from workflow.records.sessions import Session
from workflow.runtime import hashing, limits
from workflow.runtime.limits import Source
from workflow.runtime.signing_in import SigningIn, words_about

WRONG = "This is not your password as it is now."
log = structlog.get_logger()


def change_password(signing: SigningIn, known: Session, current: str, new: str, source: Source) -> str:
    """The new secret of this session; all others of the person end, and links that were made before.

    Raises Unauthenticated, Malformed, NotNow, TooMany, Busy.
    """
    account, words = _proved(signing, known, current, source)
    hashing.check(new, *words)
    hashed = signing.hashing.hash(new)

    def work(connection: Connection) -> str:
        _unchanged(connection, account)
        at = signing.now()
        secret = sessions.renew(connection, known, at)
        if secret is None:
            raise Unauthenticated(WRONG)
        signing.keep_password(connection, account.person, hashed, but=secret)
        log.info("password changed", person=account.person, source=source.shown)
        return secret

    return signing.database.writing(work)


def remove_factor(
    signing: SigningIn, known: Session, password: str | None, code: str | None, source: Source
) -> None:
    """Take the second factor away: with the password; where there is none, with a code.

    Raises Unauthenticated, NotNow, TooMany, Busy.
    """
    account = _account(signing, known, source)
    if not account.enrolled:
        raise NotNow("You have no second factor.")
    if account.hash:
        account, _ = _proved(signing, known, password or "", source)
    else:
        signing.factors.charge(account, source)

    def work(connection: Connection) -> None:
        _unchanged(connection, account)
        if not account.hash and not signing.factors.taken(connection, account.person, code or ""):
            raise Unauthenticated("This code is not good, or was used before.")
        factors.remove(connection, account.person)
        log.info("second factor removed", person=account.person, source=source.shown)

    signing.database.writing(work)


def _proved(
    signing: SigningIn, known: Session, password: str, source: Source
) -> tuple[Account, tuple[str, ...]]:
    """The account whose password this is, and words about its person."""
    account = _account(signing, known, source)
    if account.hash is None:
        raise NotNow("You have no password yet; ask for a link with the purpose reset to set one.")
    limited = limits.of_password(account.person, source, known_here=True)
    signing.limits.charge(limited, source)
    if not signing.hashing.verify(password, account.hash)[0]:
        log.warning("wrong password in a session", person=account.person, source=source.shown)
        raise Unauthenticated(WRONG)

    def work(connection: Connection) -> tuple[str, ...]:
        signing.limits.give_back(connection, limited)
        return words_about(connection, account.person)

    return account, signing.database.writing(work)


def _account(signing: SigningIn, known: Session, source: Source) -> Account:
    found = signing.database.reading(
        lambda connection: passwords.by_person(connection, known.person.id, source.known_as)
    )
    if found is None:
        raise Unauthenticated(WRONG)
    return found


def _unchanged(connection: Connection, account: Account) -> None:
    now = passwords.held(connection, account.person)
    if now is None or now.hash != account.hash:
        raise Unauthenticated(WRONG)
