"""Who is concerned with a case is remembered, but no longer than it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from tests.records import samples
from tests.records.samples import TODAY, definition_of, open_case
from workflow.records import cases, circle, persons
from workflow.records.circle import Around, Part
from workflow.records.databases import Connection, Database, open_database
from workflow.records.loaded import Loaded
from workflow.records.persons import Reader
from workflow.rules.replacing import replace

CHANGES = {
    "a mandate given": """INSERT INTO mandate (id, person, role, since, reason)
        VALUES ('new', 'emil', 'supervisor', '2026-01-01', '')""",
    "a mandate ended": "UPDATE mandate SET until = '2026-02-01' WHERE id = 'm-sven'",
    "a mandate taken away": "DELETE FROM mandate WHERE id = 'm-sven'",
    "a person renamed": "UPDATE person SET name = 'Sven S.' WHERE id = 'sven'",
}


@pytest.fixture
def house(database: Database) -> Database:
    samples.people(database)
    open_case(database)
    return database


@pytest.fixture
def elsewhere(house: Database) -> Iterator[Database]:
    """The same database, as another process has it."""
    opened = open_database(house.url)
    yield opened
    opened.close()


def load(connection: Connection, today: date = TODAY) -> Loaded:
    return cases.load(connection, "c1", definition_of, today=today)


def concerned(database: Database, today: date = TODAY) -> Loaded:
    return database.reading(lambda connection: load(connection, today))


def test_it_is_read_once_while_nothing_changes(house: Database) -> None:
    first = concerned(house)
    assert concerned(house).office.mandates is first.office.mandates


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_anybody_changes_is_seen_with_the_next_case(
    house: Database, elsewhere: Database, change: str
) -> None:
    def seen() -> Any:
        loaded = concerned(house)
        return loaded.office.mandates, dict(loaded.readers)

    before = seen()
    elsewhere.writing(lambda connection: connection.write(CHANGES[change], [()]))
    assert seen() != before


def test_a_mandate_that_was_not_committed_was_never_given(house: Database) -> None:
    def give_and_fail(connection: Connection) -> None:
        persons.grant(connection, "emil", "supervisor", since=TODAY)
        assert "emil" in {mandate.person for mandate in load(connection).office.mandates}
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        house.writing(give_and_fail)
    assert "emil" not in {mandate.person for mandate in concerned(house).office.mandates}


def test_another_day_is_another_question(house: Database) -> None:
    house.writing(lambda connection: persons.end_mandate(connection, "m-sven", TODAY))
    assert "sven" in concerned(house, TODAY).readers
    assert "sven" not in concerned(house, TODAY + timedelta(days=1)).readers


def test_a_person_joins_the_circle_of_a_case_that_names_them(house: Database) -> None:
    assert "emil" not in concerned(house).readers
    house.writing(
        lambda connection: connection.write(
            """UPDATE cases SET accepted = '{"request.experts": ["emil"]}' WHERE id = 'c1'""", [()]
        )
    )
    assert concerned(house).readers["emil"] == Reader("Emil", "en")


def test_what_was_read_for_one_circle_serves_the_next(
    house: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Part] = []
    read = circle._read

    def listened(connection: Connection, parts: Sequence[Part]) -> Any:
        asked.extend(parts)
        return read(connection, parts)

    monkeypatch.setattr(circle, "_read", listened)
    around = Around("KE", None, ("coordinator",), frozenset(), TODAY)
    house.reading(lambda connection: circle.of(connection, around, "one"))
    asked.clear()
    wider = replace(around, persons=frozenset({"emil"}))
    assert "emil" in house.reading(lambda connection: circle.of(connection, wider, "one")).readers
    assert asked == [Part("person", "emil"), Part("stand_in", "emil")]


def test_it_does_not_grow_without_end(house: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circle, "MANY", 3)
    for day in range(10):
        concerned(house, TODAY + timedelta(days=day))
    assert len(house.remembered["circles"][1]) <= 3
