"""Workers that are killed at random while timers fall due: nothing is lost, nothing doubled."""

import random
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from tests.proof import size
from tests.runtime.house import MONDAY, REQUEST, House, enter
from tests.runtime.worker_process import FastClock, kill, run_worker, start

CASES = size(40, 500)
WORKERS = size(2, 4)
# What one case is to have done when nobody ever acts: three rungs and the silence are its four timers.
STORY = ["open", "submit", "submitted.rung", "submitted.rung", "submitted.rung", "submitted.silence", "lapse"]
TOLD = {"letter": 2, "notice": 1, "reminder": 2, "escalation": 1}
PACE = 5 * 86_400.0
PATIENCE = size(90.0, 600.0)


def test_killed_workers_lose_nothing_and_double_nothing(house_url: str, tmp_path: Path) -> None:
    house, chance = enter(house_url), random.Random(20260302)
    for number in range(CASES):
        house.clock.at = MONDAY + timedelta(days=number * 10 / CASES)
        case = house.opened()
        house.engine.advance(case, "submit", by="nfp", data=REQUEST)
    clock = FastClock(MONDAY, time.time(), PACE)
    lease = timedelta(seconds=2 * PACE)
    arguments = (house_url, tmp_path / "mailbox", clock, lease)
    workers = [start(run_worker, *arguments) for _ in range(WORKERS)]
    try:
        killed = 0
        deadline = time.monotonic() + PATIENCE
        while not finished(house) and time.monotonic() < deadline:
            time.sleep(chance.uniform(0.2, 0.8))
            victim = chance.randrange(WORKERS)
            kill(workers[victim])
            workers[victim] = start(run_worker, *arguments)
            killed += 1
    finally:
        for process in workers:
            kill(process)
    assert killed > WORKERS
    assert house.rows("SELECT count(*) FROM timer") == [(0,)]
    check_stories(house)
    check_notices(house, tmp_path / "mailbox")
    house.database.close()


def finished(house: House) -> bool:
    waiting = "SELECT (SELECT count(*) FROM timer), (SELECT count(*) FROM notice WHERE status <> 'sent')"
    return house.rows(waiting) == [(0, 0)]


def check_stories(house: House) -> None:
    acts: dict[str, list[str]] = {}
    for case, act in house.rows("SELECT case_id, act FROM audit ORDER BY case_id, no"):
        acts.setdefault(case, []).append(act)
    assert len(acts) == CASES
    assert all(story == STORY for story in acts.values())
    assert house.rows("SELECT DISTINCT state FROM cases") == [("lapsed",)]


def check_notices(house: House, mailbox: Path) -> None:
    kinds = house.rows("SELECT kind, count(*) FROM notice WHERE status = 'sent' GROUP BY kind")
    assert dict(kinds) == {kind: number * CASES for kind, number in TOLD.items()}
    together = set(house.rows("SELECT person, sent_at FROM notice WHERE kind IN ('reminder', 'escalation')"))
    alone = sum(number for kind, number in TOLD.items() if kind in ("letter", "notice")) * CASES
    assert len(list(mailbox.glob("*.eml"))) == alone + len(together), "one file for what was sent again"
    # A person is reminded once a day, however often the workers died.
    reminded = set(house.rows("SELECT person, sent_at FROM notice WHERE kind = 'reminder'"))
    assert len({(person, day_of_reminders(str(sent_at))) for person, sent_at in reminded}) == len(reminded)


def day_of_reminders(sent_at: str) -> date:
    """Days of reminders begin at eight in Paris, which in winter is seven."""
    return (datetime.fromisoformat(sent_at) - timedelta(hours=7)).date()
