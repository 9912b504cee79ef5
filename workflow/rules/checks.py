"""What every act is checked for: that the task is there and open, the form filled in, the revision the one
that was read. Refusals only, no effects.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from workflow.errors import BadAnswers, Fault, Malformed, NotFound, NotNow, Phrase, Stale
from workflow.rules import format as fmt
from workflow.rules import tasks
from workflow.rules.case import Task
from workflow.rules.definition import Definition
from workflow.rules.eyes import eyes
from workflow.rules.holders import only_engine
from workflow.rules.ledger import Ledger


def the_task(ledger: Ledger, no: int) -> Task:
    """The task. Raises NotFound, also for one that the actor does not see."""
    task = ledger.tasks.get(no)
    own = eyes(ledger.definition, ledger.before, ledger.actor, ledger.office, ledger.now)
    if task is None or not own.task(no):
        seen = (str(item.no) for item in tasks.unfinished(ledger) if own.task(item.no))
        known = ", ".join(seen) or Phrase("none")
        raise NotFound("There is no task {no} in this case; open tasks: {known}.", no=no, known=known)
    return task


def given_by_people(kind: fmt.TaskKind) -> list[str]:
    """The outcomes of a task that do not come by themselves."""
    by = {name: getattr(found, "by", None) for name, found in kind.outcomes.items()}
    return [name for name, who in by.items() if who is None or not only_engine(who)]


def check_form(
    ledger: Ledger, form: str | None, data: Mapping[str, Any] | None, *, shape: bool = False
) -> None:
    """Raises Malformed with a pointer to each field; `shape` asks only that what is there is right, and lets
    it name a file that is put to the case later.
    """
    if form is None:
        if data:
            raise Malformed((Fault("/data", "no form is asked for here; send no data"),))
        return
    checked = ledger.definition.forms[form]
    answers = {} if data is None else data
    faults = (checked.shape_faults if shape else checked.faults)(answers)
    office = ledger.office
    faults = (*faults, *_unknown(checked.party_codes(answers), office.party_codes, unknown_party))
    if not shape:
        faults = (*faults, *_unknown(checked.named_files(answers), office.files, _missing_file))
    if faults:
        raise BadAnswers(form, faults)


def _unknown(
    named: Iterable[tuple[str, Any]], known: Collection[str] | None, said: Callable[[str], Phrase]
) -> Iterator[Fault]:
    """What is named at these places and not known; nothing where nobody can tell what is known."""
    if known is not None:
        for pointer, value in named:
            if isinstance(value, str) and value not in known:
                yield Fault(pointer, said(value))


def _missing_file(reference: str) -> Phrase:
    return Phrase(
        "no file '{reference}' was put to this case; put it there first (POST .../files, or "
        "`caseway file put`) and name it here as the answer says, sha256:DIGEST",
        {"reference": reference},
    )


def named_files(definition: Definition, data: Mapping[str, Any] | None) -> set[str]:
    """What these answers name as files, of whatever form of the definition they are."""
    if not data or _fields_of_files(definition).isdisjoint(data):
        return set()
    named = (name for form in definition.forms.values() for _, name in form.named_files(data))
    return {name for name in named if isinstance(name, str)}


@cache
def _fields_of_files(definition: Definition) -> frozenset[str]:
    """The fields, of whatever form, in which a file can be named."""
    return frozenset(pointer.split("/")[1] for form in definition.forms.values() for pointer in form.files)


def unknown_party(code: str) -> Phrase:
    return Phrase("'{code}' is not the code of a Party; write its ISO 3166 code, as KE", {"code": code})


def check_revision(ledger: Ledger, expected: int | None) -> None:
    if expected is not None and expected != ledger.before.revision:
        raise Stale(expected, ledger.before.revision)


def check_open(task: Task) -> None:
    if task.status == "open":
        return
    how = {
        "ended": Phrase("ended as '{outcome}'", {"outcome": task.outcome}),
        "scheduled": Phrase("opens on {at}", {"at": task.opens_at}),
        "frozen": Phrase("is frozen now"),
    }
    raise NotNow("Task {no} '{name}' {how}.", no=task.no, name=task.name, how=how[task.status])


def nearest(word: str, known: Iterable[str]) -> Phrase:
    """A hint for a misspelt word, to be appended to a sentence."""
    names = list(known)
    near = get_close_matches(word, names, n=1)
    if near:
        return Phrase("; did you mean '{near}'?", {"near": near[0]})
    return Phrase("; there are: {known}", {"known": ", ".join(names) or Phrase("none")})
