"""Rings of effects: `fire` and `open` that lead back to themselves with no person or timer between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workflow.rules import format as fmt
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.parts import leaves
from workflow.rules.machine import targets

Node = tuple[str, ...]
Arrow = tuple[Node, Path]


def rings(format: fmt.Definition) -> Iterator[tuple[Path, str]]:
    """(path of the effect that closes it, what goes round) for every ring."""
    arrows = _arrows(format)
    seen: set[Node] = set()
    for start in arrows:
        yield from _follow(start, arrows, seen, [])


def _follow(
    node: Node, arrows: Mapping[Node, list[Arrow]], seen: set[Node], way: list[Node]
) -> Iterator[tuple[Path, str]]:
    if node in seen:
        return
    for following, path in arrows.get(node, ()):
        if following in (*way, node):
            round_ = [*way, node][[*way, node].index(following) :]
            told = " -> ".join(" ".join(one) for one in (*round_, following))
            yield path, f"this goes round without a person or a timer: {told}"
        else:
            yield from _follow(following, arrows, seen, [*way, node])
    seen.add(node)


def _arrows(format: fmt.Definition) -> dict[Node, list[Arrow]]:
    """What each act brings about at once. Completing a task is a person's act: opening one leads nowhere."""
    arrows: dict[Node, list[Arrow]] = {}
    for place, transition in enumerate(format.transitions):
        path: Path = ("transitions", place)
        found = arrows.setdefault(("fire", transition.trigger), [])
        found += _effects(transition.then, (*path, "then"))
        found += [
            (("enter", state), (*path, "to")) for state in targets(transition) if state in format.states
        ]
    for name, state in format.states.items():
        arrows[("enter", name)] = [*_effects(state.enter, ("states", name, "enter"))]
    for name, task in format.tasks.items():
        _of_task(arrows, name, task)
    return arrows


def _of_task(arrows: dict[Node, list[Arrow]], name: str, task: fmt.TaskKind) -> None:
    path: Path = ("tasks", name)
    arrows[("open", name)] = [
        *_effects(task.given, (*path, "given")),
        *_effects(task.nobody or [], (*path, "nobody")),
    ]
    for outcome, item in task.outcomes.items():
        then, key = (item.then, ("then",)) if isinstance(item, fmt.Outcome) else (item, ())
        arrows[("end", name, outcome)] = [
            *_effects(then, (*path, "outcomes", outcome, *key)),
            *_effects(task.all_ended, (*path, "all_ended")),
        ]


def _effects(then: Any, path: Path) -> Iterator[Arrow]:
    for where, effect in leaves(then, path):
        if isinstance(effect, fmt.OpenTask):
            yield ("open", effect.open), where
        elif isinstance(effect, fmt.FireTrigger):
            yield ("fire", effect.fire), where
        elif isinstance(effect, fmt.EndTask):
            yield ("end", effect.end, effect.outcome), where
