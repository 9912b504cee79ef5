"""The machine of `transitions`, one per definition version: it alone says where a trigger leads.

It evaluates nothing.

Guards, roles and choices are judged before (guards.py); its conditions only look the verdicts up, so a
trigger can be tried on a throwaway object without effect. `to: interrupted` and choices of target are
expanded when it is built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from msgspec import Struct
from transitions import Machine as CoreMachine
from transitions.core import EventData

from workflow.rules import format as fmt

OPEN_CATEGORIES = ("open", "waiting", "parked", "suspended")


class Token:
    """The throwaway object a trigger is tried on: where the case is, what the verdicts are, and what was
    chosen.
    """

    __slots__ = ("branches", "chosen", "interrupted", "state", "verdicts")

    def __init__(
        self, state: str, verdicts: Mapping[int, bool], branches: Mapping[int, int], interrupted: str | None
    ) -> None:
        self.state = state
        self.verdicts = verdicts
        self.branches = branches
        self.interrupted = interrupted
        self.chosen: Move | None = None


class Move(Struct, frozen=True):
    """The transition that won (its place in the definition) and the state it leads to; None keeps the
    state.
    """

    transition: int
    target: str | None


@dataclass(frozen=True, slots=True)
class Machine:
    """The built machine of one definition version."""

    core: CoreMachine

    def move(self, trigger: str, token: Token) -> Move | None:
        """Where `trigger` leads from the token's state under its verdicts; None when no transition passes."""
        self.core.events[trigger].trigger(token)
        return token.chosen


def build(format: fmt.Definition) -> Machine:
    """Build the machine from a definition whose names are already resolved."""
    core = CoreMachine(
        model=None,
        states=list(format.states),
        initial=None,
        auto_transitions=False,
        send_event=True,
        queued=False,
    )
    for place, transition in enumerate(format.transitions):
        for source in sources(format, transition):
            for target, conditions in _targets(format, place, transition, source):
                core.add_transition(
                    transition.trigger, source, target, conditions=conditions, after=_choose(place, target)
                )
    return Machine(core)


def sources(format: fmt.Definition, transition: fmt.Transition) -> tuple[str, ...]:
    """The states a transition may fire from; `any open` stands for all that are neither draft nor closed."""
    named = transition.from_ if isinstance(transition.from_, list) else [transition.from_]
    if named == ["any open"]:
        return tuple(name for name, state in format.states.items() if state.category in OPEN_CATEGORIES)
    return tuple(named)


def interrupted_by(format: fmt.Definition, state: str) -> tuple[str, ...]:
    """The states that `state` can freeze: those from which a transition leads into it."""
    found: dict[str, None] = {}
    for transition in format.transitions:
        if state in targets(transition):
            found.update(dict.fromkeys(name for name in sources(format, transition) if name != state))
    return tuple(found)


def targets(transition: fmt.Transition) -> tuple[str, ...]:
    """The states that a transition names as targets (`interrupted` stands as itself)."""
    if transition.to is None:
        return ()
    if isinstance(transition.to, list):
        return tuple(branch.is_ for branch in transition.to)
    return (transition.to,)


Condition = Callable[[EventData], bool | None]


def _targets(
    format: fmt.Definition, place: int, transition: fmt.Transition, source: str
) -> Iterator[tuple[str | None, list[str | Condition]]]:
    passed = _verdict(place)
    if transition.to is None:
        yield None, [passed]
        return
    several = isinstance(transition.to, list)
    for branch, target in enumerate(targets(transition)):
        conditions: list[str | Condition] = [passed, _branch(place, branch)] if several else [passed]
        if target == "interrupted":
            for frozen in interrupted_by(format, source):
                yield frozen, [*conditions, _interrupted(frozen)]
        else:
            yield target, conditions


def _verdict(place: int) -> Condition:
    return lambda event: _token(event).verdicts.get(place)


def _branch(place: int, branch: int) -> Condition:
    return lambda event: _token(event).branches.get(place) == branch


def _interrupted(state: str) -> Condition:
    return lambda event: _token(event).interrupted == state


def _choose(place: int, target: str | None) -> Callable[[EventData], None]:
    def choose(event: EventData) -> None:
        _token(event).chosen = Move(place, target)

    return choose


def _token(event: EventData) -> Token:
    return cast(Token, event.model)
