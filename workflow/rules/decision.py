"""What `decide` returns: everything that is to change, as a closed set of values.

Nothing here has happened yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from workflow.rules.case import EMPTY, Case, Clock, Task


class Entry(Struct, frozen=True):
    """One audit entry: who did what, when, from which state to which, with what data, and why.

    `mandate` is the one that allowed the act; what the engine does has none. It is `on_behalf_of` the absent
    person whose mandate it is, where a stand-in acts.
    `act` is a trigger, `task.outcome`, or one of open, assign, revise, undo, rung, rederive. `at` is now,
    `received_at` what counts. `data` are the answers given with it (personal values are digested by whoever
    records it); `changes` maps the number of each clock or task that moved to what is new of it (status,
    due, person, outcome).
    """

    no: int
    act: str
    person: str
    at: datetime
    before: str | None
    after: str
    received_at: datetime | None = None
    mandate: str | None = None
    on_behalf_of: str | None = None
    task: int | None = None
    form: str | None = None
    data: Mapping[str, Any] = EMPTY
    reason: str = ""
    changes: Mapping[str, Any] = EMPTY


class Answer(Struct, frozen=True):
    """A version of a form's answers. `status`: draft, filed (proposed), refused or accepted."""

    form: str
    status: str
    data: Mapping[str, Any]
    person: str
    at: datetime
    entry: int
    task: int | None = None
    reason: str = ""


class Notice(Struct, frozen=True):
    """A message owed to a person.

    `template` is rendered in the reader's language with `values` when it is sent.

    `kind`: reminder, escalation, notice or letter. `letter` is the reference of the letter it carries, if
    any. `for_` is the absent person for whom a stand-in is told.
    """

    person: str
    kind: str
    template: str
    entry: int
    values: Mapping[str, Any] = EMPTY
    letter: str | None = None
    not_before: datetime | None = None
    for_: str | None = None


class Letter(Struct, frozen=True):
    """A numbered formal notice: its reference, code, sender's role, the persons it goes to, and the values
    in its text.

    `signer` is the person who signs for the sender, None where nobody is meant before others, `signed_for`
    the absent one in whose place a stand-in does. `roles` is the
    role in which each addressee is written to, as far as there is one.
    """

    reference: str
    code: str
    sender: str
    to: tuple[str, ...]
    copies: tuple[str, ...]
    entry: int
    at: datetime
    values: Mapping[str, Any] = EMPTY
    signer: str | None = None
    signed_for: str | None = None
    roles: Mapping[str, str] = EMPTY


class OpenCase(Struct, frozen=True):
    """Another case to be opened in the same transaction, linked to this one as its parent.

    The latest accepted answers of `copies` (names of forms) become its first drafts.
    """

    definition: str
    party: str
    region: str | None
    copies: tuple[str, ...] = ()


class Decision(Struct, frozen=True):
    """The whole effect of one command. `before` is None for a case just opened.

    `tasks` and `clocks` are those that are new or changed. `timers` maps the number of a task or clock to
    the instant of its one next timer, or None to cancel it. `ball_role`/`ball_person` is whose turn it is
    after it; `unheld` lists roles that nobody holds. `undoes` is the number of the first audit entry taken
    back: its unsent notices are dropped, sent ones corrected with the values of `correction`, and its
    letters marked. `relieves` is who was replaced in their role: what they were to be told yet is dropped,
    unless the case is theirs by another role; and the act cannot be taken back.
    """

    before: Case | None
    case: Case
    entries: tuple[Entry, ...]
    tasks: tuple[Task, ...] = ()
    clocks: tuple[Clock, ...] = ()
    timers: Mapping[int, datetime | None] = EMPTY
    answers: tuple[Answer, ...] = ()
    letters: tuple[Letter, ...] = ()
    notices: tuple[Notice, ...] = ()
    opened: tuple[OpenCase, ...] = ()
    ball_role: str | None = None
    ball_person: str | None = None
    undoes: int | None = None
    correction: Mapping[str, Any] = EMPTY
    relieves: str | None = None
