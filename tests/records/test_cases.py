"""Loading and recording: what was decided is what is loaded next, and losing a race has a name."""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from tests.proof import size
from tests.records import samples
from tests.records.samples import DEFINITION, NOW, TODAY, act, definition_of, open_case, read, submitted
from workflow.errors import LostRace, Malformed, NotFound, Stale
from workflow.records import cases, replays
from workflow.records.databases import Connection, Database, open_database
from workflow.records.persons import Reader
from workflow.records.verify import verify
from workflow.rules.case import Case
from workflow.rules.commands import Actor
from workflow.rules.decision import Decision
from workflow.rules.replacing import replace

AMINA = Actor("amina", frozenset({"focal_point"}))


@pytest.fixture(autouse=True)
def _people(database: Database) -> None:
    samples.people(database)


def rows(database: Database, sql: str) -> list[tuple[Any, ...]]:
    return database.reading(lambda connection: connection.rows(sql))


def test_what_was_opened_is_loaded_as_it_was(database: Database) -> None:
    case = open_case(database)
    assert read(database, "c1").case == case


def test_a_whole_decision_is_loaded_as_it_was(database: Database) -> None:
    open_case(database)
    decision = act(database, "c1", submitted)
    assert read(database, "c1").case == decision.case


def test_stopped_clocks_are_kept_and_not_loaded(database: Database) -> None:
    open_case(database)
    before = act(database, "c1", submitted).case

    def stop(case: Case) -> Decision:
        after = replace(case, clocks=case.clocks[1:], revision=case.revision + 1, entry=case.entry + 1)
        entry = samples.entry(after.entry, "close", "submitted", "submitted")
        return Decision(case, after, (entry,), clocks=(replace(case.clocks[0], status="stopped"),))

    act(database, "c1", stop)
    loaded = read(database, "c1").case
    assert loaded is not None
    assert loaded.clocks == before.clocks[1:]
    assert rows(database, "SELECT no, status FROM clock ORDER BY no") == [(3, "stopped"), (4, "held")]


def test_every_part_of_a_decision_is_written(database: Database) -> None:
    open_case(database)
    act(database, "c1", submitted, texts={"H-2026-0001/L01/1": {"en": {"subject": "Received", "body": "…"}}})
    assert rows(database, "SELECT no FROM timer ORDER BY no") == [(2,), (3,)]
    assert rows(database, "SELECT form, status, entry FROM answer ORDER BY id") == [
        ("request", "draft", 1),
        ("request", "accepted", 2),
    ]
    assert rows(database, "SELECT id, person, kind, status, letter FROM notice ORDER BY id") == [
        ("c1.2.0", "carla", "notice", "pending", None),
        ("c1.2.1", "amina", "letter", "pending", "H-2026-0001/L01/1"),
    ]
    assert rows(database, "SELECT reference, code, sender, signer FROM letter") == [
        ("H-2026-0001/L01/1", "L01", "coordinator", "sven")
    ]
    assert "Received" in str(rows(database, "SELECT texts FROM letter"))
    assert rows(database, "SELECT category, ball_role, ball_person FROM cases") == [
        ("open", "coordinator", "carla")
    ]
    assert rows(database, "SELECT definition, year, last FROM serial") == [("help", 2026, 1)]
    assert rows(database, "SELECT key, version, digest FROM definition_version") == [("help", 1, "d" * 64)]


def test_notices_of_a_historic_case_are_never_to_be_sent(database: Database) -> None:
    open_case(database, historic=True)
    act(database, "c1", submitted)
    assert {status for (status,) in rows(database, "SELECT status FROM notice")} == {"historic"}


def test_demonstration_data_is_marked_in_the_rows(database: Database) -> None:
    decision = samples.opened("c1")

    def work(connection: Connection) -> None:
        loaded = cases.opening(
            connection, DEFINITION, case_id="c1", party="KE", region=None, today=TODAY, demonstration=True
        )
        cases.record(connection, loaded, decision)

    database.writing(work)
    act(database, "c1", submitted)
    assert rows(database, "SELECT count(*) FROM cases WHERE demonstration") == [(1,)]
    assert rows(database, "SELECT count(*) FROM answer WHERE demonstration") == [(2,)]


def test_a_case_that_is_not_there_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound, match="There is no case 'c9' that you may see"):
        read(database, "c9")


def test_a_case_is_not_opened_for_an_unknown_party(database: Database) -> None:
    with pytest.raises(Malformed, match="'XX' is not the code of a Party"):
        open_case(database, party="XX")


def test_the_mandates_concerned_are_loaded_and_no_others(database: Database) -> None:
    open_case(database)
    loaded = read(database, "c1")
    assert sorted(mandate.person for mandate in loaded.office.mandates) == ["amina", "carla", "sven"]
    assert loaded.readers == {
        "amina": Reader("Amina", "fr"),
        "carla": Reader("Carla", "en"),
        "sven": Reader("Sven", "en"),
    }
    act(database, "c1", submitted)
    concerned = sorted(mandate.person for mandate in read(database, "c1").office.mandates)
    assert concerned == ["amina", "carla", "elena", "emil", "sven"], (
        "who holds a task, and who is named in a fact"
    )


def test_who_signed_a_letter_of_a_case_is_concerned_with_it(database: Database) -> None:
    open_case(database)
    assert "sven" not in database.reading(lambda connection: replays.concerned(connection, "c1"))
    act(database, "c1", submitted)
    assert "sven" in database.reading(lambda connection: replays.concerned(connection, "c1"))


def test_the_mandates_of_persons_asked_for_are_loaded_too(database: Database) -> None:
    open_case(database)
    loaded = read(database, "c1", persons=("colin", "elena"))
    elena = next(mandate for mandate in loaded.office.mandates if mandate.person == "elena")
    assert (elena.nationalities, elena.role, elena.id) == (("IT",), "assessor", "m-elena")
    assert loaded.office.conflicts == {"elena": {"TG"}}


@pytest.mark.parametrize(
    ("since", "until", "acts"),
    [
        (TODAY, TODAY, True),
        (TODAY + timedelta(days=1), None, False),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), False),
    ],
)
def test_a_mandate_counts_from_its_first_to_its_last_day(
    database: Database, since: date, until: date | None, acts: bool
) -> None:
    database.writing(
        lambda connection: samples.put_person(
            connection, "dora", "focal_point", party="KE", since=since, until=until
        )
    )
    open_case(database)
    assert ("dora" in read(database, "c1").readers) is acts


def test_the_number_after_the_last_one_given_this_year_is_offered(database: Database) -> None:
    for name in ("c1", "c2"):
        open_case(database, name)
    act(database, "c1", submitted)
    assert read(database, "c2").office.next_serial == 2
    next_year = database.reading(
        lambda connection: cases.load(connection, "c2", definition_of, today=date(2027, 1, 4))
    )
    assert next_year.office.next_serial == 1


def test_a_stale_decision_loses_the_race_and_writes_nothing(database: Database) -> None:
    case = open_case(database)
    act(database, "c1", submitted)

    def late(connection: Connection) -> None:
        loaded = cases.load(connection, "c1", definition_of, today=TODAY)
        cases.record(connection, loaded, submitted(case, serial=2))

    with pytest.raises(LostRace):
        database.writing(late)
    assert verify(database).whole
    assert rows(database, "SELECT count(*) FROM notice") == [(2,)]


def test_a_case_that_another_transaction_has_is_passed_over(database: Database) -> None:
    open_case(database)
    held, free = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        cases.load(connection, "c1", definition_of, today=TODAY)
        held.set()
        free.wait(20)

    def try_it(connection: Connection) -> bool:
        return cases.load_if_free(connection, "c1", definition_of, today=TODAY) is not None

    with ThreadPoolExecutor(1) as threads:
        holding = threads.submit(database.writing, hold)
        held.wait(20)
        if database.url.startswith("postgresql"):
            assert not database.writing(try_it)
        free.set()
        holding.result()
    assert database.writing(try_it)


def test_a_case_locked_after_waiting_is_read_as_the_other_left_it(database: Database) -> None:
    """The tasks are those of the moment when the lock was got, not of when it was asked for."""
    open_case(database)
    held = threading.Event()

    def slow(connection: Connection) -> None:
        loaded = cases.load(connection, "c1", definition_of, today=TODAY)
        held.set()
        assert loaded.case is not None
        waiting.wait(20)
        cases.record(connection, loaded, submitted(loaded.case))

    def second() -> Case | None:
        held.wait(20)
        waiting.set()
        return database.writing(
            lambda connection: cases.load(connection, "c1", definition_of, today=TODAY)
        ).case

    waiting = threading.Event()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(database.writing, slow)
        seen = threads.submit(second).result()
        first.result()
    assert seen is not None
    assert [task.no for task in seen.tasks] == [1, 2]


def test_the_last_act_is_kept_as_an_image(database: Database) -> None:
    before = open_case(database)
    act(database, "c1", submitted)

    def last(connection: Connection) -> Any:
        return cases.last_act(connection, "c1", AMINA, expected=2, reason="a slip")

    undo = database.reading(last)
    assert (undo.before, undo.act_person, undo.act_at, undo.expected) == (before, "amina", NOW, 2)
    assert (undo.act, undo.act_task) == ("submit", None)


def test_an_undone_act_drops_what_was_not_sent_and_corrects_what_was(database: Database) -> None:
    before = open_case(database)
    act(database, "c1", submitted)
    database.writing(
        lambda connection: connection.write(
            "UPDATE notice SET status = 'sent' WHERE person = ?", [("carla",)]
        )
    )

    def undo(case: Case) -> Decision:
        after = replace(before, revision=3, entry=3, serial=case.serial)
        tasks = tuple(replace(task, status="ended", ended_at=NOW, outcome="undone") for task in case.tasks)
        clocks = tuple(replace(clock, status="stopped") for clock in case.clocks)
        return Decision(
            case,
            after,
            (samples.entry(3, "undo", "submitted", "draft"),),
            tasks,
            clocks,
            {2: None, 3: None},
            undoes=2,
        )

    act(database, "c1", undo)
    assert rows(database, "SELECT id, person, template, status, entry FROM notice ORDER BY id") == [
        ("c1.2.0", "carla", "submitted", "sent", 2),
        ("c1.2.1", "amina", "L01", "dropped", 2),
        ("c1.3.c0", "carla", "correction", "pending", 3),
    ]
    assert rows(database, "SELECT * FROM timer") == []
    assert rows(database, "SELECT * FROM undo") == []
    assert verify(database).whole


def test_a_draft_opened_in_the_same_work_as_another_act_is_linked(database: Database) -> None:
    open_case(database)

    def work(connection: Connection) -> None:
        loaded = cases.load(connection, "c1", definition_of, today=TODAY)
        assert loaded.case is not None
        cases.record(connection, loaded, samples.resubmitted(loaded.case))
        child = cases.opening(
            connection, DEFINITION, case_id="c2", party="KE", region="Africa", today=TODAY, parent="c1"
        )
        assert child.office.registers["resubmissions"] == 1
        cases.record(connection, child, samples.opened("c2", parent="c1"))

    database.writing(work)
    loaded = read(database, "c2")
    assert loaded.case is not None
    assert loaded.case.parent == "c1"
    assert verify(database).whole


def race(url: str, places: Iterator[int] | range, each: int) -> Counter[str]:
    """Threads of one process that all try to submit the case from its first revision."""
    database = open_database(url, connections=8)

    def once(_: int) -> str:
        try:
            database.writing(submit)
        except Stale:
            return "stale"
        except LostRace:
            return "lost"
        return "won"

    def submit(connection: Connection) -> None:
        loaded = cases.load(connection, "c1", definition_of, today=TODAY)
        assert loaded.case is not None
        if loaded.case.revision != 1:
            raise Stale(1, loaded.case.revision)
        cases.record(connection, loaded, submitted(loaded.case))

    with ThreadPoolExecutor(each) as threads:
        outcome = Counter(threads.map(once, range(each)))
    database.close()
    return outcome


def _race(url: str, each: int, outcomes: Any) -> None:
    outcomes.put(race(url, range(each), each))


def test_of_many_threads_in_many_processes_one_wins(database: Database) -> None:
    open_case(database)
    each = size(8, 16)
    spawn = multiprocessing.get_context("spawn")
    outcomes: Any = spawn.Queue()
    processes = [spawn.Process(target=_race, args=(database.url, each, outcomes)) for _ in range(4)]
    for process in processes:
        process.start()
    total: Counter[str] = sum((outcomes.get(timeout=120) for _ in processes), Counter())
    for process in processes:
        process.join()
    assert total == {"won": 1, "stale": 4 * each - 1}
    assert verify(database).whole


def test_numbers_are_given_once_and_without_gaps_by_many_at_once(database: Database) -> None:
    names = [f"c{place}" for place in range(48)]
    for name in names:
        open_case(database, name)

    def submit(name: str) -> None:
        def work(connection: Connection) -> None:
            loaded = cases.load(connection, name, definition_of, today=TODAY)
            assert loaded.case is not None
            cases.record(connection, loaded, submitted(loaded.case, serial=loaded.office.next_serial))

        database.writing(work)

    with ThreadPoolExecutor(48) as threads:
        list(threads.map(submit, names))
    numbers = [number for (number,) in rows(database, "SELECT number FROM cases ORDER BY number")]
    assert numbers == [f"H-2026-{place:04}" for place in range(1, 49)]
