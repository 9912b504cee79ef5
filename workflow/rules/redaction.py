"""What is left of a value for somebody's eyes. Law: whatever is told of a case goes through `shown`.

Rows and values alike: a case, its tasks and clocks, an entry of its history, answers, letters, files, what
may be done. What is hidden altogether is None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from workflow.errors import Reason
from workflow.rules import format as fmt
from workflow.rules.actions import Action
from workflow.rules.audiences import CONFIRM
from workflow.rules.case import EMPTY, Case, Clock, Event, Task
from workflow.rules.commands import ENGINE, OWNER
from workflow.rules.cutting import data_shown
from workflow.rules.dates.deadlines import Terms
from workflow.rules.disclosures import group_of_event, group_of_field
from workflow.rules.eyes import Eyes
from workflow.rules.replacing import replace

T = TypeVar("T")
Row = Mapping[str, Any]
NOBODY = "–"
"""Stands in sentences for a person who is not named."""
STEP = "step"
"""Stands for an act of which no more is told than that it moved the case."""
NO_PERSONS = (ENGINE.person, OWNER)


def shown(eyes: Eyes, thing: T, kind: str = "") -> T | None:
    """What these eyes see of a thing; None where they do not see it at all. Of rows `kind` says what it is:
    case, entry, answer, letter, file, task, clock or notice.
    """
    if eyes.everything:
        return thing if not eyes.hidden or kind not in _WITH_DATA else _but_hidden(eyes, thing, kind)
    found: T | None = _SHOWN[kind or type(thing)](eyes, thing)
    return found


def _but_hidden(eyes: Eyes, row: Any, kind: str) -> Any:
    """An entry or answers for who sees all but some groups."""
    form = row["form"]
    if form is None or eyes.own(row["person"]):
        return row
    if kind == "answer" and not eyes.form(form):
        return None
    return {**row, "data": data_shown(eyes, form, row["data"])}


def all_shown(eyes: Eyes, things: Iterable[T], kind: str = "") -> tuple[T, ...]:
    """What is left of several."""
    left = (shown(eyes, thing, kind) for thing in things)
    return tuple(thing for thing in left if thing is not None)


def named(eyes: Eyes, person: str | None, role: str | None = None) -> str | None:
    """The person, if these eyes may learn who it is; `role` is the one in which they stand here."""
    if person is None or person in NO_PERSONS or eyes.own(person) or eyes.everything:
        return person
    if fmt.PERSONS not in eyes.groups or person in eyes.unnamed or role in eyes.unnamed_roles:
        return None
    return person


def sees_clock(eyes: Eyes, task: int | None) -> bool:
    """Whether a clock is seen, of a task or of none."""
    return eyes.group(fmt.DEADLINES) if task is None else eyes.task(task)


def _case(eyes: Eyes, case: Case) -> Case:
    return replace(
        case,
        values={place: value for place, value in case.values.items() if _sees_value(eyes, place)},
        events=tuple(event for event in case.events if _sees_event(eyes, event)),
        tasks=all_shown(eyes, case.tasks),
        clocks=all_shown(eyes, case.clocks),
    )


def _sees_value(eyes: Eyes, place: str) -> bool:
    """Of the fields that facts read: `form.field`, and `@form` for when it was accepted."""
    form, _, field = place.removeprefix("@").partition(".")
    if form not in eyes.definition.forms:
        return False
    if place.startswith("@"):
        return eyes.form(form)
    return eyes.group(group_of_field(eyes.definition.forms, eyes.definition.audiences.forms, form, field))


def _sees_event(eyes: Eyes, event: Event) -> bool:
    group = group_of_event(event.name, eyes.definition.audiences.tasks)
    task, _, outcome = event.name.partition(".")
    return eyes.group(group) and eyes.end(task, outcome)


def _task(eyes: Eyes, task: Task) -> Task | None:
    if not eyes.task(task.no):
        return None
    by = named(eyes, task.stood_in, task.role)
    left = replace(task, person=named(eyes, task.person, task.role), stood_in=by, values=EMPTY)
    return replace(left, outcome=None, conflicted=False) if task.no in eyes.ends_untold else left


def _clock(eyes: Eyes, clock: Clock) -> Clock | None:
    return replace(clock, terms=_terms(eyes, clock.terms)) if sees_clock(eyes, clock.task) else None


def _terms(eyes: Eyes, terms: Terms) -> Terms:
    holds = (replace(hold, by=named(eyes, hold.by) or NOBODY) for hold in terms.holds)
    more = (replace(one, person=named(eyes, one.person) or NOBODY) for one in terms.extensions)
    return replace(terms, holds=tuple(holds), extensions=tuple(more))


def _action(eyes: Eyes, action: Action) -> Action | None:
    if not eyes.task(action.task):
        return None
    return replace(action, reasons=tuple(_reason(eyes, reason) for reason in action.reasons))


def _reason(eyes: Eyes, reason: Reason) -> Reason:
    """A guard names what is needed; of the facts that it looked at those stay that are seen."""
    return replace(reason, facts=tuple(fact for fact in reason.facts if _sees_fact(eyes, *fact)))


def _sees_fact(eyes: Eyes, name: str, value: Any) -> bool:
    fact, groups = eyes.definition.format.facts.get(name), eyes.definition.audiences.facts.get(name)
    if fact is not None and fact.type.endswith("person"):
        persons = value if isinstance(value, list) else [value]
        if any(person is not None and named(eyes, person) is None for person in persons):
            return False
    return groups is not None and all(eyes.group(group) for group in groups)


def _case_row(eyes: Eyes, row: Row) -> Row:
    """Without when it last changed: that may have been by an act that is hidden."""
    return {**row, "ball_person": named(eyes, row["ball_person"], row["ball_role"]), "updated_at": None}


def _task_row(eyes: Eyes, row: Row) -> Row | None:
    if not eyes.task(row["no"]):
        return None
    left = {**row, "person": named(eyes, row["person"], row["role"])}
    return left | {"outcome": None} if row["no"] in eyes.ends_untold else left


def _clock_row(eyes: Eyes, row: Row) -> Row | None:
    return row if sees_clock(eyes, row["task"]) else None


def _entry(eyes: Eyes, row: Row) -> Row | None:
    """An act: whole but for persons and hidden fields; one that is hidden, if it moved the case, as no more
    than that. Hashes are told to nobody who does not see everything: they would confirm a guess.
    """
    own, form = eyes.own(row["person"]), row["form"]
    if not own and not eyes.group(fmt.HISTORY):
        return None
    if not own and not _sees_act(eyes, row):
        return _only_moved(eyes, row) if row["before"] != row["after"] else None
    person = named(eyes, row["person"], row.get("role"))
    return {
        **row,
        "person": person,
        "mandate": row["mandate"] if person else None,
        "on_behalf_of": named(eyes, row["on_behalf_of"], row.get("role")) if person else None,
        "data": row["data"] if own or form is None else data_shown(eyes, form, row["data"]),
        "erased": row["erased"] if own else [],
        "reason": row["reason"] if own or _sees_reason(eyes, row) else "",
        "changes": _changes(eyes, row["changes"]),
        "hash": None,
    }


def _sees_act(eyes: Eyes, row: Row) -> bool:
    """Hidden with its task or how that ended, and with its form; a draft or a proposal is of those who fill
    the form in.
    """
    about, _, what = row["act"].rpartition(".")
    if not eyes.task(row["task"]) or row["task"] in eyes.ends_untold:
        return False
    form = row["form"]
    if form is not None and not eyes.form(form):
        return False
    if what == "proposed":
        return eyes.drafts(f"{CONFIRM}{about}")
    return what != "revise" or form is None or bool(row["reason"]) or eyes.drafts(form)


def _sees_reason(eyes: Eyes, row: Row) -> bool:
    form = row["form"]
    return form is None or eyes.group(eyes.definition.audiences.forms.get(form, ""))


def _only_moved(eyes: Eyes, row: Row) -> Row:
    act = row["act"] if row["act"] in eyes.definition.transitions else STEP
    nothing: Row = {"person": None, "on_behalf_of": None, "mandate": None, "task": None, "form": None}
    nothing = {**nothing, "data": {}, "erased": []}
    return {**row, **nothing, "act": act, "reason": "", "changes": {}, "hash": None}


def _changes(eyes: Eyes, changes: Row) -> Row:
    """Of what an entry changed: whose turn it is, whether it was late, and dates of clocks that are seen."""
    told: dict[str, Any] = {name: changes[name] for name in _PLAIN_CHANGES if name in changes}
    role = changes.get("ball")
    for name in ("holder", "person", "confirmed_by"):
        if name in changes:
            told[name] = named(eyes, changes[name], role if name == "holder" else None)
    if "told" in changes:
        told["told"] = [person for person in changes["told"] if eyes.own(person)]
    return told


def _answer(eyes: Eyes, row: Row) -> Row | None:
    """A version of answers. One that is not accepted is of those who fill the form in."""
    form, own = row["form"], eyes.own(row["person"])
    if own:
        return row
    if not eyes.task(row["task"]) or (row["status"] != "accepted" and not eyes.drafts(form)):
        return None
    if not eyes.form(form):
        return None
    group = eyes.definition.audiences.forms.get(form, "")
    return {
        **row,
        "data": data_shown(eyes, form, row["data"]),
        "person": named(eyes, row["person"], row.get("role")),
        "reason": row["reason"] if eyes.group(group) else "",
    }


def _letter(eyes: Eyes, row: Row) -> Row | None:
    """A letter is seen by whom it was written to, and by its group; not where its text names somebody who is
    not to be named.
    """
    mine = any(eyes.own(person) for person in (*row["recipients"], *row["copies"]))
    in_text = [*row["recipients"], row["signer"], row["signed_for"]]
    if not mine:
        if not eyes.group(eyes.definition.audiences.letters.get(row["code"], "")):
            return None
        if any(person in eyes.unnamed for person in in_text) or row["sender"] in eyes.unnamed_roles:
            return None
    return {
        **row,
        "signer": named(eyes, row["signer"], row["sender"]),
        "signed_for": named(eyes, row["signed_for"], row["sender"]),
        "recipients": _named(eyes, row["recipients"]),
        "copies": _named(eyes, row["copies"]),
    }


def _notice(eyes: Eyes, row: Row) -> Row | None:
    return row if eyes.own(row["person"]) else None


def _file(eyes: Eyes, kept: Any) -> Any:
    """A file is seen by whoever put it here, and by those who see an answer that names it."""
    if not eyes.own(kept.person) and kept.digest not in eyes.files:
        return None
    return replace(kept, person=named(eyes, kept.person))


def _named(eyes: Eyes, persons: Iterable[str]) -> list[str]:
    return [person for person in persons if named(eyes, person)]


_WITH_DATA = ("entry", "answer")
_PLAIN_CHANGES = ("ball", "late", "rested", "undoes")
_SHOWN: Mapping[Any, Callable[[Eyes, Any], Any]] = {
    Case: _case,
    Task: _task,
    Clock: _clock,
    Action: _action,
    Reason: _reason,
    "case": _case_row,
    "task": _task_row,
    "clock": _clock_row,
    "entry": _entry,
    "answer": _answer,
    "letter": _letter,
    "notice": _notice,
    "file": _file,
}
