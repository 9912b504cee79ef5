"""What is wrong with a form's data, in plain words: where (a JSON pointer), what, and what would be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from jsonschema_rs import ValidationError

from workflow.errors import Fault, Phrase

Told = Mapping[str, Any]


def explain(error: ValidationError, schema: Mapping[str, Any]) -> Iterator[Fault]:
    """The faults behind one error of the validator; `schema` is the form's, for the names it does know."""
    kind, told, pointer = error.kind, error.kind.as_dict(), _pointer(error.instance_path)
    if kind.name == "required":
        yield Fault(f"{pointer}/{_escaped(told['property'])}", "is needed")
    elif kind.name in ("additionalProperties", "unevaluatedProperties"):
        known = _known(schema, error)
        for name in told["unexpected"]:
            yield Fault(f"{pointer}/{_escaped(name)}", _unknown(name, known))
    elif kind.name in ("anyOf", "oneOf"):
        yield Fault(pointer, _alternatives(error))
    elif kind.name in _WAYS:
        yield Fault(pointer, _WAYS[kind.name](told))
    else:
        template = SENTENCES.get(kind.name)
        yield Fault(pointer, Phrase(template, told) if template else error.message)


def _known(schema: Mapping[str, Any], error: ValidationError) -> tuple[str, ...]:
    found: Any = schema
    for step in list(error.schema_path)[:-1]:
        if isinstance(found, Mapping) and "$ref" in found and step not in found:
            return ()
        found = found.get(step, {}) if isinstance(found, Mapping) else found[int(step)]
    return tuple(found.get("properties", {})) if isinstance(found, Mapping) else ()


def _unknown(name: str, known: tuple[str, ...]) -> Phrase:
    near = get_close_matches(name, known, n=1)
    if not near:
        return Phrase("this form has no such field")
    return Phrase("this form has no such field; did you mean '{near}'?", {"near": near[0]})


def _alternatives(error: ValidationError) -> Phrase:
    if error.kind.name == "oneOf" and "more than one" in error.message:
        return Phrase("fits more than one of the alternatives; exactly one is allowed")
    return Phrase("fits none of the alternatives that this form allows")


def _pointer(path: Any) -> str:
    return "".join(f"/{_escaped(str(step))}" for step in path)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _enum(told: Told) -> Phrase:
    shown = [str(value) for value in told["options"]]
    listed = ", ".join(shown[:MOST])
    if len(shown) <= MOST:
        return Phrase("must be one of: {listed}", {"listed": listed})
    return Phrase("must be one of: {listed} and {more} more", {"listed": listed, "more": len(shown) - MOST})


def _const(told: Told) -> Phrase:
    """The value as JSON writes it."""
    value = told["expected_value"]
    return Phrase("must be {what}", {"what": str(value).lower() if isinstance(value, bool) else value})


def _type(told: Told) -> Phrase:
    return Phrase("must be {what}", {"what": _either([Phrase(TYPES.get(one, one)) for one in told["types"]])})


def _either(kinds: Sequence[Phrase]) -> Phrase:
    if len(kinds) == 1:
        return kinds[0]
    return Phrase("{first} or {others}", {"first": kinds[0], "others": _either(kinds[1:])})


def _format(told: Told) -> Phrase:
    known = FORMATS.get(told["format"])
    return Phrase("must be {what}", {"what": Phrase(known)} if known else {"what": told["format"]})


def _shortest(told: Told) -> Phrase:
    return Phrase("must not be empty") if told["limit"] == 1 else Phrase(AT_LEAST, told)


MOST = 12
TYPES = {"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}
TYPES |= {"array": "a list", "object": "a group of fields", "null": "empty"}
FORMATS = {
    "date": "a date as 2026-03-02",
    "date-time": "a time with its offset, as 2026-03-02T10:00:00+01:00",
    "email": "an e-mail address",
    "uri": "an address as https://example.org",
}
AT_LEAST = "must have at least {limit} characters"
_WAYS: Mapping[str, Callable[[Told], Phrase]] = {
    "type": _type,
    "format": _format,
    "enum": _enum,
    "const": _const,
    "minLength": _shortest,
}
SENTENCES: Mapping[str, str] = {
    "maxLength": "must have at most {limit} characters",
    "minItems": "must have at least {limit} entries",
    "maxItems": "must have at most {limit} entries",
    "minProperties": "must have at least {limit} fields",
    "maxProperties": "must have at most {limit} fields",
    "uniqueItems": "must not name the same entry twice",
    "contains": "has no entry of the kind that is asked for",
    "minimum": "must be at least {limit}",
    "maximum": "must be at most {limit}",
    "exclusiveMinimum": "must be more than {limit}",
    "exclusiveMaximum": "must be less than {limit}",
    "multipleOf": "must be a multiple of {multiple_of}",
    "pattern": "must look like {pattern}",
    "not": "is what this form does not allow here",
    "falseSchema": "must not be given here",
}
