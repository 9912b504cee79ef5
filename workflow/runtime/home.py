"""The embedded home: the folder where one installation keeps its database, mailbox and secret key.

Settings come from the environment.

A folder is made when it is first needed. Secrets are read from files, so that they stand in no process list
and in no log.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from workflow.errors import BadSetting
from workflow.runtime.addresses import fault_of_address

SECURITIES = ("none", "starttls", "tls")
DENIALS_ARE_KEPT = timedelta(days=180)
MOST_DAYS = 36_500
USUAL_PORTS = {"none": 25, "starttls": 587, "tls": 465}


@dataclass(frozen=True, slots=True)
class Smtp:
    """How letters leave the house: the mail server. `security`: none, starttls or tls."""

    host: str
    port: int
    security: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says.

    `definitions` is a folder used in place of the definitions that come with Caseway; `origin` is where
    browsers reach this service, without a slash at its end; `proxies` are the networks, divided by commas,
    that may speak for others; `administrators_factor`: administrators need a second factor; `providers` is a
    file of those who know people.
    """

    home: Path
    database: str
    definitions: Path | None = None
    smtp: Smtp | None = None
    mail_from: str = "caseway@localhost"
    origin: str | None = None
    proxies: str = ""
    administrators_factor: bool = True
    providers: Path | None = None
    denials_kept: timedelta = DENIALS_ARE_KEPT

    @staticmethod
    def of(environ: Mapping[str, str]) -> Settings:
        """Read CASEWAY_HOME, CASEWAY_DATABASE, CASEWAY_DEFINITIONS, CASEWAY_SMTP_*, CASEWAY_MAIL_FROM,
        CASEWAY_ORIGIN, CASEWAY_PROXIES, CASEWAY_ADMINISTRATOR_FACTOR, CASEWAY_PROVIDERS,
        CASEWAY_DENIALS_DAYS.

        Raises BadSetting.
        """
        home = Path(environ.get("CASEWAY_HOME") or "home").absolute()
        definitions = environ.get("CASEWAY_DEFINITIONS")
        providers = environ.get("CASEWAY_PROVIDERS")
        return Settings(
            home=home,
            database=environ.get("CASEWAY_DATABASE") or f"sqlite:///{home / 'caseway.db'}",
            definitions=Path(definitions).absolute() if definitions else None,
            smtp=_smtp(environ),
            mail_from=environ.get("CASEWAY_MAIL_FROM") or "caseway@localhost",
            origin=_origin(environ.get("CASEWAY_ORIGIN")),
            proxies=_networks(environ.get("CASEWAY_PROXIES") or ""),
            administrators_factor=_demanded(environ.get("CASEWAY_ADMINISTRATOR_FACTOR") or "required"),
            providers=Path(providers).absolute() if providers else None,
            denials_kept=_days(environ, "CASEWAY_DENIALS_DAYS", DENIALS_ARE_KEPT),
        )


@dataclass(frozen=True, slots=True)
class Home:
    """The folder itself and what lies in it."""

    folder: Path

    @property
    def mailbox(self) -> Path:
        return self.folder / "mailbox"

    @property
    def backups(self) -> Path:
        return self.folder / "backups"

    @property
    def files(self) -> Path:
        return self.folder / "files"

    def prepare(self) -> Home:
        """Make the folder, closed to other accounts of the machine."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as fault:
            raise BadSetting(
                "CASEWAY_HOME is {folder}, which cannot be made: {fault}. Name a folder that can be made.",
                folder=str(self.folder),
                fault=str(fault.strerror),
            ) from fault
        return self

    def secret_key(self) -> bytes:
        """The key that signs cursors; made once.

        Two processes that start together end up with the same one.
        """
        path = self.prepare().folder / "secret.key"
        if not path.exists():
            _write_once(path, secrets.token_bytes(32))
        return path.read_bytes()


def _write_once(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    try:
        # A link fails where the name exists: whoever comes second keeps the first one's key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _networks(value: str) -> str:
    try:
        for one in filter(None, value.replace(" ", "").split(",")):
            ip_network(one, strict=False)
    except ValueError as fault:
        raise BadSetting(
            "CASEWAY_PROXIES is {value}; write addresses or networks, as 10.0.0.5, 10.1.0.0/16.", value=value
        ) from fault
    return value


def _demanded(value: str) -> bool:
    if value not in ("required", "optional"):
        raise BadSetting(
            "CASEWAY_ADMINISTRATOR_FACTOR is {value}; it may be required or optional.", value=value
        )
    return value == "required"


def _smtp(environ: Mapping[str, str]) -> Smtp | None:
    host = environ.get("CASEWAY_SMTP_HOST")
    if not host:
        return None
    security = environ.get("CASEWAY_SMTP_SECURITY") or "starttls"
    if security not in SECURITIES:
        raise BadSetting(
            "CASEWAY_SMTP_SECURITY is {value}; it may be {right}.",
            value=security,
            right=", ".join(SECURITIES),
        )
    return Smtp(
        host=host,
        port=_port(environ.get("CASEWAY_SMTP_PORT"), USUAL_PORTS[security]),
        security=security,
        user=environ.get("CASEWAY_SMTP_USER") or None,
        password=_secret(environ, "CASEWAY_SMTP_PASSWORD_FILE"),
    )


def _origin(value: str | None) -> str | None:
    if not value:
        return None
    if (fault := fault_of_address(value)) or urlsplit(value).path.strip("/"):
        raise BadSetting(
            "CASEWAY_ORIGIN is {value}: {fault}.",
            value=value,
            fault=fault or "it may have no path; write it as https://caseway.example.org",
        )
    return value.rstrip("/").lower()


def _days(environ: Mapping[str, str], name: str, usual: timedelta) -> timedelta:
    value = environ.get(name)
    if not value:
        return usual
    if not (value.isdecimal() and 0 < int(value) <= MOST_DAYS):
        raise BadSetting(
            "{name} is {value}; it must be a number of days from 1 to {most}.",
            name=name,
            value=value,
            most=MOST_DAYS,
        )
    return timedelta(days=int(value))


def _port(value: str | None, usual: int) -> int:
    if not value:
        return usual
    if not (value.isdecimal() and 0 < int(value) < 65536):
        raise BadSetting("CASEWAY_SMTP_PORT is {value}; it must be a number from 1 to 65535.", value=value)
    return int(value)


def _secret(environ: Mapping[str, str], name: str) -> str | None:
    path = environ.get(name)
    if not path:
        return None
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as fault:
        raise BadSetting(
            "{name} names {path}, which cannot be read: {fault}.",
            name=name,
            path=path,
            fault=str(fault.strerror),
        ) from fault
