"""A line of the benchmark: two things measured in one run, their ratio, and what good looks like. Law: every
line says both numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import Any

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Target:
    """What good looks like, of a line's `ratio` or of `ours`."""

    word: str
    value: float
    of: str = "ratio"

    def met_by(self, line: Line) -> bool:
        value: float = getattr(line, self.of)
        return value >= self.value if self.word == "at least" else value <= self.value


@dataclass(frozen=True, slots=True)
class Line:
    """`ours` is held against `theirs`, both medians in `unit`; `low` and `high` are the quartiles of the
    ratio over the rounds.
    """

    what: str
    where: str
    ours: float
    against: str
    theirs: float
    unit: str
    ratio: float
    low: float
    high: float
    target: Target | None = None

    @property
    def met(self) -> bool | None:
        return self.target.met_by(self) if self.target else None

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "met": self.met}


def alternately(
    ours: Callable[[int], float], theirs: Callable[[int], float], rounds: int
) -> list[tuple[float, float]]:
    """Measure both in turns, so that whatever else the machine does falls on both alike; each is told its
    round.
    """
    return [
        (ours(round_), theirs(round_)) if round_ % 2 else _swapped(theirs(round_), ours(round_))
        for round_ in range(rounds)
    ]


def line(
    what: str,
    where: str,
    against: str,
    unit: str,
    pairs: Sequence[tuple[float, float]],
    target: Target | None = None,
) -> Line:
    """The line of pairs that were measured alternately; the ratio is taken within each pair."""
    ratios = [ours / theirs for ours, theirs in pairs]
    low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else (ratios[0],) * 3
    ours, theirs = (median(side) for side in zip(*pairs, strict=True))
    return Line(what, where, ours, against, theirs, unit, median(ratios), low, high, target)


def table(lines: Iterable[Line]) -> Table:
    shown = Table(title="Speed, as ratios taken in one run", title_justify="left")
    for name in ("what", "where", "measured", "held against", "ratio", "quartiles", "target", ""):
        shown.add_column(name, justify="right" if name in ("measured", "ratio") else "left", overflow="fold")
    for one in lines:
        shown.add_row(*_cells(one))
    return shown


def _cells(one: Line) -> tuple[str, ...]:
    target = one.target
    wanted = (
        f"{target.word} {target.value:g}{'' if target.of == 'ratio' else ' ' + one.unit}" if target else ""
    )
    verdict = {True: "[green]met[/]", False: "[red]not met[/]", None: ""}[one.met]
    return (
        one.what,
        one.where,
        f"{_number(one.ours)} {one.unit}",
        f"{one.against} {_number(one.theirs)}",
        f"{one.ratio:.2f}",
        f"{one.low:.2f}-{one.high:.2f}",
        wanted,
        verdict,
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _swapped(second: float, first: float) -> tuple[float, float]:
    return first, second
