"""Retention: what a definition lets go goes from every row, the chain holds, a legal hold keeps all."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.house import REQUEST, House
from workflow.errors import Gone
from workflow.records import administration, legal_holds
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
    assert [one.status for one in retention(house).all()] == ["erased"]


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
    store = Store(tmp_path / "files")
    first, second = house.submitted(), house.submitted()
    digest = sha256(PDF).hexdigest()
    files.put(house.engine, store, first, f"{CANARY}.pdf", PDF, by="sc")
    house.live(days=40)
    files.put(house.engine, store, second, "letter.pdf", PDF, by="sc") if house.engine.actions(
        second, by="sc"
    ) else None
    house.clock.move(days=800)
    worked_off(house, store)
    assert not store.has(digest)
    assert CANARY not in dumped(house)
    with pytest.raises(Gone):
        files.get(house.engine, store, first, digest, by="sc")


def test_a_history_of_an_erased_case_can_still_be_told(house: House) -> None:
    case = ended(house)
    house.clock.move(days=800)
    worked_off(house)
    lines = export_lines(house.engine, case)
    assert CANARY not in "\n".join(lines)
    assert any('"trigger":"submit"' in line for line in lines)
