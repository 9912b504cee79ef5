"""Every place in a definition where a name stands, and of what it must be the name: one table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from workflow.rules import format as fmt
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.parts import fields, leaves, walk
from workflow.rules.loading.sources import nearest


@dataclass(frozen=True, slots=True)
class Names:
    """What a definition declares: by kind of name, the names there are."""

    known: Mapping[str, Collection[str]]
    unread: Collection[str] = ()

    def fault(self, kind: str, name: str) -> str | None:
        """What is wrong with a name that must be of this kind; None if it is one, or could be: what declares
        such names cannot be read.
        """
        if name in self.known[kind] or any(part in self.unread for part in _DECLARED_IN.get(kind, ())):
            return None
        return f"there is no {_WORDS.get(kind, kind)} '{name}'{nearest(name, self.known[kind])}"


def names_of(raw: Mapping[str, Any], forms: Collection[str], definitions: Collection[str]) -> Names:
    """The names of a definition by kind; some kinds mix several, or add words that may stand beside them.

    Read from the file's value, for a name whose part is broken is still a name. `definitions` are the keys of
    all definitions that are loaded together.
    """
    states, tasks, roles = (set(declared(raw, kind)) for kind in ("states", "tasks", "roles"))
    facts, triggers, outcomes = fact_types(raw), _triggers(raw), _outcomes(raw)
    persons, many_persons = _of_type(facts, "person"), _of_type(facts, "list of person")
    role_facts = _of_type(facts, "role")
    known: dict[str, Collection[str]] = {
        "role": roles,
        "role or fact of type role": roles | role_facts,
        "role or engine": roles | {"engine"},
        "ball": roles | role_facts | {"task"},
        "state": states,
        "source": states | {"any open"},
        "target": states | {"interrupted"},
        "task": tasks,
        "trigger": triggers,
        "form": set(forms),
        "definition": {*definitions, str(raw.get("key"))},
        "ladder": set(declared(raw, "ladders")),
        "letter": set(declared(raw, "letters")),
        "event": {f"{way} {state}" for state in states for way in ("enter", "leave")} | triggers | outcomes,
        "recipient": roles | persons | {"holder", "actor"} | {f"task {name}" for name in tasks},
        "fact of type person": persons,
        "fact of type list of person": many_persons,
        "fact of persons": persons | many_persons,
        "integer fact": _of_type(facts, "integer"),
        "date fact": _of_type(facts, "date"),
        "text fact": _of_type(facts, "text"),
        "duty": _with_due(raw, "states") | _with_due(raw, "tasks") | set(declared(raw, "clocks")),
        "exception": _exceptions(triggers, tasks),
    }
    return Names(known, _unread(raw))


def name_faults(format: fmt.Definition, names: Names) -> Iterator[tuple[Path, str]]:
    """(path, what is wrong) for every name that is not one of its kind."""
    for path, part in walk(format):
        for key, value in fields(part):
            kind = _KINDS.get((type(part), key))
            if kind is None:
                continue
            for leaf_path, leaf in leaves(value, (*path, key)):
                if isinstance(leaf, str) and (fault := names.fault(kind, leaf)):
                    yield leaf_path, fault


def declared(raw: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """What a file declares under one of its keys, if that is a group of names."""
    found = raw.get(kind)
    return found if isinstance(found, Mapping) else {}


def fact_types(raw: Mapping[str, Any]) -> dict[str, str]:
    """The facts with their types, as far as these are known; "" where a fact says none that there is."""
    given = {
        name: fact.get("type") if isinstance(fact, Mapping) else None
        for name, fact in declared(raw, "facts").items()
    }
    return {name: str(kind) if kind in get_args(fmt.FactType) else "" for name, kind in given.items()}


def _of_type(facts: Mapping[str, str], kind: str) -> set[str]:
    return {name for name, type_ in facts.items() if type_ in (kind, "")}


def _unread(raw: Mapping[str, Any]) -> set[str]:
    """Which of the keys that declare names cannot be read for them, whole or in part."""
    kinds = {part for parts in _DECLARED_IN.values() for part in parts}
    found = {kind for kind in kinds if kind in raw and not isinstance(raw[kind], Mapping | list)}
    found |= {kind for kind in ("roles", "states", "transitions") if kind not in raw}
    listed = raw.get("transitions")
    items = listed if isinstance(listed, list) else [None]
    if not all(isinstance(item, Mapping) and isinstance(item.get("trigger"), str) for item in items):
        found.add("transitions")
    if not all(isinstance(task, Mapping) and "outcomes" in task for task in declared(raw, "tasks").values()):
        found.add("outcomes")
    return found


def _triggers(raw: Mapping[str, Any]) -> set[str]:
    listed = raw.get("transitions")
    items = listed if isinstance(listed, list) else []
    return {str(item["trigger"]) for item in items if isinstance(item, Mapping) and "trigger" in item}


def _outcomes(raw: Mapping[str, Any]) -> set[str]:
    """An outcome of a task; leaving the state that opened it ends a task as `overtaken`."""
    found: set[str] = set()
    for name, task in declared(raw, "tasks").items():
        outcomes = declared(task, "outcomes") if isinstance(task, Mapping) else {}
        found |= {f"{name}.{outcome}" for outcome in (*outcomes, "overtaken")}
    return found


def _with_due(raw: Mapping[str, Any], kind: str) -> set[str]:
    """What has a due date that can be extended."""
    parts = declared(raw, kind).items()
    return {name for name, part in parts if not isinstance(part, Mapping) or "due" in part}


def _exceptions(triggers: set[str], tasks: set[str]) -> set[str]:
    holders = {f"holders of {task}" for task in tasks}
    return {"nationals", "conflicted"} | holders | {f"who {trigger}" for trigger in triggers}


_KINDS: Mapping[tuple[type[fmt.Part], str], str] = {
    (fmt.Role, "above"): "role",
    (fmt.Fact, "count"): "event",
    (fmt.Fact, "on"): "event",
    (fmt.Fact, "since"): "event",
    (fmt.Fact, "who"): "event",
    (fmt.Silence, "fire"): "trigger",
    (fmt.Duty, "ladder"): "ladder",
    (fmt.Duty, "counts_from"): "date fact",
    (fmt.Confirm, "ladder"): "ladder",
    (fmt.Confirm, "by"): "role",
    (fmt.SpanningClock, "ladder"): "ladder",
    (fmt.SpanningClock, "from"): "event",
    (fmt.SpanningClock, "until"): "event",
    (fmt.Engages, "until"): "event",
    (fmt.Series, "from"): "event",
    (fmt.OpenTask, "open"): "task",
    (fmt.OpenTask, "count"): "integer fact",
    (fmt.OpenTask, "person"): "fact of persons",
    (fmt.EndTask, "end"): "task",
    (fmt.FireTrigger, "fire"): "trigger",
    (fmt.Extend, "extend"): "duty",
    (fmt.Extend, "days"): "integer fact",
    (fmt.Extend, "until"): "date fact",
    (fmt.Extend, "reason"): "text fact",
    (fmt.SendLetter, "letter"): "letter",
    (fmt.OpenAnotherCase, "open_case"): "definition",
    (fmt.OpenAnotherCase, "copy"): "form",
    (fmt.Notify, "notify"): "recipient",
    (fmt.Rung, "notify"): "recipient",
    (fmt.Rung, "escalate_to"): "role",
    (fmt.Holder, "role"): "role or fact of type role",
    (fmt.Holder, "person"): "fact of type person",
    (fmt.Holder, "next_of"): "fact of type list of person",
    (fmt.Holder, "count"): "integer fact",
    (fmt.Holder, "assigned_by"): "role",
    (fmt.Holder, "except"): "exception",
    (fmt.State, "ball"): "ball",
    (fmt.Outcome, "form"): "form",
    (fmt.Outcome, "by"): "role or engine",
    (fmt.TaskKind, "for"): "role",
    (fmt.TaskKind, "form"): "form",
    (fmt.Transition, "from"): "source",
    (fmt.Transition, "to"): "target",
    (fmt.Transition, "by"): "role or engine",
    (fmt.Transition, "form"): "form",
    (fmt.Transition, "letter"): "letter",
    (fmt.Transition, "about"): "task",
    (fmt.Opening, "by"): "role or engine",
    (fmt.Definition, "corrections"): "role",
    (fmt.Definition, "undo"): "role",
    (fmt.Opening, "form"): "form",
    (fmt.LetterKind, "from"): "role",
    (fmt.LetterKind, "to"): "recipient",
    (fmt.LetterKind, "copies"): "recipient",
    (fmt.Bulletin, "to"): "role",
    (fmt.Bulletin, "in_full"): "role",
}
# Which keys of the file declare the names of a kind.
_DECLARED_IN: Mapping[str, tuple[str, ...]] = {
    "role": ("roles",),
    "role or fact of type role": ("roles", "facts"),
    "role or engine": ("roles",),
    "ball": ("roles", "facts"),
    "state": ("states",),
    "source": ("states",),
    "target": ("states",),
    "task": ("tasks",),
    "trigger": ("transitions",),
    "ladder": ("ladders",),
    "letter": ("letters",),
    "event": ("states", "transitions", "tasks", "outcomes"),
    "recipient": ("roles", "facts", "tasks"),
    "fact of type person": ("facts",),
    "fact of type list of person": ("facts",),
    "fact of persons": ("facts",),
    "integer fact": ("facts",),
    "date fact": ("facts",),
    "text fact": ("facts",),
    "duty": ("states", "tasks", "clocks"),
    "exception": ("transitions", "tasks"),
}
_WORDS = {
    "source": "state",
    "target": "state",
    "role or engine": "role",
    "ball": "role (nor 'task')",
    "duty": "state or task with a due date, or clock,",
}
