"""How a message leaves the house: by SMTP, or as an .eml file in a folder, where a newcomer sees it.

Law: the id of a message is stable. Sent twice, it is the same file, or carries the same Message-ID, so a
receiver can tell.
"""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from workflow.errors import Bounced, NotDelivered, Undeliverable
from workflow.runtime.home import Settings, Smtp

PATIENCE_SECONDS = 10.0
# Where an address begins behind a name, on the same line.
ADDRESS = re.compile(r"(?<![\n:]) <")


@dataclass(frozen=True, slots=True)
class Message:
    """A text for one person. `at` is when it was owed, which never changes, unlike the moment of sending."""

    id: str
    address: str
    name: str
    language: str
    subject: str
    body: str
    at: datetime
    sender: str = ""


class Folding(EmailPolicy):
    """Folds headers without leaving the first line empty, which some programs read as no value at all."""

    def fold(self, name: str, value: str) -> str:
        return self._begun(name, super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        folded = super().fold_binary(name, value).decode("utf-8", "surrogateescape")
        return self._begun(name, folded).encode("utf-8", "surrogateescape")

    def _begun(self, name: str, folded: str) -> str:
        empty = f"{name}:{self.linesep} "
        if not folded.startswith(empty):
            return folded
        # The address takes the second line; without one the line may be a little longer than is usual.
        return ADDRESS.sub(f"{self.linesep} <", f"{name}: {folded.removeprefix(empty)}", count=1)


class Channel(Protocol):
    """A way out.

    `send` returns once the message is taken; raises NotDelivered (try again) or Undeliverable (for good;
    Bounced where it was the address that was refused).
    """

    def send(self, message: Message) -> None: ...


class Mailbox:
    """Messages as files in a folder; any mail program opens them."""

    def __init__(self, folder: Path, mail_from: str) -> None:
        self._folder = folder
        self._from = mail_from

    def send(self, message: Message) -> None:
        content = email(message, self._from).as_bytes()
        path = self._folder / f"{message.at:%Y-%m-%d}-{message.id}.eml"
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.write_bytes(content)
            draft.replace(path)
        except OSError as fault:
            raise NotDelivered("The mailbox folder cannot be written: {fault}", fault=str(fault)) from fault


class Mail:
    """Messages over SMTP, each over a connection of its own, so that a lost one costs one message."""

    def __init__(self, smtp: Smtp, mail_from: str, *, patience: float = PATIENCE_SECONDS) -> None:
        self._smtp = smtp
        self._from = mail_from
        self._patience = patience

    def send(self, message: Message) -> None:
        letter = email(message, self._from)
        try:
            with self._connected() as connection:
                connection.send_message(letter)
        except smtplib.SMTPRecipientsRefused as refused:
            code, said = next(iter(refused.recipients.values()))
            raise _refused(code, said, Bounced) from refused
        except smtplib.SMTPResponseException as refused:
            # A server that does not know us refuses every message: no reason to give letters up.
            ours = isinstance(refused, smtplib.SMTPAuthenticationError | smtplib.SMTPHeloError)
            raise _refused(421 if ours else refused.smtp_code, refused.smtp_error) from refused
        except (OSError, smtplib.SMTPException) as fault:
            raise NotDelivered("The mail server cannot be used: {fault}", fault=str(fault)) from fault

    def _connected(self) -> smtplib.SMTP:
        opened = self._open[self._smtp.security]()
        try:
            if self._smtp.security == "starttls":
                opened.starttls(context=ssl.create_default_context())
            if self._smtp.user and self._smtp.password:
                opened.login(self._smtp.user, self._smtp.password)
        except BaseException:
            opened.close()
            raise
        return opened

    @property
    def _open(self) -> dict[str, Callable[[], smtplib.SMTP]]:
        where = (self._smtp.host, self._smtp.port)
        return {
            "none": lambda: smtplib.SMTP(*where, timeout=self._patience),
            "starttls": lambda: smtplib.SMTP(*where, timeout=self._patience),
            "tls": lambda: smtplib.SMTP_SSL(
                *where, timeout=self._patience, context=ssl.create_default_context()
            ),
        }


def channel(settings: Settings, mailbox: Path) -> Channel:
    """SMTP where it is configured, else the mailbox folder."""
    if settings.smtp:
        return Mail(settings.smtp, settings.mail_from)
    return Mailbox(mailbox, settings.mail_from)


def email(message: Message, mail_from: str) -> EmailMessage:
    """The message as RFC 5322 wants it; marked as a program's, so that no absence note answers it."""
    letter = EmailMessage(policy=Folding(linesep="\r\n"))
    letter["From"] = _address(message.sender, mail_from)
    letter["To"] = _address(message.name, message.address)
    letter["Subject"] = _one_line(message.subject)
    letter["Date"] = format_datetime(message.at)
    letter["Message-ID"] = f"<{message.id}@{mail_from.rpartition('@')[2] or 'localhost'}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.body)
    letter["Content-Language"] = message.language
    return letter


def _address(name: str, address: str) -> Address:
    try:
        return Address(display_name=_one_line(name), addr_spec=address)
    except (ValueError, IndexError, HeaderParseError) as fault:
        raise Undeliverable("{address} is not an e-mail address", address=address or "(empty)") from fault


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _refused(
    code: int, said: bytes | str, for_good: type[Undeliverable] = Undeliverable
) -> NotDelivered | Undeliverable:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    kind = for_good if code >= 500 else NotDelivered
    return kind("The mail server answered {code}: {words}", code=code, words=words)
