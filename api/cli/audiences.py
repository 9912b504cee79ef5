"""`caseway audiences`: who sees what, as a definition says it."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.options import Definitions, Json
from api.cli.output import as_json, say, table
from workflow.rules.visibility import audiences_of, lines, never_named
from workflow.runtime.library import read_library

Key = Annotated[
    str, typer.Argument(metavar="DEFINITION", help="The key of a definition, as technical_assistance.")
]


def audiences(key: Key, definitions: Definitions = None, json: Json = False) -> None:
    """Print who sees what: a line per group of forms, a column per audience.

    `caseway audiences technical_assistance`

    `caseway audiences technical_assistance --json`
    """
    definition = read_library(*([definitions] if definitions else [])).newest(key)
    told = lines(definition)
    if json:
        return as_json(
            {
                "audiences": audiences_of(definition),
                "groups": told,
                "never_named": dict(never_named(definition)),
            }
        )
    rows = [(one.group, *(f"if {seen}" if len(seen) > 3 else seen for seen in one.seen)) for one in told]
    table(("group", *audiences_of(definition)), rows, "There are no groups.")
    for role, hidden in never_named(definition):
        say(f"Who acts as {role} is never named to: {', '.join(hidden)}.")
    return None
