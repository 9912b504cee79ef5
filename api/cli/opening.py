"""`caseway open`: beginning a case."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import finding
from api.cli.acts import tell
from api.cli.house import open_house
from api.cli.options import By, DryRun, Json, Reason, Received
from api.cli.words import opening_in_words
from workflow.runtime.engine import Manner

Definition = Annotated[
    str, typer.Argument(metavar="DEFINITION", help="The key of a definition, as technical_assistance.")
]
Party = Annotated[str, typer.Option(help="The Party that asks, by its ISO 3166 code.")]
Version = Annotated[int | None, typer.Option(help="A version of the definition. Default: the newest.")]
Drafts = Annotated[
    str | None,
    typer.Option("--data", help="First drafts by form: JSON, @file.json, or @- for standard input."),
]


def open_case(
    definition: Definition,
    party: Party,
    by: By,
    data: Drafts = None,
    version: Version = None,
    received: Received = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Open a case for a Party: it begins as a draft, and gets its number with its submission.

    `caseway open technical_assistance --party KE --as demo-focal-point-ke`

    `caseway open technical_assistance --party KE --as amina --data '{"request": {"title": "A new request"}}'`
    """
    with open_house() as house:
        finding.actor(house, by, "open")
        with opening_in_words(house, definition, version):
            receipt = house.engine.open(
                definition,
                by=by,
                party=party.upper(),
                version=version,
                answers=finding.answers(data),
                manner=Manner(received_at=finding.moment(received), reason=reason, dry_run=dry_run),
            )
    tell(house, receipt, json)
