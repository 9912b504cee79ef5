"""The demonstration: the countries of the reference file as recorded histories, for everybody's import.

The file says country, theme, phase and status; persons, texts, sums and days are invented in
demonstration.yaml and marked so. Law: the same files make the same history, day by day.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from workflow.records.cases import SECRETARIAT
from workflow.rules.dates.calendars import Calendar
from workflow.runtime.calendar_sheets import read_sheets
from workflow.runtime.calendars import find, from_library
from workflow.runtime.histories import ActLine, History, PersonLine, arranged
from workflow.runtime.library import package
from workflow.runtime.placeholders import filled

Plan = Mapping[str, Any]
PAUSE = timedelta(minutes=17)
YEARS = range(2009, 2027)
FIRST_LANGUAGE = {"fr": "fr", "es": "es"}


@dataclass(frozen=True, slots=True)
class Country:
    """A line of the reference file, and which one of its phase and status it is."""

    code: str
    name: str
    theme: str
    phase: str
    status: str
    place: int


def history() -> History:
    """The whole demonstration as one history."""
    reference = package() / "reference"
    plan = YAML(typ="safe", pure=True).load(package() / "technical_assistance" / "demonstration.yaml")
    parties = {row["iso2"]: row for row in _rows(reference / "parties.csv")}
    countries = _countries(_rows(reference / "expert_facility_cases.csv"))
    people = [*_people(plan), *(_focal_point(plan, country, parties) for country in countries)]
    acts = [act for country in countries for act in acts_of(plan, country, parties)]
    return arranged([*people, *acts])


def acts_of(plan: Plan, country: Country, parties: Mapping[str, Mapping[str, str]]) -> Iterator[ActLine]:
    """The acts of one case, up to the stage at which it stands."""
    told = plan["phases"][country.phase][country.status]
    steps = _steps(plan, country, told["stages"][country.place % len(told["stages"])])
    days = _days(steps, country)
    begin = _begin(told, country, days[-1])
    places = _places(plan, country, parties)
    end = _at(told["until"], time(23, 59), plan)
    last = datetime.min.replace(tzinfo=UTC)
    for step, offset in zip(steps, days, strict=True):
        if not step.get("nothing"):
            at = _at(_office().roll(begin + timedelta(days=offset)), _hour(country, step), plan)
            last = max(at, last + PAUSE)
            yield _act(plan, step, country, places, last, end)


def _steps(plan: Plan, country: Country, stage: str) -> list[Plan]:
    taken = [step for step in plan["steps"] if _is_for(step, country.code, stage)]
    last = max(place for place, step in enumerate(taken) if step.get("reaches") == stage)
    return taken[: last + 1]


def _is_for(step: Plan, code: str, stage: str) -> bool:
    return (
        code in step.get("only", [code])
        and code not in step.get("not", [])
        and stage in step.get("stages", [stage])
    )


def _days(steps: list[Plan], country: Country) -> list[int]:
    """After how many days from the beginning each step is taken."""
    days: dict[str, int] = {}
    last = 0
    for step in steps:
        low, high = step.get("wait", [0, 0])
        wait = (
            low
            + _chance(country.code, step["name"]) % (high - low + 1)
            + step.get("more", {}).get(country.code, 0)
        )
        last = days[step["name"]] = days.get(step.get("since", ""), last) + wait
    return list(days.values())


def _begin(told: Plan, country: Country, length: int) -> date:
    """The first day: told, or such that the last step comes shortly before the end of the history."""
    if begins := told.get("begins"):
        first: date = begins + timedelta(days=told["apart"] * country.place)
        return first
    until: date = told["until"]
    return until - timedelta(days=length + 5 + _chance(country.code, "end") % 4)


def _act(plan: Plan, step: Plan, country: Country, places: Plan, at: datetime, end: datetime) -> ActLine:
    places = {**places, "day": at.date(), "year": at.year}
    said: dict[str, Any] = {"case": reference(country), "at": at}
    said |= {name: filled(step[name], places) for name in ("person", "role", "assign") if name in step}
    said |= {name: step[name] for name in ("trigger", "task", "outcome", "declare") if name in step}
    if "open" in step:
        answers = filled(step["open"], places)
        said |= {"definition": plan["definition"]}
        said["open"] = {"party": country.code, "answers": answers, "until": end, "demonstration": True}
    elif data := _data(plan, step):
        said["data"] = filled(data, places)
    return ActLine.model_validate(said)


def reference(country: Country) -> str:
    """What the history calls the case of a country."""
    return f"demonstration {country.phase} {country.code}"


def _data(plan: Plan, step: Plan) -> Any:
    if other := step.get("data_as"):
        return next(one["data"] for one in plan["steps"] if one["name"] == other)
    return step.get("data")


def _places(plan: Plan, country: Country, parties: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """What stands in the places of one case's texts."""
    theme, party = plan["themes"][country.theme], parties[country.code]
    language = FIRST_LANGUAGE.get(party["unesco_correspondence_lang_2011"], "en")
    names = {one["person"]: one for one in plan["persons"]}
    places = {
        "code": country.code.lower(),
        "iso2": country.code,
        "country": country.name,
        "theme": country.theme,
        "letters_language": language,
        "working_language": language,
        "focal_name": plan["focal_names"][country.code],
        "focal_email": f"{_focal_id(country)}@demonstration.invalid",
        "coordinator_name": _coordinator(plan, party["unesco_region"]),
        "remark": plan["remark"],
    }
    places |= {name: filled(theme[name], places) for name in ("area", "title", "problem", "result")}
    for role, many in (("assessor", 2), ("expert", 3)):
        found = sorted(person for person in names if person.startswith(f"demo-{role}-"))
        first = _chance(country.code, role) % len(found)
        for n in range(1, many + 1):
            person = found[(first + n - 1) % len(found)]
            places |= {f"{role}_{n}": person, f"{role}_{n}_name": names[person]["name"]}
            places[f"{role}_{n}_of"] = names[person]["nationalities"][0]
    return places


def _coordinator(plan: Plan, region: str) -> str:
    name: str = next(
        one["name"]
        for one in plan["persons"]
        if any(held.get("region") == region for held in one["mandates"])
    )
    return name


def _people(plan: Plan) -> Iterator[PersonLine]:
    for one in plan["persons"]:
        yield PersonLine.model_validate(
            {"email": f"{one['person']}@demonstration.invalid", "demonstration": True} | one
        )


def _focal_point(plan: Plan, country: Country, parties: Mapping[str, Mapping[str, str]]) -> PersonLine:
    told, places = plan["focal_point"], _places(plan, country, parties)
    return PersonLine.model_validate(
        {
            "person": _focal_id(country),
            "name": places["focal_name"],
            "title": plan["focal_titles"].get(country.code),
            "language": places["letters_language"],
            "email": places["focal_email"],
            "nationalities": [country.code],
            "mandates": [_designated(told, country)],
            "demonstration": True,
        }
    )


def _designated(told: Mapping[str, Any], country: Country) -> Mapping[str, Any]:
    """The mandate, by a letter that says of itself that nobody wrote it."""
    letter = {"reference": f"INVENTED/{country.code}", "date": told["from"]}
    return {"role": told["role"], "party": country.code, "from": told["from"], "letter": letter}


def _focal_id(country: Country) -> str:
    return f"demo-focal-point-{country.code.lower()}"


def _countries(rows: list[dict[str, str]]) -> list[Country]:
    found: list[Country] = []
    for row in rows:
        phase, status = row["phase"], row["status_at_publication_2012"]
        place = sum((one.phase, one.status) == (phase, status) for one in found)
        found.append(Country(row["iso2"], row["country"], row["theme_as_published"], phase, status, place))
    return found


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _chance(*words: str) -> int:
    """A number that looks like chance and is always the same for the same words."""
    return int.from_bytes(sha256(" ".join(words).encode()).digest()[:4])


@cache
def _office() -> Calendar:
    """Nobody works on the days off of the office."""
    return from_library(find(SECRETARIAT, read_sheets()), YEARS)


def _hour(country: Country, step: Plan) -> time:
    minutes = _chance(country.code, step["name"], "hour") % 420
    return time(9 + minutes // 60, minutes % 60)


def _at(day: date, hour: time, plan: Plan) -> datetime:
    return datetime.combine(day, hour, ZoneInfo(plan["zone"])).astimezone(UTC)
