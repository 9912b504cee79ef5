"""What is proved of a whole definition before it may run: every state is reached and can end.

Names and types are settled before (compile.py); labels and letters elsewhere (labels.py, texts.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.rules import format as fmt
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.parts import leaves, walk
from workflow.rules.loading.rings import rings
from workflow.rules.machine import interrupted_by, sources, targets

Found = Iterator[tuple[Path, str]]
Graph = dict[str, set[str]]


def proof_faults(format: fmt.Definition) -> Found:
    """(path, what does not hold) for a definition whose names all resolve."""
    yield from _ways(format)
    yield from _ladders(format)
    yield from _shadowed(format)
    yield from _timers(format)
    yield from _followed(format)
    yield from _idle(format)
    yield from rings(format)


def graph(format: fmt.Definition) -> Graph:
    """Which states lead directly to which; the way back from an interruption leads to all it can freeze."""
    leads: Graph = {name: set() for name in format.states}
    for transition in format.transitions:
        for source in sources(format, transition):
            for target in targets(transition):
                leads[source] |= set(interrupted_by(format, source)) if target == "interrupted" else {target}
    return leads


def _ways(format: fmt.Definition) -> Found:
    leads = graph(format)
    back: Graph = {name: {one for one in leads if name in leads[one]} for name in leads}
    closed = {name for name, state in format.states.items() if state.category == "closed"}
    reached, ending = _spread({next(iter(leads))}, leads), _spread(closed, back)
    for name in format.states:
        if name not in reached:
            yield ("states", name), f"no way leads to the state '{name}'"
        elif name not in ending:
            yield ("states", name), f"from the state '{name}' no way leads to a closed one"


def _spread(start: set[str], leads: Graph) -> set[str]:
    reached, new = set(start), set(start)
    while new:
        new = {target for name in new for target in leads[name]} - reached
        reached |= new
    return reached


def _ladders(format: fmt.Definition) -> Found:
    for path, part in walk(format):
        if isinstance(part, fmt.Duty | fmt.SpanningClock) and "ladder" not in part.model_fields_set:
            yield path, "say which ladder reminds of this, or that none does: `ladder: null`"


def _shadowed(format: fmt.Definition) -> Found:
    """A transition that never gets its turn, because an earlier one of the same trigger always goes first."""
    for place, later in enumerate(format.transitions):
        states = set(sources(format, later))
        for before, earlier in enumerate(format.transitions[:place]):
            shared = states & set(sources(format, earlier))
            if earlier.trigger == later.trigger and shared and _goes_first(earlier, later):
                told = f"'{later.trigger}' from '{min(shared)}' is shadowed by transition {before + 1}"
                yield ("transitions", place), f"{told} (of the same trigger), which always goes first"
                break


def _goes_first(earlier: fmt.Transition, later: fmt.Transition) -> bool:
    same_guard = not earlier.guard or set(earlier.guard.values()) == set(later.guard.values())
    first, second = _roles(earlier.by), _roles(later.by)
    return same_guard and first is not None and second is not None and second <= first


def _roles(who: fmt.Who) -> set[str] | None:
    """The plain roles of `by`; None when it depends on more than a role."""
    items = who if isinstance(who, list) else [who]
    plain = [_plain_role(item) for item in items]
    return None if None in plain else {role for role in plain if role}


def _plain_role(item: fmt.WhoItem) -> str | None:
    if isinstance(item, str):
        return item
    only_role = item.model_fields_set == {"role"} and isinstance(item.role, str)
    return str(item.role) if only_role else None


def _timers(format: fmt.Definition) -> Found:
    """What a timer or an effect fires must be open to the engine where it will be fired."""
    for name, state in format.states.items():
        where: Path = ("states", name)
        fired = [*_silences(state, where), *_fired(state.enter, (*where, "enter"))]
        if state.due:
            for _, ladder in leaves(state.due.ladder, ()):
                fired += _by_rungs(format, ladder) if ladder else ()
        for path, trigger in fired:
            if not _open_to_engine(format, trigger, name):
                problem = f"'{trigger}' is not open to the engine in the state '{name}'"
                yield path, f"{problem}; it needs a transition from there with `by: engine`"


def _followed(format: fmt.Definition) -> Found:
    """What a transition fires must be open to the engine where the transition leads."""
    for place, transition in enumerate(format.transitions):
        arrived = {
            state for source in sources(format, transition) for state in _arrivals(format, transition, source)
        }
        for path, trigger in _fired(transition.then, ("transitions", place, "then")):
            if not any(_open_to_engine(format, trigger, state) for state in arrived):
                told = ", ".join(sorted(arrived))
                yield path, f"'{trigger}' is not open to the engine where this leads ({told})"


def _arrivals(format: fmt.Definition, transition: fmt.Transition, source: str) -> set[str]:
    found: set[str] = set() if transition.to is not None else {source}
    for target in targets(transition):
        found |= set(interrupted_by(format, source)) if target == "interrupted" else {target}
    return found


def _silences(state: fmt.State, path: Path) -> Iterator[tuple[Path, str]]:
    if state.due:
        for where, silence in leaves(state.due.silence, (*path, "due", "silence")):
            if isinstance(silence, fmt.Silence) and silence.fire:
                yield (*where, "fire"), silence.fire


def _fired(then: fmt.Then, path: Path) -> Iterator[tuple[Path, str]]:
    for where, effect in leaves(then, path):
        if isinstance(effect, fmt.FireTrigger):
            yield (*where, "fire"), effect.fire


def _by_rungs(format: fmt.Definition, ladder: str) -> Iterator[tuple[Path, str]]:
    for place, rung in enumerate(format.ladders[ladder]):
        yield from _fired(rung.then, ("ladders", ladder, place, "then"))


def _open_to_engine(format: fmt.Definition, trigger: str, state: str) -> bool:
    return any(
        transition.trigger == trigger and state in sources(format, transition) and _for_engine(transition)
        for transition in format.transitions
    )


def _for_engine(transition: fmt.Transition) -> bool:
    listed = transition.by if isinstance(transition.by, list) else [transition.by]
    return "engine" in listed


def _idle(format: fmt.Definition) -> Found:
    """What is declared for the engine but fired by nothing, and what is fired but never open to it."""
    parts = list(walk(format))
    fired = {part.fire for _, part in parts if isinstance(part, fmt.FireTrigger | fmt.Silence) and part.fire}
    for place, transition in enumerate(format.transitions):
        if transition.by == "engine" and transition.trigger not in fired:
            problem = f"nothing fires '{transition.trigger}', and only the engine may"
            yield ("transitions", place, "trigger"), f"{problem}; name it in `fire`, or say `by` whom"
    open_to_engine = {item.trigger for item in format.transitions if _for_engine(item)}
    for path, part in parts:
        if isinstance(part, fmt.FireTrigger) and part.fire not in open_to_engine:
            yield (
                (*path, "fire"),
                f"no transition of '{part.fire}' is `by: engine`, so firing it does nothing",
            )
    opened = {part.open for _, part in parts if isinstance(part, fmt.OpenTask)}
    for name, task in format.tasks.items():
        if name not in opened and task.series is None:
            yield ("tasks", name), f"nothing opens the task '{name}'"
