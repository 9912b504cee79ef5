"""Whether somebody may rehearse an act, or take one back: on which facts depends what follows from it.

Law: who does not see them all does neither. Whatever can be tried out, one answer after the other, would tell
what others wrote. What the definition says counts, and not the case as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workflow.errors import NotAllowed
from workflow.rules import format as fmt
from workflow.rules.case import Case, Task
from workflow.rules.definition import Definition
from workflow.rules.eyes import Eyes


def check_rehearsal(eyes: Eyes, case: Case, act: str, task: int | None) -> None:
    """Raises NotAllowed; takes what `sees_why` takes."""
    if not sees_why(eyes, case, act, task):
        raise NotAllowed(
            "What follows from this depends on what you do not see, so it is not rehearsed for you."
        )


def sees_why(eyes: Eyes, case: Case, act: str, task: int | None) -> bool:
    """Whether they see all that decides what follows. `case` is as it was before the act; this and its task
    are as its audit entry tells them.
    """
    return eyes.everything or all(_sees(eyes, text) for text in _conditions(eyes.definition, case, act, task))


def _sees(eyes: Eyes, text: str) -> bool:
    """Whether all is seen that a condition looks at."""
    known = eyes.definition.audiences.facts
    return all(
        name in known and all(map(eyes.group, known[name]))
        for name in eyes.definition.expressions[text].names
    )


def _conditions(definition: Definition, case: Case, act: str, task: int | None) -> Iterator[str]:
    """Those of the choices that follow, and the guards of the triggers that the engine then fires."""
    fired: set[str] = set()
    left = [*_parts(definition, case, act, task)]
    while left:
        for key, found in _walk(left.pop()):
            if key == "when":
                yield found
            elif found not in fired:
                fired.add(found)
                transitions = definition.transitions[found]
                yield from (text for one in transitions for text in one.guard.values())
                left += _of(transitions)


def _parts(definition: Definition, case: Case, act: str, no: int | None) -> Iterator[Any]:
    """Where the definition says what follows from the act."""
    trigger, (of, _, outcome) = act.removesuffix(".proposed"), act.partition(".")
    yield from _of(one for _, one in definition.ways.get((case.state, trigger), ()))
    task = None if no is None else case.task(no)
    if task is not None and task.name == of:
        yield from _of_task(definition, task, outcome)


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
