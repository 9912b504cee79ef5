"""The sheets in `definitions/calendars`: one file per office, and `parties.yaml` with a line per Party.

A sheet says a calendar's zone and where it departs from the holidays library. All faults of a file are told
at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from workflow.errors import BrokenCalendar

PARTIES = "parties.yaml"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_sheets(folder: Path | None = None) -> dict[str, Sheet]:
    """Every calendar of a folder of definitions (default: Caseway's own), by code. Raises BrokenCalendar."""
    calendars: Traversable = (folder or files("definitions")).joinpath("calendars")
    sheets: dict[str, Sheet] = {}
    for file in sorted(calendars.iterdir(), key=lambda file: file.name):
        if file.name == PARTIES:
            parties = _load(file)
            sheets |= {code: _sheet(file.name, code, "party", parties[code]) for code in parties}
        elif file.name.endswith(".yaml"):
            code = file.name.removesuffix(".yaml")
            sheets[code] = _sheet(file.name, code, "office", _load(file))
    return sheets


def _zone(zone: str) -> str:
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(
            f"there is no zone '{zone}'; write one of the tz database, say Europe/Paris"
        ) from None


def _weekday(name: Any) -> Any:
    if name not in WEEKDAYS:
        raise ValueError(f"'{name}' is not a weekday; write {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(name)


def _clock(text: str) -> str:
    try:
        return time.fromisoformat(text).isoformat("minutes")
    except ValueError:
        raise ValueError(f"'{text}' is not a time of day; write it as '17:00'") from None


def _opening(text: Any) -> Any:
    parts = tuple(_clock(part) for part in str(text).split("-"))
    if len(parts) != 2 or parts[0] >= parts[1]:
        raise ValueError(f"'{text}' is not a stretch of office hours; write it as '09:00-12:30'")
    return parts


def _listed(code: Any) -> Any:
    if code != "none" and code not in _supported():
        raise ValueError(f"the holidays library has no '{code}'; write an ISO code that it has, or none")
    return code


@cache
def _supported() -> dict[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=False)


Zone = Annotated[str, AfterValidator(_zone)]
Weekday = Annotated[int, BeforeValidator(_weekday)]
Opening = Annotated[tuple[str, str], BeforeValidator(_opening)]
Clock = Annotated[str, AfterValidator(_clock)]
Listed = Annotated[str, AfterValidator(_listed)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OwnDay(Part):
    """A single day: off, or `worked` although weekend or library have it off."""

    date: date
    name: str
    worked: bool = False


class EarlierWeekend(Part):
    until: date
    weekend: frozenset[Weekday]


class Sheet(Part):
    """What the data say of one calendar. `holidays`: the library's code, or `none` where no list is known."""

    code: str
    kind: Literal["office", "party"]
    zone: Zone
    weekend: frozenset[Weekday] | None = None
    hours: tuple[Opening, ...] = (("09:00", "12:30"), ("13:30", "17:00"))
    cut_off: Clock = "17:00"
    holidays: Listed
    subdivision: str | None = None
    earlier: tuple[EarlierWeekend, ...] = ()
    days: tuple[OwnDay, ...] = ()
    sessions: Mapping[str, tuple[date, ...]] = {}

    @model_validator(mode="after")
    def _has_subdivision(self) -> Sheet:
        known = _supported().get(self.holidays, [])
        if self.subdivision is not None and self.subdivision not in known:
            raise ValueError(
                f"{self.holidays} has no subdivision '{self.subdivision}'; it has {', '.join(known)}"
            )
        return self


def _load(file: Traversable) -> dict[str, Any]:
    try:
        data = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    except (YAMLError, UnicodeDecodeError) as error:
        raise BrokenCalendar(f"calendars/{file.name}: {error}") from None
    if not isinstance(data, dict):
        raise BrokenCalendar(
            f"calendars/{file.name}: write 'name: value' lines, for example 'zone: Europe/Paris'"
        )
    return data


def _sheet(file: str, code: str, kind: str, data: Any) -> Sheet:
    if not isinstance(data, dict):
        raise BrokenCalendar(
            f"calendars/{file}: {code}: write what is said of it, for example {{zone: Asia/Tokyo}}"
        )
    try:
        return Sheet.model_validate({"holidays": code, **data, "code": code, "kind": kind})
    except ValidationError as error:
        faults = (
            f"{'.'.join(str(part) for part in fault['loc']) or 'all of it'}: {fault['msg']}"
            for fault in error.errors()
        )
        raise BrokenCalendar("\n".join(f"calendars/{file}: {code}: {fault}" for fault in faults)) from None
