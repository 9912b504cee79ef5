"""Sending what is owed: claim -> word -> send -> say how it went.

Law: at least once, under an id that never changes.

A claim is a lease with a fence: who dies loses it when the lease ends, and whoever comes late with an old
fence is not believed. What fails is tried again, later and later; after `MOST_ATTEMPTS` it is a dead letter
for a person to see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from hashlib import sha256
from random import SystemRandom
from zoneinfo import ZoneInfo

import structlog

from workflow.errors import Bounced, Undeliverable
from workflow.records import notices, reminders, settings
from workflow.records.databases.protocol import Connection, Database
from workflow.records.notices import Claimed
from workflow.records.persons import Reader
from workflow.rules.replacing import replace
from workflow.runtime import wording
from workflow.runtime.channels import Channel, Message
from workflow.runtime.letters import Surroundings, message_text
from workflow.runtime.library import Library
from workflow.runtime.receipts import Text
from workflow.runtime.undelivered import tell, told_instead

LEASE = timedelta(seconds=30)
# No sending is begun so shortly before the lease ends that it could end after it.
MARGIN = timedelta(seconds=12)
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=6)
PARIS = ZoneInfo("Europe/Paris")
CHANCE = SystemRandom()

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claimed notice."""

    notice: Claimed
    status: str
    subject: str | None = None
    error: str = ""
    next_attempt: datetime | None = None


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
        chance: Callable[[], float] = CHANCE.random,
        zone: tzinfo = PARIS,
    ) -> None:
        self._database = database
        self._library = library
        self._channel = channel
        self._now = now
        self._lease = lease
        self._batch = batch
        self._chance = chance
        self._zone = zone

    def send_pending(self) -> int:
        """Send one claim's worth of what is due, oldest first; says how many were claimed.

        Paused: nothing.
        """
        if self._database.reading(lambda connection: settings.is_on(connection, settings.SENDING_PAUSED)):
            return 0
        begun = self._now()
        today = begun.astimezone(self._zone).date()
        claimed = self._database.writing(
            lambda connection: notices.claim(connection, begun, today, limit=self._batch, lease=self._lease)
        )
        last = begun + self._lease - min(MARGIN, self._lease / 2)
        for notice in claimed:
            if self._now() >= last:
                break
            self.send_together([notice])
        return len(claimed)

    def send_together(self, claimed: Sequence[Claimed]) -> None:
        """Send notices of one person as one message, the oldest first; one alone goes as itself."""
        try:
            texts = [self._text(notice) for notice in claimed]
            text = texts[0] if len(texts) == 1 else self._digest(claimed[0], texts)
            self._channel.send(replace(_message(claimed[0], text), id=message_id(claimed)))
        except Exception as fault:
            chance = self._chance()
            self._write([self._failed(notice, fault, chance) for notice in claimed])
        else:
            self._write([Outcome(notice, "sent", text.subject) for notice in claimed])

    def _failed(self, notice: Claimed, fault: Exception, chance: float) -> Outcome:
        """Tried again, but for what the channel says can never be delivered."""
        attempts = notice.attempts + 1
        again = not isinstance(fault, Undeliverable) and attempts < MOST_ATTEMPTS
        log.warning(
            "a notice was not delivered", notice=notice.id, attempts=attempts, again=again, fault=str(fault)
        )
        if not again:
            status = "bounced" if isinstance(fault, Bounced) else "dead"
            return Outcome(notice, status, error=str(fault))
        wait = pause(attempts, chance)
        return Outcome(notice, "failed", error=str(fault), next_attempt=self._now() + wait)

    def _write(self, outcomes: Sequence[Outcome]) -> None:
        """All of one message together: a digest is sent whole or not."""
        at = self._now()
        lost = [one.notice for one in outcomes if one.status in ("dead", "bounced")]
        told = {one.id: told_instead(self._database, self._library, one, at) for one in lost}

        def settled(connection: Connection) -> list[bool]:
            # Else whoever takes over could pass over what is being settled, and send the rest as another one.
            reminders.lock(connection, outcomes[0].notice.person)
            return [_settle(connection, one, told.get(one.notice.id, ()), at) for one in outcomes]

        kept = self._database.writing(settled)
        for outcome, believed in zip(outcomes, kept, strict=True):
            if not believed:
                log.warning("the lease had ended before", notice=outcome.notice.id, outcome=outcome.status)

    def _digest(self, first: Claimed, texts: Sequence[Text]) -> Text:
        """One text that lists what each of the others is about."""
        subjects = "\n".join(f"* {text.subject}" for text in texts)
        values = {
            "count": len(texts),
            "entries": subjects,
            "today": self._now().astimezone(self._zone).date(),
        }
        definition = self._library.get(first.definition, first.version)
        return message_text(definition, "digest", values, self._around(first), first.person)

    def _text(self, notice: Claimed) -> Text:
        return _for_whom(notice, _of_letter(notice) or self._message(notice))

    def _message(self, notice: Claimed) -> Text:
        definition = self._library.get(notice.definition, notice.version)
        return message_text(definition, notice.template, notice.data, self._around(notice), notice.person)

    def _around(self, notice: Claimed) -> Surroundings:
        return Surroundings(
            zone=self._zone,
            party_zone=ZoneInfo(notice.party_zone) if notice.of_party else self._zone,
            case=notice.case_id,
            party_names=notice.party_names,
            people={notice.person: Reader(notice.name, notice.language)},
        )


def message_id(claimed: Sequence[Claimed]) -> str:
    """One id for the same notices, whoever sends them; another one as soon as something else is told."""
    if len(claimed) == 1:
        return claimed[0].id
    whole = "\n".join(sorted(notice.id for notice in claimed))
    return f"digest.{sha256(whole.encode()).hexdigest()[:32]}"


def pause(attempts: int, chance: float = 0.5) -> timedelta:
    """How long to wait after so many failures: each time four times longer, a fifth less or more by `chance`.

    Chance only keeps many letters from knocking at one door together.
    """
    longest: timedelta = min(FIRST_PAUSE * 4 ** min(attempts - 1, 10), LONGEST_PAUSE)
    return longest * (0.8 + 0.4 * chance)


def _settle(connection: Connection, outcome: Outcome, told: tuple[str, ...], at: datetime) -> bool:
    believed = notices.settle(
        connection,
        outcome.notice.id,
        outcome.notice.fence,
        outcome.status,
        at=at,
        subject=outcome.subject,
        next_attempt=outcome.next_attempt,
        error=outcome.error,
    )
    if believed:
        tell(connection, outcome.notice, told, outcome.error, at)
    return believed


def _of_letter(notice: Claimed) -> Text | None:
    """The letter as it was written, in the reader's language or the next best one; None without one."""
    texts = notice.letter_texts or {}
    language = next((one for one in wording.spoken(notice.language, texts) if one in texts), None)
    if language is None:
        return None
    return Text(notice.letter or "", language, texts[language]["subject"], texts[language]["body"])


def _for_whom(notice: Claimed, text: Text) -> Text:
    """Whoever stands in for somebody is told for whom: before all, and in the subject, which digests list."""
    if notice.absent is None:
        return text
    said, subject = wording.in_place(notice.absent, text.language)
    return replace(text, subject=f"{text.subject} ({subject})", body=f"{said}\n\n{text.body}")


def _message(notice: Claimed, text: Text) -> Message:
    return Message(
        id=notice.id,
        address=notice.email or "",
        name=notice.name,
        language=text.language,
        subject=text.subject,
        body=wording.plain(text.body),
        at=notice.created_at,
    )
