"""What cannot be delivered is told upwards at once: who waits must know that nobody was reached.

Law: to the role above the person's own in the case; where there is none, to the administrators.
"""

from __future__ import annotations

from datetime import datetime

from workflow.records import cases, notices, persons
from workflow.records.cases import Loaded
from workflow.records.databases.protocol import Connection, Database
from workflow.records.notices import Claimed
from workflow.rules.commands import ADMINISTRATOR
from workflow.runtime.library import Library
from workflow.runtime.path import actor_of

TEMPLATE = "undelivered"


def told_instead(database: Database, library: Library, notice: Claimed, at: datetime) -> tuple[str, ...]:
    """Whom the news goes to; nobody for what was itself told upwards."""
    return database.reading(lambda connection: _told_instead(connection, library, notice, at))


def tell(connection: Connection, notice: Claimed, told: tuple[str, ...], error: str, at: datetime) -> None:
    """Owe them the news, once, however often the notice is given up."""
    reason = f"{notice.name} <{notice.email or '–'}>: {error}"
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


def _told_instead(connection: Connection, library: Library, notice: Claimed, at: datetime) -> tuple[str, ...]:
    if notice.template == TEMPLATE:
        return ()
    own = (notice.person,)
    loaded = cases.load(connection, notice.case_id, library.get, today=at.date(), persons=own)
    administrators = persons.holders(connection, ADMINISTRATOR, at.date())
    return _above(loaded, notice.person) or tuple(one for one in administrators if one not in own)


def _above(loaded: Loaded, person: str) -> tuple[str, ...]:
    assert loaded.case is not None, "a case that has notices is there"
    roles, case = loaded.definition.format.roles, loaded.case
    reaching = [one for one in loaded.office.mandates if one.reaches(case.party, case.region)]
    own = actor_of(loaded.office, person, case.party, case.region).roles & roles.keys()
    for role in sorted(own):
        above = roles[role].above
        while above is not None:
            found = {mandate.person for mandate in reaching if mandate.role == above} - {person}
            if found:
                return tuple(sorted(found))
            above = roles[above].above
    return ()
