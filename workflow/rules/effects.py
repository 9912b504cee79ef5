"""The closed set of effects that a definition can ask for, and the loop that carries out what is owed, in
order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workflow.errors import EndlessEffects
from workflow.rules import clocks, moves, tasks
from workflow.rules import format as fmt
from workflow.rules.case import Task
from workflow.rules.correspondence import notify, tell_conflict, tell_refused, write
from workflow.rules.decision import OpenCase
from workflow.rules.ledger import Ledger, Owed

MOST_STEPS = 200


def settle(ledger: Ledger) -> None:
    """Carry out everything owed, including what that owes in turn, then let the spanning clocks run or
    rest.
    """
    for _ in range(MOST_STEPS):
        if not ledger.owed:
            clocks.balance(ledger)
            return
        _carry_out(ledger, ledger.owed.popleft())
    raise EndlessEffects(
        "More than {steps} effects follow from one act in state '{state}'.",
        steps=MOST_STEPS,
        state=ledger.state,
    )


def finish(ledger: Ledger, no: int, outcome: str, data: Mapping[str, Any] | None = None) -> None:
    """End a task with an outcome, and owe what the definition says of it."""
    task = ledger.tasks[no]
    kind = ledger.definition.format.tasks.get(task.name)
    tasks.end(ledger, task, outcome, tasks.values_for(ledger, task, data) if data else None)
    if ledger.tasks[no].conflicted:
        tell_conflict(ledger, task)
    if kind is None:
        if outcome == "refused":
            _refuse(ledger, task)
        return
    ledger.owe(consequence(kind, outcome), no)
    if kind.all_ended:
        ledger.owe_all_ended(task.name, no)


def consequence(kind: fmt.TaskKind, outcome: str) -> fmt.Then | None:
    """The `then` of an outcome; `overtaken` and others that the engine sets have none."""
    found = kind.outcomes.get(outcome)
    return found.then if isinstance(found, fmt.Outcome) else found


def _refuse(ledger: Ledger, task: Task) -> None:
    """What was proposed is refused, by a person or by silence: keep it as such, and tell whoever proposed."""
    filed, reason = task.values, ledger.entries[-1].reason
    if filed["form"]:
        ledger.file(filed["form"], filed["data"] or {}, "refused", task=filed["task"], reason=reason)
    tell_refused(ledger, task, "unconfirmed" if ledger.by_timer else "refused")


def _carry_out(ledger: Ledger, owed: Owed) -> None:
    if owed.series is not None:
        tasks.schedule_series(ledger, owed.series)
    elif owed.all_ended is not None:
        _all_ended(ledger, owed.all_ended, owed)
    elif owed.then is not None:
        for effect in ledger.facts().pick(owed.then):
            _EFFECTS[type(effect)](ledger, effect, owed)


def _all_ended(ledger: Ledger, name: str, owed: Owed) -> None:
    """Only when no instance is left, and the case is still where the last one ended."""
    kind = ledger.definition.format.tasks[name]
    if ledger.state == owed.state and not tasks.unfinished(ledger, name):
        ledger.owe(kind.all_ended, owed.task)


def _open(ledger: Ledger, effect: fmt.OpenTask, _owed: Owed) -> None:
    tasks.open_by(ledger, effect)


def _end(ledger: Ledger, effect: fmt.EndTask, owed: Owed) -> None:
    about = ledger.tasks.get(owed.task) if owed.task else None
    chosen = [about] if about and about.name == effect.end else tasks.unfinished(ledger, effect.end)
    for task in chosen:
        if task.status != "ended":
            finish(ledger, task.no, effect.outcome)


def _fire(ledger: Ledger, effect: fmt.FireTrigger, _owed: Owed) -> None:
    moves.fire(ledger, effect.fire)


def _extend(ledger: Ledger, effect: fmt.Extend, _owed: Owed) -> None:
    clocks.extend(ledger, effect)


def _set_emergency(ledger: Ledger, effect: fmt.SetEmergency, _owed: Owed) -> None:
    if ledger.emergency != effect.set_emergency:
        ledger.emergency = effect.set_emergency
        ledger.changed()
        clocks.switch_budgets(ledger)


def _letter(ledger: Ledger, effect: fmt.SendLetter, owed: Owed) -> None:
    code = ledger.facts().pick(effect.letter)
    if code is not None:
        write(ledger, code, ledger.tasks.get(owed.task) if owed.task else None)


def _notify(ledger: Ledger, effect: fmt.Notify, owed: Owed) -> None:
    notify(
        ledger, effect.notify, effect.message, "notice", ledger.tasks.get(owed.task) if owed.task else None
    )


def _open_case(ledger: Ledger, effect: fmt.OpenAnotherCase, _owed: Owed) -> None:
    case = ledger.before
    ledger.opened.append(OpenCase(effect.open_case, case.party, case.region, tuple(effect.copy_forms)))


_EFFECTS: Mapping[type, Callable[[Ledger, Any, Owed], None]] = {
    fmt.OpenTask: _open,
    fmt.EndTask: _end,
    fmt.FireTrigger: _fire,
    fmt.Extend: _extend,
    fmt.SetEmergency: _set_emergency,
    fmt.SendLetter: _letter,
    fmt.Notify: _notify,
    fmt.OpenAnotherCase: _open_case,
}
