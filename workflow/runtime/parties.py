"""The Parties from the reference list into their rows. Law: a date that could not be checked keeps its mark.

Loading again changes nothing that the list does not change; a Party that an administrator added stays.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from workflow.errors import BrokenReference
from workflow.records import calendars, parties
from workflow.records.databases.protocol import Connection
from workflow.records.parties import Party
from workflow.rules.replacing import replace

LANGUAGES = ("en", "fr", "es")
SOURCES = ("date_source", "party_status", "party_status_source")


def read_parties(path: Path) -> list[Party]:
    """The Parties of a list. Raises BrokenReference with every faulty line."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    found: list[Party] = []
    faults: list[str] = []
    for number, line in enumerate(lines, start=2):
        try:
            found.append(_party(line))
        except (KeyError, ValueError, TypeError) as fault:
            faults.append(f"{path.name}:{number}: {fault}")
    if faults:
        raise BrokenReference("\n".join(faults))
    return found


def install_parties(connection: Connection, found: Sequence[Party]) -> int:
    """Make or renew the rows; answers how many the list has."""
    known = {calendar.code for calendar in calendars.summaries(connection)}
    # Without a calendar of its own a Party gets the plain one, Monday to Friday.
    parties.put(connection, [replace(one, calendar=one.code if one.code in known else None) for one in found])
    return len(found)


def _party(line: Mapping[str, str]) -> Party:
    code = line["iso2"]
    if len(code) != 2 or not code.isupper():
        raise ValueError(f"iso2 is '{code}'; it must be two capitals, as KE")
    return Party(
        code=code,
        iso3=line["iso3"] or None,
        names={one: line[f"name_{one}"] for one in LANGUAGES if line[f"name_{one}"]},
        electoral_group=line["unesco_electoral_group"] or None,
        region=line["unesco_region"] or None,
        language=line["unesco_correspondence_lang_2011"] or None,
        ldc=line["ldc"] == "1",
        lldc=line["lldc"] == "1",
        sids=line["sids"] == "1",
        deposited_on=_date(line["deposit_date"]),
        instrument=line["instrument"] or None,
        in_force_on=_date(line["entry_into_force_computed"]),
        date_status=line["date_status"],
        sources={name: line[name] for name in SOURCES if line[name]},
    )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
