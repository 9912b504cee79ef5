"""Schemas of forms: what is wrong with one, and its draft shape. The law: a misspelt keyword is a fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError

Path = tuple[str | int, ...]
_META = Draft202012Validator({"$ref": "https://json-schema.org/draft/2020-12/schema"}, offline=True)

# How JSON Schema 2020-12 nests: under these keywords stand a schema, a list of schemas, or names of schemas.
_ONE_TEXT = """
additionalProperties contains else if items not propertyNames then unevaluatedItems unevaluatedProperties
"""
_PLAIN_TEXT = """
$anchor $comment $id $ref $schema const contentEncoding contentMediaType default dependentRequired
deprecated description enum examples exclusiveMaximum exclusiveMinimum format maxContains maxItems
maxLength maxProperties maximum minContains minItems minLength minProperties minimum multipleOf
pattern readOnly required title type uniqueItems writeOnly
"""
_ONE = frozenset(_ONE_TEXT.split())
_LIST = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
_NAMED = frozenset(("properties", "patternProperties", "dependentSchemas", "$defs"))
KEYWORDS = _ONE | _LIST | _NAMED | frozenset(_PLAIN_TEXT.split())
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_FORMATS_TEXT = """
date date-time duration email hostname idn-email idn-hostname ipv4 ipv6 iri iri-reference json-pointer regex
relative-json-pointer time uri uri-reference uri-template uuid
"""
_FORMATS = frozenset(_FORMATS_TEXT.split())
MARKS = ("x-personal", "x-party", "x-file")
GROUP = "x-group"
OUR_WORDS = (*MARKS, GROUP)
"""The words of ours that mean something here; others that begin so are the definition's own."""
_COMPLETENESS = frozenset(
    ("required", "minItems", "minLength", "minProperties", "minContains", "contains", "dependentRequired")
)


def schema_faults(schema: Any) -> tuple[tuple[Path, str], ...]:
    """(path, what is wrong) for all that makes this no form: JSON Schema's own rules, and misspelt words."""
    if not isinstance(schema, Mapping):
        return (((), "a form is a mapping: JSON Schema with `type: object` and `properties`"),)
    return tuple(dict.fromkeys([*_structure(schema), *_whole(schema), *_words(schema, ())]))


def shape_of(schema: Any) -> Any:
    """The schema of a draft: without what asks for completeness. Conditions (`if`, `not`) stay as is."""
    if not isinstance(schema, Mapping):
        return schema
    shape = {key: _inner(key, value) for key, value in schema.items() if key not in _COMPLETENESS}
    if "oneOf" in shape:
        # Without what is required several branches may fit at once.
        branches = {"anyOf": shape.pop("oneOf")}
        shape = {**shape, "allOf": [*shape.get("allOf", []), branches]}
    return shape


def _inner(key: str, value: Any) -> Any:
    if key in ("if", "not"):
        return value
    if key in _ONE:
        return shape_of(value)
    if key in _LIST:
        return [shape_of(item) for item in value]
    return {name: shape_of(item) for name, item in value.items()} if key in _NAMED else value


def _structure(schema: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for error in _META.iter_errors(schema):
        path = tuple(error.instance_path)
        if error.kind.name == "anyOf":  # its only alternatives are a type and a list of types
            yield from _types(error.instance, path)
        else:
            yield path, f"not JSON Schema: {error.message.splitlines()[0]}"


def _types(given: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """The names that are no type; else, as of a list that is empty, that the whole is none."""
    listed = isinstance(given, list)
    named = [((*path, place), item) for place, item in enumerate(given)] if listed else [(path, given)]
    unknown = [(where, name) for where, name in named if name not in _TYPES]
    for where, name in unknown or [(path, given)]:
        yield where, f"'{name}' is no type of JSON Schema{_nearest(str(name), _TYPES)}"


def _whole(schema: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    if schema.get("type") != "object" or not isinstance(schema.get("properties", {}), Mapping):
        yield (), "a form must say `type: object` and list its fields under `properties`"


def _words(schema: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(schema, Mapping):
        return
    for key in schema:
        if str(key).startswith("x-") and key not in OUR_WORDS:
            if near := get_close_matches(str(key), OUR_WORDS, n=1, cutoff=0.8):
                yield (*path, key), f"'{key}' means nothing here; did you mean '{near[0]}'?"
        elif key not in KEYWORDS and key not in OUR_WORDS:
            near = get_close_matches(str(key), sorted(KEYWORDS), n=1)
            hint = f"did you mean '{near[0]}'?" if near else "own words begin with 'x-'"
            yield (*path, key), f"'{key}' is no keyword of JSON Schema 2020-12; {hint}"
    if GROUP in schema and not isinstance(schema[GROUP], str):
        yield (*path, GROUP), "`x-group` names the group that this field belongs to"
    yield from _unlisted(schema, path)
    yield from _texts(schema, path)
    for inner, inner_path in _children(schema, path):
        yield from _words(inner, inner_path)


def _unlisted(schema: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    """`required` of a field that the same object does not list is nearly always a slip."""
    properties, required = schema.get("properties"), schema.get("required")
    if not isinstance(properties, Mapping) or not isinstance(required, list):
        return
    for place, name in enumerate(required):
        if isinstance(name, str) and name not in properties:
            near = get_close_matches(name, properties, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            yield (*path, "required", place), f"'{name}' is required but is not among the properties{hint}"


def _texts(schema: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, str]]:
    """Patterns that cannot be read, and formats that nothing would check."""
    named = schema.get("patternProperties")
    patterns: list[tuple[Path, Any]] = [((*path, "pattern"), schema.get("pattern"))]
    if isinstance(named, Mapping):
        patterns += [((*path, "patternProperties", key), key) for key in named]
    for where, pattern in patterns:
        if isinstance(pattern, str) and not _is_pattern(pattern):
            yield where, f"'{pattern}' is no pattern; it is a regular expression, as '^[A-Z]{{3}}$'"
    wanted = schema.get("format")
    if isinstance(wanted, str) and wanted not in _FORMATS:
        yield (*path, "format"), f"'{wanted}' is no format of JSON Schema{_nearest(wanted, _FORMATS)}"


def _is_pattern(text: str) -> bool:
    try:
        Draft202012Validator({"pattern": text}, pattern_options=RegexOptions())
    except ValidationError:
        return False
    return True


def _nearest(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    return f"; did you mean '{near[0]}'?" if near else f"; there is {', '.join(names)}"


def _children(schema: Mapping[str, Any], path: Path) -> Iterator[tuple[Any, Path]]:
    for key, value in schema.items():
        if key in _ONE:
            yield value, (*path, key)
        elif key in _LIST and isinstance(value, list):
            yield from ((item, (*path, key, place)) for place, item in enumerate(value))
        elif key in _NAMED and isinstance(value, Mapping):
            yield from ((item, (*path, key, name)) for name, item in value.items())
