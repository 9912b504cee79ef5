"""Erasing a person: the account stays as an opaque id with a neutral name, for what refers to it.

Law: nobody is erased who has still something to do here, or whom a legal hold keeps. What they did stays in
the audit under their id, whose chain holds; docs/reference/personal-data.md names every place.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlmodel import col

from workflow.errors import Fault, Malformed, NotFound, NotNow, Phrase
from workflow.records import administration, legal_holds, passwords, persons
from workflow.records.databases.protocol import Connection
from workflow.records.parts_taken import cases_of
from workflow.records.tables import (
    METADATA,
    BulletinRow,
    CaseRow,
    DelegationRow,
    LetterRow,
    LinkRequestRow,
    MandateRow,
    NoticeRow,
    PersonRow,
    TaskRow,
)

# What lets a person in, and what is kept for their requests only.
KEYS = (
    "password", "factor", "recovery_code", "link", "link_request", "session", "known_source", "identity",
    "flow", "token", "idempotency", "declared_conflict",
)  # fmt: skip
Replaced = Callable[[Any], Any]


def erase_person(
    connection: Connection, person: str, *, by: str, at: datetime, today: date, reason: str
) -> str:
    """Answers the name that stands in place of theirs.

    Raises NotFound, Malformed (no reason), NotNow (erased before; something to do; a legal hold).
    """
    if not reason.strip():
        raise Malformed((Fault("/reason", "say why: whoever reads of it later will ask"),))
    connection.execute(select(col(PersonRow.id)).where(col(PersonRow.id) == person).with_for_update())
    known = persons.get(connection, person)
    if known is None:
        raise NotFound("There is no person '{person}'; /api/persons lists them.", person=person)
    if why := next(_hindrances(connection, person, today), None):
        raise NotNow("{person} cannot be erased: {why}.", person=person, why=why)
    neutral = f"Erased person {secrets.token_hex(2)}"
    _replace_in_texts(connection, person, _replacing(known, neutral))
    _empty_messages(connection, person)
    _take_away_keys(connection, person, known.email)
    facts: dict[str, Any] = {
        "name": neutral,
        "language": "en",
        "email": None,
        "title": None,
        "nationalities": [],
        "conflicts": [],
        "disabled_at": at,
        "erased_at": at,
    }
    connection.execute(update(PersonRow).where(col(PersonRow.id) == person).values(facts))
    connection.execute(update(MandateRow).where(col(MandateRow.person) == person).values(reason=""))
    connection.execute(update(DelegationRow).where(_delegated(person)).values(reason=""))
    administration.note(
        connection, by=by, act="erase_person", subject=f"person:{person}", at=at, reason=reason
    )
    return neutral


def _hindrances(connection: Connection, person: str, today: date) -> Iterator[Phrase]:
    if persons.erased(connection, person):
        yield Phrase("it was done before")
    for held in persons.mandates(connection, person):
        if held.until is None or held.until >= max(today, held.since):
            params = {"mandate": held.id, "role": held.role}
            yield Phrase("the mandate {mandate} as {role} has not ended; end it first", params)
    lent = select(col(DelegationRow.id)).where(_delegated(person), col(DelegationRow.until) >= today)
    standing = or_(col(DelegationRow.ended_on).is_(None), col(DelegationRow.ended_on) > today)
    for delegation in connection.execute(lent.where(standing).limit(1)).scalars():
        params = {"delegation": delegation}
        yield Phrase("the delegation {delegation} has not ended; end it first", params)
    for case, no in connection.execute(_work(person)):
        params = {"no": no, "case": case}
        yield Phrase("task {no} of the case {case} is theirs; give it to somebody else first", params)
    ball = select(col(CaseRow.id)).where(
        col(CaseRow.ball_person) == person, col(CaseRow.category) != "closed"
    )
    for case in connection.execute(ball.limit(1)).scalars():
        yield Phrase("the ball of the case {case} is theirs", {"case": case})
    for hold in legal_holds.over_person(connection, person):
        yield Phrase("the legal hold {hold} stands", {"hold": hold.id})


def _delegated(person: str) -> Any:
    return or_(col(DelegationRow.absent) == person, col(DelegationRow.stand_in) == person)


def _work(person: str) -> Any:
    """A task that is still theirs: not one that a case took with it when it closed."""
    goes_on = or_(
        col(TaskRow.status).in_(("open", "scheduled")),
        (col(TaskRow.status) == "frozen") & (col(CaseRow.category) != "closed"),
    )
    return (
        select(col(TaskRow.case_id), col(TaskRow.no))
        .join(CaseRow, col(CaseRow.id) == col(TaskRow.case_id))
        .where(col(TaskRow.person) == person, goes_on)
        .limit(1)
    )


def _replacing(known: persons.Person, neutral: str) -> Replaced:
    """Puts the neutral name in place of the person's address and name, with the form of address, in texts."""
    told = [f"{known.title} {known.name}" if known.title else None, known.email, known.name]
    words = re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in told if one))

    def replaced(value: Any) -> Any:
        if isinstance(value, str):
            return words.sub(neutral, value)
        if isinstance(value, dict):
            return {name: replaced(inner) for name, inner in value.items()}
        return [replaced(inner) for inner in value] if isinstance(value, list) else value

    return replaced


def _replace_in_texts(connection: Connection, person: str, replaced: Replaced) -> None:
    """In the letters and messages of the cases in which they had a part: those may name them."""
    for case in connection.execute(cases_of(person, every=True)).scalars().all():
        of_letters = select(col(LetterRow.reference), col(LetterRow.data), col(LetterRow.texts))
        for reference, data, texts in connection.execute(of_letters.where(col(LetterRow.case_id) == case)):
            news = {"data": replaced(data), "texts": replaced(texts)}
            if news != {"data": data, "texts": texts}:
                own = (col(LetterRow.case_id) == case, col(LetterRow.reference) == reference)
                connection.execute(update(LetterRow).where(*own).values(news))
        of_notices = select(col(NoticeRow.id), col(NoticeRow.data), col(NoticeRow.subject))
        for notice, data, subject in connection.execute(of_notices.where(col(NoticeRow.case_id) == case)):
            told = {"data": replaced(data), "subject": replaced(subject)}
            if told != {"data": data, "subject": subject}:
                connection.execute(update(NoticeRow).where(col(NoticeRow.id) == notice).values(told))


def _empty_messages(connection: Connection, person: str) -> None:
    """What was sent to them is told by its kind and its day; what still waits is not sent."""
    mine = col(NoticeRow.person) == person
    waiting = (mine, col(NoticeRow.status).in_(("pending", "failed")))
    connection.execute(update(NoticeRow).where(*waiting).values(status="dropped", lease_until=None))
    emptied: dict[str, Any] = {"data": {}, "subject": None, "error": ""}
    connection.execute(update(NoticeRow).where(mine).values(emptied))
    bulletin = or_(col(BulletinRow.person) == person, col(BulletinRow.about) == person)
    connection.execute(delete(BulletinRow).where(bulletin))


def _take_away_keys(connection: Connection, person: str, email: str | None) -> None:
    for name in KEYS:
        table = METADATA.tables[name]
        connection.execute(delete(table).where(table.c.person == person))
    if email is not None:
        connection.execute(delete(LinkRequestRow).where(col(LinkRequestRow.email) == passwords.normal(email)))
