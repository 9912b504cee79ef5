"""What is wrong with a form's data, in plain words: where (a JSON pointer), what, and what would be right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from jsonschema_rs import ValidationError

from workflow.errors import Fault

Told = Mapping[str, Any]


def explain(error: ValidationError, schema: Mapping[str, Any]) -> Iterator[Fault]:
    """The faults behind one error of the validator; `schema` is the form's, for the names it does know."""
    kind, told, pointer = error.kind, error.kind.as_dict(), _pointer(error.instance_path)
    if kind.name == "required":
        yield Fault(f"{pointer}/{_escaped(told['property'])}", "is needed")
    elif kind.name in ("additionalProperties", "unevaluatedProperties"):
        known = _known(schema, error)
        for name in told["unexpected"]:
            yield Fault(f"{pointer}/{_escaped(name)}", f"this form has no such field{_nearest(name, known)}")
    elif kind.name in ("anyOf", "oneOf"):
        yield Fault(pointer, _alternatives(error))
    else:
        say = _MESSAGES.get(kind.name)
        yield Fault(pointer, say(told) if say else error.message)


def _known(schema: Mapping[str, Any], error: ValidationError) -> tuple[str, ...]:
    found: Any = schema
    for step in list(error.schema_path)[:-1]:
        if isinstance(found, Mapping) and "$ref" in found and step not in found:
            return ()
        found = found.get(step, {}) if isinstance(found, Mapping) else found[int(step)]
    return tuple(found.get("properties", {})) if isinstance(found, Mapping) else ()


def _nearest(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _alternatives(error: ValidationError) -> str:
    if error.kind.name == "oneOf" and "more than one" in error.message:
        return "fits more than one of the alternatives; exactly one is allowed"
    return "fits none of the alternatives that this form allows"


def _pointer(path: Any) -> str:
    return "".join(f"/{_escaped(str(step))}" for step in path)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _listed(values: Any) -> str:
    shown = [str(value) for value in values]
    return ", ".join(shown[:12]) + (f" and {len(shown) - 12} more" if len(shown) > 12 else "")


def _written(value: Any) -> str:
    """As JSON writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shortest(limit: int) -> str:
    return "must not be empty" if limit == 1 else f"must have at least {limit} characters"


def _type(told: Told) -> str:
    return f"must be {' or '.join(_A_TYPE.get(one, one) for one in told['types'])}"


def _format(told: Told) -> str:
    return f"must be {_A_FORMAT.get(told['format'], 'of the format ' + told['format'])}"


_A_TYPE = {"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false"}
_A_TYPE |= {"array": "a list", "object": "a group of fields", "null": "empty"}
_A_FORMAT = {
    "date": "a date as 2026-03-02",
    "date-time": "a time with its offset, as 2026-03-02T10:00:00+01:00",
}
_A_FORMAT |= {"email": "an e-mail address", "uri": "an address as https://example.org"}

_MESSAGES: Mapping[str, Callable[[Told], str]] = {
    "type": _type,
    "format": _format,
    "enum": lambda told: f"must be one of: {_listed(told['options'])}",
    "const": lambda told: f"must be {_written(told['expected_value'])}",
    "minLength": lambda told: _shortest(told["limit"]),
    "maxLength": lambda told: f"must have at most {told['limit']} characters",
    "minItems": lambda told: f"must have at least {told['limit']} entries",
    "maxItems": lambda told: f"must have at most {told['limit']} entries",
    "uniqueItems": lambda told: "must not name the same entry twice",
    "minimum": lambda told: f"must be at least {told['limit']}",
    "maximum": lambda told: f"must be at most {told['limit']}",
    "exclusiveMinimum": lambda told: f"must be more than {told['limit']}",
    "exclusiveMaximum": lambda told: f"must be less than {told['limit']}",
    "multipleOf": lambda told: f"must be a multiple of {told['multiple_of']}",
    "pattern": lambda told: f"must look like {told['pattern']}",
    "falseSchema": lambda told: "must not be given here",
}
