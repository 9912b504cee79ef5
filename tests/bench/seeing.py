"""What the policy costs: a page of the cases that a focal point, a coordinator and an expert may see, among
very many of every Party, beside the first page of all by the same index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from time import perf_counter

from sqlalchemy import true

from tests.bench import copies
from tests.bench.crowds import ORIGINAL, PAGE, SAME
from tests.bench.grounds import BUILT_ON, PARTY, Ground
from tests.bench.lines import Line, alternately, line
from tests.bench.walk import Act
from workflow.records import lists, policy, tables
from workflow.records.databases import Connection, Database
from workflow.records.databases.sqlite import SQLite
from workflow.records.pages import Place
from workflow.records.policy import Filter
from workflow.rules.case import Mandate
from workflow.runtime.histories import PersonLine
from workflow.runtime.library import Library, package
from workflow.runtime.parties import read_parties

EXPERT = "expert-{}"
EACH = 60
"""So many cases each expert has a task in."""
REGION = "Africa"
TASK = "plan_draft"
ROLE = "expert"


def seeing(
    ground: Ground, library: Library, acts: Sequence[Act], persons: Sequence[PersonLine], *, quick: bool
) -> Iterator[Line]:
    size, rounds = (10_000, 15) if quick else (1_000_000, 41)
    database = _filled(ground, next(filter(_offered, acts)), persons, size)
    everything = _reading(database, true())
    for who, mandate in (
        ("a focal point", Mandate("somebody", "focal_point", party=PARTY)),
        ("a coordinator", Mandate("somebody", "coordinator", region=REGION)),
        ("an expert", Mandate(EXPERT.format(7), ROLE)),
    ):
        visible = policy.visible(mandate.person, [mandate], library.all())
        pairs = alternately(_reading(database, visible), everything, rounds)
        what = f"first page of {who} among {size:,}"
        yield line(what, ground.name, "of all", "ms", pairs, SAME)


def _offered(act: Act) -> bool:
    """Whether an expert has been offered the case, and has yet to answer."""
    rows = act.rows["task"] if act.rows else ()
    return any(row["name"] == TASK and row["status"] == "open" and row["person"] for row in rows)


def _filled(ground: Ground, act: Act, persons: Sequence[PersonLine], size: int) -> Database:
    """Cases of all Parties in turn, each with one task that is open: one of an expert's."""
    database = ground.fresh()
    assert copies.originals(database, [act], persons) == [ORIGINAL]
    experts = size // EACH
    database.writing(lambda connection: _introduce(connection, experts))
    database.writing(lambda connection: connection.write(_OTHER_TASKS, [(ORIGINAL, TASK)]))
    listed = [(one.code, one.region) for one in read_parties(package() / "reference" / "parties.csv")]
    made = {
        "party": _turn([code for code, _ in listed]),
        "region": _turn([region for _, region in listed]),
        "person": f"'{EXPERT.format('')}' || (n % {experts})",
        "opened_at": _opened(database),
    }
    copies.fill(database, ORIGINAL, size, made, ("cases", "task"))
    return database


def _introduce(connection: Connection, experts: int) -> None:
    facts = {"name": "Expert", "language": "en", "created_at": BUILT_ON, "demonstration": True}
    facts |= {"nationalities": [], "conflicts": []}
    names = [EXPERT.format(n) for n in range(experts)]
    connection.put(tables.PersonRow, [{"id": name, **facts} for name in names])
    mandate = {"role": ROLE, "since": date(2000, 1, 1), "reason": ""}
    connection.put(tables.MandateRow, [{"id": name, "person": name, **mandate} for name in names])


def _turn(values: Sequence[str | None]) -> str:
    """One after the other, over row `n`."""
    found = " ".join(f"WHEN {place} THEN '{value}'" for place, value in enumerate(values) if value)
    return f"CASE n % {len(values)} {found} END"


def _opened(database: Database) -> str:
    """A moment for row `n`, in the words of the database."""
    if isinstance(database, SQLite):
        return "strftime('%Y-%m-%d %H:%M:%S.000000', '2008-01-01', n || ' minutes')"
    return "timestamptz '2008-01-01 00:00+00' + n * interval '1 minute'"


def _reading(database: Database, visible: Filter) -> Callable[[int], float]:
    """How long the first page takes, in milliseconds."""

    def measure(_: int) -> float:
        start = perf_counter()
        found = database.reading(lambda connection: lists.cases(connection, visible, Place(limit=PAGE)))
        seconds = perf_counter() - start
        assert len(found.rows) == PAGE
        return seconds * 1e3

    return measure


_OTHER_TASKS = "DELETE FROM task WHERE case_id = ? AND name <> ?"
