"""Bulletins on their way: owe each issue when it comes out -> send it -> say how it went.

Law: every reader gets one of each issue, and sees in it what the policy shows them. What a worker that was
down has missed is not made up for: one issue, the last one, tells how things stand now. A bulletin begins
with the first issue that comes out after a worker has seen it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog

from workflow.errors import Undeliverable
from workflow.records import bulletins, calendars, settings
from workflow.records.bulletins import Claimed, Issue
from workflow.records.cases import SECRETARIAT
from workflow.records.databases.protocol import Connection
from workflow.records.persons import Person
from workflow.rules.bulletins import latest
from workflow.rules.dates.calendars import Calendar
from workflow.runtime import wording
from workflow.runtime.channels import Channel, Message
from workflow.runtime.composing import Bulletin, all_bulletins, composed, lines
from workflow.runtime.engine import Engine
from workflow.runtime.sending import CHANCE, LEASE, MARGIN, MOST_ATTEMPTS, pause
from workflow.runtime.undelivered import news_of_bulletin

BATCH = 20

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Edition:
    """An issue of a bulletin, written for each of its readers. None: before the first one."""

    issue: date | None
    texts: tuple[Issue, ...]


class Bulletins:
    """Owes and sends them. Any number of these may run, in any number of processes."""

    def __init__(
        self,
        engine: Engine,
        channel: Channel,
        *,
        lease: timedelta = LEASE,
        chance: Callable[[], float] = CHANCE.random,
    ) -> None:
        self._engine = engine
        self._database = engine.database
        self._channel = channel
        self._lease = lease
        self._chance = chance

    def work(self) -> int:
        """Owe what has come out, and send a claim's worth of it; says how many were claimed.

        Paused: nothing.
        """
        if self._database.reading(lambda connection: settings.is_on(connection, settings.SENDING_PAUSED)):
            return 0
        for bulletin in all_bulletins(self._engine.library):
            self._come_out(bulletin)
        return self._send()

    def _come_out(self, bulletin: Bulletin) -> None:
        now = self._engine.now()
        edition = self._database.reading(lambda connection: self._edition(connection, bulletin, now))
        if edition is not None:
            self._database.writing(lambda connection: _owe(connection, bulletin, edition, now))

    def _edition(self, connection: Connection, bulletin: Bulletin, now: datetime) -> Edition | None:
        """What has come out and is not owed yet; for nobody, what came out before a worker saw it."""
        kind = bulletin.definition.format.bulletins[bulletin.name]
        office = calendars.current(connection, SECRETARIAT)
        issue = latest(kind, now, office)
        mark = settings.read(connection, _mark(bulletin))
        if not mark:
            return Edition(issue, ())
        # Not "other than": a holiday added today may take the issue back that came out this morning.
        if issue is None or mark["issue"] >= issue.isoformat():
            return None
        readers = bulletins.readers(connection, kind.to, office.date_of(now))
        written = (self._written(connection, bulletin, issue, reader, now, office) for reader in readers)
        return Edition(issue, tuple(written))

    def _written(
        self,
        connection: Connection,
        bulletin: Bulletin,
        issue: date,
        reader: Person,
        now: datetime,
        office: Calendar,
    ) -> Issue:
        told = lines(connection, self._engine.library, bulletin, reader.id, office.date_of(now))
        text = composed(bulletin, reader, told, now, office)
        key = bulletin.definition.key
        return Issue(key, bulletin.name, issue, reader.id, text.language, text.subject, text.body)

    def _send(self) -> int:
        begun = self._engine.now()
        claimed: Sequence[Claimed] = self._database.writing(
            lambda connection: bulletins.claim(connection, begun, limit=BATCH, lease=self._lease)
        )
        last = begun + self._lease - min(MARGIN, self._lease / 2)
        for one in claimed:
            if self._engine.now() >= last:
                break
            self._deliver(one)
        return len(claimed)

    def _deliver(self, one: Claimed) -> None:
        try:
            self._channel.send(_message(one))
        except Exception as fault:
            self._failed(one, fault)
        else:
            self._settle(one, "sent")

    def _failed(self, one: Claimed, fault: Exception) -> None:
        """Tried again, but for what the channel says can never be delivered."""
        attempts = one.attempts + 1
        again = not isinstance(fault, Undeliverable) and attempts < MOST_ATTEMPTS
        log.warning("a bulletin was not delivered", id=one.issue.id, again=again, fault=str(fault))
        wait = self._engine.now() + pause(attempts, self._chance()) if again else None
        self._settle(one, "failed" if again else "dead", next_attempt=wait, error=str(fault))

    def _settle(
        self, one: Claimed, status: str, *, next_attempt: datetime | None = None, error: str = ""
    ) -> None:
        at = self._engine.now()

        def settled(connection: Connection) -> bool:
            believed = bulletins.settle(
                connection, one, status, at=at, next_attempt=next_attempt, error=error
            )
            if believed and status == "dead":
                news = news_of_bulletin(connection, self._engine.library, one, error, at)
                bulletins.owe(connection, news, at)
            return believed

        if not self._database.writing(settled):
            log.warning("the lease had ended before", id=one.issue.id, outcome=status)


def _owe(connection: Connection, bulletin: Bulletin, edition: Edition, at: datetime) -> None:
    bulletins.owe(connection, edition.texts, at)
    settings.write(connection, _mark(bulletin), {"issue": _name(edition.issue)}, at=at)


def _name(issue: date | None) -> str:
    return issue.isoformat() if issue else ""


def _mark(bulletin: Bulletin) -> str:
    return f"bulletin.{bulletin.definition.key}.{bulletin.name}"


def _message(one: Claimed) -> Message:
    return Message(
        id=one.issue.id,
        address=one.email or "",
        name=one.reader,
        language=one.issue.language,
        subject=one.issue.subject,
        body=wording.plain(one.issue.body),
        at=one.created_at,
    )
