"""`caseway open`, `revise` and `undo`: beginning a case, saving and correcting answers, taking back."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import finding
from api.cli.acting import tell
from api.cli.house import open_house
from api.cli.options import By, CaseName, Data, DryRun, Expected, Json, Reason, Received
from api.cli.words import refusals_in_words

Definition = Annotated[str, typer.Argument(help="The key of a definition, as technical_assistance.")]
Party = Annotated[str, typer.Option(help="The Party that asks, by its ISO 3166 code.")]
Version = Annotated[int | None, typer.Option(help="A version of the definition. Default: the newest.")]
Drafts = Annotated[
    str | None,
    typer.Option("--data", help="First drafts by form: JSON, @file.json, or @- for standard input."),
]
Form = Annotated[str, typer.Argument(help="The form whose answers are saved or corrected.")]
OfTask = Annotated[int | None, typer.Option("--task", help="The task whose form it is, if it is one's.")]


def open_case(
    definition: Definition,
    party: Party,
    by: By,
    data: Drafts = None,
    version: Version = None,
    received: Received = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Open a case for a Party: it begins as a draft, and gets its number with its submission.

    `caseway open technical_assistance --party KE --as demo-focal-point-ke`

    `caseway open technical_assistance --party KE --as amina --data '{"request": {"title": "A new request"}}'`
    """
    with open_house() as house:
        receipt = house.engine.open(
            definition,
            by=by,
            party=party.upper(),
            version=version,
            answers=finding.answers(data),
            received_at=finding.moment(received),
            dry_run=dry_run,
        )
    tell(house, receipt, json)


def revise(
    case: CaseName,
    form: Form,
    by: By,
    data: Data = None,
    task: OfTask = None,
    expected: Expected = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Save a draft of a form, complete or not; or correct accepted answers, with a reason.

    `caseway revise TA-2026-0001 request --as demo-focal-point-ke --data @request.json`
    """
    with open_house() as house:
        found = finding.case_id(house, case)
        with refusals_in_words(house, found):
            receipt = house.engine.revise(
                found,
                form,
                finding.answers(data) or {},
                by=by,
                task=task,
                expected=expected,
                reason=reason,
                dry_run=dry_run,
            )
    tell(house, receipt, json)


def undo(
    case: CaseName,
    by: By,
    expected: Expected = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Take back the last act of a case, within 24 hours, while nothing depends on it.

    `caseway undo TA-2026-0001 --as demo-coordinator-africa --reason "the wrong case"`
    """
    with open_house() as house:
        found = finding.case_id(house, case)
        with refusals_in_words(house, found):
            receipt = house.engine.undo(found, by=by, expected=expected, reason=reason, dry_run=dry_run)
    tell(house, receipt, json)
