"""`decide` over the ordinary walk through the reference procedure, beside a bare trigger of `transitions`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from statistics import median
from time import perf_counter

from tests.bench.lines import Line, Target, alternately, line
from tests.bench.walk import Act
from workflow.rules.commands import Advance, Assign, Complete, Fire
from workflow.rules.decide import decide
from workflow.rules.machine import Token

GOOD = Target("at most", 150, of="ours")
KINDS = {"triggers": Advance, "outcomes of tasks": Complete, "assignments": Assign, "timers": Fire}


def deciding(acts: Sequence[Act], *, quick: bool) -> Iterator[Line]:
    rounds, repeats = (3, 5) if quick else (9, 40)
    bare = _walk([_bare(act) for act in acts if isinstance(act.command, Advance)], repeats)
    for what, kind in {"every act of the walk": object, **KINDS}.items():
        own = [_asking(act) for act in acts if isinstance(act.command, kind)]
        pairs = alternately(_walk(own, repeats), bare, rounds)
        target = GOOD if kind in (object, Advance) else None
        yield line(f"decide, {what} ({len(own)})", "", "a bare trigger", "µs", pairs, target)


def _walk(calls: Sequence[Callable[[], object]], repeats: int) -> Callable[[int], float]:
    """The median over the calls of their medians, in microseconds."""
    return lambda _: median(_median(call, repeats) for call in calls) * 1e6


def _median(call: Callable[[], object], repeats: int) -> float:
    found = []
    for _ in range(repeats):
        start = perf_counter()
        call()
        found.append(perf_counter() - start)
    return median(found)


def _asking(act: Act) -> Callable[[], object]:
    asked = act.asked
    return lambda: decide(*asked)


def _bare(act: Act) -> Callable[[], object]:
    """The same trigger on the machine alone, on a throwaway object, with every condition true."""
    assert act.case is not None
    assert isinstance(act.command, Advance)
    event = act.definition.machine.core.events[act.command.trigger]
    state, passed = act.case.state, dict.fromkeys(range(len(act.definition.format.transitions)), True)
    return lambda: event.trigger(Token(state, passed, dict.fromkeys(passed, 0), None))
