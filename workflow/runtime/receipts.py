"""The answer of a writing verb: what was changed, or with `dry_run` would be.

Plain values, ready for JSON and for keeping with a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from workflow.rules.case import Case, Clock, Task
from workflow.rules.decision import Decision, Entry, Letter, Notice
from workflow.rules.eyes import Eyes
from workflow.rules.format import HISTORY
from workflow.rules.redaction import all_shown, named
from workflow.rules.replacing import replace
from workflow.rules.sight import may_see
from workflow.runtime.requests import View


class Text(Struct, frozen=True):
    """A letter or message as a reader sees it. `reference` is the letter's number, "" for a message."""

    reference: str
    language: str
    subject: str
    body: str


class Receipt(Struct, frozen=True):
    """What one command did.

    `before` and `state` are the same where nothing moved, and for whoever sees nothing of the case any more;
    `opened` are the ids of linked cases.

    `entries`: {no, act, person, on_behalf_of, before, after, task, form}; `tasks`: {no, name, status, role,
    person, outcome}; `clocks`: {no, subject, name, task, status, due, fires_at} with `due` in ISO 8601 (UTC)
    or None while held; `letters`: {reference, code, to, copies}; `texts`: {reference, language, subject,
    body}; `notices`: {person, for, kind, template}. `repeated`: this is the stored answer of an earlier
    request with the same key. `dry_run`: nothing was written.
    """

    case: str
    number: str | None
    definition: str
    version: int
    party: str
    before: str | None
    state: str
    revision: int
    closed: bool
    emergency: bool
    ball_role: str | None
    ball_person: str | None
    entries: tuple[Mapping[str, Any], ...] = ()
    tasks: tuple[Mapping[str, Any], ...] = ()
    clocks: tuple[Mapping[str, Any], ...] = ()
    letters: tuple[Mapping[str, Any], ...] = ()
    texts: tuple[Mapping[str, Any], ...] = ()
    notices: tuple[Mapping[str, Any], ...] = ()
    opened: tuple[str, ...] = ()
    dry_run: bool = False
    repeated: bool = False

    @property
    def rehearses_opening(self) -> bool:
        """A dry run of opening a case: there is none by this id, nor will there be."""
        return self.dry_run and self.before is None

    def as_json(self) -> Any:
        return msgspec.to_builtins(self) | ({"case": None} if self.rehearses_opening else {})

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> Receipt:
        """The stored answer of a key, marked as such."""
        return replace(msgspec.convert(stored, Receipt), repeated=True)


def receipt(
    decision: Decision, *, texts: tuple[Text, ...] = (), opened: tuple[str, ...] = (), dry_run: bool = False
) -> Receipt:
    """The receipt of a decision, with the texts of its letters and the ids of the cases it opened."""
    case = decision.case
    return Receipt(
        case=case.id,
        number=case.number,
        definition=case.definition,
        version=case.version,
        party=case.party,
        before=decision.before.state if decision.before else None,
        state=case.state,
        revision=case.revision,
        closed=case.closed,
        emergency=case.emergency,
        ball_role=decision.ball_role,
        ball_person=decision.ball_person,
        entries=tuple(_entry(entry) for entry in decision.entries),
        tasks=tuple(_task(task) for task in decision.tasks),
        clocks=tuple(_clock(clock) for clock in decision.clocks),
        letters=tuple(_letter(letter) for letter in decision.letters),
        texts=tuple(_text(text) for text in texts),
        notices=tuple(_notice(notice) for notice in decision.notices),
        opened=opened,
        dry_run=dry_run,
    )


def told_to(receipt: Receipt, view: View, now: datetime) -> Receipt:
    """The receipt as who looks may read it. Whose act ended their sight of the case is told what they did,
    and not where it led: state and turn would tell what others wrote.
    """
    told = redacted(receipt, view.eyes(now))
    if may_see(view.definition, view.case, view.actor):
        return told
    return replace(told, state=told.before or told.state, closed=False, ball_role=None, ball_person=None)


def redacted(receipt: Receipt, eyes: Eyes) -> Receipt:
    """The receipt as these eyes may read it. What is kept with a key is whole: rights change meanwhile."""
    if eyes.everything:
        return receipt
    entries = all_shown(eyes, [{**_UNTOLD, **entry} for entry in receipt.entries], "entry")
    letters = all_shown(eyes, [_as_row(letter) for letter in receipt.letters], "letter")
    told = {letter["reference"] for letter in letters}
    return replace(
        receipt,
        ball_person=named(eyes, receipt.ball_person, receipt.ball_role),
        entries=tuple({name: entry[name] for name in _ENTRY} for entry in entries),
        tasks=all_shown(eyes, receipt.tasks, "task"),
        clocks=all_shown(eyes, receipt.clocks, "clock"),
        letters=tuple(_as_told(letter) for letter in letters),
        texts=tuple(text for text in receipt.texts if text["reference"] in told),
        notices=all_shown(eyes, receipt.notices, "notice"),
        opened=receipt.opened if eyes.group(HISTORY) else (),
    )


def unchanged(case: Case) -> Receipt:
    """The receipt of a command that found nothing to change."""
    return receipt(Decision(before=case, case=case, entries=()))


def _text(text: Text) -> dict[str, Any]:
    return {
        "reference": text.reference,
        "language": text.language,
        "subject": text.subject,
        "body": text.body,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "no": entry.no,
        "act": entry.act,
        "person": entry.person,
        "on_behalf_of": entry.on_behalf_of,
        "before": entry.before,
        "after": entry.after,
        "task": entry.task,
        "form": entry.form,
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "no": task.no,
        "name": task.name,
        "status": task.status,
        "role": task.role,
        "person": task.person,
        "outcome": task.outcome,
    }


def _clock(clock: Clock) -> dict[str, Any]:
    return {
        "no": clock.no,
        "subject": clock.subject,
        "name": clock.name,
        "task": clock.task,
        "status": clock.status,
        "due": _instant(clock.due),
        "fires_at": _instant(clock.fires_at),
    }


def _letter(letter: Letter) -> dict[str, Any]:
    return {
        "reference": letter.reference,
        "code": letter.code,
        "to": list(letter.to),
        "copies": list(letter.copies),
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "person": notice.person,
        "for": notice.for_,
        "kind": notice.kind,
        "template": notice.template,
    }


def _as_row(letter: Mapping[str, Any]) -> dict[str, Any]:
    """A letter as others are listed; who signed it a receipt does not tell."""
    return {**letter, "recipients": letter["to"], "signer": None, "signed_for": None, "sender": ""}


def _as_told(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reference": row["reference"],
        "code": row["code"],
        "to": row["recipients"],
        "copies": row["copies"],
    }


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


_ENTRY = ("no", "act", "person", "on_behalf_of", "before", "after", "task", "form")
# What a receipt does not tell of an entry.
_UNTOLD: Mapping[str, Any] = {"mandate": None, "data": {}, "erased": [], "reason": "", "changes": {}}
