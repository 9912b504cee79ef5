"""What is wrong with facts: each has one source, and that source gives the type it declares."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from workflow.rules import format as fmt
from workflow.rules.language.expression_faults import a_type
from workflow.rules.language.expressions import ENGINE_FACTS, RESERVED, fits
from workflow.rules.language.forms import Form, resolve
from workflow.rules.loading.names import Names
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.sources import nearest

SOURCES = ("from", "each", "count", "on", "who", "register", "cel", "choice")
_GIVEN_TYPES = {"count": "integer", "on": "date", "who": "person"}


def fact_faults(
    format: fmt.Definition, forms: Mapping[str, Form | None], names: Names
) -> Iterator[tuple[Path, str]]:
    """(path, what is wrong) for every fact. A form that is broken itself stands as None; a task or a role
    that is broken itself is among the names alone.
    """
    for name, fact in format.facts.items():
        path: Path = ("facts", name)
        if name in ENGINE_FACTS:
            yield path, f"'{name}' is the engine's own fact; choose another name"
        if name in RESERVED:
            yield path, f"'{name}' is a word of CEL and cannot be a fact; choose another name"
        for key, message in _faults(fact, format, forms, names):
            yield (*path, *key), message


def value_fits(value: Any, kind: str, roles: Collection[str]) -> bool:
    """Whether a value written in the file is one of a fact's type."""
    if kind.startswith("list of "):
        inner = kind.removeprefix("list of ")
        return isinstance(value, list) and all(value_fits(item, inner, roles) for item in value)
    if kind == "date":
        return isinstance(value, str) and _is_date(value)
    if kind == "role":
        return value in roles
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _PYTHON_TYPES[kind])


def _faults(
    fact: fmt.Fact, format: fmt.Definition, forms: Mapping[str, Form | None], names: Names
) -> Iterator[tuple[Path, str]]:
    given = [key for key in SOURCES if getattr(fact, _attribute(key)) is not None]
    if fact.register_ is not None and "count" in given:
        given.remove("count")  # of a register it says what to count
    if len(given) != 1:
        told = " and ".join(given) if given else "none"
        yield (), f"a fact has exactly one source of {', '.join(SOURCES)}; this has {told}"
        return
    yield from _misplaced(fact, given[0])
    roles = names.known["role"]
    if fact.else_ is not None and not value_fits(fact.else_, fact.type, roles):
        yield ("else",), f"'{fact.else_}' is not {a_type(fact.type)}, as this fact is declared"
    for key, kind in _GIVEN_TYPES.items():
        if getattr(fact, key) is not None and not fits(kind, fact.type):
            yield ("type",), f"`{key}` gives {a_type(kind)}, not {a_type(fact.type)}"
    if fact.register_ is not None:
        yield from _from_register(fact, fact.register_)
    if fact.from_ is not None:
        yield from _from_form(fact, fact.from_, forms)
    if fact.each is not None:
        yield from _from_tasks(fact, fact.each, format, forms, names)
    for place, branch in enumerate(fact.choice or ()):
        if not value_fits(branch.is_, fact.type, roles):
            yield (
                ("choice", place, "is"),
                f"'{branch.is_}' is not {a_type(fact.type)}, as is declared",
            )


def _misplaced(fact: fmt.Fact, source: str) -> Iterator[tuple[Path, str]]:
    if fact.of is not None and source != "each":
        yield ("of",), "`of` stands with `each` only"
    if fact.since is not None and fact.count is not None and source == "register":
        yield (
            ("since",),
            "`since` looks at this case only; a register counts in other cases, from their start",
        )
    elif fact.since is not None and source not in ("each", "count"):
        yield ("since",), "`since` stands with `each` or `count` only"


def _from_register(fact: fmt.Fact, register: str) -> Iterator[tuple[Path, str]]:
    """A register that is not known may be one of a later version; those that count events are known."""
    if register in fmt.EVENT_REGISTERS and not fact.count:
        yield (), f"the register '{register}' counts events; say which: `count: [enter STATE, TASK.OUTCOME]`"
    elif register not in fmt.EVENT_REGISTERS and fact.count is not None:
        hint = nearest(register, fmt.EVENT_REGISTERS, else_list=False)
        told = f"counts no events, as {' and '.join(fmt.EVENT_REGISTERS)} do; leave `count` out{hint}"
        yield ("count",), f"the register '{register}' {told}"


def _from_form(fact: fmt.Fact, source: str, forms: Mapping[str, Form | None]) -> Iterator[tuple[Path, str]]:
    name, _, field = source.partition(".")
    if not field:
        yield ("from",), f"'{source}' must be form.field, as request.days"
    elif name not in forms:
        yield ("from",), f"there is no form '{name}'{nearest(name, forms)}"
    elif (form := forms[name]) and (problem := _field_fault(form, field, fact.type)):
        yield ("from",), problem


def _from_tasks(
    fact: fmt.Fact, source: str, format: fmt.Definition, forms: Mapping[str, Form | None], names: Names
) -> Iterator[tuple[Path, str]]:
    name, _, field = source.partition(".")
    task = format.tasks.get(name)
    if not fact.type.startswith("list of "):
        yield ("type",), f"`each` gives a list; declare 'list of {fact.type}'"
    if not field:
        yield ("each",), f"'{source}' must be task.field, as appraisal.total"
    elif task is None:
        if problem := names.fault("task", name):
            yield ("each",), problem
    else:
        used = [form for form in (forms.get(form) for form in task_forms(task)) if form]
        problems = [_field_fault(form, field, fact.type.removeprefix("list of ")) for form in used]
        if not task_forms(task):
            yield ("each",), f"the task '{name}' has no form"
        elif used and all(problems):
            yield ("each",), problems[0] or ""
        for place, outcome in enumerate(fact.of or ()):
            if outcome not in task.outcomes:
                hint = nearest(outcome, task.outcomes)
                yield ("of", place), f"the task '{name}' has no outcome '{outcome}'{hint}"


def task_forms(task: fmt.TaskKind) -> tuple[str, ...]:
    """The forms that a task may ask for, its own first."""
    outcomes = [item.form for item in task.outcomes.values() if isinstance(item, fmt.Outcome)]
    return tuple(dict.fromkeys(form for form in (task.form, *outcomes) if form))


def _field_fault(form: Form, path: str, kind: str) -> str | None:
    schema = form.field(path)
    if schema is None:
        return f"the form '{form.name}' has no field '{path}'{nearest(path, form.fields())}"
    given = _fact_types(schema, form)
    if _within_list(form, path):
        given = [f"list of {one}" for one in given]
    if given and not any(fits(one, kind) for one in given):
        return f"the field '{path}' of the form '{form.name}' is {a_type(given[0])}, not {a_type(kind)}"
    return None


def _within_list(form: Form, path: str) -> bool:
    """A path through a list of groups gives the list of what stands there in each."""
    above = (path.rsplit(".", place)[0] for place in range(1, path.count(".") + 1))
    return any("array" in _json_types(form.field(name) or {}) for name in above)


def _fact_types(schema: Mapping[str, Any], form: Form) -> list[str]:
    """The types of facts that a field's schema can give; none when it does not say."""
    found: list[str] = []
    for kind in _json_types(schema):
        if kind == "array":
            items = schema.get("items")
            inner = _fact_types(resolve(items, form.schema), form) if items else []
            found += [f"list of {one}" for one in inner] or ["list of mixture"]
        elif kind == "string" and schema.get("format") == "date":
            found += ["date", "text"]
        elif kind != "null":
            found.append(_JSON_TO_FACT.get(kind, "group of fields"))
    return found


def _json_types(schema: Mapping[str, Any]) -> list[str]:
    if isinstance(kind := schema.get("type"), str):
        return [kind]
    if isinstance(kind, list):
        return kind
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return list(dict.fromkeys(_OF_VALUES[type(value)] for value in values if type(value) in _OF_VALUES))


def _attribute(key: str) -> str:
    return {"from": "from_", "register": "register_"}.get(key, key)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_PYTHON_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "text": str,
    "person": str,
}
_JSON_TO_FACT = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean"}
_OF_VALUES = {str: "string", bool: "boolean", int: "integer", float: "number"}
