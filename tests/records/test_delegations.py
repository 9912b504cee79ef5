"""What delegations lend: the view says for any day what a plain reckoning says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.proof import size
from tests.records.samples import NOW
from workflow.errors import Malformed
from workflow.records import delegations, persons
from workflow.records.databases import Connection, Database
from workflow.records.delegations import Delegation
from workflow.records.persons import Person
from workflow.records.tables import DelegationRow, MandateRow, PartyRow, PersonRow

FIRST = date(2026, 3, 1)
PEOPLE = ["ana", "ben", "cid", "dee"]
ROLES = ["coordinator", "supervisor", "administrator"]
KINDS = ["help", "grant"]
DAYS = st.integers(0, 9).map(lambda number: FIRST + timedelta(days=number))
SOME_ROLE = st.sampled_from([None, *ROLES])
SOME_KIND = st.sampled_from([None, *KINDS])


@dataclass(frozen=True)
class Link:
    absent: str
    stand_in: str
    role: str | None
    kind: str | None
    since: date
    until: date
    ended_on: date | None

    def on(self, day: date) -> bool:
        return self.since <= day <= self.until and (self.ended_on is None or day < self.ended_on)


@dataclass(frozen=True)
class Held:
    person: str
    role: str
    since: date
    until: date | None

    def on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


LINKS = st.builds(
    Link,
    st.sampled_from(PEOPLE),
    st.sampled_from(PEOPLE),
    SOME_ROLE,
    SOME_KIND,
    DAYS,
    DAYS,
    st.none() | DAYS,
).filter(lambda link: link.absent != link.stand_in and link.since <= link.until)
MANDATES = st.builds(Held, st.sampled_from(PEOPLE), st.sampled_from(ROLES), DAYS, st.none() | DAYS).filter(
    # One that was taken away on its first day ends the day before it.
    lambda held: held.until is None or held.since - held.until <= timedelta(days=1)
)


def reckoned(
    held: list[Held], links: list[Link], disabled: set[str], day: date
) -> set[tuple[int, str, str | None, str | None]]:
    """Who has which mandate, for whom, in which kind: walked link by link, and nothing clever."""
    found: set[tuple[int, str, str | None, str | None]] = set()
    for no, mandate in enumerate(held):
        if not mandate.on(day) or mandate.person in disabled:
            continue
        found.add((no, mandate.person, None, None))
        for way in ways(mandate, links, day):
            passed = [one.stand_in for one in way]
            kinds = {one.kind for one in way if one.kind}
            if len(kinds) < 2 and disabled.isdisjoint(passed):
                found.add((no, passed[-1], mandate.person, next(iter(kinds), None)))
    return found


def ways(mandate: Held, links: list[Link], day: date) -> Iterator[list[Link]]:
    """One or two links that lend this mandate, never back to whose it is."""
    lending = [one for one in links if one.on(day) and one.role in (None, mandate.role)]
    if mandate.role == "administrator":
        return
    for one in lending:
        if one.absent == mandate.person:
            yield [one]
    for one, two in product(lending, lending):
        if (one.absent, one.stand_in) == (mandate.person, two.absent) and two.stand_in != mandate.person:
            yield [one, two]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=size(40, 2000))
@given(
    held=st.lists(MANDATES, max_size=4),
    links=st.lists(LINKS, max_size=5),
    disabled=st.sets(st.sampled_from(PEOPLE), max_size=1),
    day=DAYS,
)
def test_the_view_says_what_a_plain_reckoning_says(
    database: Database, held: list[Held], links: list[Link], disabled: set[str], day: date
) -> None:
    class Done(Exception):
        pass

    def work(connection: Connection) -> None:
        fill(connection, held, links, disabled)
        for person in PEOPLE:
            valid = persons.valid_mandates(connection, person, day)
            there = {(int(one.id), one.person, one.for_, one.definition) for one in valid}
            assert there == {one for one in reckoned(held, links, disabled, day) if one[1] == person}
        raise Done

    with pytest.raises(Done):
        database.writing(work)


def fill(connection: Connection, held: list[Held], links: list[Link], disabled: set[str]) -> None:
    gone = connection.moment(NOW)
    own = "INSERT INTO person (id, name, language, nationalities, conflicts, demonstration, created_at, "
    rows = [(one, one, "en", "[]", "[]", False, gone, gone if one in disabled else None) for one in PEOPLE]
    connection.write(f"{own} disabled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.write(
        "INSERT INTO mandate (id, person, role, since, until, reason) VALUES (?, ?, ?, ?, ?, '')",
        [(str(no), one.person, one.role, text(one.since), text(one.until)) for no, one in enumerate(held)],
    )
    connection.write(
        "INSERT INTO delegation (id, absent, stand_in, role, definition, since, until, ended_on, set_by, "
        "set_at, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'ana', ?, '')",
        [
            (
                str(no),
                one.absent,
                one.stand_in,
                one.role,
                one.kind,
                text(one.since),
                text(one.until),
                text(one.ended_on),
                gone,
            )
            for no, one in enumerate(links)
        ],
    )


def text(day: date | None) -> str | None:
    return day.isoformat() if day else None


@pytest.fixture
def house(database: Database) -> Database:
    def work(connection: Connection) -> None:
        for name in (*PEOPLE, "eve"):
            persons.put(connection, Person(name, name.title(), "en"), NOW)
        persons.grant(connection, "ana", "supervisor", since=FIRST)

    database.writing(work)
    return database


def lend(
    house: Database, absent: str, stand_in: str, first: int = 0, last: int = 9, **scope: Any
) -> Delegation:
    since, until = FIRST + timedelta(days=first), FIRST + timedelta(days=last)
    return house.writing(
        lambda connection: delegations.add(
            connection, absent, stand_in, since=since, until=until, set_by=absent, at=NOW, **scope
        )
    )


def can(house: Database, person: str, day: int) -> bool:
    on = FIRST + timedelta(days=day)
    return bool(house.reading(lambda connection: persons.valid_mandates(connection, person, on)))


def refused(house: Database, *args: Any) -> list[tuple[str, str]]:
    with pytest.raises(Malformed) as caught:
        lend(house, *args)
    return [(fault.pointer, str(fault.said)) for fault in caught.value.faults]


def test_it_counts_from_its_first_day_to_its_last(house: Database) -> None:
    lend(house, "ana", "ben", 2, 4)
    assert [can(house, "ben", day) for day in (1, 2, 4, 5)] == [False, True, True, False]


def test_ended_early_it_no_longer_counts_from_that_day_on(house: Database) -> None:
    given = lend(house, "ana", "ben", 2, 8)
    on = FIRST + timedelta(days=4)
    house.writing(lambda connection: delegations.end(connection, given, on, "ana"))
    assert [can(house, "ben", day) for day in (3, 4, 8)] == [True, False, False]


def test_it_ends_with_the_mandate_that_it_lends(house: Database) -> None:
    lend(house, "ana", "ben")
    (mandate,) = house.reading(lambda connection: persons.mandates(connection, "ana"))
    house.writing(lambda connection: persons.end_mandate(connection, mandate.id, FIRST + timedelta(days=3)))
    assert [can(house, "ben", day) for day in (3, 4)] == [True, False]


def test_nobody_stands_in_for_themselves(house: Database) -> None:
    assert refused(house, "ana", "ana") == [
        ("/stand_in", "nobody stands in for themselves; name somebody else")
    ]


def test_a_circle_is_refused_while_its_days_overlap(house: Database) -> None:
    lend(house, "ana", "ben", 0, 4)
    ((pointer, said),) = refused(house, "ben", "ana", 4, 8)
    assert pointer == "/stand_in"
    assert said == "ben stands in for ana from 2026-03-01 to 2026-03-05: a circle"
    lend(house, "ben", "ana", 5, 8)


def test_a_circle_of_three_is_refused_too(house: Database) -> None:
    lend(house, "ana", "ben")
    lend(house, "ben", "cid")
    assert refused(house, "cid", "ana") == [
        ("/stand_in", "ben → cid → ana → ben would be a circle; name somebody else")
    ]


@pytest.mark.parametrize(
    ("there", "new"),
    [
        ([("ana", "ben"), ("ben", "cid")], ("cid", "dee")),
        ([("ben", "cid"), ("cid", "dee")], ("ana", "ben")),
        ([("ana", "ben"), ("cid", "dee")], ("ben", "cid")),
    ],
)
def test_a_third_link_is_refused_wherever_it_would_stand(
    house: Database, there: list[tuple[str, str]], new: tuple[str, str]
) -> None:
    for link in there:
        lend(house, *link)
    ((pointer, said),) = refused(house, *new)
    assert pointer == "/stand_in"
    assert said.startswith("three would follow each other, ana → ben → cid → dee;")


def test_a_third_link_may_follow_when_the_first_is_over(house: Database) -> None:
    lend(house, "ana", "ben", 0, 3)
    lend(house, "ben", "cid", 0, 9)
    lend(house, "cid", "dee", 4, 9)
    assert not can(house, "dee", 5)


def test_who_has_no_account_or_a_disabled_one_stands_in_for_nobody(house: Database) -> None:
    house.writing(
        lambda connection: connection.write(
            "UPDATE person SET disabled_at = ? WHERE id = 'ben'", [(connection.moment(NOW),)]
        )
    )
    assert [pointer for pointer, _ in refused(house, "ana", "nobody")] == ["/stand_in"]
    assert [pointer for pointer, _ in refused(house, "ana", "ben")] == ["/stand_in"]
    assert [pointer for pointer, _ in refused(house, "nobody", "cid")] == ["/absent"]
    assert [pointer for pointer, _ in refused(house, "ana", "cid", 4, 3)] == ["/until"]


def test_disabling_the_absent_person_ends_what_they_lend(house: Database) -> None:
    lend(house, "ana", "ben")
    lend(house, "ben", "cid")
    assert [can(house, one, 1) for one in ("ben", "cid")] == [True, True]
    house.writing(
        lambda connection: connection.write(
            "UPDATE person SET disabled_at = ? WHERE id = 'ana'", [(connection.moment(NOW),)]
        )
    )
    assert [can(house, one, 1) for one in ("ben", "cid")] == [False, False]


PLANS = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}


@pytest.mark.parametrize(
    ("view", "asked"),
    [
        ("authority", "person = 'p7'"),
        ("authority", "party = 'KE'"),
        ("authority", "role = 'expert' AND party IS NULL"),
        ("lent", "for_person = 'p7'"),
    ],
)
def test_the_views_are_read_by_indexes(database: Database, view: str, asked: str) -> None:
    database.writing(_crowd)
    sql = f"{PLANS[database.engine.dialect.name]} SELECT * FROM {view} WHERE {asked}"
    plan = "\n".join(str(row[-1]) for row in database.reading(lambda connection: connection.rows(sql)))
    # Of few delegations all may be gone through, for the mandates of one Party or role that were found.
    scans = ["SCAN m", "Seq Scan on mandate"]
    scans += ["SCAN d", "SCAN e", "Seq Scan on delegation"] if "person" in asked else []
    assert [scan for scan in scans if scan in plan] == [], plan


def _crowd(connection: Connection) -> None:
    person: dict[str, Any] = {"name": "P", "language": "en", "created_at": NOW}
    connection.put(PartyRow, [{"code": "KE", "names": {}}])
    connection.put(PersonRow, [{"id": f"p{no}", **person} for no in range(4000)])
    connection.put(
        MandateRow,
        [
            {"id": f"m{no}", "person": f"p{no}", "role": f"r{no % 400}", "since": FIRST}
            | {"party": "KE" if no % 400 == 3 else None}
            for no in range(4000)
        ],
    )
    given = {"since": FIRST, "until": FIRST, "set_by": "x", "set_at": NOW}
    connection.put(
        DelegationRow,
        [{"id": f"d{no}", "absent": f"p{no}", "stand_in": f"p{no + 1}", **given} for no in range(0, 3000, 3)],
    )
    if connection.dialect == "postgresql":
        for table in ("person", "mandate", "delegation", "party"):
            connection.write(f"ANALYZE {table}", [()])
