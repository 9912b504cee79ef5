"""A case as a recorded history: its persons, then a line per act. Law: played again, it makes the same case.

What the engine did by itself (timers, triggers that follow) is not told: playing the acts repeats it. When
it did nothing, because the case rested after an earlier history, the act that woke it says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from workflow.errors import NotFound
from workflow.records import delegations, lists, persons, replays
from workflow.records.databases.protocol import Connection
from workflow.records.delegations import Delegation
from workflow.records.pages import Place, Row
from workflow.records.trail import trail
from workflow.rules.commands import ENGINE
from workflow.rules.eyes import Eyes
from workflow.rules.redaction import all_shown
from workflow.runtime.engine import Engine
from workflow.runtime.histories import ActLine, PersonLine, write

EVERYTHING = Place(limit=1_000_000)
PROPOSED = ".proposed"
OWN = {"rederive"}


def export_lines(engine: Engine, case_id: str) -> list[str]:
    """The history as lines of JSON. Raises NotFound."""
    lines = engine.database.reading(lambda connection: export_case(connection, case_id))
    return [write(line).decode().rstrip() for line in lines]


def export_case(connection: Connection, case_id: str, eyes: Eyes | None = None) -> list[PersonLine | ActLine]:
    """The lines of a case's history, without what these eyes do not see (None: whole). Raises NotFound."""
    case = lists.case(connection, case_id)
    if case is None:
        raise NotFound("There is no case '{case}'.", case=case_id)
    people = replays.concerned(connection, case_id)
    lent = _lent(connection, case, people)
    people |= {one.stand_in for one in lent}
    return [*_people(connection, case, people, lent), *_acts(connection, case, eyes)]


def _lent(connection: Connection, case: Row, people: set[str]) -> tuple[Delegation, ...]:
    """By what those concerned stood in for each other while the case ran, also through somebody else."""
    first, last = case["opened_at"].date(), case["updated_at"].date()
    near = [
        one
        for one in delegations.touching(connection, people)
        if one.definition in (None, case["definition"]) and one.since <= min(one.last, last)
        if one.last >= first
    ]
    between = {one.stand_in for one in near if one.absent in people} & {one.absent for one in near}
    known = people | between
    return tuple(one for one in near if one.absent in known and one.stand_in in known)


def _people(
    connection: Connection, case: Row, people: set[str], lent: tuple[Delegation, ...]
) -> Iterator[PersonLine]:
    for one in sorted(people):
        found = persons.get(connection, one)
        if found is None:
            continue
        facts = {
            name: getattr(found, name) for name in ("name", "language", "email", "title", "demonstration")
        }
        held = [_mandate(one) for one in persons.mandates(connection, one) if _reaches(one, case)]
        yield PersonLine.model_validate(
            {
                "person": one,
                **facts,
                "nationalities": found.nationalities,
                "conflicts": found.conflicts,
                "mandates": held,
                "delegations": [_delegation(two) for two in lent if two.absent == one],
            }
        )


def _mandate(held: persons.Granted) -> dict[str, Any]:
    return {
        "role": held.role,
        "party": held.party,
        "region": held.region,
        "from": held.since,
        "until": held.until,
        "letter": held.letter and asdict(held.letter),
    }


def _delegation(lent: Delegation) -> dict[str, Any]:
    told = {"stand_in": lent.stand_in, "role": lent.role, "definition": lent.definition}
    return told | {"from": lent.since, "until": lent.last}


def _reaches(held: persons.Granted, case: Row) -> bool:
    counted = held.until is None or held.since <= held.until
    return counted and held.party in (None, case["party"]) and held.region in (None, case["region"])


def _acts(connection: Connection, case: Row, eyes: Eyes | None) -> Iterator[ActLine]:
    drafts = replays.first_drafts(connection, case["id"])
    tasks = replays.task_names(connection, case["id"])
    entries = trail(connection, case["id"], EVERYTHING).rows
    entries = entries if eyes is None else all_shown(eyes, entries, "entry")
    end = _end(case, entries[-1])
    for entry in entries:
        said = _opening(case, drafts, end) if entry["act"] == "open" else _said(entry, tasks)
        if said is not None:
            yield ActLine.model_validate(
                {
                    "case": case["number"] or case["id"],
                    "at": _utc(entry["at"]),
                    "person": entry["person"],
                    "on_behalf_of": entry["on_behalf_of"],
                    "received_at": _utc(entry["received_at"]),
                    "reason": entry["reason"],
                    "rested_since": _rested_since(entry),
                    **said,
                }
            )


def _rested_since(entry: Row) -> datetime | None:
    rested = entry["changes"].get("rested")
    return _utc(datetime.fromisoformat(rested["since"])) if rested else None


def _end(case: Row, last: Row) -> datetime | None:
    """When the recorded time of the case ended: with its last entry, unless that put it back to rest."""
    back_to_rest = _rested_since(last) if last["act"] == "undo" else None
    return back_to_rest or _utc(case["updated_at"])


def _opening(case: Row, drafts: Mapping[str, Any], end: datetime | None) -> dict[str, Any]:
    return {
        "definition": case["definition"],
        "version": case["version"],
        "open": {
            "party": case["party"],
            "region": case["region"],
            "answers": drafts,
            "until": end,
            "demonstration": case["demonstration"],
        },
    }


def _said(entry: Row, tasks: Mapping[int, str]) -> dict[str, Any] | None:
    """What a person did, in the words of a history; None for what followed by itself."""
    act, task, changes = entry["act"], entry["task"], entry["changes"]
    if entry["person"] == ENGINE.person or "confirmed_by" in changes or act in OWN:
        return None
    about = {"task": tasks[task], "no": task} if task else {}
    data = {"data": entry["data"]} if entry["form"] else {}
    if act == "undo":
        return {"undo": True}
    if act == "declare":
        return {**about, "declare": True}
    if act == "assign":
        return {**about, "assign": changes["person"]}
    if act == "revise":
        return {**about, **data, "revise": entry["form"]}
    if "." in act and not act.endswith(PROPOSED):
        return {**about, **data, "outcome": act.rpartition(".")[2]}
    return {**about, **data, "trigger": act.removesuffix(PROPOSED)}


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None
