"""Persons with their mandates and tokens, for administrators; and who the caller is, for everybody."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from api.http.bodies import Day, Key
from api.http.bodies_of_accounts import TokenBody
from api.http.bodies_of_administration import ConflictsBody, MandateBody, PersonBody
from api.http.declared import (
    ADMINISTERING,
    ADMINISTERING_ONE,
    ADMINISTRATION_OF_ONE,
    LISTING_FOR_ADMINISTRATORS,
    READING,
)
from api.http.doors import AdministratorsDoor, Door
from api.http.idempotency import once
from api.http.identity import TheCaller
from api.http.own_account import told_tokens
from api.http.pages import AskedPage
from api.http.replies import Listed
from api.http.replies_of_reference import (
    ConflictReply,
    ConflictsReply,
    MandateReply,
    NewToken,
    PersonReply,
    PersonWithMandates,
    TokenReply,
)
from api.http.wings import Wing
from workflow.errors import NotFound
from workflow.records import lists, persons, tokens
from workflow.records.conflicts import Declared, declared
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Granted, Person
from workflow.records.tokens import Token
from workflow.runtime import accounts, conflicts

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$", description="a person's id")]
Part = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,64}$")]

me = Wing(prefix="/api/me", tags=["work"], route_class=Door)
router = Wing(prefix="/api/persons", tags=["persons"], route_class=AdministratorsDoor)


@me.get("", operation_id="get_me", summary="Who am I, and what may I act as?", responses=READING)
def get_me(caller: TheCaller) -> PersonWithMandates:
    """All mandates, also those that are over or still to come."""
    person = caller.person
    return _whole(person, caller.read(lambda connection: persons.mandates(connection, person.id)))


@me.get(
    "/conflicts",
    operation_id="list_my_conflicts",
    summary="With which Parties have I declared a conflict of interest?",
    responses=READING,
)
def list_my_conflicts(caller: TheCaller) -> ConflictsReply:
    """Those that were withdrawn too, with their times."""
    return _conflicts(caller.read(lambda connection: declared(connection, caller.id)))


@me.put(
    "/conflicts",
    operation_id="declare_my_conflicts",
    summary="Declare with which Parties I have a conflict of interest",
    responses=ADMINISTERING,
)
def declare_my_conflicts(caller: TheCaller, body: ConflictsBody, key: Key = None) -> ConflictsReply:
    """These, and no others: who has one is out of every case of that Party, gives back what tasks they have
    there, and is given none.
    """

    def work(connection: Connection) -> dict[str, Any]:
        found = conflicts.declare(caller.engine, connection, caller.id, body.parties, by=caller.id)
        return _conflicts(found).model_dump(mode="json")

    return ConflictsReply(**once(caller, key, {"conflicts": body.parties}, work))


@router.get(
    "", operation_id="list_persons", summary="Accounts by their id", responses=LISTING_FOR_ADMINISTRATORS
)
def list_persons(caller: TheCaller, response: Response, asked: AskedPage) -> Listed[PersonReply]:
    caller.administrate()
    place = asked.place
    found = caller.read(lambda connection: lists.persons(connection, place))
    asked.link(response, found)
    return Listed(items=[PersonReply(**row) for row in found.rows])


@router.get(
    "/{person_id}",
    operation_id="get_person",
    summary="One account, its mandates",
    responses=ADMINISTRATION_OF_ONE,
)
def get_person(caller: TheCaller, person_id: Id) -> PersonWithMandates:
    caller.administrate()
    return caller.read(lambda connection: _found(connection, person_id))


@router.put(
    "/{person_id}",
    operation_id="put_person",
    summary="Add or correct an account",
    responses=ADMINISTERING_ONE,
)
def put_person(caller: TheCaller, person_id: Id, body: PersonBody, key: Key = None) -> PersonWithMandates:
    """The facts take the place of those known; mandates and tokens stay."""
    caller.administrate()
    person = Person(
        person_id,
        body.name,
        body.language,
        body.email,
        tuple(body.nationalities),
        tuple(body.conflicts),
        title=body.title,
    )

    def work(connection: Connection) -> dict[str, Any]:
        accounts.check_person(connection, caller.engine.library, person)
        conflicts.put(caller.engine, connection, person)
        caller.note(connection, "put_person", f"person:{person_id}")
        return _found(connection, person_id).model_dump(mode="json")

    return PersonWithMandates(**once(caller, key, {"person": person_id, **body.model_dump()}, work))


@router.post(
    "/{person_id}/mandates",
    operation_id="grant_mandate",
    summary="Give a mandate",
    status_code=201,
    responses=ADMINISTERING,
)
def grant(caller: TheCaller, person_id: Id, body: MandateBody, key: Key = None) -> MandateReply:
    """It counts from its first day to its last, both included."""
    by, said = caller.administrate(), body.model_dump()

    def work(connection: Connection) -> dict[str, Any]:
        _found(connection, person_id)
        letter = body.letter.letter if body.letter else None
        accounts.check_mandate(connection, caller.engine.library, body.role, body.region, letter)
        mandate = persons.grant(connection, person_id, granted_by=by, **{**said, "letter": letter})
        # The reason stands in the mandate alone: that one is erased with the person, the log never.
        caller.note(connection, "grant_mandate", f"mandate:{mandate}", person=person_id, role=body.role)
        return MandateReply(id=mandate, granted_by=by, **said).model_dump(mode="json")

    return MandateReply(**once(caller, key, {"mandate of": person_id, **said}, work))


@router.delete(
    "/{person_id}/mandates/{mandate_id}",
    operation_id="end_mandate",
    summary="Let a mandate end",
    responses=ADMINISTERING,
)
def end_mandate(
    caller: TheCaller,
    person_id: Id,
    mandate_id: Part,
    until: Annotated[
        Day | None,
        Query(description="its last day; default: today, and one that is over stays so. Yesterday: at once"),
    ] = None,
    key: Key = None,
) -> MandateReply:
    """A mandate is never deleted: the audit speaks of it."""
    caller.administrate()
    today = caller.engine.today()

    def work(connection: Connection) -> dict[str, Any]:
        found = next((one for one in persons.mandates(connection, person_id) if one.id == mandate_id), None)
        if found is None:
            raise NotFound("{person} has no mandate {mandate}.", person=person_id, mandate=mandate_id)
        last = found.last_day(until, today)
        persons.end_mandate(connection, mandate_id, last)
        told = {"person": person_id, "until": last.isoformat()}
        caller.note(connection, "end_mandate", f"mandate:{mandate_id}", **told)
        ended = next(one for one in persons.mandates(connection, person_id) if one.id == mandate_id)
        return _mandate(ended).model_dump(mode="json")

    return MandateReply(**once(caller, key, {"end of": [person_id, mandate_id], "until": until}, work))


@router.get(
    "/{person_id}/tokens",
    operation_id="list_tokens",
    summary="Their tokens, without the tokens",
    responses={**LISTING_FOR_ADMINISTRATORS, **ADMINISTRATION_OF_ONE},
)
def list_tokens(caller: TheCaller, response: Response, person_id: Id, asked: AskedPage) -> Listed[TokenReply]:
    """Latest first."""
    caller.administrate()

    def work(connection: Connection) -> tuple[Token, ...]:
        _found(connection, person_id)
        return tokens.of_person(connection, person_id)

    return told_tokens(asked, response, caller.read(work))


@router.post(
    "/{person_id}/tokens",
    operation_id="make_token",
    summary="Make a token",
    status_code=201,
    responses=ADMINISTERING_ONE,
)
def make_token(caller: TheCaller, person_id: Id, body: TokenBody, key: Key = None) -> NewToken:
    """It is told this once: only its digest is kept, so a repeated answer to the same key has null in its
    place.
    """
    caller.administrate()
    said = body.model_dump()

    def work(connection: Connection) -> dict[str, Any]:
        _found(connection, person_id)
        now = caller.engine.now()
        said["expires_at"] = body.expires_at or now + tokens.USUAL_LIFE
        token_id, token = tokens.new(connection, person_id, now, **said)
        caller.note(connection, "make_token", f"person:{person_id}", token=token_id, scope=body.scope)
        return NewToken(id=token_id, token=token, **said).model_dump(mode="json")

    asked = {"token of": person_id, **body.model_dump()}
    return NewToken(**once(caller, key, asked, work, untold=frozenset({"token"})))


@router.delete(
    "/{person_id}/tokens/{token_id}",
    operation_id="revoke_token",
    summary="End a token at once",
    responses=ADMINISTERING,
)
def revoke_token(caller: TheCaller, person_id: Id, token_id: Part, key: Key = None) -> TokenReply:
    caller.administrate()

    def work(connection: Connection) -> dict[str, Any]:
        now = caller.engine.now()
        if not tokens.revoke(connection, person_id, token_id, now):
            raise NotFound("{person} has no token {token} to revoke.", person=person_id, token=token_id)
        caller.note(connection, "revoke_token", f"person:{person_id}", token=token_id[:12])
        found = next(one for one in tokens.of_person(connection, person_id) if one.id == token_id[:12])
        return TokenReply.model_validate(found, from_attributes=True).model_dump(mode="json")

    return TokenReply(**once(caller, key, {"revoke": [person_id, token_id]}, work))


def _found(connection: Connection, person_id: str) -> PersonWithMandates:
    person = persons.get(connection, person_id)
    if person is None:
        raise NotFound("There is no person '{person}'; /api/persons lists them.", person=person_id)
    return _whole(person, persons.mandates(connection, person_id))


def _conflicts(found: tuple[Declared, ...]) -> ConflictsReply:
    return ConflictsReply(items=[ConflictReply.model_validate(one, from_attributes=True) for one in found])


def _whole(person: Person, mandates: tuple[Granted, ...]) -> PersonWithMandates:
    facts = PersonReply.model_validate(person, from_attributes=True).model_dump()
    return PersonWithMandates(**facts, mandates=[_mandate(one) for one in mandates])


def _mandate(granted: Granted) -> MandateReply:
    return MandateReply.model_validate(granted, from_attributes=True)
