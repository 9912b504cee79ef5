"""The published descriptions of the two formats: their JSON Schemas, and the reference page made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.rules import format as fmt
from workflow.rules.language.expressions import ENGINE_FACTS
from workflow.rules.language.functions import FUNCTIONS
from workflow.rules.loading.texts import MESSAGES, PLACES, PLACES_OF_LETTERS
from workflow.rules.scenarios.walks import Scenario

# What may be left out may be null too; it is told only where it says something.
NULL = " or `null`"
EFFECT = "[effects](#opentask)"
OF_LETTERS = {
    "addressee": "each addressee with form of address, name and role, as *H.E. Ms Amina Otieno, Focal point*",
    "greeted": "the one addressee with form of address and name; *Madam, Sir* where there are several, or "
    "where the form is not known or the letter is read in another language than theirs",
    "received": "day, hour and place of the receipt",
    "signature": "who signs, in two lines: name and role. Whoever acted signs where they hold the role that "
    "sends it, else the one who holds it for this case; with several or nobody it is the role alone",
}
DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def definition_schema() -> Schema:
    """The JSON Schema of `definition.yaml`."""
    return _published(fmt.Definition, "A definition of Caseway")


def scenario_schema() -> Schema:
    """The JSON Schema of `scenarios/NAME.yaml`."""
    return _published(Scenario, "A scenario of a definition of Caseway")


def page() -> str:
    """The reference page of both formats, in Markdown."""
    return "\n".join(
        [
            "# The format of definitions",
            "",
            "This page is made from the format itself (`make docs`); its JSON Schemas are "
            "`definitions/definition.schema.json` and `definitions/scenario.schema.json`. With the line "
            "`# yaml-language-server: $schema=…/definition.schema.json` at the top of a file, editors "
            "complete and check while you write. What the constructs are for is told in the "
            "[tutorial](../tutorial.md) and shown by the small definitions under `tests/rules/definitions/`.",
            "",
            *_files(),
            *_section(definition_schema(), "definition.yaml"),
            *_expressions(),
            *_texts(),
            *_section(scenario_schema(), "scenarios/NAME.yaml"),
        ]
    )


def _published(model: type[fmt.Part], title: str) -> Schema:
    raw = model.model_json_schema(by_alias=True)
    generic = {name: part for name, part in raw["$defs"].items() if name.startswith(("Choice_", "When_"))}
    kept = {name: part for name, part in raw["$defs"].items() if name not in generic}
    plain = {key: _plain(part, generic) for key, part in raw.items() if key not in ("$defs", "title")}
    defs = {name: _plain(part, generic) for name, part in sorted(kept.items())}
    return {"$schema": DRAFT, "title": title, **plain, "$defs": defs}


def _plain(part: Any, generic: Mapping[str, Any]) -> Any:
    """Without pydantic's names for generic parts; with `anyOf`, as `[]` is a choice and a list of effects."""
    if isinstance(part, list):
        return [_plain(item, generic) for item in part]
    if not isinstance(part, Mapping):
        return part
    name = str(part.get("$ref", "")).removeprefix("#/$defs/")
    if name in generic:
        return _plain({**generic[name], **{key: part[key] for key in part if key != "$ref"}}, generic)
    # A title that is only a text is pydantic's; a key called `title` has a schema under it.
    kept = {key: value for key, value in part.items() if key != "title" or not isinstance(value, str)}
    told = {"anyOf" if key == "oneOf" else key: _plain(value, generic) for key, value in kept.items()}
    if isinstance(told.get("description"), str):
        told["description"] = " ".join(told["description"].split())
    return told


def _section(schema: Schema, file: str) -> Iterator[str]:
    yield from (f"## `{file}`", "", schema["description"], "", *_table(schema))
    for name in _in_order(schema):
        part = schema["$defs"][name]
        yield from (f"### {name}", "", part.get("description", ""), "", *_table(part))


def _in_order(schema: Schema) -> list[str]:
    """The parts in the order in which a reader comes upon them."""
    found: dict[str, None] = {}
    waiting = [schema]
    while waiting:
        for name in _refs(waiting.pop(0)):
            if name not in found:
                found[name] = None
                waiting.append(schema["$defs"][name])
    return list(found)


def _refs(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if "$ref" in part:
            yield part["$ref"].removeprefix("#/$defs/")
        for key, value in part.items():
            if key != "$defs":
                yield from _refs(value)
    elif isinstance(part, list):
        for item in part:
            yield from _refs(item)


def _table(part: Schema) -> Iterator[str]:
    yield from ("| key | what stands there | meaning |", "|---|---|---|")
    for key, value in part.get("properties", {}).items():
        needed = " (needed)" if key in part.get("required", ()) else ""
        default = value.get("default")
        otherwise = "" if default in (None, [], {}, "") else f" Default: `{str(default).lower()}`."
        meaning = f"{value.get('description', '')}{otherwise}".strip()
        yield f"| `{key}`{needed} | {_kind(value).removesuffix(NULL)} | {meaning} |".replace("\n", " ")
    yield ""


def _kind(value: Mapping[str, Any]) -> str:
    """What may stand at a place, in a few words."""
    if "$ref" in value:
        name = value["$ref"].removeprefix("#/$defs/")
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value:
        kinds = dict.fromkeys(_kind(one) for one in value["anyOf"])
        return EFFECT if len(kinds) == len(fmt.EFFECTS) else " or ".join(kinds)
    if "enum" in value or "const" in value:
        return " ".join(f"`{one}`" for one in value.get("enum", [value.get("const")]))
    if isinstance(value.get("type"), list):
        return " or ".join(_kind({**value, "type": one}) for one in value["type"])
    if value.get("type") == "array":
        items = value.get("items", {})
        return "a choice" if "is" in items.get("properties", {}) else f"list of {_kind(items)}"
    if value.get("type") == "object":
        patterns = [*value.get("patternProperties", {}).values(), value.get("additionalProperties")]
        inner = next((one for one in patterns if isinstance(one, Mapping)), None)
        return f"by name: {_kind(inner)}" if inner else "by name: anything"
    return _scalar(value)


def _scalar(value: Mapping[str, Any]) -> str:
    if value.get("examples"):
        return f"text, as `{value['examples'][0]}`"
    if "CEL" in value.get("description", ""):
        return "expression"
    if value.get("pattern"):
        return "event" if "enter" in value["pattern"] else "name"
    words = {"string": "text", "integer": "whole number", "boolean": "`true` `false`", "null": "`null`"}
    return words.get(str(value.get("type")), "any value")


def _files() -> list[str]:
    return [
        "## The files",
        "",
        "| file | what it holds |",
        "|---|---|",
        "| `KEY/v1/definition.yaml` | what may happen; never changed once a case runs on it |",
        "| `KEY/v1/forms/FORM.yaml` | a form: JSON Schema 2020-12, of `type: object`; "
        "`x-personal: true` marks personal values, `x-party: true` codes of Parties, `x-file: "
        "true` references of files that were put to the case (a draft may name one that comes later), "
        "`x-group: NAME` a field of another group than its form's |",
        "| `KEY/v1/forms/examples/FORM.yaml` | answers that scenarios start from |",
        "| `KEY/locales/LANGUAGE.po` | the labels; in a definition in one language a name without one "
        "speaks for itself |",
        "| `KEY/letters/CODE.LANGUAGE.md` | the text of a letter |",
        "| `KEY/messages/NAME.LANGUAGE.md` | the text of a message; `messages/` beside the definitions holds "
        "those that all share |",
        "| `KEY/scenarios/NAME.yaml` | walks that must pass |",
        "",
        "Files are YAML 1.2 without anchors, aliases and tags; `NO` and `2026-03-02` are texts.",
        "",
        "**A choice** is a list `[{when: EXPRESSION, is: VALUE}, …, {is: VALUE}]`: the first that holds "
        "gives its value, the last one has no `when`.",
        "",
    ]


def _expressions() -> Iterator[str]:
    yield from ("## Expressions", "", "CEL over declared facts. The engine's own facts are always there:", "")
    yield from (f"* `{name}` ({kind})" for name, kind in ENGINE_FACTS.items())
    yield from (
        "",
        "`has(fact)`: has the fact a value? A guard that needs an absent fact does not hold.",
    )
    yield from ("", "| function | gives |", "|---|---|")
    yield "| `size(list or text)` | integer |"
    for name, function in FUNCTIONS.items():
        for parameters, result in function.signatures:
            yield f"| `{name}({', '.join(parameters)})` | {result} |"
    yield ""


def _texts() -> Iterator[str]:
    yield from (
        "## Texts",
        "",
        "The first line of a letter or message is `Subject: …`; places in braces are facts",
    )
    yield "or the engine's own: " + ", ".join(f"`{{{name}}}`" for name in sorted(PLACES)) + "."
    yield from (
        "",
        "`{due_local}` stands right after `{due}`: *; that is 10 March 2026, 01:59 (Nairobi) your time*",
        "where the reader's clock shows another time than the office's, else nothing.",
        "",
        "In letters `{recipient}` are the names of all addressees, `{sender}` is the role that sends it,",
    )
    yield "`{today}` the day of writing. Letters alone have:"
    yield from ("", *(f"- `{{{name}}}`: {OF_LETTERS[name]}" for name in sorted(PLACES_OF_LETTERS - PLACES)))
    yield from ("", "The engine's own messages, which a definition may word anew: ")
    yield from (", ".join(f"`{name}`" for name in sorted(MESSAGES)) + ".", "")
