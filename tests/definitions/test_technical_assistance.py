"""The reference procedure: its walks pass, its words are whole in both languages, personal fields marked."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import definitions
from tests.rules.walking import calendar, edition
from workflow.rules.definition import Definition
from workflow.rules.loading.compile import compile_definition
from workflow.rules.scenarios.playing import play
from workflow.rules.scenarios.walks import Script, read_examples, read_scenarios

FOLDER = Path(definitions.__file__).parent / "technical_assistance"
SCENARIOS = sorted(path.stem for path in (FOLDER / "scenarios").glob("*.yaml"))
PROCEDURE = (FOLDER / "v1" / "definition.yaml").read_text(encoding="utf-8")


@cache
def definition() -> Definition:
    return compile_definition(edition(FOLDER).sources)


@cache
def scripts() -> dict[str, Script]:
    found, broken = read_scenarios(edition(FOLDER).sources, definition().format)
    assert broken == ()
    return {script.name: script for script in found}


@cache
def examples() -> dict[str, Any]:
    found, unfit = read_examples(definition().forms, edition(FOLDER).sources.examples)
    assert unfit == ()
    return found


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_walk_goes_as_the_office_wrote_it(name: str) -> None:
    found = play(definition(), scripts()[name], examples(), calendar)
    assert [str(fault) for fault in found] == []


def test_every_form_has_an_example_marked_as_a_demonstration() -> None:
    files = edition(FOLDER).sources.examples
    assert files.keys() == definition().forms.keys()
    assert all(source.text.startswith("# Demonstration") for source in files.values())


@pytest.mark.parametrize("number", [f"S{n:02}" for n in range(21)] + [f"X{n}" for n in range(1, 6)])
def test_every_state_of_the_procedure_is_named_by_its_number(number: str) -> None:
    assert re.search(rf"\b{number}\b", PROCEDURE)


@pytest.mark.parametrize("number", [f"T{n:02}" for n in range(1, 46)])
def test_every_transition_of_the_procedure_is_named_by_its_number(number: str) -> None:
    assert re.search(rf"\b{number}\b", PROCEDURE)


@pytest.mark.parametrize("code", [*(f"L{n:02}" for n in range(1, 34)), "L10b", "L17b", "L22b"])
def test_every_letter_has_its_text_in_both_languages(code: str) -> None:
    assert {(code, "en"), (code, "fr")} <= definition().letters.keys()


@pytest.mark.parametrize("code", [*(f"L{n:02}" for n in range(1, 34)), "L10b", "L17b", "L22b"])
def test_every_letter_is_written_at_some_point_of_the_procedure(code: str) -> None:
    assert re.search(
        rf"letter: (\[.*)?{code}\b", PROCEDURE.partition("\nletters:")[0].replace("is: ", "letter: ")
    )


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ("request", "/contact/family_name"),
        ("request", "/national_team/*/name"),
        ("expert_declaration", "/profile/birth_year"),
        ("mission", "/people_met/*/name"),
        ("pledge", "/email"),
        ("designation", "/person"),
    ],
)
def test_names_and_addresses_of_people_are_marked_personal(form: str, pointer: str) -> None:
    assert pointer in definition().forms[form].personal


def test_the_french_texts_keep_the_rules_of_french_typesetting() -> None:
    faults = [
        f"{path.name}: {line}"
        for path in [
            *FOLDER.glob("letters/*.fr.md"),
            *FOLDER.glob("messages/*.fr.md"),
            FOLDER / "locales" / "fr.po",
        ]
        for line in path.read_text(encoding="utf-8").splitlines()
        for text in [_text_of(line)]
        if re.search(r"\w'\w|[^\u00a0\s][;?!»]| [:;?!»%]|« ", text)
    ]
    assert faults == []


def test_a_pass_needs_sixty_points_and_no_criterion_below_forty_percent() -> None:
    facts = definition().format.facts
    weigh = definition().expressions[facts["scores"].cel or ""]
    scores = weigh.evaluate(
        {"relevance": [10, 6], "feasibility": [8, 6], "effectiveness": [6, 6], "sustainability": [4, 6]}
    )
    assert scores == [30 + 20 + 15 + 8, 60]


def _text_of(line: str) -> str:
    """A label's text in a PO file, any other line as it is; its head is not text."""
    if line.startswith(("Subject:", '"', "msgid", "#")):
        return line.partition(":")[2] if line.startswith("Subject:") else ""
    return line.removeprefix("msgstr ").strip('"')
