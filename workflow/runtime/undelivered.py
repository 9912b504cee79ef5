"""What cannot be delivered is told upwards at once: who waits must know that nobody was reached.

Law: to the role above the person's own in the case; where there is none, to the administrators. Of a
bulletin, which has no case, above the role that gets it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from workflow.records import bulletins, cases, notices, persons
from workflow.records.bulletins import Issue
from workflow.records.cases import Loaded
from workflow.records.databases.protocol import Connection, Database
from workflow.records.notices import Claimed
from workflow.rules import format as fmt
from workflow.rules.acting import actor_in
from workflow.rules.commands import ADMINISTRATOR
from workflow.rules.replacing import replace
from workflow.runtime.composing import Bulletin, bulletin_of, not_reached
from workflow.runtime.library import Library

TEMPLATE = "undelivered"


def told_instead(database: Database, library: Library, notice: Claimed, at: datetime) -> tuple[str, ...]:
    """Whom the news goes to; nobody for what was itself told upwards."""
    return database.reading(lambda connection: _told_instead(connection, library, notice, at))


def tell(connection: Connection, notice: Claimed, told: tuple[str, ...], error: str, at: datetime) -> None:
    """Owe them the news, once, however often the notice is given up."""
    reason = _reason(notice.name, notice.email, error)
    for person in told:
        notices.owe(
            connection,
            f"{notice.id}.{TEMPLATE}.{person}",
            notice,
            person=person,
            kind="notice",
            template=TEMPLATE,
            data={**notice.data, "reason": reason},
            at=at,
        )


def came_back(connection: Connection, library: Library, notice_id: str, error: str, at: datetime) -> bool:
    """A notice that was sent came back: the news of it is owed. False for any other notice."""
    notice = notices.whole(connection, notice_id)
    if notice is None or not notices.bounce(connection, notice_id, error):
        return False
    tell(connection, notice, _told_instead(connection, library, notice, at), error, at)
    return True


def news_of_bulletin(
    connection: Connection, library: Library, lost: bulletins.Claimed, error: str, at: datetime
) -> tuple[Issue, ...]:
    """What is owed to those above its reader; nothing for what was itself told upwards, or names no
    bulletin any more.
    """
    issue = lost.issue
    bulletin = bulletin_of(library, issue.definition, issue.name)
    if issue.about is not None or bulletin is None:
        return ()
    above = _above_reader(connection, bulletin, issue.person, at.date())
    told = above or _administrators(connection, issue.person, at.date())
    reason = _reason(lost.reader, lost.email, error)
    return tuple(_news(connection, bulletin, issue, person, reason) for person in told)


def _news(connection: Connection, bulletin: Bulletin, lost: Issue, person: str, reason: str) -> Issue:
    reader = persons.get(connection, person)
    assert reader is not None, "who has a mandate is there"
    text = not_reached(bulletin, reader, lost.issue, reason)
    return replace(
        lost,
        person=person,
        language=text.language,
        subject=text.subject,
        body=text.body,
        about=lost.person,
    )


def _above_reader(connection: Connection, bulletin: Bulletin, person: str, today: date) -> tuple[str, ...]:
    form = bulletin.definition.format
    mandates = persons.valid_mandates(connection, person, today)
    own = [mandate for mandate in mandates if mandate.role in form.bulletins[bulletin.name].to]
    for mandate in sorted(own, key=lambda one: (one.role, one.id)):
        for role in _upwards(form.roles, mandate.role):
            over = persons.holders(connection, role, today, over=mandate)
            if found := tuple(one for one in over if one != person):
                return found
    return ()


def _told_instead(connection: Connection, library: Library, notice: Claimed, at: datetime) -> tuple[str, ...]:
    if notice.template == TEMPLATE:
        return ()
    today, own = at.date(), (notice.person,)
    loaded = cases.load(connection, notice.case_id, library.get, today=today, persons=own)
    return _above(loaded, notice.person) or _administrators(connection, notice.person, today)


def _above(loaded: Loaded, person: str) -> tuple[str, ...]:
    assert loaded.case is not None, "a case that has notices is there"
    roles, case = loaded.definition.format.roles, loaded.case
    reaching = [
        one for one in loaded.office.mandates if one.reaches(case.party, case.region, case.definition)
    ]
    own = actor_in(loaded.office, person, case).roles & roles.keys()
    for role in sorted(own):
        for above in _upwards(roles, role):
            found = {mandate.person for mandate in reaching if mandate.role == above} - {person}
            if found:
                return tuple(sorted(found))
    return ()


def _upwards(roles: Mapping[str, fmt.Role], role: str) -> Iterator[str]:
    """The roles above, the nearest first."""
    above = roles[role].above
    while above is not None:
        yield above
        above = roles[above].above


def _administrators(connection: Connection, but: str, today: date) -> tuple[str, ...]:
    return tuple(one for one in persons.holders(connection, ADMINISTRATOR, today) if one != but)


def _reason(name: str, email: str | None, error: str) -> str:
    return f"{name} <{email or '–'}>: {error}"
