"""`caseway candidates`: whom a task may be given to, before `caseway assign` gives it."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import finding
from api.cli.house import open_house
from api.cli.options import By, CaseName, Json
from api.cli.output import as_json, table
from api.cli.words import LANGUAGE, refusals_in_words
from workflow.rules.definition import Definition
from workflow.runtime.naming import Nominee, nominees
from workflow.runtime.reasons import exception_in_words

TaskNo = Annotated[int, typer.Argument(metavar="TASK", help="The number of a task in the case.")]


def candidates(case: CaseName, task: TaskNo, by: By, json: Json = False) -> None:
    """List whom a task can be given to: who holds its role, and why not all of them may have it.

    `caseway candidates TA-2026-0001 16 --as demo-coordinator-africa`
    """
    with open_house() as house:
        finding.actor(house, by, "candidates")
        found = finding.case_id(house, case)
        with refusals_in_words(house, found):
            nomination = nominees(house.engine, found, task, by=by)
    definition = nomination.view.definition
    if json:
        return as_json([_told(definition, one) for one in nomination.nominees])
    rows = [
        (one.id, one.name, one.language, one.open_tasks, _reason(definition, one) or "may have it")
        for one in nomination.nominees
    ]
    return table(("person", "name", "language", "open tasks", ""), rows, "Nobody holds the task's role here.")


def _told(definition: Definition, one: Nominee) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.name,
        "language": one.language,
        "open_tasks": one.open_tasks,
        "eligible": one.exception is None,
        "reason": _reason(definition, one),
    }


def _reason(definition: Definition, one: Nominee) -> str | None:
    return exception_in_words(definition, one.exception, LANGUAGE) if one.exception else None
