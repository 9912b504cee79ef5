"""Whether somebody may rehearse an act: on which facts depends what follows from it.

Law: who does not see them all does not. A rehearsal leaves no trace, so that trying answers out one after the
other would tell what others wrote. What the definition says counts, and not the case as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workflow.errors import NotAllowed
from workflow.rules import format as fmt
from workflow.rules.case import Case, Task
from workflow.rules.commands import Advance, Command, Complete
from workflow.rules.definition import Definition
from workflow.rules.eyes import Eyes


def check_rehearsal(eyes: Eyes, case: Case, command: Command) -> None:
    """Raises NotAllowed. `case` is as it was before the act."""
    if not eyes.everything and any(
        not _sees(eyes, text) for text in _conditions(eyes.definition, case, command)
    ):
        raise NotAllowed(
            "What follows from this depends on what you do not see, so it is not rehearsed for you."
        )


def _sees(eyes: Eyes, text: str) -> bool:
    """Whether all is seen that a condition looks at."""
    known = eyes.definition.audiences.facts
    return all(
        name in known and all(map(eyes.group, known[name]))
        for name in eyes.definition.expressions[text].names
    )


def _conditions(definition: Definition, case: Case, command: Command) -> Iterator[str]:
    """Those of the choices that follow, and the guards of the triggers that the engine then fires."""
    fired: set[str] = set()
    left = [*_parts(definition, case, command)]
    while left:
        for key, found in _walk(left.pop()):
            if key == "when":
                yield found
            elif found not in fired:
                fired.add(found)
                transitions = definition.transitions[found]
                yield from (text for one in transitions for text in one.guard.values())
                left += _of(transitions)


def _parts(definition: Definition, case: Case, command: Command) -> Iterator[Any]:
    """Where the definition says what follows from the act."""
    if isinstance(command, Advance):
        yield from _of(one for _, one in definition.ways.get((case.state, command.trigger), ()))
    elif isinstance(command, Complete):
        task = next(one for one in case.tasks if one.no == command.task)
        yield from _of_task(definition, task, command.outcome)


def _of_task(definition: Definition, task: Task, outcome: str) -> Iterator[Any]:
    if task.trigger is not None:
        yield from _of(definition.transitions[task.trigger])
        return
    kind = definition.format.tasks[task.name]
    ended = kind.outcomes[outcome]
    yield _plain(ended.then if isinstance(ended, fmt.Outcome) else ended)
    yield _plain(kind.all_ended)


def _of(transitions: Iterable[fmt.Transition]) -> list[Any]:
    return [one.model_dump(include={"to", "then", "letter", "confirm"}) for one in transitions]


def _plain(then: fmt.Then) -> list[Any]:
    return [one.model_dump() for one in then]


def _walk(value: Any) -> Iterator[tuple[str, str]]:
    """The conditions and the fired triggers in a part of a definition."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in ("when", "fire") and isinstance(inner, str):
                yield key, inner
            else:
                yield from _walk(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _walk(inner)
