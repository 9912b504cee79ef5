"""Whose answers an act takes: drafts are taken by those only who stand where their writer stood."""

from typing import Any

import pytest

from tests.runtime.house import House
from tests.runtime.test_reference import example, opened, reference
from workflow.errors import Malformed
from workflow.rules.loading.compile import compile_definition
from workflow.rules.loading.sources import Sources
from workflow.runtime.library import Library

NOTE = """\
key: visit
version: 1
languages: [en]
number: "V-{year}-{serial:03}"
opening: {by: coordinator, form: note}
roles:
  focal_point: {side: party, sees: own_party}
  coordinator: {side: secretariat, sees: all}
states:
  draft: {category: draft, ball: focal_point}
  seen: {category: open, ball: coordinator, enter: [{open: look}]}
  done: {category: closed}
tasks:
  look:
    for: focal_point
    form: note
    outcomes: {looked: [], waived: {by: coordinator, form: note, then: []}}
transitions:
  - {trigger: ask, from: draft, to: seen, by: focal_point, form: note}
  - {trigger: return, from: seen, to: draft, by: focal_point, form: note}
  - {trigger: settle, from: seen, to: done, by: coordinator, form: note}
"""
FORM = "type: object\nrequired: [said]\nproperties: {said: {type: string}}\nadditionalProperties: false\n"
SAID = {"said": "So be it."}


@pytest.fixture
def office(house: House) -> House:
    """The house with the reference procedure, and one in which both sides write on the same form."""
    texts = {"visit/v1/definition.yaml": NOTE, "visit/v1/forms/note.yaml": FORM}
    visit = compile_definition(Sources.sort(texts))
    house.library = Library([*reference().all(), *house.library.all(), visit])
    return house


def asked(office: House) -> str:
    case = office.engine.open("visit", by="sc", party="KE").case
    office.engine.advance(case, "ask", by="nfp", data=SAID)
    return case


@pytest.mark.parametrize("form", ["decision", "completeness", "appraisal"])
def test_nobody_begins_a_case_with_the_forms_of_somebody_else(office: House, form: str) -> None:
    answers: dict[str, Any] = {"request": example("request"), form: example(form)}
    with pytest.raises(Malformed) as refused:
        office.engine.open("technical_assistance", by="nfp", party="KE", answers=answers)
    (fault,) = refused.value.faults
    assert fault.pointer == f"/answers/{form}"
    assert fault.message == f"a case does not begin with the form '{form}'; you may send: request, next_call"
    assert office.rows("SELECT count(*) FROM cases") == [(0,)]


def test_a_request_on_paper_begins_with_the_answers_that_the_coordinator_read_on_it(office: House) -> None:
    case = opened(office, by="sc", answers={"request": example("request")})
    assert office.engine.advance(case, "submit", by="nfp").state == "submitted"


def test_what_a_case_begins_with_is_taken_by_whoever_moves_it_on_from_there(office: House) -> None:
    case = office.engine.open("visit", by="sc", party="KE", answers={"note": SAID}).case
    assert office.engine.advance(case, "ask", by="nfp").state == "seen"


def test_a_copy_that_the_engine_made_is_taken_by_whoever_goes_on_with_it(office: House) -> None:
    (copy,) = office.engine.advance(office.submitted(), "refuse", by="sc").opened
    assert office.engine.advance(copy, "submit", by="nfp").state == "submitted"


def test_an_act_takes_no_draft_of_the_other_side(office: House) -> None:
    case = asked(office)
    office.engine.revise(case, "note", {"said": "We settle it ourselves."}, by="nfp")
    with pytest.raises(Malformed, match="/said"):
        office.engine.advance(case, "settle", by="sc")
    office.engine.revise(case, "note", SAID, by="sc")
    office.engine.revise(case, "note", {"said": "Not so."}, by="nfp")
    office.engine.advance(case, "settle", by="sc")
    accepted = "SELECT person, data FROM answer WHERE status = 'accepted' ORDER BY id DESC"
    (person, data), *_ = office.rows(accepted)
    assert (person, "So be it." in str(data)) == ("sc", True)


def test_an_outcome_of_the_secretariat_takes_no_draft_of_the_party(office: House) -> None:
    case = asked(office)
    office.engine.revise(case, "note", {"said": "We waive it ourselves."}, by="nfp", task=1)
    with pytest.raises(Malformed, match="/said"):
        office.engine.complete(case, 1, "waived", by="sc")
    assert office.engine.complete(case, 1, "looked", by="nfp").revision == 4
