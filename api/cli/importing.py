"""`caseway import` and `caseway export`: recorded histories, in and out."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.cli import finding
from api.cli.exits import Exit, leave
from api.cli.house import now, open_house
from api.cli.options import CaseName, Json
from api.cli.output import as_json, counted, progress, say, table, warn
from workflow.runtime.exporting import export_lines
from workflow.runtime.histories import History, read
from workflow.runtime.importing import OnRefusal, Summary, play

File = Annotated[
    Path,
    typer.Argument(metavar="HISTORY", help="A history: a line of JSON per act. A dash reads standard input."),
]
Refusing = Annotated[
    OnRefusal,
    typer.Option(
        "--on-refusal", help="After an act that is refused: stop that case, or skip the act and go on."
    ),
]
Until = Annotated[
    str | None, typer.Option(help="Fire what falls due after the last act up to this time. Default: nothing.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="Write to this file, which is not there yet. Default: standard output."
    ),
]


def import_history(
    history: File, on_refusal: Refusing = OnRefusal.STOP_CASE, until: Until = None, json: Json = False
) -> None:
    """Play a recorded history through the engine on virtual time. It may be interrupted and run again.

    Exit code 1 if an act was refused; each is named with its line, the case's state and the reason.

    `caseway import history.jsonl`

    `caseway import history.jsonl --on-refusal skip --until 2026-03-31 --json`
    """
    told = _read(history)
    with open_house() as house, progress(f"Playing {history.name}", json=json) as step:
        summary = play(
            house.database,
            house.library,
            told,
            now(),
            on_refusal=on_refusal,
            until=finding.moment(until),
            progress=step,
        )
    if json:
        as_json(asdict(summary))
    else:
        tell(summary)
    if summary.refused:
        leave(Exit.REFUSED)


def export(case: CaseName, output: Out = None) -> None:
    """Write a case as a history that `caseway import` plays again: its persons, then a line per act.

    `caseway export TA-2011-0001 --output argentina.jsonl`
    """
    if output and output.exists():
        leave(Exit.REFUSED, f"{output} exists; name a file that does not.")
    with open_house() as house:
        lines = export_lines(house.engine, finding.case_id(house, case))
    with output.open("x", encoding="utf-8") if output else nullcontext(sys.stdout) as target:
        target.writelines(f"{line}\n" for line in lines)
    if output:
        warn(f"{counted(len(lines), 'line')} in {output}.")


def tell(summary: Summary) -> None:
    """What came of a history, with every refused act and how often each reason was given."""
    counts = (
        (summary.played, "played"),
        (summary.known, "played by an earlier run"),
        (len(summary.refused), "refused"),
        (summary.left, "left out, of a case that stopped"),
    )
    told = ", ".join(f"{count} {what}" for count, what in counts if count) or "none"
    say(f"{counted(summary.acts, 'act')}: {told}. {counted(summary.timers, 'timer')} fired.")
    if not summary.refused:
        return
    say("")
    rows = [(one.line, one.case, one.state or "not open", one.verb, one.reason) for one in summary.refused]
    table(("line", "case", "state", "act", "why"), rows)
    say("")
    table(("times", "reason"), [(times, reason) for reason, times in summary.reasons()])


def _read(path: Path) -> History:
    if str(path) == "-":
        return read(sys.stdin.buffer)
    with path.open("rb") as lines:
        return read(lines)
