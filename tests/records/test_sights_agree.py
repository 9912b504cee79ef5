"""What the filters of lists show and what the rule shows of one case is the same, whatever was declared, lent
or engaged.

Law: the cases below are all kinds of work that somebody can have in one; who looks at them, by which mandates
and stand-ins, is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlmodel import col

from tests.originals import Furnish
from tests.proof import size
from tests.records import samples
from tests.records.samples import NOW, TERMS, TODAY
from tests.rules.offices import calendar
from workflow.records import cases, lists, migrations
from workflow.records.databases import Connection, open_database
from workflow.records.pages import Place
from workflow.records.policy import usable, visible, visible_clocks
from workflow.records.tables import CaseRow
from workflow.records.worklist import worklist
from workflow.rules import format as fmt
from workflow.rules.acting import actor_in
from workflow.rules.case import Case, Clock, Mandate, Office, Task
from workflow.rules.definition import Definition, assemble
from workflow.rules.eyes import eyes
from workflow.rules.redaction import sees_clock
from workflow.rules.replacing import replace
from workflow.rules.sight import Held, Lent, ground, may_see

ROLES = {
    "focal_point": {"side": "party", "sees": "own_party"},
    "coordinator": {"side": "secretariat", "sees": "portfolio"},
    "supervisor": {"side": "secretariat", "sees": "all"},
    "assessor": {"side": "expert", "sees": "assigned", "audience": "assessor"},
    "expert": {"side": "expert", "sees": "assigned"},
    "donor": {"side": "donor", "sees": "pipeline"},
    "consultee": {"side": "expert", "sees": "none"},
}
WORK = {"appraisal": "assessor", "offer": "expert", "pledge": "donor", "comment": "consultee"}
PLAIN = ("offer", "pledge", "comment")
SIGHTED: Definition = assemble(
    fmt.Definition.model_validate(
        {
            "key": "help",
            "version": 1,
            "languages": ["en"],
            "number": "H-{year}-{serial:04}",
            "opening": {"by": "focal_point"},
            "roles": ROLES,
            "audiences": {
                "secretariat": "all", "party": ["card", "deadlines"], "assessor": ["card", "history"],
                "expert": ["card", "deadlines"], "donor": ["card"],
            },
            "states": {
                "draft": {"category": "draft", "ball": "focal_point"},
                "submitted": {"category": "open", "ball": "coordinator", "clock": "runs"},
                "pipeline": {"category": "parked", "ball": "coordinator"},
                "closed": {"category": "closed"},
            },
            "tasks": {
                "appraisal": {
                    "for": "assessor", "declares": {"conflict": "conflict"},
                    "outcomes": {"scored": [], "conflict": []},
                },
                **{name: {"for": WORK[name], "outcomes": {"done": []}} for name in PLAIN},
            },
            "transitions": [
                {"trigger": "close", "from": "submitted", "to": "closed", "by": "coordinator"},
            ],
        }
    ),
    digest="d" * 64, expressions={}, forms={}, wording={}, letters={},
)  # fmt: skip
PARIS = calendar("paris")
OVER = {"status": "ended", "outcome": "done", "ended_at": NOW}
CONFLICTED = {**OVER, "conflicted": True}
STANDINGS = (
    {"status": "open"},
    {"status": "open", "declared_at": NOW},
    {"status": "frozen", "declared_at": NOW},
    {"status": "scheduled", "opens_at": NOW},
    OVER,
    {**OVER, "engaged": True, "declared_at": NOW},
    CONFLICTED,
)
"""How a task that is somebody's can stand."""
STATES = {"KE": "submitted", "FJ": "pipeline"}
FREE = ({"status": "open"}, {"status": "open", "assigned_by": "coordinator"})
WHO, ABSENT = "elena", "emil"
"""Who looks, and whom they may stand in for."""


def kinds() -> Iterator[tuple[Task, ...]]:
    """The tasks of each case."""
    yield ()
    for name, standing, person in product(WORK, STANDINGS, (WHO, ABSENT)):
        yield (task(1, name, person=person, **standing),)
    for standing, person in product(STANDINGS, (WHO, ABSENT)):
        yield task(1, "appraisal", person=person, **standing), task(2, "offer", person=WHO)
    for name, standing in product(WORK, FREE):
        yield (task(1, name, **standing),)
        yield task(1, name, **standing), task(2, "appraisal", person=WHO, **CONFLICTED)


def task(no: int, name: str, **more: object) -> Task:
    plain = Task(no, name, "open", WORK[name], "submitted", NOW)
    return replace(plain, **more)


def furnish(url: str) -> None:
    database = open_database(url)
    migrations.upgrade(database)
    samples.people(database)
    database.writing(put_all)
    database.close()


def put_all(connection: Connection) -> None:
    for (party, state), (number, tasks) in product(STATES.items(), enumerate(kinds())):
        put(connection, f"{party}-{number}", party, state, tasks)


def put(connection: Connection, name: str, party: str, state: str, tasks: tuple[Task, ...]) -> None:
    clocks = [clock(10, "state", state, None)]
    clocks += [clock(10 + one.no, "task", one.name, one.no) for one in tasks if one.status == "open"]
    decision = samples.opened(name, party, state=state, serial=20, tasks=tasks, clocks=tuple(clocks))
    decision = replace(decision, tasks=tasks, clocks=tuple(clocks), answers=())
    loaded = cases.opening(
        connection, SIGHTED, case_id=name, party=party, region=decision.case.region, today=TODAY
    )
    cases.record(connection, loaded, decision)


def clock(no: int, subject: str, name: str, of: int | None) -> Clock:
    return Clock(no, subject, name, "secretariat", "running", TERMS, NOW, NOW, task=of)


class Known:
    """A database, and all the cases in it."""

    def __init__(self, url: str) -> None:
        self.database = open_database(url)
        self.cases = self.database.reading(self._read)

    def _read(self, connection: Connection) -> list[Case]:
        ids = list(connection.execute(select(col(CaseRow.id))).scalars())
        found = (cases.load(connection, one, lambda *_: SIGHTED, today=TODAY).case for one in ids)
        return [case for case in found if case is not None]


@pytest.fixture
def known(copied: Callable[[Furnish], str]) -> Iterator[Known]:
    found = Known(copied(furnish))
    yield found
    found.database.close()


SCOPES = {
    "party": st.sampled_from([None, None, "KE", "FJ"]),
    "region": st.sampled_from([None, None, "Africa"]),
}
OWN = st.builds(Mandate, person=st.just(WHO), role=st.sampled_from([*ROLES, "minister"]), **SCOPES)
LENT = st.builds(
    Mandate, person=st.just(WHO), role=st.sampled_from(list(ROLES)), **SCOPES, for_=st.just(ABSENT),
    via=st.just("d"), definition=st.sampled_from([None, "help", "other"]),
)  # fmt: skip
PARTIES = st.sets(st.sampled_from(["KE", "FJ"]), max_size=1).map(frozenset)
NOT_SMALLER = (Phase.explicit, Phase.reuse, Phase.generate)
"""A draw is small as it is; to make it smaller takes minutes."""
CONFLICTS = st.fixed_dictionaries({WHO: PARTIES, ABSENT: PARTIES})


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=NOT_SMALLER,
    max_examples=size(30, 600),
)
@given(own=st.lists(OWN, max_size=2), lent=st.lists(LENT, max_size=2), conflicts=CONFLICTS)
def test_the_filters_the_rule_and_the_grounds_agree(
    known: Known,
    own: list[Mandate],
    lent: list[Mandate],
    conflicts: dict[str, frozenset[str]],
) -> None:
    mandates = tuple(
        replace(one, conflicts=tuple(conflicts[WHO] | (conflicts[ABSENT] if one.for_ else frozenset())))
        for one in (*own, *lent)
    )
    # As the records give them to the rules: what is done in person is lent to nobody.
    office = Office(PARIS, PARIS, mandates=tuple(usable(mandates, [SIGHTED])), conflicts=conflicts)
    seen, clocks, work = known.database.reading(lambda connection: found(connection, mandates))
    for case in known.cases:
        actor = actor_in(office, WHO, case)
        assert may_see(SIGHTED, case, actor) is (case.id in seen), case.tasks
        grounds = (ground(SIGHTED, case, held(one), TODAY, frozenset(one.conflicts)) for one in mandates)
        assert any(one.shows for one in grounds) is (case.id in seen), case.tasks
        looking = eyes(SIGHTED, case, actor, office, NOW)
        shown = {one.no for one in case.clocks if case.id in seen and sees_clock(looking, one.task)}
        assert {no for of, no in clocks if of == case.id} == shown, case.tasks
    assert work <= seen


def found(
    connection: Connection, mandates: tuple[Mandate, ...]
) -> tuple[set[str], set[tuple[str, int]], set[str]]:
    """By the filters: the cases that are seen, the clocks, and the cases in which there is work."""
    everything = Place(limit=10_000)
    seen = select(col(CaseRow.id)).where(visible(WHO, mandates, [SIGHTED]))
    due = lists.deadlines(connection, visible_clocks(WHO, mandates, [SIGHTED]), everything)
    work = worklist(connection, WHO, usable(mandates, [SIGHTED]), everything)
    return (
        set(connection.execute(seen).scalars()),
        {(row["case_id"], row["no"]) for row in due.rows},
        {row["case_id"] for row in work.rows},
    )


def held(one: Mandate) -> Held:
    """The mandate as one of whatever time."""
    plain = (one.id, one.person, one.role, one.party, one.region, TODAY, None)
    if one.for_ is None:
        return Held(*plain)
    return Lent(*plain, for_person=one.for_, via="d", definition=one.definition)
