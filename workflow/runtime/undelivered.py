"""What cannot be delivered is told upwards at once: who waits must know that nobody was reached."""

from __future__ import annotations

from datetime import datetime

from workflow.records import cases, notices
from workflow.records.cases import Loaded
from workflow.records.databases.protocol import Connection, Database
from workflow.records.notices import Claimed
from workflow.runtime.library import Library
from workflow.runtime.path import actor_of

TEMPLATE = "undelivered"


def told_instead(database: Database, library: Library, notice: Claimed, at: datetime) -> tuple[str, ...]:
    """Those who hold the role above the person's in this case; nobody for what was itself told upwards."""
    if notice.template == TEMPLATE:
        return ()
    today = at.date()
    loaded = database.reading(
        lambda connection: cases.load(
            connection, notice.case_id, library.get, today=today, persons=(notice.person,)
        )
    )
    return _above(loaded, notice.person)


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


def _above(loaded: Loaded, person: str) -> tuple[str, ...]:
    assert loaded.case is not None, "a case that has notices is there"
    roles = loaded.definition.format.roles
    own = actor_of(loaded.office, person, loaded.case.party, loaded.case.region).roles & roles.keys()
    for role in sorted(own):
        above = roles[role].above
        while above is not None:
            found = {mandate.person for mandate in loaded.office.mandates if mandate.role == above} - {person}
            if found:
                return tuple(sorted(found))
            above = roles[above].above
    return ()
