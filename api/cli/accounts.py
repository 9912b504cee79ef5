"""`caseway admin`, `invite`, `disable`, `sessions`, `tokens`: who is let in, told at the machine itself."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from api.cli import finding
from api.cli.exits import Exit, leave
from api.cli.house import House, noted, now, open_house
from api.cli.options import Administrator, Json, PersonId, Reason
from api.cli.output import as_json, moment, say, table
from workflow.errors import NotFound
from workflow.records import links, passwords, sessions, tokens
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person, drawn_id
from workflow.rules.commands import OWNER
from workflow.runtime import accounts, admission, hashing
from workflow.runtime.hashing import Hashing

Name = Annotated[str, typer.Argument(metavar="NAME", help="The person's name.")]
Email = Annotated[str, typer.Option(help="The address that they sign in with.")]
Id = Annotated[
    str | None,
    typer.Option("--id", help="The id of the account. Default: one is drawn."),
]
Language = Annotated[str, typer.Option("--lang", help="The language of their messages.")]
Another = Annotated[bool, typer.Option("--another", help="Though there is an administrator already.")]
Invite = Annotated[bool, typer.Option("--invite", help="Print a one-time invitation; ask for no password.")]
Tell = Annotated[bool, typer.Option("--tell", help="Print the invitation, to be handed over; send no mail.")]
Revoke = Annotated[bool, typer.Option("--revoke", help="End them all.")]
RevokeOne = Annotated[str | None, typer.Option("--revoke", help="End the token with this id.")]


def create_administrator(
    name: Name,
    email: Email,
    person: Id = None,
    language: Language = "en",
    invite: Invite = False,
    another: Another = False,
    json: Json = False,
) -> None:
    """Make the first administrator. The password is asked for, or read from standard input.

    `caseway admin create "Ada Boone" --email ada@example.org`

    `caseway admin create "Ada Boone" --email ada@example.org --invite`
    """
    made = Person(person or drawn_id(), name, language, email)
    with open_house() as house, finding.in_options(language="lang"):
        at, today = now(), house.engine.today()
        house.read(lambda connection: admission.check_new_administrator(connection, today, another=another))
        hashed = None if invite else _asked_password(made)

        def work(connection: Connection) -> str | None:
            admission.check_new_administrator(connection, today, another=another)
            accounts.check_person(connection, house.library, made)
            admission.make_administrator(connection, made, by=OWNER, at=at, today=today)
            admission.invitable(connection, made.id)
            if hashed is None:
                return links.new(connection, made.id, "invite", at)[0]
            passwords.put(connection, made.id, hashed, at)
            return None

        secret = house.write(work)
    if json:
        return as_json({"person": made.id, "invitation": secret})
    say(f"{made.id} may administer, and signs in as {email}.")
    return _tell_invitation(house, secret) if secret else None


def invite(person: PersonId, tell: Tell = False, by: Administrator = None, json: Json = False) -> None:
    """Invite a person to set a password: by mail, or with --tell aloud. It is good once, for seven days.

    `caseway invite amina`
    """
    with open_house() as house:
        who, at = finding.administrator(house, by), now()
        finding.person(house, person)
        if tell:
            told = house.write(lambda one: admission.invite_aloud(one, person, by=who, at=at))
            secret, email = told[0], None
        else:
            secret, email = None, house.write(lambda one: admission.invite(one, person, by=who, at=at)).email
    if json:
        return as_json({"person": person, "invitation": secret, "email": email})
    if secret:
        return _tell_invitation(house, secret)
    return say(f"An invitation goes to {email} as soon as a worker sends it.")


def disable(person: PersonId, reason: Reason = "", by: Administrator = None, json: Json = False) -> None:
    """Let a person be known by nothing from now on: sessions, tokens and links end at once.

    `caseway disable amina --reason "left the ministry"`
    """
    with open_house() as house:
        who, at = finding.administrator(house, by), now()
        finding.person(house, person)
        house.write(lambda one: admission.disable(one, person, by=who, at=at, reason=reason))
    return as_json({"person": person, "disabled_at": at}) if json else say(f"{person} is disabled.")


def enable(person: PersonId, reason: Reason = "", by: Administrator = None, json: Json = False) -> None:
    """Undo `caseway disable`. Sessions and tokens that it ended stay ended.

    `caseway enable amina`
    """
    with open_house() as house:
        who, at = finding.administrator(house, by), now()
        finding.person(house, person)
        house.write(lambda one: admission.enable(one, person, by=who, at=at, reason=reason))
    return as_json({"person": person, "disabled_at": None}) if json else say(f"{person} is enabled.")


def forget_factor(
    person: PersonId, reason: Reason = "", by: Administrator = None, json: Json = False
) -> None:
    """Take away a second factor that was lost; the sessions of the person end.

    `caseway forget-factor amina --reason "lost the telephone; called back"`
    """
    with open_house() as house:
        who, at = finding.administrator(house, by), now()
        finding.person(house, person)
        house.write(lambda one: admission.remove_factor(one, person, by=who, at=at, reason=reason))
    return as_json({"person": person}) if json else say(f"{person} has no second factor any more.")


def list_sessions(
    person: PersonId, revoke: Revoke = False, by: Administrator = None, json: Json = False
) -> None:
    """Show a person's open sessions, or end them all.

    `caseway sessions amina --revoke`
    """
    with open_house() as house:
        finding.person(house, person)
        if revoke:
            who, at = finding.administrator(house, by), now()
            ended = house.write(lambda one: admission.end_sessions(one, person, by=who, at=at))
            return as_json({"ended": ended}) if json else say(f"Ended: {ended}.")
        found = house.read(lambda one: sessions.of_person(one, person, now()))
    if json:
        return as_json(found)
    rows = [(s.id, s.method, moment(s.created_at), moment(s.seen_at), s.source, s.agent) for s in found]
    return table(
        ("session", "by", "since", "last used", "from", "program"), rows, "There is no open session."
    )


def list_tokens(
    person: PersonId, revoke: RevokeOne = None, by: Administrator = None, json: Json = False
) -> None:
    """Show a person's tokens, or end one.

    `caseway tokens amina`

    `caseway tokens amina --revoke 4f1c09ab72e6`
    """
    with open_house() as house:
        finding.person(house, person)
        if revoke:
            who = finding.administrator(house, by)
            house.write(lambda one: _revoke(one, person, revoke, who))
        found = house.read(lambda one: tokens.of_person(one, person))
    if json:
        return as_json(found)
    rows = [
        (t.id, t.label, t.scope, moment(t.expires_at), moment(t.used_at), moment(t.revoked_at)) for t in found
    ]
    return table(("token", "for", "scope", "expires", "last used", "revoked"), rows, "There is no token.")


def _revoke(connection: Connection, person: str, token: str, by: str) -> None:
    if not tokens.revoke(connection, person, token, now()):
        raise NotFound("{person} has no token {token} to revoke.", person=person, token=token)
    noted(connection, by, "revoke_token", f"person:{person}", token=token[:12])


def _asked_password(person: Person) -> str:
    """The hash of what is typed, twice, or of the first line of standard input."""
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    if not password:
        leave(Exit.USAGE, "A password is needed, on the terminal or on standard input; or say --invite.")
    hashing.check(password, person.id, person.name, person.email or "")
    return Hashing().hash(password)


def _tell_invitation(house: House, secret: str) -> None:
    origin = house.settings.origin or "http://127.0.0.1:8000"
    body = f'{{"link": "{secret}", "password": "…"}}'
    say(
        f"{secret}\n\nIt is good once, for seven days, and stands nowhere else. It sets the password:\n"
        f"POST {origin}/api/session/invitation {body}"
    )
