"""`caseway advance`, `complete` and `assign`: acts of a person, by the same path as everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import finding
from api.cli.house import House, open_house
from api.cli.options import By, CaseName, Data, DryRun, Expected, Json, Reason, Received
from api.cli.output import as_json, moment, say, table
from api.cli.words import Words, refusals_in_words
from workflow.runtime.receipts import Receipt

Trigger = Annotated[
    str, typer.Argument(help="What to do; `caseway show CASE --as PERSON` lists what can be done.")
]
TaskNo = Annotated[int, typer.Argument(metavar="TASK", help="The number of an open task in the case.")]
About = Annotated[
    int | None, typer.Option("--task", help="The task that the trigger is about, where it asks for one.")
]
Outcome = Annotated[str, typer.Argument(help="How the task ends.")]
To = Annotated[str, typer.Argument(metavar="PERSON", help="Who is to have the task.")]


def advance(
    case: CaseName,
    trigger: Trigger,
    by: By,
    data: Data = None,
    task: About = None,
    expected: Expected = None,
    received: Received = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Fire a trigger of a case, with the answers of its form.

    `caseway advance TA-2026-0001 accept_as_complete --as demo-coordinator-africa --data @checklist.json`

    `caseway advance TA-2026-0001 withdraw --as demo-focal-point-ke --data @note.json --dry-run`
    """
    with open_house() as house:
        found = finding.case_id(house, case)
        with refusals_in_words(house, found):
            receipt = house.engine.advance(
                found,
                trigger,
                by=by,
                data=finding.answers(data),
                task=task,
                expected=expected,
                received_at=finding.moment(received),
                reason=reason,
                dry_run=dry_run,
            )
    tell(house, receipt, json)


def complete(
    case: CaseName,
    task: TaskNo,
    outcome: Outcome,
    by: By,
    data: Data = None,
    expected: Expected = None,
    received: Received = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """End a task of a case with an outcome, and the answers of its form.

    `caseway complete TA-2026-0001 14 no_objection --as demo-field-office --data '{"desk": "field_office"}'`
    """
    with open_house() as house:
        found = finding.case_id(house, case)
        with refusals_in_words(house, found):
            receipt = house.engine.complete(
                found,
                task,
                outcome,
                by=by,
                data=finding.answers(data),
                expected=expected,
                received_at=finding.moment(received),
                reason=reason,
                dry_run=dry_run,
            )
    tell(house, receipt, json)


def assign(
    case: CaseName,
    task: TaskNo,
    person: To,
    by: By,
    expected: Expected = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Give an open task to a person.

    `caseway assign TA-2026-0001 16 demo-assessor-1 --as demo-coordinator-africa`
    """
    with open_house() as house:
        found = finding.case_id(house, case)
        with refusals_in_words(house, found):
            receipt = house.engine.assign(
                found,
                task,
                by=by,
                to=person,
                expected=expected,
                reason=reason,
                dry_run=dry_run,
            )
    tell(house, receipt, json)


def tell(house: House, receipt: Receipt, json: bool) -> None:
    """Say what an act did, or would do."""
    if json:
        return as_json(receipt.as_json())
    words = Words(house.library.get(receipt.definition, receipt.version))
    would = "would be" if receipt.dry_run else "is"
    ball = f", the ball with: {words.role(receipt.ball_role)}" if receipt.ball_role else ""
    named = receipt.number or receipt.case
    say(f"{named} {would} in state {words.state(receipt.state)}, revision {receipt.revision}{ball}.")
    for letter in receipt.letters:
        say(f"Letter {letter['reference']} to {', '.join(letter['to']) or 'nobody'}.")
    clocks = [
        (words.clock(one["subject"], one["name"]), one["status"], moment(one["due"]))
        for one in receipt.clocks
    ]
    return table(("clock", "", "due"), clocks, "No clock moved.")
