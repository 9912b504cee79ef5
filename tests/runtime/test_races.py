"""Many at once on one case: one wins each revision, each loser is told why, nothing is half done."""

import threading
from collections import Counter
from typing import Any

import pytest

from tests.proof import size
from tests.runtime.house import REQUEST, Clock, House, permit_library
from tests.runtime.worker_process import CONTEXT, start
from workflow.errors import LostRace, NotNow, Refusal, Stale
from workflow.records.databases import open_database
from workflow.runtime.engine import Engine, Manner

THREADS = size(24, 64)
PROCESSES = size(2, 4)
NAMED = {"won", "NotNow", "Stale", "LostRace"}


def storm(engine: Engine, case: str, threads: int, expected: int | None) -> list[str]:
    """What becomes of the same trigger, fired by so many threads at once."""
    begin, told = threading.Barrier(threads), []

    def fire() -> None:
        begin.wait()
        try:
            engine.advance(case, "submit", by="nfp", data=REQUEST, manner=Manner(expected=expected))
        except Refusal as refusal:
            told.append(type(refusal).__name__)
        else:
            told.append("won")

    crowd = [threading.Thread(target=fire) for _ in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    return told


def storm_process(url: str, case: str, expected: int | None, ready: Any, told: Any) -> None:
    engine = Engine(open_database(url), permit_library(), Clock())
    ready.wait()
    told.put(storm(engine, case, THREADS, expected))


@pytest.mark.parametrize("expected", [None, 1])
def test_of_many_threads_that_fire_one_trigger_exactly_one_wins(house: House, expected: int | None) -> None:
    case = house.opened()
    told = Counter(storm(house.engine, case, THREADS, expected))
    assert told["won"] == 1
    assert told.keys() <= NAMED
    assert sum(told.values()) == THREADS
    assert house.rows("SELECT act FROM audit ORDER BY no") == [("open",), ("submit",)]
    assert house.rows("SELECT revision, number FROM cases") == [(2, "P-2026-0001")]


def test_of_many_processes_that_fire_one_trigger_exactly_one_wins(house: House, house_url: str) -> None:
    case = house.opened()
    ready, queue = CONTEXT.Barrier(PROCESSES), CONTEXT.Queue()
    crowd = [start(storm_process, house_url, case, 1, ready, queue) for _ in range(PROCESSES)]
    told = Counter(name for _ in crowd for name in queue.get(timeout=120))
    for process in crowd:
        process.join()
    assert told["won"] == 1
    assert told.keys() <= NAMED
    assert sum(told.values()) == PROCESSES * THREADS
    assert house.rows("SELECT act FROM audit ORDER BY no") == [("open",), ("submit",)]


def test_each_revision_has_one_winner(house: House) -> None:
    """A game of several rounds: whoever read the present revision may win it, once."""
    case = house.opened()
    winners: list[int] = []

    def play() -> None:
        for _ in range(6):
            revision = house.engine.view(case, by="nfp").case.revision
            try:
                draft = {"subject": f"draft of {threading.get_ident()}"}
                house.engine.revise(case, "request", draft, by="nfp", manner=Manner(expected=revision))
                winners.append(revision)
            except (Stale, LostRace):
                continue

    crowd = [threading.Thread(target=play) for _ in range(8)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    last = house.engine.view(case, by="nfp").case.revision
    assert sorted(winners) == list(range(1, last))
    assert house.rows("SELECT count(*) FROM audit") == [(last,)]


def test_numbers_given_at_once_are_all_different_and_leave_no_gap(house: House) -> None:
    cases = [house.opened() for _ in range(12)]
    crowd = [
        threading.Thread(
            target=house.engine.advance, args=(case, "submit"), kwargs={"by": "nfp", "data": REQUEST}
        )
        for case in cases
    ]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    numbers = sorted(number for (number,) in house.rows("SELECT number FROM cases"))
    assert numbers == [f"P-2026-{serial:04}" for serial in range(1, 13)]


def test_one_key_used_by_many_at_once_is_done_once_and_answered_alike(house: House) -> None:
    case = house.opened()
    begin, receipts = threading.Barrier(8), []

    def fire() -> None:
        begin.wait()
        receipts.append(
            house.engine.advance(case, "submit", by="nfp", data=REQUEST, manner=Manner(key="one"))
        )

    crowd = [threading.Thread(target=fire) for _ in range(8)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert Counter(receipt.repeated for receipt in receipts) == {False: 1, True: 7}
    assert {receipt.revision for receipt in receipts} == {2}
    assert house.rows("SELECT count(*) FROM audit") == [(2,)]


def test_two_opposite_acts_at_once_never_both_happen(house: House) -> None:
    case = house.submitted()
    begin, told = threading.Barrier(2), []

    def act(trigger: str) -> None:
        begin.wait()
        try:
            house.engine.advance(case, trigger, by="sc")
        except NotNow:
            told.append("refused")

    crowd = [threading.Thread(target=act, args=(trigger,)) for trigger in ("grant", "refuse")]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert told == ["refused"]
