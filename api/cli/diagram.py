"""`caseway diagram`: the states and transitions of a definition, drawn from what is loaded."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.cli.exits import Exit, leave
from api.cli.options import Definitions
from api.cli.output import warn
from workflow.rules.diagrams import mermaid
from workflow.runtime.diagrams import svg
from workflow.runtime.library import read_library


class Drawing(StrEnum):
    MERMAID = "mermaid"
    SVG = "svg"


Key = Annotated[str, typer.Argument(metavar="KEY", help="The key of a definition, as technical_assistance.")]
Version = Annotated[int | None, typer.Option(help="Which version. Default: the newest.")]
Format = Annotated[
    Drawing | None,
    typer.Option("--format", help="Mermaid text, or an SVG picture. Default: by --output, else Mermaid."),
]
Language = Annotated[
    str | None,
    typer.Option("--lang", help="The language of the labels. Default: the definition's first."),
]
Out = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file; .svg means SVG.")]


def diagram(
    key: Key,
    version: Version = None,
    format: Format = None,
    language: Language = None,
    output: Out = None,
    definitions: Definitions = None,
) -> None:
    """Draw the states and transitions of a definition.

    `caseway diagram technical_assistance > procedure.mmd`

    `caseway diagram technical_assistance --output procedure.svg --lang fr`
    """
    library = read_library(*([definitions] if definitions else []))
    definition = library.get(key, version) if version else library.newest(key)
    known = dict.fromkeys([*definition.format.languages, *definition.wording])
    if language not in (None, *known):
        leave(Exit.USAGE, f"{key} has no words in the language '{language}'; it has: {', '.join(known)}.")
    chosen = format or (Drawing.SVG if output and output.suffix == ".svg" else Drawing.MERMAID)
    text = (svg if chosen is Drawing.SVG else mermaid)(definition, language or next(iter(known)))
    if output is None:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    else:
        output.write_text(text, encoding="utf-8")
        warn(f"Drawn into {output}.")
