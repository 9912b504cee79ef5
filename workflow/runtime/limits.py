"""How often one may try to sign in: per source, per account, and all together.

Law: whoever tries too often waits, the others do not. Failures of strangers never keep somebody out of an
account who signed in from the same network before, nor whoever has a one-time link to it. An address that
nobody has is counted as one that somebody has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

import structlog

from workflow.errors import TooMany
from workflow.records import throttles
from workflow.records.databases.protocol import Connection, Database
from workflow.records.passwords import normal
from workflow.records.throttles import NOTHING, Rate, named

SOURCE = Rate(30, timedelta(seconds=6))
PAIR = Rate(6, timedelta(seconds=30))
"""One account from one source."""
ACCOUNT = Rate(20, timedelta(minutes=1))
OVERALL = Rate(200, timedelta(seconds=0.5))
CODES_OF_PAIR = Rate(5, timedelta(minutes=1))
CODES = Rate(15, timedelta(minutes=2))
LINKS_USED = Rate(30, timedelta(seconds=6))
LINKS_ASKED = Rate(10, timedelta(seconds=30))
LINKS_OVERALL = Rate(100, timedelta(seconds=1))
FLOWS_BEGUN = Rate(30, timedelta(seconds=6))
FLOWS_OVERALL = Rate(400, timedelta(seconds=0.25))
LINKS_OF_ADDRESS = Rate(3, timedelta(minutes=5))

Limited = Mapping[str, Rate]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a request comes from: the network that limits count by, what is shown of it, and the program."""

    network: str
    shown: str
    agent: str = ""

    @property
    def known_as(self) -> str:
        return named("source", self.network)


class Limits:
    """Counts attempts in the database, each in a transaction of its own: a refused one counts too."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now

    def charge(self, limited: Limited, source: Source) -> None:
        """Raises TooMany."""
        wait = self.counted(limited)
        if wait > NOTHING:
            log.warning("too many attempts", source=source.shown, wait=wait.total_seconds())
            raise TooMany(max(1, ceil(wait.total_seconds())))

    def counted(self, limited: Limited) -> timedelta:
        """How long to wait, where the attempt is one too many; else it is counted."""
        at = self._now()
        return self._database.writing(lambda connection: throttles.charge(connection, limited, at))

    def give_back(self, connection: Connection, limited: Limited) -> None:
        throttles.give_back(connection, limited, self._now())


def of_password(address: str, source: Source, *, known_here: bool) -> Limited:
    pair = {named("pair", normal(address), source.network): PAIR}
    if known_here:
        return pair
    strangers = {named("account", normal(address)): ACCOUNT, named("overall", "password"): OVERALL}
    return pair | strangers | {named("source", source.network): SOURCE}


def of_code(person: str, source: Source, *, known_here: bool) -> Limited:
    pair = {named("code", person, source.network): CODES_OF_PAIR}
    return pair if known_here else pair | {named("codes", person): CODES}


def of_link_used(source: Source) -> Limited:
    return {named("link used", source.network): LINKS_USED}


def of_link_asked(source: Source) -> Limited:
    return {
        named("link asked", source.network): LINKS_ASKED,
        named("overall", "link asked"): LINKS_OVERALL,
    }


def of_address_asked(address: str) -> Limited:
    return {named("link of", normal(address)): LINKS_OF_ADDRESS}


def of_flow_begun(source: Source) -> Limited:
    return {
        named("flow begun", source.network): FLOWS_BEGUN,
        named("overall", "flow begun"): FLOWS_OVERALL,
    }
