"""Answers cut down to the fields that somebody's eyes see: those of hidden groups are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workflow.rules.eyes import Eyes

Tree = dict[str, Any]


def data_shown(eyes: Eyes, form: str, data: Any) -> Any:
    """Answers to a form without the fields of groups that are hidden."""
    if eyes.everything and not eyes.hidden:
        return data
    marks = _tree(eyes.definition.forms[form].groups) if form in eyes.definition.forms else {}
    return _cut(eyes, data, marks, eyes.group(eyes.definition.audiences.forms.get(form, ""))) or {}


def _tree(groups: Iterable[tuple[str, str]]) -> Tree:
    """The marks of a form by the steps that lead to them; "" holds the group of a place."""
    root: Tree = {}
    for pointer, group in groups:
        place = root
        for step in pointer.split("/")[1:]:
            place = place.setdefault(step.replace("~1", "/").replace("~0", "~"), {})
        place[""] = group
    return root


def _cut(eyes: Eyes, value: Any, marks: Tree, seen: bool) -> Any:
    """The value without what is hidden; None where nothing is left. `seen`: what bears no mark stays."""
    if "" in marks:
        seen = eyes.group(marks[""])
    if len(marks) <= ("" in marks):
        return value if seen else None
    if isinstance(value, list):
        items = [_cut(eyes, item, marks.get("*", {}), seen) for item in value]
        return [item for item in items if item is not None] if seen or any(items) else None
    if not isinstance(value, Mapping):
        return value if seen else None
    left = {name: _cut(eyes, inner, marks.get(name, {}), seen) for name, inner in value.items()}
    kept = {
        name: inner for name, inner in left.items() if inner is not None or (seen and value[name] is None)
    }
    return kept if seen or kept else None
