"""Looking at a case: as whoever asks sees it, or, for those who see all of it, as an audience does."""

from __future__ import annotations

from datetime import datetime

from workflow.errors import Fault, Malformed, NotAllowed, NotFound, Phrase
from workflow.records.databases.protocol import Connection
from workflow.rules.checks import nearest
from workflow.rules.commands import Actor
from workflow.rules.eyes import Eyes, eyes_of
from workflow.rules.redaction import shown
from workflow.rules.replacing import replace
from workflow.runtime.path import Answer, Path
from workflow.runtime.receipts import Receipt
from workflow.runtime.requests import View


class Shown(View, frozen=True, kw_only=True):
    """A case as it is told: `case` without what is hidden from these eyes."""

    sight: Eyes


def with_eyes(view: View, now: datetime, view_as: str | None = None) -> tuple[View, Eyes]:
    """The case whole, and with whose eyes it is looked at: whoever looks, or an audience.

    Of an audience raises NotAllowed, Malformed (there is no such one), NotNow (nobody of it sees the case).
    """
    own = view.eyes(now)
    if view_as is None:
        return view, own
    _check(own, view_as)
    theirs = eyes_of(view.definition, view.case, view_as, view.office, now)
    if any(theirs.group(group) for group in own.hidden):
        raise NotAllowed("The audience '{audience}' sees what you do not.", audience=view_as)
    return replace(view, actor=Actor("", view.definition.audiences.roles(view_as))), theirs


def shown_to(view: View, eyes: Eyes) -> Shown:
    case = shown(eyes, view.case)
    assert case is not None, "of a case at least the card is seen"
    return Shown(case, view.office, view.definition, view.actor, sight=eyes)


def again(path: Path, connection: Connection, stored: Receipt, by: str) -> Answer:
    """The kept answer to an opening; who does not see the case any more gets its bare facts."""
    try:
        return Answer(stored, path.look(connection, stored.case, by)[1])
    except NotFound:
        return Answer(bare(stored))


def bare(receipt: Receipt) -> Receipt:
    """A receipt of which no more is left than what became of the case."""
    return replace(
        receipt,
        ball_person=None,
        entries=(),
        tasks=(),
        clocks=(),
        letters=(),
        texts=(),
        notices=(),
        opened=(),
    )


def _check(own: Eyes, audience: str) -> None:
    if not own.everything:
        raise NotAllowed("Looking with the eyes of an audience is for those who see all of a case.")
    known = own.definition.audiences.outlooks
    if audience not in known:
        params = {"audience": audience, "hint": nearest(audience, known)}
        raise Malformed((Fault("/view_as", Phrase("there is no audience '{audience}'{hint}", params)),))
