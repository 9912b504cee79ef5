"""The published JSON Schemas and the reference page: true to the format, and up to date."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from docs.format_page import definition_schema, page, scenario_schema
from docs.generate import generated
from workflow.rules.loading.nodes import read
from workflow.runtime.library import package

HERE = Path(__file__).parents[1] / "rules" / "definitions"
DEFINITIONS = sorted([*HERE.glob("*/v1/definition.yaml"), *package().glob("*/v1/definition.yaml")])
SCENARIOS = sorted([*HERE.glob("*/scenarios/*.yaml"), *package().glob("*/scenarios/*.yaml")])
SMALL = {
    "key": "small",
    "version": 1,
    "languages": ["en"],
    "number": "{year}-{serial}",
    "opening": {"by": "clerk"},
    "roles": {"clerk": {"side": "secretariat", "sees": "all"}},
    "states": {"open": {"category": "open", "ball": "clerk"}, "done": {"category": "closed"}},
    "transitions": [{"trigger": "close", "from": "open", "to": "done", "by": "clerk"}],
}


def _faults(schema: dict[str, Any], value: Any) -> list[str]:
    return [
        f"{list(error.instance_path)}: {error.message}"
        for error in Draft202012Validator(schema).iter_errors(value)
    ]


@pytest.mark.parametrize("file", DEFINITIONS, ids=lambda file: file.parts[-3])
def test_every_definition_keeps_to_the_published_schema(file: Path) -> None:
    assert _faults(definition_schema(), read(file.name, file.read_text())[0].value) == []


def test_every_scenario_keeps_to_the_published_schema() -> None:
    for file in SCENARIOS:
        assert _faults(scenario_schema(), read(file.name, file.read_text())[0].value) == [], file


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("transision", []),
        ("version", "one"),
        ("roles", {"clerk": {"side": "office", "sees": "all"}}),
        ("states", {"open": {"category": "open", "ball": "clerk", "due": {"withn": "3 days"}}}),
        ("transitions", [{"trigger": "Close it", "from": "open", "by": "clerk"}]),
    ],
)
def test_the_published_schema_finds_what_an_editor_should_underline(key: str, value: Any) -> None:
    assert _faults(definition_schema(), SMALL) == []
    assert _faults(definition_schema(), {**SMALL, key: value})


@pytest.mark.parametrize("path", list(generated()), ids=lambda path: path.name)
def test_what_is_generated_is_up_to_date(path: Path) -> None:
    assert path.read_text() == generated()[path], "run `make docs`"


def test_the_reference_page_names_every_key_of_the_format() -> None:
    text = page()
    for schema in (definition_schema(), scenario_schema()):
        for name, part in {"": schema, **schema["$defs"]}.items():
            for key in part["properties"]:
                assert f"| `{key}`" in text, f"{name}.{key}"
    assert json.dumps(definition_schema()).count("BeforeValidator") == 0
