"""Registers that count events, in the house: a new kind of request names its own, and needs no Python."""

import pytest

from tests.runtime.house import House
from workflow.errors import GuardRefused
from workflow.rules.loading.compile import compile_definition
from workflow.rules.loading.sources import Sources
from workflow.runtime.library import Library

LOAN = """\
key: loan
version: 1
languages: [en]
number: "LN-{year}-{serial:03}"
opening: {by: [focal_point, supervisor]}
undo: supervisor
roles:
  focal_point: {side: party, sees: own_party}
  supervisor: {side: secretariat, sees: all}
facts:
  lost_before: {type: integer, register: earlier_events, count: [reminder.lost], else: 0}
  lent_before: {type: integer, register: earlier_events, count: [enter lent], else: 0}
  renewed: {type: integer, register: line_events, count: [renew], else: 0}
states:
  draft: {category: draft, ball: focal_point}
  lent: {category: open, ball: [task, supervisor], clock: runs, enter: [{open: reminder}]}
  done: {category: closed}
tasks:
  reminder: {for: {role: supervisor}, outcomes: {back: [], lost: []}, side_work: true}
transitions:
  - trigger: lend
    from: draft
    to: lent
    by: [focal_point, supervisor]
    guard: {nothing_lost: lost_before == 0, twice_at_most: renewed < 2, few: lent_before < 50}
  - {trigger: renew, from: lent, by: supervisor, then: [{open_case: loan}]}
  - {trigger: close, from: lent, to: done, by: supervisor}
"""


@pytest.fixture
def office(house: House) -> House:
    """The house with another kind of request in it."""
    loan = compile_definition(Sources.sort({"loan/v1/definition.yaml": LOAN}))
    house.library = Library([*house.library.all(), loan])
    return house


def lent(house: House, case: str | None = None) -> str:
    name = case or house.engine.open("loan", by="sup", party="KE").case
    house.engine.advance(name, "lend", by="sup")
    return name


def renewed(house: House, case: str) -> str:
    (child,) = house.engine.advance(case, "renew", by="sup").opened
    return child


def told(house: House, case: str) -> dict[str, object]:
    return dict(house.engine.view(case, by="sup").office.registers)


def test_what_happened_in_earlier_requests_is_counted_by_the_events_that_the_definition_names(
    office: House,
) -> None:
    first = lent(office)
    second = lent(office)
    assert told(office, second) == {"lost_before": 0, "lent_before": 1, "renewed": 0}
    office.engine.complete(first, 1, "lost", by="sup")
    third = office.engine.open("loan", by="nfp", party="KE").case
    assert told(office, third) == {"lost_before": 1, "lent_before": 2, "renewed": 0}
    with pytest.raises(GuardRefused, match="nothing_lost"):
        office.engine.advance(third, "lend", by="nfp")
    stranger = office.engine.open("loan", by="other", party="SN").case
    assert told(office, stranger) == {"lost_before": 0, "lent_before": 0, "renewed": 0}


def test_a_line_of_requests_is_as_long_as_the_definition_says(office: House) -> None:
    first = lent(office)
    second = lent(office, renewed(office, first))
    third = renewed(office, second)
    assert [told(office, case)["renewed"] for case in (first, second, third)] == [0, 1, 2]
    with pytest.raises(GuardRefused, match="twice_at_most"):
        lent(office, third)


def test_what_was_taken_back_no_longer_counts(office: House) -> None:
    first = lent(office)
    second = renewed(office, first)
    assert told(office, second)["renewed"] == 1
    office.engine.undo(first, by="sup")
    assert told(office, second)["renewed"] == 0
    assert told(office, second)["lent_before"] == 1


def test_requests_of_another_kind_that_ask_other_registers_are_read_between(office: House) -> None:
    """What the last command asked is asked again at once, and never taken for what this one asks."""
    loan, permit = lent(office), office.submitted()
    for _ in range(2):
        assert told(office, loan) == {"lost_before": 0, "lent_before": 0, "renewed": 0}
        assert office.engine.view(permit, by="sup").office.registers == {}
