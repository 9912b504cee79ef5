"""How the command line speaks: tables for people, JSON for programs, what went wrong on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, tzinfo
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import orjson
from msgspec import Struct, structs
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from workflow.records.pages import Page

WIDE = 240
OFFICE = ZoneInfo("Europe/Paris")


class Step(Protocol):
    """Called with the number of steps done so far and the number of all."""

    def __call__(self, done: int, of: int) -> None: ...


def as_json(value: Any) -> None:
    """Print one JSON document for a program. Times are written in ISO 8601 with their offset."""
    text = orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS, default=_told)
    sys.stdout.write(text.decode() + "\n")


def _told(value: Any) -> Any:
    return structs.asdict(value) if isinstance(value, Struct) else str(value)


def say(text: str = "") -> None:
    """Print text as it is: what a person wrote is never read as markup."""
    _console(sys.stdout).print(text, markup=False, highlight=False, soft_wrap=True)


def warn(text: str) -> None:
    """A sentence on standard error."""
    _console(sys.stderr).print(text, markup=False, highlight=False, soft_wrap=True)


def counted(count: int, one: str, more: str = "") -> str:
    """So many of a thing, in words that fit: `1 act`, `2 acts`."""
    return f"{count} {one if count == 1 else more or f'{one}s'}"


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], nothing: str = "Nothing to show.") -> None:
    """Print rows under their columns, or the sentence `nothing` where there are none."""
    shown = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for row in rows:
        shown.add_row(*("" if value is None else str(value) for value in row))
    if not shown.row_count:
        return say(nothing)
    return _console(sys.stdout).print(shown, markup=False)


def more(found: Page) -> None:
    """Say that a list goes on where it does."""
    if found.after:
        say("There is more; --limit shows it.")


@contextmanager
def progress(title: str, *, json: bool = False) -> Iterator[Step]:
    """A progress bar on standard error; where that is no terminal, a line at the start and one at the end.

    Programs, which asked for JSON, are told nothing.
    """
    if json:
        yield lambda done, of: None
        return
    console = _console(sys.stderr)
    if not console.is_terminal:
        yield from _plain_progress(title)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def moment(at: datetime | str | None, zone: tzinfo = OFFICE) -> str:
    """An instant as a person reads it: in the office's time."""
    if at is None:
        return ""
    return f"{datetime.fromisoformat(str(at)).astimezone(zone):%Y-%m-%d %H:%M}"


def day(at: datetime | None, zone: tzinfo = OFFICE) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d}" if at else ""


def _plain_progress(title: str) -> Iterator[Step]:
    last = [0, 0]

    def step(done: int, of: int) -> None:
        last[:] = done, of

    warn(f"{title} ...")
    yield step
    warn(f"{title}: {last[0]} of {last[1]}")


def _console(stream: Any) -> Console:
    # A pipe or a file has no width: tables are not squeezed into the 80 columns that would be assumed.
    return Console(file=stream, width=None if stream.isatty() else WIDE, emoji=False)
