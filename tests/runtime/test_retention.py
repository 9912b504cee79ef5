"""Retention: what a definition lets go goes from every row, the chain holds, a legal hold keeps all."""

import json
import os
import signal
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.house import REQUEST, House, enter
from tests.runtime.worker_process import start
from workflow.errors import Gone
from workflow.records import administration, erasing, legal_holds
from workflow.records.databases.protocol import Connection
from workflow.records.pages import Place
from workflow.records.tables import METADATA
from workflow.records.verify import verify
from workflow.runtime import files
from workflow.runtime.exporting import export_lines
from workflow.runtime.files import Store
from workflow.runtime.retention import Retention

CANARY = "Canary Quellenhof"
PDF = b"%PDF-1.4 " + CANARY.encode()


def dumped(house: House) -> str:
    """Every row of every table."""
    rows = house.reading(
        lambda one: {
            name: [[*row] for row in one.execute(table.select())] for name, table in METADATA.tables.items()
        }
    )
    return json.dumps(rows, default=str)


def ended(house: House, **data: Any) -> str:
    """A case that lapsed, with a canary in every copy that there is."""
    case = house.opened(answers={"request": {"contact": CANARY}})
    house.engine.revise(case, "request", {**REQUEST, "contact": CANARY, **data}, by="nfp")
    house.engine.advance(case, "submit", by="nfp", data={**REQUEST, "contact": CANARY, **data})
    house.live(days=40)
    assert house.engine.view(case, by="sup").case.state == "lapsed"
    return case


def retention(house: House, store: Store | None = None) -> Retention:
    return Retention(house.engine, store)


def worked_off(house: House, store: Store | None = None) -> None:
    work = retention(house, store).work
    while work():
        pass


def statistics(house: House) -> list[tuple[Any, ...]]:
    return house.rows(
        "SELECT number, party, state, opened_at, entered_at, revision, closed FROM cases ORDER BY id"
    )


def test_before_its_day_nothing_goes_and_on_it_everything_personal(house: House) -> None:
    case = ended(house)
    standing = retention(house).standing(case)
    assert standing is not None
    assert standing.status == "later"
    assert standing.until is not None
    before = statistics(house)
    house.clock.move(days=(standing.until - house.clock.at.date()).days - 1)
    worked_off(house)
    assert CANARY in dumped(house)
    house.clock.move(days=1)
    worked_off(house)
    assert CANARY not in dumped(house)
    assert statistics(house) == before
    verdict = verify(house.database)
    assert verdict.whole
    assert {one.case for one in verdict.erased} == {case}
    assert [one.status for one in retention(house).listed(Place())[1]] == ["erased"]


def test_the_choice_of_a_definition_is_over_the_facts_of_the_case(house: House) -> None:
    case = ended(house, days=31)
    house.clock.move(days=20_000)
    worked_off(house)
    standing = retention(house).standing(case)
    assert standing is not None
    assert (standing.status, standing.until) == ("for ever", None)
    assert CANARY in dumped(house)


def test_a_legal_hold_keeps_all_till_it_is_lifted(house: House) -> None:
    case, other = ended(house), ended(house)
    place = {"by": "sup", "at": house.clock.at, "reason": "A complaint is before a court."}
    held = house.database.writing(lambda one: legal_holds.place(one, case=case, **place))
    house.clock.move(days=800)
    before = dumped(house)
    worked_off(house)
    assert retention(house).standing(case).status == "legal hold"  # type: ignore[union-attr]
    assert retention(house).standing(other).status == "erased"  # type: ignore[union-attr]
    assert CANARY in before
    lift = {"by": "sup", "at": house.clock.at, "reason": "It was withdrawn."}
    house.database.writing(lambda one: legal_holds.lift(one, held.id, **lift))
    worked_off(house)
    assert CANARY not in dumped(house)
    told = house.reading(lambda one: administration.entries(one, Place(limit=9), subject=f"case:{case}")).rows
    assert [row["act"] for row in told] == ["erase_personal_values", "lift_legal_hold", "place_legal_hold"]


def test_a_legal_hold_on_a_person_keeps_the_cases_they_had_a_part_in(house: House) -> None:
    ended(house)
    place = {"by": "sup", "at": house.clock.at, "reason": "A complaint is before a court."}
    house.database.writing(lambda one: legal_holds.place(one, person="nfp", **place))
    house.clock.move(days=800)
    before = dumped(house)
    worked_off(house)
    assert dumped(house) == before


def test_a_content_goes_when_the_last_case_that_has_it_was_erased(house: House, tmp_path: Path) -> None:
    store, digest = Store(tmp_path / "files"), sha256(PDF).hexdigest()
    first, second = house.submitted(), house.submitted()
    for case in (first, second):
        files.put(house.engine, store, case, f"{CANARY}.pdf", PDF, by="sc")
    why = {"by": "sup", "at": house.clock.at, "reason": "A complaint is before a court."}
    hold = house.database.writing(lambda one: legal_holds.place(one, case=second, **why))
    house.live(days=840)
    worked_off(house, store)
    assert store.has(digest)
    with pytest.raises(Gone):
        files.get(house.engine, store, house.engine.view(first, by="sup"), digest)
    assert files.get(house.engine, store, house.engine.view(second, by="sup"), digest)[1] == PDF
    house.database.writing(lambda one: legal_holds.lift(one, hold.id, **why))
    worked_off(house, store)
    assert not store.has(digest)
    assert CANARY not in dumped(house)


def test_an_erased_content_that_is_put_again_is_there_again(house: House, tmp_path: Path) -> None:
    store, digest = Store(tmp_path / "files"), sha256(PDF).hexdigest()
    first = house.submitted()
    files.put(house.engine, store, first, "letter.pdf", PDF, by="sc")
    house.live(days=840)
    worked_off(house, store)
    assert not store.has(digest)
    again = house.submitted()
    files.put(house.engine, store, again, "letter.pdf", PDF, by="sc")
    worked_off(house, store)
    assert files.get(house.engine, store, house.engine.view(again, by="sup"), digest)[1] == PDF


def test_a_history_of_an_erased_case_can_still_be_told(house: House) -> None:
    case = ended(house)
    house.clock.move(days=800)
    worked_off(house)
    lines = export_lines(house.engine, case)
    assert CANARY not in "\n".join(lines)
    assert any('"trigger":"submit"' in line for line in lines)


def killed_in_the_second(url: str, at: datetime) -> None:
    """The life of a process that dies with its second case half erased."""
    house, texts, calls = enter(url), erasing._empty_texts, []
    house.clock.at = at

    def die(connection: Connection, case: str) -> None:
        calls.append(case)
        if len(calls) == 2:
            connection.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        texts(connection, case)

    erasing._empty_texts = die
    Retention(house.engine).erase_all_due()


def test_killed_in_the_midst_no_case_is_half_erased_and_the_next_run_goes_on(house_url: str) -> None:
    house = enter(house_url)
    cases = [ended(house) for _ in range(3)]
    house.clock.move(days=800)
    process = start(killed_in_the_second, house_url, house.clock.at)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    values = (
        "SELECT case_id, count(value), count(erased_at) FROM audit_value GROUP BY case_id ORDER BY case_id"
    )
    told = house.rows(values)
    assert sorted((left > 0, gone > 0) for _, left, gone in told) == [
        (False, True), (True, False), (True, False),
    ]  # fmt: skip
    erased = sum(row[0] for row in house.rows("SELECT count(*) FROM erasure"))
    assert erased == 1
    worked_off(house)
    assert {one.status for case in cases if (one := retention(house).standing(case))} == {"erased"}
    assert CANARY not in dumped(house)
    assert verify(house.database).whole
    house.database.close()
