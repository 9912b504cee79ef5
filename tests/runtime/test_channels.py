"""Channels: what a letter looks like outside, and which failures may pass."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.runtime.mail_server import mail_server
from workflow.errors import Bounced, NotDelivered, Undeliverable
from workflow.rules.replacing import replace
from workflow.runtime.channels import Mail, Mailbox, Message, channel, email
from workflow.runtime.home import Settings, Smtp

MESSAGE = Message(
    id="c1.4.0",
    address="wanjiku@example.org",
    name="Wanjiku Ndungu",
    language="fr",
    subject="P-2026-0001 : reçu",
    body="Merci.\n\nÀ bientôt.",
    at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    sender="Secrétariat",
)


def mail(port: int) -> Mail:
    return Mail(Smtp("127.0.0.1", port, "none"), "office@example.org", patience=2)


def test_a_message_in_the_mailbox_is_a_letter_that_any_mail_program_opens(tmp_path: Path) -> None:
    Mailbox(tmp_path / "mailbox", "office@example.org").send(MESSAGE)
    (file,) = (tmp_path / "mailbox").iterdir()
    letter = message_from_bytes(file.read_bytes(), policy=default)
    assert file.name == "2026-03-02-c1.4.0.eml"
    assert letter["To"] == "Wanjiku Ndungu <wanjiku@example.org>"
    assert letter["From"] == "Secrétariat <office@example.org>"
    assert letter["Subject"] == "P-2026-0001 : reçu"
    assert letter["Message-ID"] == "<c1.4.0@example.org>"
    assert letter["Date"].datetime == MESSAGE.at
    assert letter["Content-Language"] == "fr"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content().replace("\r\n", "\n") == "Merci.\n\nÀ bientôt.\n"


@pytest.mark.parametrize("name", ["Helena Brandstätter", "n" * 20 + " b", "x" * 80, "Ann " * 30, "é" * 20])
@pytest.mark.parametrize("length", [30, *range(41, 56)])
def test_no_header_begins_with_an_empty_line(name: str, length: int) -> None:
    address = f"{'a' * (length - 20)}@demonstration.invalid"
    told = replace(MESSAGE, address=address, name=name, id="c" * length, sender=name)
    written = email(told, address).as_bytes()
    headers = written.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert [line for line in headers if line.endswith((b":", b": ")) or len(line) > 100] == []
    letter = message_from_bytes(written, policy=default)
    (to,) = letter["To"].addresses
    assert (to.display_name, to.addr_spec) == (name.strip(), address)
    assert letter["Message-ID"] == f"<{'c' * length}@demonstration.invalid>"


def test_a_message_sent_twice_is_one_file(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path, "office@example.org")
    mailbox.send(MESSAGE)
    mailbox.send(MESSAGE)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_mailbox_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "mailbox").write_text("a file, not a folder")
    with pytest.raises(NotDelivered, match="The mailbox folder cannot be written"):
        Mailbox(tmp_path / "mailbox", "office@example.org").send(MESSAGE)


def test_a_line_break_in_a_subject_adds_no_header(tmp_path: Path) -> None:
    forged = Message(
        **{name: getattr(MESSAGE, name) for name in Message.__slots__ if name != "subject"},
        subject="Hello\r\nBcc: everybody@example.org",
    )
    Mailbox(tmp_path, "office@example.org").send(forged)
    (file,) = tmp_path.iterdir()
    letter = message_from_bytes(file.read_bytes(), policy=default)
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Hello Bcc: everybody@example.org"


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c", "two words@example.org"])
def test_what_is_no_address_is_not_tried_again(tmp_path: Path, address: str) -> None:
    wrong = Message(
        **{name: getattr(MESSAGE, name) for name in Message.__slots__ if name != "address"}, address=address
    )
    with pytest.raises(Undeliverable, match="is not an e-mail address"):
        Mailbox(tmp_path, "office@example.org").send(wrong)


def test_a_mail_server_takes_the_letter() -> None:
    with mail_server() as post:
        mail(post.port).send(MESSAGE)
    letter = message_from_bytes(post.letters[0], policy=default)
    assert (letter["To"], letter["Message-ID"]) == (
        "Wanjiku Ndungu <wanjiku@example.org>",
        "<c1.4.0@example.org>",
    )


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("RCPT", "550 no such mailbox", Bounced),
        ("RCPT", "450 mailbox busy", NotDelivered),
        ("DATA", "554 refused", Undeliverable),
        ("DATA", "451 try later", NotDelivered),
        # It is us it does not know, so this is mended here and no letter is given up.
        ("EHLO", "550 who are you", NotDelivered),
        ("MAIL", "421 closing", NotDelivered),
    ],
)
def test_what_the_server_says_decides_whether_it_is_tried_again(
    command: str, answer: str, error: type[Exception]
) -> None:
    with mail_server() as post:
        post.answers |= {command: answer, "HELO": answer} if command == "EHLO" else {command: answer}
        with pytest.raises(error, match=answer.partition(" ")[2]):
            mail(post.port).send(MESSAGE)
        assert post.letters == []


def test_a_server_that_is_not_there_is_tried_again_later() -> None:
    with mail_server() as post:
        pass
    with pytest.raises(NotDelivered, match="The mail server cannot be used"):
        mail(post.port).send(MESSAGE)


def test_the_settings_choose_the_channel(tmp_path: Path) -> None:
    assert isinstance(channel(Settings.of({}), tmp_path), Mailbox)
    assert isinstance(channel(Settings.of({"CASEWAY_SMTP_HOST": "localhost"}), tmp_path), Mail)
