"""Which registers are asked: those that a guard, a choice or a letter can come to, and no others."""

from typing import Any

from workflow.rules import consulted
from workflow.rules import format as fmt
from workflow.rules.consulted import Question
from workflow.rules.language.expressions import Environment

FACTS: dict[str, dict[str, Any]] = {
    "in_force": {"type": "boolean", "register": "party_in_force"},
    "twins": {"type": "integer", "register": "duplicates_12_months"},
    "alone": {"type": "boolean", "cel": "twins == 0"},
    "least_developed": {"type": "boolean", "register": "party_is_ldc"},
    "shown_to_nobody": {"type": "boolean", "register": "party_is_sids"},
    "returned": {"type": "integer", "register": "earlier_events", "count": ["end"]},
    "sent_anew": {"type": "integer", "register": "line_events", "count": ["end", "enter done"]},
}


def asked(guard: dict[str, str], places: tuple[str, ...] = ()) -> tuple[Question, ...]:
    said = {
        "key": "help",
        "version": 1,
        "languages": ["en"],
        "number": "H-{serial}",
        "opening": {"by": "asker"},
        "roles": {"asker": {"side": "party", "sees": "own_party"}},
        "facts": FACTS,
        "states": {"draft": {"category": "draft", "ball": "asker"}, "done": {"category": "closed"}},
        "transitions": [{"trigger": "end", "from": "draft", "to": "done", "by": "asker", "guard": guard}],
    }
    types = {name: str(fact["type"]) for name, fact in FACTS.items()}
    texts = {*guard.values(), "twins == 0"}
    compiled = {text: Environment(types).compile(text) for text in texts}
    return consulted.registers(fmt.Definition.model_validate(said), compiled, places)


def test_a_register_that_no_rule_asks_is_not_looked_up() -> None:
    assert asked({}) == ()


def test_a_guard_asks_the_registers_of_its_facts() -> None:
    assert asked({"ready": "in_force && !overdue"}) == (Question("in_force", "party_in_force"),)


def test_a_fact_made_of_other_facts_asks_theirs() -> None:
    assert asked({"ready": "alone"}) == (Question("twins", "duplicates_12_months"),)


def test_a_letter_asks_the_registers_of_the_facts_it_names() -> None:
    assert asked({}, ("least_developed",)) == (Question("least_developed", "party_is_ldc"),)


def test_each_fact_asks_with_the_events_that_it_names() -> None:
    assert asked({"ready": "sent_anew < 2 && returned < 2"}) == (
        Question("returned", "earlier_events", ("end",)),
        Question("sent_anew", "line_events", ("end", "enter done")),
    )
