"""Taking turns: all are served, together where they wait together; nobody who goes holds up the others."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from workflow.records.databases.turns import Turn, Turns


class Served:
    """A server of turns that can be held up, and remembers whom it served together."""

    def __init__(self) -> None:
        self.rounds: list[int] = []
        self.open = threading.Event()
        self.entered = threading.Event()
        self.turns = Turns(self.serve)

    def serve(self, turns: Sequence[Turn]) -> None:
        self.entered.set()
        self.open.wait(20)
        self.rounds.append(len(turns))
        for turn in turns:
            turn.do(None)  # type: ignore[arg-type]

    def waiting(self) -> int:
        return len(self.turns._waiting)


def until(condition: Callable[[], bool]) -> None:
    for _ in range(2000):
        if condition():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it did not come about")


def test_who_waits_together_is_served_together() -> None:
    served = Served()
    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(served.turns.take, lambda _: "first")
        served.entered.wait(20)
        others: list[Any] = [threads.submit(served.turns.take, lambda _, n=n: n) for n in range(7)]
        until(lambda: served.waiting() == 7)
        served.open.set()
        assert first.result() == "first"
        assert [one.result() for one in others] == list(range(7))
    assert served.rounds == [1, 7]


def test_everybody_is_served_however_many_come() -> None:
    served = Served()
    served.open.set()
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda n: served.turns.take(lambda _: n), range(2000)))
    assert answers == list(range(2000))
    assert sum(served.rounds) == 2000


@pytest.mark.parametrize("place", [0, 1])
def test_who_is_interrupted_while_waiting_holds_up_nobody(place: int) -> None:
    """The first who waits (place 0) was to lead next."""
    served = Served()
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(served.turns.take, lambda _: "first")
        served.entered.wait(20)
        gone = Turn(lambda _: "never")
        served.turns._queue(gone)
        after = threads.submit(served.turns.take, lambda _: "after")
        until(lambda: served.waiting() == 2)
        if place:
            served.turns._abandon(gone)
        served.open.set()
        assert first.result(20) == "first"
        if not place:
            until(lambda: gone.leads)
            served.turns._abandon(gone)
        assert after.result(20) == "after"
    assert served.turns.take(lambda _: "later") == "later"
