"""`caseway verify`: recompute the audit's chains with code of its own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from api.cli.exits import Exit, leave
from api.cli.house import open_rows
from api.cli.options import Json
from api.cli.output import as_json, counted, progress, say, warn
from workflow.records import counts, lists
from workflow.records.verify import verify as recompute
from workflow.records.verify_administration import problem

Case = Annotated[str | None, typer.Argument(metavar="CASE", help="One case, by number or id. Default: all.")]


def verify(case: Case = None, json: Json = False) -> None:
    """Verify that the audit is whole. Exit code 1 names the first entry of each case that does not fit.

    `caseway verify`

    `caseway verify TA-2011-0001 --json`
    """
    with open_rows() as database, progress("Verifying", json=json) as step:
        found = database.reading(lambda connection: lists.named(connection, case)) if case else None
        if case and found is None:
            leave(Exit.REFUSED, f"There is no case '{case}'.")
        total = 1 if found else database.reading(counts.cases)
        done = 0

        def told(more: int) -> None:
            nonlocal done
            done += more
            step(done, total)

        verdict = recompute(database, case=found, progress=told)
        of_log = None if found else database.reading(problem)
        damaged = {one.case for one in verdict.misfits}
        numbers = database.reading(lambda connection: lists.numbers(connection, damaged))
    if json:
        as_json(asdict(verdict) | {"administration": of_log, "whole": verdict.whole and of_log is None})
    else:
        found_so = "all fit" if verdict.whole and of_log is None else "DAMAGED"
        entries, cases = counted(verdict.entries, "entry", "entries"), counted(verdict.cases, "case")
        log = "" if found else ", and the administration's log"
        say(f"{entries} of {cases}{log}: {found_so}.")
        if verdict.erased:
            say(f"{len(verdict.erased)} personal values were erased; their digests still stand in the chain.")
    for misfit in verdict.misfits:
        number = f" ({numbers[misfit.case]})" if numbers.get(misfit.case) else ""
        warn(f"case {misfit.case}{number}, entry {misfit.no}: {misfit.problem}")
    if of_log is not None:
        warn(f"administration's log, entry {of_log[0]}: {of_log[1]}")
    if not verdict.whole or of_log is not None:
        leave(Exit.REFUSED)
