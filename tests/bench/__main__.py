"""`python -m tests.bench`: measure, and print a line for each thing measured."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import perf_counter

import orjson
from rich.console import Console

from tests.bench.advancing import advancing
from tests.bench.copies import parties
from tests.bench.crowds import crowds
from tests.bench.deciding import deciding
from tests.bench.grounds import PARTY, Ground, grounds
from tests.bench.lines import Line, table
from tests.bench.seeing import seeing
from tests.bench.serving import serving
from tests.bench.walk import story, watched
from workflow.runtime.library import read_library

WIDTH = 130
PARTS = ("decide", "advance", "crowds", "seeing", "http")


def main(arguments: Sequence[str] | None = None) -> None:
    asked = _arguments(arguments)
    say = Console(stderr=True)
    begun = perf_counter()
    lines: list[Line] = []
    offices = ("paris", PARTY) if asked.quick else ("paris", *parties())
    with grounds(offices) as places:
        for name, measure in _measurements(places, asked):
            if name not in asked.only:
                continue
            for one in measure():
                lines.append(one)
                say.print(
                    f"{perf_counter() - begun:6.1f} s  {one.what} {one.where}: {one.ratio:.2f}", style="dim"
                )
    if asked.json:
        sys.stdout.write(orjson.dumps([one.as_json() for one in lines]).decode() + "\n")
    else:
        Console(width=WIDTH).print(table(lines))


def _measurements(
    places: Sequence[Ground], asked: argparse.Namespace
) -> Iterator[tuple[str, Callable[[], Iterator[Line]]]]:
    """Each part with what it needs, by its name."""
    library, told = read_library(), story()
    acts = watched(places[0].fresh(), library)
    yield "decide", lambda: deciding(acts, quick=asked.quick)
    for name, part in (("advance", advancing), ("crowds", crowds), ("seeing", seeing), ("http", serving)):
        for place in places:
            yield name, partial(part, place, library, acts, told.persons, quick=asked.quick)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="measure these parts only")
    parser.add_argument(
        "--quick", action="store_true", help="small and fast: it works, the numbers are rough"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON list of all lines")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
