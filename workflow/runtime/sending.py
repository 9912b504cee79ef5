"""Sending what is owed: claim -> word -> send -> say how it went. Law: at least once, under an id that never changes.

A claim is a lease with a fence: who dies loses it when the lease ends, and whoever comes late with an old fence is
not believed. What fails is tried again, later and later; after `MOST_ATTEMPTS` it is a dead letter for a person to see.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import structlog

from workflow.errors import CasewayError, NotDelivered
from workflow.records import notices, settings
from workflow.records.databases.protocol import Database
from workflow.records.notices import Claimed
from workflow.runtime.channels import Channel, Message
from workflow.runtime.letters import Surroundings, message_text
from workflow.runtime.library import Library
from workflow.runtime.receipts import Text
from workflow.runtime.wording import spoken

LEASE = timedelta(seconds=30)
# No sending is begun so shortly before the lease ends that it could end after it.
MARGIN = timedelta(seconds=12)
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
PAUSED = "sending_paused"

log = structlog.get_logger()


class Sender:
    """Sends pending notices through a channel. Any number of them may run, in any number of processes."""

    def __init__(
        self,
        database: Database,
        library: Library,
        channel: Channel,
        now: Callable[[], datetime],
        *,
        lease: timedelta = LEASE,
        batch: int = 20,
        zone: tzinfo = ZoneInfo("Europe/Paris"),
    ) -> None:
        self._database = database
        self._library = library
        self._channel = channel
        self._now = now
        self._lease = lease
        self._batch = batch
        self._zone = zone

    def send_pending(self) -> int:
        """Send one claim's worth of what is due, oldest first; says how many were claimed. Paused: nothing."""
        if self._database.reading(lambda connection: settings.is_on(connection, PAUSED)):
            return 0
        begun = self._now()
        claimed = self._database.writing(
            lambda connection: notices.claim(connection, begun, limit=self._batch, lease=self._lease)
        )
        last = begun + self._lease - min(MARGIN, self._lease / 2)
        for notice in claimed:
            if self._now() >= last:
                break
            self._send(notice)
        return len(claimed)

    def _send(self, notice: Claimed) -> None:
        try:
            text = self._text(notice)
            self._channel.send(_message(notice, text))
        except CasewayError as fault:
            return self._failed(notice, fault)
        at = self._now()
        self._settled(notice, "sent", at, subject=text.subject)

    def _failed(self, notice: Claimed, fault: CasewayError) -> None:
        """Only what may pass is tried again: an address or a text does not get better by waiting."""
        at, attempts = self._now(), notice.attempts + 1
        again = isinstance(fault, NotDelivered) and attempts < MOST_ATTEMPTS
        log.warning(
            "a notice was not delivered", notice=notice.id, attempts=attempts, again=again, fault=str(fault)
        )
        if again:
            self._settled(notice, "failed", at, next_attempt=at + pause(attempts), error=str(fault))
        else:
            self._settled(notice, "dead", at, error=str(fault))

    def _settled(
        self,
        notice: Claimed,
        status: str,
        at: datetime,
        *,
        subject: str | None = None,
        next_attempt: datetime | None = None,
        error: str = "",
    ) -> None:
        kept = self._database.writing(
            lambda connection: notices.settle(
                connection,
                notice.id,
                notice.fence,
                status,
                at=at,
                subject=subject,
                next_attempt=next_attempt,
                error=error,
            )
        )
        if not kept:
            log.warning("a lease had ended before the outcome was written", notice=notice.id, outcome=status)

    def _text(self, notice: Claimed) -> Text:
        if notice.letter_texts:
            return _of_letter(notice)
        definition = self._library.get(notice.definition, notice.version)
        around = Surroundings(
            zone=self._zone,
            party_zone=ZoneInfo(notice.party_zone),
            case=notice.case_id,
            party_names=notice.party_names,
            people={notice.person: (notice.name, notice.language)},
        )
        return message_text(definition, notice.template, notice.data, around, notice.person)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many failures: four times longer each time, with a fifth of chance either way."""
    longest = min(FIRST_PAUSE * 4 ** (attempts - 1), LONGEST_PAUSE)
    # Chance only keeps many senders from knocking at one door together.
    return longest * random.uniform(0.8, 1.2)


def _of_letter(notice: Claimed) -> Text:
    """The letter as it was written on its day, in the reader's language or the next best one."""
    from_file = notice.letter_texts
    language = next(
        (one for one in spoken(notice.language, from_file) if one in from_file), next(iter(from_file))
    )
    found = from_file[language]
    return Text(notice.letter or "", language, found["subject"], found["body"])


def _message(notice: Claimed, text: Text) -> Message:
    return Message(
        id=notice.id,
        address=notice.email or "",
        name=notice.name,
        language=text.language,
        subject=text.subject,
        body=text.body,
        at=notice.created_at,
    )
