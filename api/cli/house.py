"""Opening an installation for a command: what the environment names, with its engine, once per command."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from api.cli.exits import Exit, leave
from api.cli.output import warn
from workflow.errors import CasewayError, NotAllowed, NotFound, Unavailable
from workflow.records import administration, denials, migrations
from workflow.records.databases import open_database
from workflow.records.databases.protocol import Connection, Database
from workflow.records.denials import Denied
from workflow.rules.replacing import replace
from workflow.runtime.engine import Engine
from workflow.runtime.home import Home, Settings
from workflow.runtime.installation import Installation, enter, prepare
from workflow.runtime.library import Library

T = TypeVar("T")
FILE = "sqlite:///"


@dataclass(slots=True)
class Asked:
    """Who asks what of which case: `named` as it was typed, `case` the id that this is of, if of any."""

    person: str = ""
    verb: str = ""
    named: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """A prepared installation and the engine on it."""

    installation: Installation
    engine: Engine
    asked: Asked = field(default_factory=Asked)

    @property
    def settings(self) -> Settings:
        return self.installation.settings

    @property
    def home(self) -> Home:
        return self.installation.home

    @property
    def database(self) -> Database:
        return self.installation.database

    @property
    def library(self) -> Library:
        return self.installation.library

    def read(self, work: Callable[[Connection], T]) -> T:
        return self.database.reading(work)

    def write(self, work: Callable[[Connection], T]) -> T:
        return self.database.writing(work)


def now() -> datetime:
    return datetime.now(UTC)


def noted(connection: Connection, by: str, act: str, subject: str, reason: str = "", **data: object) -> None:
    """Write an act of administration into its log, together with it."""
    administration.note(connection, by=by, act=act, subject=subject, at=now(), data=data, reason=reason)


def settings() -> Settings:
    return Settings.of(os.environ)


@contextmanager
def open_house(say: Callable[[str], None] | None = None) -> Iterator[House]:
    """The installation, made ready if it is new; with `say` step by step, as a service does at each start."""
    today = now().date()
    installation = prepare(settings(), today=today, say=say) if say else enter(settings(), today=today)
    house = House(installation, Engine(installation.database, installation.library, door="shell"))
    try:
        yield house
    except (NotAllowed, NotFound) as refusal:
        raise _denied(house, refusal) from None
    finally:
        installation.database.close()


def _denied(house: House, refusal: CasewayError) -> CasewayError:
    """The refusal, noted; a case is named in it as it was asked for, which tells nothing of what there is."""
    asked = house.asked
    if asked.person:
        status = 404 if isinstance(refusal, NotFound) else 403
        denied = Denied(f"caseway {asked.verb}", asked.named, status, asked.person)
        try:
            house.write(lambda connection: denials.note(connection, denied, now()))
        except Unavailable as fault:
            warn(f"This refusal could not be noted: {fault}")
    if refusal.params.get("case") == asked.case != asked.named:
        return type(refusal)(refusal.template, **{**refusal.params, "case": asked.named})
    return refusal


@contextmanager
def hurried(house: House, patience: float) -> Iterator[House]:
    """The same house for a service, which waits so many seconds for what others have locked."""
    house.database.close()
    database = open_database(house.settings.database, patience=patience)
    try:
        yield House(
            replace(house.installation, database=database), Engine(database, house.library, door="http")
        )
    finally:
        database.close()


def is_furnished() -> bool:
    """Whether there is a database to look into; for one on a server that shows when it is asked."""
    url = settings().database
    return not url.startswith(FILE) or Path(url.removeprefix(FILE)).exists()


@contextmanager
def open_rows() -> Iterator[Database]:
    """The database alone, for work that reads no definition; it must be there already."""
    url = settings().database
    if not is_furnished():
        leave(Exit.UNREACHABLE, f"There is nothing in {url} yet; `caseway run` makes it.")
    database = open_database(url)
    try:
        if migrations.current(database) is None:
            leave(Exit.UNREACHABLE, f"There is no schema in {url} yet; `caseway run` makes it.")
        yield database
    finally:
        database.close()
