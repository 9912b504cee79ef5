"""What the format alone cannot say of a construct: what must stand together, and what excludes what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from workflow.rules import format as fmt
from workflow.rules.dates.durations import Unit
from workflow.rules.loading.nodes import Path
from workflow.rules.loading.parts import choices, walk
from workflow.rules.loading.sources import nearest

Found = Iterator[tuple[Path, str]]


def construct_faults(format: fmt.Definition) -> Found:
    """(path, what is wrong) for every construct."""
    yield from _number(format)
    yield from _first_state(format)
    for path, part in walk(format):
        for choice_path, choice in choices(part, path):
            yield from _choice(choice_path, choice)
        if check := _CHECKS.get(type(part)):
            yield from check(format, path, part)


def _number(format: fmt.Definition) -> Found:
    try:
        given = {format.number.format(year=2026, serial=serial) for serial in (1, 2)}
    except (KeyError, IndexError, ValueError):
        given = set()
    if len(given) != 2:
        yield ("number",), "a number has the places {year} and {serial}, as TA-{year}-{serial:04}"


def _first_state(format: fmt.Definition) -> Found:
    if not format.states:
        yield ("states",), "a definition needs at least one state"
    elif not any(state.category == "closed" for state in format.states.values()):
        yield ("states",), "no state has the category closed, so no case can ever end"
    elif next(iter(format.states.values())).category == "closed":
        yield ("states",), "the first state is where a case begins; it cannot be closed"


def _choice(path: Path, choice: list[fmt.When[Any]]) -> Found:
    for place, branch in enumerate(choice[:-1]):
        if branch.when is None:
            yield (*path, place), "only the last branch of a choice may go without `when`"
    if choice[-1].when is not None:
        yield (
            (*path, len(choice) - 1),
            "the last branch of a choice has no `when`; it serves when none holds",
        )


def _state(format: fmt.Definition, path: Path, state: fmt.State) -> Found:
    if state.category == "closed":
        if state.ball is not None:
            yield (*path, "ball"), "in a closed state it is nobody's turn; leave `ball` out"
        if state.due:
            yield (*path, "due"), "nothing is due in a closed state; let a task of a series ask later"
    elif state.ball is None:
        yield path, "say whose turn it is here: `ball: role`, `ball: task` or `ball: [task, role]`"
    if state.due:
        yield from _start((*path, "due"), state.due)
        yield from _state_silence((*path, "due"), state.due)
        if state.due.at is not None:
            yield (*path, "due", "at"), "`at` is for a series of tasks; a state's time is `within`"


def _start(path: Path, due: fmt.Duty) -> Found:
    if due.counts_from is not None and (due.within is None or isinstance(due.within, fmt.Session)):
        yield (*path, "counts_from"), "`counts_from` goes with a length, as `within: 14 days`"


def _state_silence(path: Path, due: fmt.Duty) -> Found:
    if due.within is None:
        yield path, "say how long: `within: 15 working days`"
    for place, silence in _silences(path, due):
        if silence.outcome is not None or silence.fire is None:
            yield place, "silence in a state fires a trigger: {after: 30 days, fire: lapse}"


def _silences(path: Path, due: fmt.Duty) -> Iterator[tuple[Path, fmt.Silence]]:
    if isinstance(due.silence, fmt.Silence):
        yield (*path, "silence"), due.silence
    for place, branch in enumerate(due.silence if isinstance(due.silence, list) else ()):
        if branch.is_ is not None:
            yield (*path, "silence", place, "is"), branch.is_


def _task(format: fmt.Definition, path: Path, task: fmt.TaskKind) -> Found:
    name = str(path[-1])
    if not task.outcomes:
        yield (*path, "outcomes"), "a task needs at least one outcome, or it can never end"
    if task.series is None and task.opens is not None:
        yield (*path, "opens"), "`opens` is for a series: it counts from an instance's anchor"
    if task.series is not None and not task.series.at:
        yield (*path, "series", "at"), "a series needs at least one offset, as [6 months, 12 months]"
    if isinstance(task.for_, fmt.Holder) and task.for_.role is None:
        yield (*path, "for"), "say the role that this person has the task in: {role: expert, person: ...}"
    if task.due is None:
        return
    if (task.due.within is None) == (task.due.at is None):
        yield (*path, "due"), "say either how long (`within`) or, in a series, when (`at`)"
    yield from _start((*path, "due"), task.due)
    if task.due.at is not None and task.series is None:
        yield (*path, "due", "at"), "`at` counts from the anchor of a series; this task has none"
    for place, silence in _silences((*path, "due"), task.due):
        if silence.fire is not None or silence.outcome is None:
            yield place, "silence on a task ends it: {after: 60 days, outcome: no_answer}"
        elif silence.outcome not in task.outcomes:
            hint = nearest(silence.outcome, task.outcomes)
            yield (*place, "outcome"), f"the task '{name}' has no outcome '{silence.outcome}'{hint}"


def _declares(format: fmt.Definition, path: Path, declares: fmt.Declares) -> Found:
    task, name = format.tasks[str(path[1])], declares.conflict
    where: Path = (*path, "conflict")
    if name not in task.outcomes:
        yield where, f"the task '{path[1]}' has no outcome '{name}'{nearest(name, task.outcomes)}"
        return
    outcome = task.outcomes[name]
    if isinstance(outcome, fmt.Outcome) and outcome.by is not None:
        yield where, f"who has the task declares, nobody for them: leave `by` out of the outcome '{name}'"
    if task.due and any(silence.outcome == name for _, silence in _silences((), task.due)):
        yield where, f"silence declares nothing; let it end the task otherwise than as '{name}'"
    form = outcome.form if isinstance(outcome, fmt.Outcome) else None
    for fact, source in format.facts.items():
        if form is not None and (source.from_ or "").partition(".")[0] == form:
            told = (
                f"what is declared is for nobody but the auditor; the fact '{fact}' reads its form '{form}'"
            )
            yield where, f"{told}; take a form of its own, or leave the fact out"


def _engages(format: fmt.Definition, path: Path, engages: fmt.Engages) -> Found:
    task = format.tasks[str(path[1])]
    for place, name in enumerate(engages.by):
        if name not in task.outcomes:
            hint = nearest(name, task.outcomes)
            yield (*path, "by", place), f"the task '{path[1]}' has no outcome '{name}'{hint}"
        elif task.declares is not None and name == task.declares.conflict:
            yield (*path, "by", place), f"'{name}' declares a conflict, which engages nobody"
    who = task.for_ if isinstance(task.for_, str) else task.for_.role
    role = format.roles.get(who) if isinstance(who, str) else None
    if role is not None and role.sees != "assigned":
        yield path, f"'{who}' does not see what is `assigned` but `{role.sees}`; leave `engages` out"


def _holder(format: fmt.Definition, path: Path, holder: fmt.Holder) -> Found:
    if holder.role is None and holder.person is None and holder.next_of is None:
        yield path, "say who: `role`, `person` (a fact) or `next_of` (a fact, list of person)"


def _end(format: fmt.Definition, path: Path, effect: fmt.EndTask) -> Found:
    task = format.tasks.get(effect.end)
    if task and effect.outcome not in task.outcomes:
        hint = nearest(effect.outcome, task.outcomes)
        yield (*path, "outcome"), f"the task '{effect.end}' has no outcome '{effect.outcome}'{hint}"


def _extend(format: fmt.Definition, path: Path, effect: fmt.Extend) -> Found:
    if sum(given is not None for given in (effect.by, effect.days, effect.until)) != 1:
        yield path, "say one of `by` (a duration), `days` (an integer fact) or `until` (a date fact)"


def _rung(format: fmt.Definition, path: Path, rung: fmt.Rung) -> Found:
    if rung.notify is None and rung.escalate_to is None and not rung.then:
        yield path, "a rung does something: `notify`, `escalate_to` or `then`"
    ladder = format.ladders[str(path[1])]
    if rung.every is not None and rung is not ladder[-1]:
        yield (*path, "every"), "only the last rung of a ladder repeats"


def _confirm(format: fmt.Definition, path: Path, confirm: fmt.Confirm) -> Found:
    if confirm.silence is not None and confirm.within is None:
        yield path, "silence needs a time: `within: 2 working days`"


def _transition(format: fmt.Definition, path: Path, transition: fmt.Transition) -> Found:
    if transition.declares_conflict and (
        transition.confirm is not None or transition.trigger in format.tasks
    ):
        what = "leave `confirm` out, and take a name that no task has"
        yield (
            (*path, "declares_conflict"),
            f"a conflict of interest is declared in person and by itself; {what}",
        )
    named = transition.from_ if isinstance(transition.from_, list) else [transition.from_]
    if "interrupted" not in _targets(transition):
        return
    for state in named:
        if state in format.states and not format.states[state].interrupts:
            yield (
                (*path, "to"),
                f"'{state}' interrupts nothing, so there is no way back; it needs `interrupts: true`",
            )


def _bulletin(format: fmt.Definition, path: Path, bulletin: fmt.Bulletin) -> Found:
    if bulletin.every.amount < 1 or bulletin.every.unit not in (Unit.DAYS, Unit.MONTHS):
        yield (*path, "every"), f"a bulletin comes every so many days or months, not every {bulletin.every}"
    if not bulletin.to:
        yield (*path, "to"), "say which roles get it: `to: [committee]`"
    for role in bulletin.in_full:
        if role not in bulletin.to:
            yield (*path, "in_full"), f"'{role}' gets no list; name it under `to` too"


def _targets(transition: fmt.Transition) -> list[str]:
    to = transition.to
    return [branch.is_ for branch in to] if isinstance(to, list) else [to or ""]


_CHECKS: Mapping[type[fmt.Part], Callable[[fmt.Definition, Path, Any], Found]] = {
    fmt.State: _state,
    fmt.TaskKind: _task,
    fmt.Declares: _declares,
    fmt.Engages: _engages,
    fmt.Holder: _holder,
    fmt.EndTask: _end,
    fmt.Extend: _extend,
    fmt.Rung: _rung,
    fmt.Confirm: _confirm,
    fmt.Transition: _transition,
    fmt.Bulletin: _bulletin,
}
