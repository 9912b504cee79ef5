"""Where to go next: what `caseway run` says when it serves. Every example it prints works as it stands."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from sqlalchemy import true

from api.cli.house import House, now
from api.cli.output import say
from workflow.records import counts, lists, replays
from workflow.records.pages import Place, Row
from workflow.runtime import showcase

EXPLAINED = (
    "/api/deadlines/explain?from=2026-03-02T10:00:00%2B01:00&within=15%20working%20days&calendar=paris"
)


def show(house: House, address: str) -> None:
    """Say what is served where; with the demonstration also who may try what."""
    cases = house.read(counts.cases)
    say(f"\nCaseway serves {cases} cases on {address}")
    say(f"  API, to read and to try:  {address}/api/docs")
    say(f"  Home:                     {house.home.folder}")
    if house.settings.smtp is None:
        say(f"  Messages are kept in:     {house.home.mailbox}")
    if showcase.is_loaded(house.installation):
        _demonstration(house, address)
    else:
        say("\nMake an account with `caseway person add`, and its token with `caseway person token`.")
    say("\nStop with Ctrl+C.")


def _demonstration(house: House, address: str) -> None:
    tokens = showcase.tokens(house.installation, now())
    say("\nThe demonstration's persons are invented; these are their tokens in this home:")
    for person, token in tokens.items():
        say(f"  {person:26} {token}")
    say("\nIts cases rest where their histories end; an act on one wakes it. Try, in another terminal:")
    for title, command in _examples(house, address, tokens):
        say(f"\n  # {title}\n  {command}")


def _examples(house: House, address: str, tokens: dict[str, str]) -> list[tuple[str, str]]:
    coordinator, focal = tokens["demo-coordinator-africa"], tokens["demo-focal-point-ke"]
    kenya = f"{address}/api/cases/{_row(house, 'KE')['id']}"
    opening = (
        '{"definition": "technical_assistance", "party": "KE", "answers": {"request": {"title": "New"}}}'
    )
    return [
        ("What a coordinator has to do", _curl(coordinator, f"{address}/api/worklist")),
        ("The requests of one State", _curl(coordinator, f"{address}/api/cases?party=KE")),
        ("What its focal point may do with it now, and why not", _curl(focal, f"{kenya}/actions")),
        *_agreement(house, kenya, focal),
        ("Open a new request as the focal point of Kenya", _curl(focal, f"{address}/api/cases", opening)),
        ("When 15 working days end, and why", f"curl -s '{address}{EXPLAINED}'"),
        ("One request's whole life", f"{_program()} show {_row(house, 'AR')['number']} --life"),
    ]


def _agreement(house: House, kenya: str, focal: str) -> list[tuple[str, str]]:
    """An act that wakes a resting case, as long as it still waits for it."""
    row = _row(house, "KE")
    waiting = house.read(lambda connection: replays.open_tasks(connection, row["id"]))
    task = next((one.no for one in waiting if one.name == "plan_review"), None)
    if task is None:
        return []
    body = '{"outcome": "agreed", "data": {"name": "W. Otieno", "signature": "W.O.", "date": "%s"}}'
    url = f"{kenya}/tasks/{task}/completion"
    return [
        (
            "Agree to its work plan",
            _curl(focal, url, body % now().date(), f"-H 'If-Match: \"{row['revision']}\"'"),
        )
    ]


def _program() -> str:
    """This program as another terminal finds it, with the same home."""
    known = shutil.which("caseway") or Path(sys.argv[0]).name != "caseway"
    home = os.environ.get("CASEWAY_HOME")
    return f"{f'CASEWAY_HOME={home} ' if home else ''}{'caseway' if known else os.path.relpath(sys.argv[0])}"


def _curl(token: str, url: str, body: str | None = None, more: str = "") -> str:
    sent = f" -H 'Content-Type: application/json' {more} -d '{body}'" if body else ""
    return f"curl -s -H 'Authorization: Bearer {token}'{sent} '{url}'"


def _row(house: House, party: str) -> Row:
    """The demonstration's case of a country."""
    found = house.read(
        lambda connection: lists.cases(connection, true(), Place(limit=1), party=party, demonstration=True)
    )
    return found.rows[0]
