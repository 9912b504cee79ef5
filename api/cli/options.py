"""The options that several commands share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
By = Annotated[
    str,
    typer.Option(
        "--as", envvar="CASEWAY_PERSON", help="Who acts: the id of a person (see `caseway person list`)."
    ),
]
Administrator = Annotated[
    str | None,
    typer.Option(
        "--as",
        envvar="CASEWAY_PERSON",
        help="The administrator who acts. Default: whoever holds this installation, as its owner.",
    ),
]
PersonId = Annotated[str, typer.Argument(metavar="PERSON", help="The id of the account.")]
CaseName = Annotated[str, typer.Argument(metavar="CASE", help="A case, by its number or its id.")]
Data = Annotated[
    str | None,
    typer.Option(help="The form's answers: JSON, @file.json, or @- to read them from standard input."),
]
Reason = Annotated[str, typer.Option(help="Why, for the record.")]
Expected = Annotated[
    int | None, typer.Option("--expect", help="Refuse if the case is not at this revision any more.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")]
Received = Annotated[
    str | None,
    typer.Option(
        "--received",
        help="When it was received, if earlier than now: for the secretariat, with --reason. "
        "Without offset a time of the office.",
    ),
]
Definitions = Annotated[
    Path | None,
    typer.Option(
        envvar="CASEWAY_DEFINITIONS",
        help="A folder of definitions in place of Caseway's own.",
        show_envvar=True,
    ),
]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="How many to show at most.")]
