"""Pictures of definitions: what is drawn, in both languages, is what the definition says."""

import re
from functools import cache
from html import unescape
from pathlib import Path

import definitions
from tests.rules.walking import edition
from workflow.rules.definition import Definition
from workflow.rules.diagrams import dot, draw, mermaid
from workflow.rules.loading.compile import compile_definition
from workflow.runtime.diagrams import svg

DEFINITIONS = Path(__file__).parent / "definitions"
PROCEDURE = Path(definitions.__file__).parent / "technical_assistance"


@cache
def definition(name: str) -> Definition:
    return compile_definition(edition(DEFINITIONS / name).sources)


def test_every_state_is_drawn_with_its_label_and_whose_turn_it_is() -> None:
    drawing = draw(definition("combinations"), "en")
    assert [node.name for node in drawing.nodes] == list(definition("combinations").format.states)
    suspended = next(node for node in drawing.nodes if node.name == "suspended")
    assert (suspended.label, suspended.category, suspended.ball) == ("Suspended", "suspended", "Coordinator")


def test_an_interruption_is_dashed_and_its_way_back_is_told() -> None:
    drawing = draw(definition("combinations"), "en")
    into = {edge.source: edge.dashed for edge in drawing.edges if edge.target == "asked"}
    assert into == {"submitted": True, "appraisal": True}
    asked = next(node for node in drawing.nodes if node.name == "asked")
    assert asked.in_place == ("Answer: back to where it was", "Make emergency", "Make normal")


def test_all_triggers_between_two_states_share_an_arrow() -> None:
    drawing = draw(definition("choices"), "en")
    assert {(edge.source, edge.target): edge.labels for edge in drawing.edges} == {
        ("draft", "submitted"): ("Submit",),
        ("submitted", "decision"): ("Decide",),
        ("decision", "declined"): ("Conclude",),
        ("decision", "granted"): ("Conclude",),
    }


def test_a_trigger_that_leaves_many_states_names_them() -> None:
    found = compile_definition(edition(PROCEDURE).sources)
    told = {label: note.told for note in draw(found, "en").notes for label in note.labels}
    assert told["Suspend"] == (
        "from",
        "· Approved: search for experts",
        "· Choice of expert by the Party",
        "· Offer to the expert",
        "· Work plan",
        "· Contracting",
        "· Ready to start",
        "· Delivery",
    )
    assert told["Delegate"] == ("from every state that is neither draft nor closed",)
    assert "  many_0: · Approved – search for experts\n" in mermaid(found)
    assert "· Contracting" in _words(svg(found))
    asked = next(node for node in draw(found, "fr").nodes if node.name == "information_requested")
    assert asked.in_place[0] == "Répondre aux éléments manquants\u00a0: retour à l’état précédent"


def test_mermaid_names_every_state_and_arrow() -> None:
    text = mermaid(definition("turns"))
    assert text.startswith("stateDiagram-v2\n")
    assert "  [*] --> draft\n" in text
    assert "  draft --> plan: Submit\n" in text
    assert "  done --> [*]\n" in text
    assert '  state "Parked" as parked\n' in text


def test_a_definition_becomes_a_picture_with_all_its_labels() -> None:
    words = _words(svg(definition("combinations")))
    assert {node.label for node in draw(definition("combinations"), "en").nodes} <= words


def test_a_quote_in_a_label_does_not_break_the_drawing() -> None:
    assert '\\"' not in dot(definition("turns"))
    found = definition("turns")
    quoted = Definition(
        **{
            **{field: getattr(found, field) for field in Definition.__slots__},
            "wording": {"en": {**found.wording["en"], "state.plan": 'The "plan": \\ #1; <now>'}},
        }
    )
    assert 'The "plan": \\ #1; <now>' in _words(svg(quoted))
    assert "The 'plan' – \\ no. 1, <now>" in mermaid(quoted)


def _words(picture: str) -> set[str]:
    return {unescape(words) for words in re.findall(r"<text[^>]*>([^<]*)</text>", picture)}
