"""An advance of the engine beside the baseline: with one client, with eight, and whether each of the eight
is served.

The advances are all triggers of the ordinary walk, in equal parts; each round they are done on fresh copies
of the cases.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from statistics import median
from threading import Barrier
from time import perf_counter
from typing import Any

from tests.bench import bare, copies
from tests.bench.grounds import Ground
from tests.bench.lines import Line, Target, alternately, line
from tests.bench.walk import Act
from workflow.records.databases import Connection, Database
from workflow.records.databases.sqlite import SQLite
from workflow.rules.commands import Advance
from workflow.rules.replacing import replace
from workflow.runtime.engine import Engine, Manner
from workflow.runtime.histories import PersonLine
from workflow.runtime.library import Library

CLIENTS = 8
PARTY_OF = "SELECT party FROM cases WHERE id = ?"
HALF = Target("at least", 0.5)
FAIR = Target("at least", 0.8)


@dataclass(frozen=True)
class Trigger:
    """A trigger of the walk: what the engine is asked, on copies of which case, and what it writes."""

    original: str
    command: Advance
    revision: int
    engine: Engine
    pattern: bare.Pattern

    @staticmethod
    def _of(party: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """The answers as the Party of a copy gives them: a request names its own Party."""
        return {**data, "parties": [party]} if "parties" in data else data

    def fire(self, case: str, party: str) -> None:
        asked = self.command
        own = "focal_point" in asked.actor.roles
        self.engine.advance(
            case,
            asked.trigger,
            by=copies.ASKER.format(party) if own else asked.actor.person,
            data=asked.data and self._of(party, asked.data),
            task=asked.task,
            manner=Manner(expected=self.revision),
        )


def advancing(
    ground: Ground, library: Library, acts: Sequence[Act], persons: Sequence[PersonLine], *, quick: bool
) -> Iterator[Line]:
    database = ground.fresh()
    contest = Contest(database, triggers(database, library, acts, persons))
    rows = median(one.pattern.rows for one in contest.triggers)
    many, rounds = (2, 3) if quick else (25, 9)
    contest.round(1, many)(0)  # The first ones prepare statements.
    pairs = alternately(contest.round(1, many), contest.bare_round(1, many), rounds)
    yield line(f"advance ({rows:.0f} rows), 1 client", ground.name, "by hand", "/s", pairs, HALF)
    many = 4 if quick else 100
    shares: list[list[int]] = []
    pairs = alternately(contest.round(CLIENTS, many, shares), contest.bare_round(CLIENTS, many), rounds)
    yield line(f"advance ({rows:.0f} rows), {CLIENTS} clients", ground.name, "by hand", "/s", pairs, HALF)
    served = [(float(min(share)), sum(share) / CLIENTS) for share in shares]
    target = FAIR if isinstance(database, SQLite) else None
    yield line(f"least served of {CLIENTS} clients", ground.name, "fair share", "advances", served, target)


class Contest:
    """The engine and the baseline on the same kind of cases in the same database."""

    def __init__(self, database: Database, found: Sequence[Trigger]) -> None:
        self.database = database
        self.triggers = found
        self.prepared = 0
        self.parties = copies.parties()

    def round(self, clients: int, many: int, shares: list[list[int]] | None = None) -> Callable[[int], float]:
        """So many of each trigger by the engine; the rate per second. `shares`: who did how many."""

        def measure(_: int) -> float:
            asked = [partial(one.fire, case, party) for one, case, party in self._cases(many)]
            seconds, share = together([lambda ask: ask()] * clients, asked)
            if shares is not None:
                shares.append(share)
            return len(asked) / seconds

        return measure

    def bare_round(self, clients: int, many: int) -> Callable[[int], float]:
        """The same by the baseline."""
        kind = bare.BareSQLite if isinstance(self.database, SQLite) else bare.BarePostgreSQL
        drivers = [kind(self.database) for _ in range(clients)]

        def measure(_: int) -> float:
            wanted = [one.pattern.of(case) for one, case, _ in self._cases(many)]
            seconds, _ = together([one.advance for one in drivers], wanted)
            return len(wanted) / seconds

        return measure

    def _cases(self, many: int) -> list[tuple[Trigger, str, str]]:
        """Fresh cases for each trigger, in turns, and the Party of each: they are spread over all Parties."""
        made = [self._copied(one, many) for one in self.triggers]
        return [asked for turn in zip(*made, strict=True) for asked in turn]

    def _copied(self, one: Trigger, many: int) -> list[tuple[Trigger, str, str]]:
        first, self.prepared = self.prepared, self.prepared + many
        cases = copies.copy(self.database, one.original, f"{first}-", many, first=first)
        return [(one, case, self.parties[(first + n) % len(self.parties)]) for n, case in enumerate(cases)]


def together(clients: Sequence[Callable[[Any], None]], work: Sequence[Any]) -> tuple[float, list[int]]:
    """Let the clients take one piece of work after the other till none is left; seconds, and how many each
    did.
    """
    left = iter(work)
    ready = Barrier(len(clients) + 1)
    # What was prepared is many objects, which a process that serves does not have to look through.
    gc.collect()
    gc.freeze()

    def serve(client: Callable[[Any], None]) -> int:
        ready.wait()
        return sum(client(one) is None for one in left)

    with ThreadPoolExecutor(len(clients)) as threads:
        served = [threads.submit(serve, client) for client in clients]
        ready.wait()
        start = perf_counter()
        share = [one.result() for one in served]
        return perf_counter() - start, share


def triggers(
    database: Database, library: Library, acts: Sequence[Act], persons: Sequence[PersonLine]
) -> list[Trigger]:
    """The triggers of the walk that persons fire, each tried once to see what it writes."""
    fired = [act for act in acts if isinstance(act.command, Advance)]
    names = copies.originals(database, fired, persons)
    return [_trigger(database, library, act, name) for act, name in zip(fired, names, strict=True)]


def _trigger(database: Database, library: Library, act: Act, original: str) -> Trigger:
    assert isinstance(act.command, Advance)
    assert act.case is not None
    engine = Engine(database, library, always(act.now))
    nothing = bare.Pattern("", None, (), 0)
    trigger = Trigger(original, act.command, act.case.revision, engine, nothing)
    (case,) = copies.copy(database, original, f"tried-{original}-", 1)
    party = database.reading(lambda connection: connection.rows(PARTY_OF, (case,)))[0][0]

    def rows() -> bare.Found:
        return database.reading(lambda connection: _rows(connection, case))

    before = rows()
    trigger.fire(case, party)
    counter = (act.definition.key, engine.today().year)
    return replace(trigger, pattern=bare.pattern(case, before, rows(), counter))


def _rows(connection: Connection, case: str) -> bare.Found:
    return bare.rows_of(connection, case)


def always(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment
