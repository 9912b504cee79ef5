"""Two databases of a kind, one with few cases and one with very many: what a crowd costs whoever looks for
a few.

Firing 1,000 due timers among a million pending ones beside ten thousand; page 1,000 of a list beside page 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Any

from tests.bench import copies
from tests.bench.advancing import always
from tests.bench.grounds import PARTY, Ground
from tests.bench.lines import Line, Target, alternately, line
from tests.bench.walk import Act
from workflow.records import lists, policy
from workflow.records.databases import Database
from workflow.records.databases.sqlite import SQLite
from workflow.records.pages import Page, Place
from workflow.rules.case import Mandate
from workflow.rules.commands import Fire
from workflow.runtime.engine import Engine
from workflow.runtime.firing import Firing
from workflow.runtime.histories import PersonLine
from workflow.runtime.library import Library

SAME = Target("at most", 1.5)
PAGE = 50
LATER = datetime(2090, 1, 1, tzinfo=UTC)
STATE = "submitted"
ORIGINAL = "original-0"
REST = "UPDATE timer SET wake_at = ? WHERE case_id = ?"
WAKE = "UPDATE timer SET wake_at = at WHERE case_id LIKE ?"
OTHERS = ("KE", "GA", "SN", "PE", "VN", "MA", "UY")


def crowds(
    ground: Ground, library: Library, acts: Sequence[Act], persons: Sequence[PersonLine], *, quick: bool
) -> Iterator[Line]:
    few, many, due = (1_000, 5_000, 40) if quick else (10_000, 1_000_000, 1_000)
    rounds = 3 if quick else 5
    timer = next(act for act in acts if isinstance(act.command, Fire))
    small, large = (_filled(ground, timer, persons, size) for size in (few, many))
    fire = [partial(_fire, database, library, timer, due) for database in (large, small)]
    pairs = alternately(fire[0], fire[1], rounds)
    yield line(f"{due:,} timers among {many:,}", ground.name, f"among {few:,}", "ms", pairs, SAME)
    last = many // (20 * PAGE)
    pages = [_reading(large, library, number) for number in (last, 1)]
    pairs = alternately(pages[0], pages[1], 5 * rounds)
    yield line(f"page {last:,} of {many:,} cases", ground.name, "page 1", "ms", pairs, SAME)


def _filled(ground: Ground, act: Act, persons: Sequence[PersonLine], size: int) -> Database:
    """A crowd of cases, each with a timer that comes much later; one in sixteen is in the state and of the
    Party looked for.
    """
    database = ground.fresh()
    (original,) = copies.originals(database, [act], persons)
    parties = " ".join(f"WHEN {place} THEN '{code}'" for place, code in enumerate(OTHERS, start=1))
    later, opened = _moments(database)
    made = {
        "party": f"CASE n % 8 {parties} ELSE '{PARTY}' END",
        "state": f"CASE n / 8 % 2 WHEN 0 THEN '{STATE}' ELSE 'delivery' END",
        "opened_at": opened,
        "at": later,
        "wake_at": later,
    }
    assert original == ORIGINAL
    copies.fill(database, original, size, made)
    database.writing(lambda connection: connection.write(REST, [(connection.moment(LATER), original)]))
    return database


def _moments(database: Database) -> tuple[str, str]:
    """A moment in a far future, and one in the past, for row `n`, in the words of the database."""
    if isinstance(database, SQLite):
        base = "strftime('%Y-%m-%d %H:%M:%S.000000', '{}', n || ' minutes')"
    else:
        base = "timestamptz '{} 00:00+00' + n * interval '1 minute'"
    return base.format("2090-01-01"), base.format("2008-01-01")


def _fire(database: Database, library: Library, act: Act, due: int, round_: int) -> float:
    """Make so many timers due and work them off; milliseconds."""
    copies.copy(database, ORIGINAL, f"due-{round_}-", due)
    database.writing(lambda connection: connection.write(WAKE, [(f"due-{round_}-%",)]))
    firing = Firing(Engine(database, library, always(act.now)))
    start = perf_counter()
    fired = firing.fire_all_due()
    seconds = perf_counter() - start
    assert fired == due, f"{fired} of {due} timers fired"
    return seconds * 1e3


def _reading(database: Database, library: Library, number: int) -> Callable[[int], float]:
    """How long that page takes, in milliseconds."""
    visible = policy.visible("demo-supervisor", [Mandate("demo-supervisor", "supervisor")], library.all())

    def read(place: Place) -> Page:
        return database.reading(
            lambda connection: lists.cases(connection, visible, place, state=STATE, party=PARTY)
        )

    before: Any = None
    if number > 1:
        before = read(Place(None, limit=(number - 1) * PAGE)).after
    place = Place(before, limit=PAGE)

    def measure(_: int) -> float:
        start = perf_counter()
        found = read(place)
        seconds = perf_counter() - start
        assert len(found.rows) == PAGE
        return seconds * 1e3

    return measure
