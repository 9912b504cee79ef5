"""Forms: named, checked data in JSON Schema 2020-12, compiled once. The law: the schema is checked first.

A draft is held to its shape only: what is there must be right, but nothing has to be there yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jsonschema_rs import Draft202012Validator, ReferencingError, RegexOptions, ValidationError

from workflow.errors import BadForm, Fault
from workflow.rules.language.form_faults import explain
from workflow.rules.language.form_schemas import GROUP, MARKS, schema_faults, shape_of


@dataclass(frozen=True, slots=True)
class Form:
    """A compiled form. `personal` are JSON pointers of fields marked `x-personal: true`, `parties` of those
    that hold the code of a Party (`x-party: true`), `files` of those that name a file of the case (`x-file:
    true`); `*` is any item. `groups` are the pointers of fields that belong to another group than their form
    (`x-group: NAME`), each with that group, an inner one after the outer.
    """

    name: str
    schema: Mapping[str, Any]
    personal: tuple[str, ...]
    parties: tuple[str, ...]
    files: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]
    _whole: Draft202012Validator = field(repr=False, compare=False)
    _shape: Draft202012Validator = field(repr=False, compare=False)

    @classmethod
    def build(cls, name: str, schema: Mapping[str, Any]) -> Form:
        """Compile a form's schema. Raises BadForm with every fault and its path in the schema."""
        if faults := schema_faults(schema):
            raise BadForm(faults)
        try:
            whole, shape = _validator(schema), _validator(shape_of(schema))
        except (ValidationError, ReferencingError, ValueError) as error:
            raise BadForm(((_path_of(error), str(error).splitlines()[0]),)) from None
        personal, parties, files = (tuple(_marked(mark, schema, schema)) for mark in MARKS)
        return cls(name, schema, personal, parties, files, tuple(_grouped(schema, schema)), whole, shape)

    def faults(self, data: Any) -> tuple[Fault, ...]:
        """Everything that is wrong with complete data; empty when it may be accepted."""
        return _faults(self._whole, self.schema, data)

    def shape_faults(self, data: Any) -> tuple[Fault, ...]:
        """Everything that is wrong with a draft: nothing is required of it yet."""
        return _faults(self._shape, self.schema, data)

    def party_codes(self, data: Any) -> Iterator[tuple[str, Any]]:
        """Where the answers name a Party, and what they name there."""
        return _values(data, self.parties)

    def named_files(self, data: Any) -> Iterator[tuple[str, Any]]:
        """Where the answers name a file, and what they name there."""
        return _values(data, self.files)

    def field(self, path: str) -> Mapping[str, Any] | None:
        """The schema of the field at a dotted path as "budget.total"; None if there is no such field."""
        schema: Mapping[str, Any] | None = self.schema
        for name in path.split("."):
            schema = _properties(schema, self.schema).get(name) if schema is not None else None
        return None if schema is None else resolve(schema, self.schema)

    def fields(self) -> tuple[str, ...]:
        """The dotted paths of all fields, each before what lies in it; items are named by their list."""
        return tuple(_fields(self.schema, self.schema, "", ()))


def resolve(schema: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, or what its local `$ref` points to."""
    for _ in range(20):
        if not isinstance(schema, Mapping):
            return {}
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return schema
        schema = _at(root, reference[2:].split("/"))
    return {}


def _validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    return Draft202012Validator(
        dict(schema),
        validate_formats=True,
        ignore_unknown_formats=False,
        offline=True,
        pattern_options=RegexOptions(),
    )


def _path_of(error: Exception) -> tuple[str | int, ...]:
    return tuple(error.instance_path) if isinstance(error, ValidationError) else ()


def _faults(validator: Draft202012Validator, schema: Mapping[str, Any], data: Any) -> tuple[Fault, ...]:
    if validator.is_valid(data):
        return ()
    found = (fault for error in validator.iter_errors(data) for fault in explain(error, schema))
    return tuple(dict.fromkeys(found))


def _properties(schema: Any, root: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a schema, those of its parts (allOf, anyOf, then ...) and of its items included."""
    schema = resolve(schema, root)
    found: dict[str, Any] = {}
    for part in _parts(schema):
        found |= _properties(part, root)
    if isinstance(items := schema.get("items"), Mapping):
        found |= _properties(items, root)
    return found | dict(schema.get("properties", {}))


def _parts(schema: Mapping[str, Any]) -> Iterator[Any]:
    for key in ("allOf", "anyOf", "oneOf"):
        yield from schema.get(key, ())
    for key in ("then", "else"):
        if key in schema:
            yield schema[key]


def _fields(schema: Any, root: Mapping[str, Any], prefix: str, above: Sequence[int]) -> Iterator[str]:
    schema = resolve(schema, root)
    if id(schema) in above:
        return
    for name, inner in _properties(schema, root).items():
        yield f"{prefix}{name}"
        yield from _fields(inner, root, f"{prefix}{name}.", (*above, id(schema)))


def _marked(
    mark: str, schema: Any, root: Mapping[str, Any], pointer: str = "", above: tuple[int, ...] = ()
) -> Iterator[str]:
    here = isinstance(schema, Mapping) and schema.get(mark) is True
    schema = resolve(schema, root)
    if here or schema.get(mark) is True:
        yield pointer
    elif id(schema) not in above:
        for inner, place in _inside(schema, pointer):
            yield from _marked(mark, inner, root, place, (*above, id(schema)))


def _grouped(
    schema: Any, root: Mapping[str, Any], pointer: str = "", above: tuple[int, ...] = ()
) -> Iterator[tuple[str, str]]:
    own = schema.get(GROUP) if isinstance(schema, Mapping) else None
    schema = resolve(schema, root)
    if group := own or schema.get(GROUP):
        yield pointer, str(group)
    if id(schema) not in above:
        for inner, place in _inside(schema, pointer):
            yield from _grouped(inner, root, place, (*above, id(schema)))


def _inside(schema: Mapping[str, Any], pointer: str) -> Iterator[tuple[Any, str]]:
    """What lies in a schema, with the pointer into the data."""
    yield from ((part, pointer) for part in _parts(schema))
    for name, inner in schema.get("properties", {}).items():
        yield inner, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
    if isinstance(items := schema.get("items"), Mapping):
        yield items, f"{pointer}/*"


def _values(data: Any, pointers: Sequence[str]) -> Iterator[tuple[str, Any]]:
    for pointer in pointers:
        yield from _values_at(data, "", pointer.split("/")[1:])


def _values_at(inside: Any, pointer: str, steps: Sequence[str]) -> Iterator[tuple[str, Any]]:
    if not steps:
        yield pointer, inside
    elif steps[0] == "*" and isinstance(inside, list):
        for place, item in enumerate(inside):
            yield from _values_at(item, f"{pointer}/{place}", steps[1:])
    elif isinstance(inside, Mapping) and (name := steps[0].replace("~1", "/").replace("~0", "~")) in inside:
        yield from _values_at(inside[name], f"{pointer}/{steps[0]}", steps[1:])


def _at(root: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        name = step.replace("~1", "/").replace("~0", "~")
        root = root.get(name, {}) if isinstance(root, Mapping) else {}
    return root
