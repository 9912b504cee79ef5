"""`caseway check`: compile definitions, prove what can be proved, and play their scenarios."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.exits import Exit, leave
from api.cli.options import Json
from api.cli.output import as_json, counted, progress, table, warn
from workflow.errors import BrokenDefinition, DefinitionFault
from workflow.rules.dates.calendars import Calendar
from workflow.rules.scenarios.playing import scenario_faults
from workflow.runtime.calendar_sheets import read_sheets
from workflow.runtime.calendars import find, from_library
from workflow.runtime.library import Edition, compile_all, editions, package

YEARS = range(2000, 2061)
Folder = Annotated[
    Path | None,
    typer.Argument(
        metavar="PATH", help="A folder of definitions, of one, or of one version. Default: Caseway's own."
    ),
]
Checked = list[tuple[Edition, tuple[DefinitionFault, ...]]]


def check(path: Folder = None, json: Json = False) -> None:
    """Prove that definitions are whole, and play their scenarios. Exit code 1 if there are faults.

    `caseway check`

    `caseway check my_definitions/grants --json`
    """
    found, calendar = editions(path or package()), _calendars()
    checked: Checked = []
    with progress("Checking definitions", json=json) as step:
        for edition in found:
            step(len(checked), len(found))
            checked.append((edition, _faults(edition, found, calendar)))
        step(len(checked), len(found))
    _tell(checked, json)
    if any(faults for _, faults in checked):
        leave(Exit.REFUSED)


def _faults(
    edition: Edition, beside: list[Edition], calendar: Callable[[str], Calendar]
) -> tuple[DefinitionFault, ...]:
    try:
        definition = compile_all([edition], beside).get(edition.key, edition.version)
    except BrokenDefinition as broken:
        return broken.faults
    return tuple(scenario_faults(definition, edition.sources, calendar))


def _calendars() -> Callable[[str], Calendar]:
    sheets = read_sheets()
    return cache(lambda code: from_library(find(code, sheets), YEARS))


def _tell(checked: Checked, json: bool) -> None:
    if json:
        return as_json([_told(edition, faults) for edition, faults in checked])
    for fault in (fault for _, faults in checked for fault in faults):
        warn(str(fault))
    rows = [
        (
            edition.key,
            edition.version,
            len(edition.sources.scenarios),
            counted(len(faults), "fault") if faults else "whole",
        )
        for edition, faults in checked
    ]
    return table(("definition", "version", "scenarios", "result"), rows, "There is no definition here.")


def _told(edition: Edition, faults: tuple[DefinitionFault, ...]) -> dict[str, Any]:
    return {
        "definition": edition.key,
        "version": edition.version,
        "scenarios": sorted(edition.sources.scenarios),
        "faults": [
            {"file": one.file, "line": one.line, "column": one.column, "message": one.message}
            for one in faults
        ],
    }
