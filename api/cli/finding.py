"""What a person typed, as the engine takes it: a case's number, answers in a file, a time of the office."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from api.cli.exits import Exit, leave
from api.cli.house import House
from api.cli.output import warn
from workflow.errors import Fault, Malformed, NotFound
from workflow.records import lists, persons, policy
from workflow.records.pages import Place
from workflow.rules.commands import OWNER
from workflow.runtime.documents import key_told_twice
from workflow.runtime.engine import PARIS

# No office has more accounts.
ALL = 10_000


def case_id(house: House, name: str) -> str:
    """The id of the case with this number or id; an unknown one goes on to the engine, which says so."""
    found = house.read(lambda connection: lists.named(connection, name)) or name
    house.asked.named, house.asked.case = name, found
    return found


def actor(house: House, name: str, verb: str) -> str:
    """Who asks, by their id: what is refused to them is noted. Raises NotFound as `person`."""
    person(house, name)
    house.asked.person, house.asked.verb = name, verb
    return name


def person(house: House, name: str) -> str:
    """The id of a person. Raises NotFound with the nearest right one."""
    if house.read(lambda connection: persons.get(connection, name)) is None:
        known = [
            row["id"]
            for row in house.read(lambda connection: lists.persons(connection, Place(limit=ALL)).rows)
        ]
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else "; `caseway person list` lists them."
        raise NotFound("There is no person '{person}'{hint}", person=name, hint=hint)
    return name


def administrator(house: House, name: str | None) -> str:
    """Who administers: this person, or whoever owns the installation. Raises NotAllowed for a person who is
    no administrator.
    """
    if name is None:
        return OWNER
    today = house.engine.today()
    actor(house, name, "administration")
    policy.check_administers(house.read(lambda connection: persons.valid_mandates(connection, name, today)))
    return name


@contextmanager
def in_options(**names: str) -> Iterator[None]:
    """What the engine finds wrong came from options: `/state` is --state and `/letter/date` is --letter-date,
    unless `names` says otherwise; a name in capitals is that of an argument.
    """
    try:
        yield
    except Malformed as refusal:
        told = ((_option(one.pointer), one.said) for one in refusal.faults)
        named = ((names.get(name, name), said) for name, said in told)
        Malformed.__init__(refusal, tuple(Fault(_written(name), said) for name, said in named))
        raise


def _written(name: str) -> str:
    return name if name.isupper() else f"--{name}" if name else ""


def _option(pointer: str) -> str:
    """The name of an option; which one of several values it was is not told."""
    return "-".join(part for part in pointer.lstrip("/-").split("/") if not part.isdigit())


def answers(text: str | None) -> Mapping[str, Any] | None:
    """Answers given as JSON, as @file or as @- for standard input."""
    if text is None:
        return None
    content = _content(text)
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as fault:
        leave(Exit.USAGE, f"--data is not JSON: {fault}. Write an object, or @file.json to read one.")
    if not isinstance(value, dict):
        leave(Exit.USAGE, "--data must be a JSON object: the fields of the form with their values.")
    if (key := key_told_twice(content if isinstance(content, str) else content.decode())) is not None:
        leave(Exit.USAGE, f"--data has the key '{key}' twice in one object; keep one of them.")
    return value


def moment(text: str | None, zone: ZoneInfo = PARIS) -> datetime | None:
    """A time of ISO 8601; without offset one of the office, which is said."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        leave(Exit.USAGE, f"'{text}' is not a time; write it as 2026-03-02T10:00 or 2026-03-02T10:00+01:00.")
    if at.tzinfo is None:
        warn(f"{text} has no offset; it is read as a time of {zone.key}.")
        at = at.replace(tzinfo=zone)
    return at.astimezone(UTC)


def _content(text: str) -> str | bytes:
    if text == "@-":
        return sys.stdin.buffer.read()
    return Path(text[1:]).read_bytes() if text.startswith("@") else text
