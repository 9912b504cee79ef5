"""One-time links on their way by mail: claim -> look who it is -> make the secret -> send -> say how it went.

Law: the secret is made for the message that carries it, and stands nowhere else. Whoever asked was answered
before anybody looked whether the address is one of an account; a request for nobody ends here in silence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from workflow.errors import Undeliverable
from workflow.records import links, passwords, persons, settings
from workflow.records.databases.protocol import Connection
from workflow.records.links import Claimed
from workflow.records.persons import Person
from workflow.rules.definition import LetterText
from workflow.runtime import wording
from workflow.runtime.channels import Channel, Message
from workflow.runtime.engine import Engine
from workflow.runtime.receipts import Text
from workflow.runtime.sending import CHANCE, LEASE, MARGIN, MOST_ATTEMPTS, pause

BATCH = 20
PARIS = ZoneInfo("Europe/Paris")
LOCAL = "http://127.0.0.1:8000"
"""Where `caseway run` serves, when no origin is set."""

log = structlog.get_logger()


class LinkMail:
    """Any number of these may run, in any number of processes. `origin` is where people find the service."""

    def __init__(
        self,
        engine: Engine,
        channel: Channel,
        origin: str | None = None,
        *,
        lease: timedelta = LEASE,
        chance: Callable[[], float] = CHANCE.random,
    ) -> None:
        self._database = engine.database
        self._now = engine.now
        self._channel = channel
        self._origin = origin or LOCAL
        self._lease = lease
        self._chance = chance

    def work(self) -> int:
        """Send a claim's worth of what is owed; says how many were claimed. Paused: nothing."""
        if self._database.reading(lambda connection: settings.is_on(connection, settings.SENDING_PAUSED)):
            return 0
        begun = self._now()
        claimed = self._database.writing(
            lambda connection: links.claim(connection, begun, limit=BATCH, lease=self._lease)
        )
        last = begun + self._lease - min(MARGIN, self._lease / 2)
        for one in claimed:
            if self._now() >= last:
                break
            self._deliver(one)
        return len(claimed)

    def _deliver(self, one: Claimed) -> None:
        made = self._database.writing(lambda connection: self._made(connection, one))
        if made is None:
            self._settle(one, "dead", error="nobody to send it to")
            return
        try:
            self._channel.send(made)
        except Exception as fault:
            self._failed(one, fault)
        else:
            self._settle(one, "sent")

    def _made(self, connection: Connection, one: Claimed) -> Message | None:
        """The message with a new link; None where there is nobody for it."""
        account = (
            passwords.by_person(connection, one.person)
            if one.person
            else passwords.by_address(connection, one.email or "")
        )
        person = persons.get(connection, account.person) if account else None
        if person is None or not person.email:
            return None
        secret, expires = links.new(connection, person.id, one.purpose, self._now())
        told = {
            "recipient": person.name,
            "link": secret,
            "origin": self._origin,
            "until": wording.write_moment(expires, person.language, PARIS),
        }
        return _message(one, person, told)

    def _failed(self, one: Claimed, fault: Exception) -> None:
        """Tried again with another link, but for what the channel says can never be delivered."""
        attempts = one.attempts + 1
        again = not isinstance(fault, Undeliverable) and attempts < MOST_ATTEMPTS
        log.warning("a link was not delivered", id=one.id, again=again, fault=str(fault))
        wait = self._now() + pause(attempts, self._chance()) if again else None
        self._settle(one, "failed" if again else "dead", next_attempt=wait, error=str(fault))

    def _settle(self, one: Claimed, status: str, **more: Any) -> None:
        at = self._now()
        if not self._database.writing(
            lambda connection: links.settle(connection, one, status, at=at, **more)
        ):
            log.warning("the lease had ended before", id=one.id, outcome=status)


def _message(one: Claimed, person: Person, told: dict[str, str]) -> Message:
    text = _text(one.purpose, person.language, told)
    return Message(
        id=one.id,
        address=person.email or "",
        name=person.name,
        language=text.language,
        subject=text.subject,
        body=wording.plain(text.body),
        at=one.created_at,
    )


def _text(purpose: str, language: str, told: dict[str, str]) -> Text:
    """The text `definitions/links/PURPOSE.LANGUAGE.md`, in the person's language or the next best."""
    folder = files("definitions") / "links"
    spoken = next(
        one for one in wording.spoken(language, ("en",)) if (folder / f"{purpose}.{one}.md").is_file()
    )
    subject, _, body = (folder / f"{purpose}.{spoken}.md").read_text(encoding="utf-8").partition("\n")
    text = LetterText(subject.removeprefix("Subject: "), body.strip() + "\n")
    return wording.render(text, spoken, told)
