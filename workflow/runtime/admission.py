"""Who is let into the house: invited, disabled, enabled, signed out; and the first administrator.

Law: each of these acts writes into the administration's log what was done, in its own transaction. No act
tells or sets a password of somebody else.
"""

from __future__ import annotations

from datetime import date, datetime

from workflow.errors import Fault, Malformed, NotFound, NotNow, Phrase
from workflow.records import factors, links, passwords, persons, sessions, tokens
from workflow.records.administration import note
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person
from workflow.rules.commands import ADMINISTRATOR


def check_new_administrator(connection: Connection, today: date, *, another: bool) -> None:
    """Raises NotNow where there is an administrator already, and no other one is asked for."""
    real = [one for one in persons.holders(connection, ADMINISTRATOR, today) if _is_real(connection, one)]
    if real and not another:
        raise NotNow(
            "There is an administrator already: {person}. For one more say --another.", person=real[0]
        )


def invitable(connection: Connection, person: str) -> Person:
    """The person, where they can be invited. Raises NotFound, NotNow, Malformed."""
    known = persons.get(connection, person)
    if known is None:
        raise NotFound("There is no person '{person}'.", person=person)
    if known.demonstration:
        raise NotNow("{person} is invented, for the demonstration, and cannot sign in.", person=person)
    persons.check_welcome(connection, person)
    if not known.email:
        raise Malformed((Fault("/email", "the account has no address to sign in with; give it one"),))
    if others := passwords.sharers(connection, person, known.email):
        said = Phrase(
            "{other} has the same address, and nobody can sign in with one that two accounts share",
            {"other": others[0]},
        )
        raise Malformed((Fault("/email", said),))
    return known


def invite(connection: Connection, person: str, *, by: str, at: datetime) -> Person:
    """Owe the person an invitation by mail. Raises as `invitable`."""
    known = invitable(connection, person)
    links.ask(connection, "invite", at, person=person)
    note(connection, by=by, act="invite", subject=f"person:{person}", at=at, data={"how": "mail"})
    return known


def invite_aloud(connection: Connection, person: str, *, by: str, at: datetime) -> tuple[str, datetime]:
    """The secret of an invitation, to be handed over, and when it ends. Raises as `invitable`."""
    invitable(connection, person)
    note(connection, by=by, act="invite", subject=f"person:{person}", at=at, data={"how": "told"})
    return links.new(connection, person, "invite", at)


def disable(connection: Connection, person: str, *, by: str, at: datetime, reason: str = "") -> None:
    """Let the person be known by nothing from now on: sessions, links and tokens end, for good.

    Raises NotFound, NotNow.
    """
    if by == person:
        raise NotNow("Nobody disables their own account; another administrator can.")
    _known(connection, person)
    if not persons.disable(connection, person, at):
        raise NotNow("{person} is disabled already.", person=person)
    ended = sessions.end_all(connection, person)
    revoked = tokens.revoke_all(connection, person, at)
    links.end(connection, person)
    told = {"sessions": ended, "tokens": revoked}
    note(connection, by=by, act="disable_person", subject=f"person:{person}", at=at, data=told, reason=reason)


def enable(connection: Connection, person: str, *, by: str, at: datetime, reason: str = "") -> None:
    """Undo `disable`; what ended stays so. Raises NotFound, NotNow."""
    _known(connection, person)
    persons.check_not_erased(connection, person)
    if not persons.enable(connection, person):
        raise NotNow("{person} is not disabled.", person=person)
    note(connection, by=by, act="enable_person", subject=f"person:{person}", at=at, reason=reason)


def end_sessions(connection: Connection, person: str, *, by: str, at: datetime) -> int:
    """End all sessions of a person; how many there were. Raises NotFound."""
    _known(connection, person)
    ended = sessions.end_all(connection, person)
    note(connection, by=by, act="end_sessions", subject=f"person:{person}", at=at, data={"sessions": ended})
    return ended


def remove_factor(connection: Connection, person: str, *, by: str, at: datetime, reason: str = "") -> None:
    """Take away a second factor that was lost, with its recovery codes; all sessions end.

    Raises NotFound, NotNow.
    """
    _known(connection, person)
    if not factors.remove(connection, person):
        raise NotNow("{person} has no second factor.", person=person)
    sessions.end_all(connection, person)
    note(connection, by=by, act="remove_factor", subject=f"person:{person}", at=at, reason=reason)


def make_administrator(connection: Connection, person: Person, *, by: str, at: datetime, today: date) -> None:
    """An account with the mandate to administer. Raises Malformed for one that is there already."""
    if persons.get(connection, person.id) is not None:
        said = Phrase("there is a person '{person}' already; choose another --id", {"person": person.id})
        raise Malformed((Fault("/id", said),))
    persons.put(connection, person, at)
    mandate = persons.grant(connection, person.id, ADMINISTRATOR, since=today, granted_by=None)
    told = {"mandate": mandate}
    note(connection, by=by, act="create_administrator", subject=f"person:{person.id}", at=at, data=told)


def _known(connection: Connection, person: str) -> None:
    if persons.get(connection, person) is None:
        raise NotFound("There is no person '{person}'.", person=person)


def _is_real(connection: Connection, person: str) -> bool:
    known = persons.get(connection, person)
    return known is not None and not known.demonstration
