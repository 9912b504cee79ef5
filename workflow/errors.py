"""Every way the engine says no.

A class's docstring is its title; its instance says what was wrong, where, and what would be right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of our own: English with {named} places, the key of its translations. In a place may stand what
    somebody wrote, which stays as it is, or another phrase, which is translated with this one.
    """

    template: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.template.format(**self.params) if self.params else self.template


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with what was sent: `pointer` is a JSON pointer into the data ("" is the whole).

    `said` tells what, and what would be right; a plain text is a phrase without places.
    """

    pointer: str
    said: Phrase | str

    @property
    def message(self) -> str:
        return str(self.said)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a guard said no: its name in the definition and the values of the facts it looked at.

    `text` says it in the reader's language; whoever shows it puts it there.
    """

    guard: str
    facts: tuple[tuple[str, Any], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class DefinitionFault:
    """One fault of a definition's files, with the place to mend (line and column count from 1)."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class CasewayError(Exception):
    """Something went wrong"""

    def __init__(self, template: str = "", **params: Any) -> None:
        """`template` is an English sentence with {named} places and the key of its translations."""
        self.template = template or self.title
        self.params = params
        super().__init__(self.template.format(**params) if params else self.template)

    @property
    def title(self) -> str:
        return (type(self).__doc__ or "").strip().splitlines()[0]


class BrokenDefinition(CasewayError):
    """The definition has faults"""

    def __init__(self, faults: tuple[DefinitionFault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class BadExpression(CasewayError):
    """The expression has a fault"""

    def __init__(self, faults: tuple[tuple[int, int, str], ...]) -> None:
        """`faults` are (line, column, message), counted from 1 within the expression's own text."""
        super().__init__()
        self.args = ("; ".join(f"{line}:{column}: {message}" for line, column, message in faults),)
        self.faults = faults


class Undecided(CasewayError):
    """A fact that the expression needs has no value"""

    def __init__(self, absent: tuple[str, ...], why: str = "") -> None:
        """`absent` names the facts without a value; `why` is what else stopped it, as a division by zero."""
        super().__init__()
        self.args = (why or "no value yet: " + ", ".join(absent),)
        self.absent = absent


class BadForm(CasewayError):
    """The form is not a valid JSON Schema"""

    def __init__(self, faults: tuple[tuple[tuple[str | int, ...], str], ...]) -> None:
        """`faults` are (path within the schema, message)."""
        super().__init__()
        self.args = ("; ".join(message for _, message in faults),)
        self.faults = faults


class Impossible(CasewayError):
    """This cannot be done here"""


class EndlessEffects(CasewayError):
    """The definition's effects never come to an end"""


class Refusal(CasewayError):
    """The engine refuses this command; nothing was changed"""


class Unauthenticated(Refusal):
    """Say who you are"""


class SignInRefused(Unauthenticated):
    """This sign-in was not accepted; begin it again"""

    def __init__(self, because: str) -> None:
        """`because` is for the log: whoever forges is not told what to mend."""
        super().__init__()
        self.because = because


class TooMany(Refusal):
    """Too many attempts; wait a little"""

    def __init__(self, seconds: int) -> None:
        super().__init__("Too many attempts. The next one is possible in {seconds} seconds.", seconds=seconds)
        self.seconds = seconds


class Misdirected(Refusal):
    """This service does not go by that name"""


class NotFound(Refusal):
    """Not there, or not yours to see"""


class Gone(Refusal):
    """It was here, and was erased"""


class NotAllowed(Refusal):
    """Your role may not do this"""


class Unlinked(NotAllowed):
    """This account of another house belongs to nobody here"""


class FactorMissing(NotAllowed):
    """Give your second factor first"""


class Foreign(NotAllowed):
    """This request does not come from a page of this service"""


class NotNow(Refusal):
    """This cannot be done in the present state"""


class NoSession(NotNow):
    """No session is known that could be reached"""


class GuardRefused(Refusal):
    """A condition is not met"""

    def __init__(self, trigger: str, reasons: tuple[Reason, ...]) -> None:
        names = "; ".join(reason.text or f"it needs: {reason.guard}" for reason in reasons)
        super().__init__("{trigger} cannot be done; {guards}", trigger=trigger, guards=names)
        self.trigger = trigger
        self.reasons = reasons


class LostRace(Refusal):
    """Somebody else changed the case first"""


class Stale(Refusal):
    """The case has moved on since you read it"""

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__(
            "You read revision {expected}; the case is at revision {actual}. Read it again.",
            expected=expected,
            actual=actual,
        )


class RevisionRequired(Refusal):
    """Say which revision you read (If-Match)"""


class Malformed(Refusal):
    """What was sent does not have the right shape"""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(
            "; ".join(f"{fault.pointer}: {fault.message}".removeprefix(": ") for fault in faults)
        )
        self.faults = faults


class BadAnswers(Malformed):
    """The answers do not fit their form"""

    def __init__(self, form: str, faults: tuple[Fault, ...]) -> None:
        """`faults` point into the answers, not into the command that carries them."""
        super().__init__(faults)
        self.form = form


class BadDuration(Malformed, ValueError):
    """This is not a length of time that deadlines are counted in"""

    def __init__(self, said: Phrase | str) -> None:
        super().__init__((Fault("", said),))


class UnknownCalendar(Malformed):
    """There is no such calendar"""

    def __init__(self, said: Phrase | str) -> None:
        super().__init__((Fault("/calendar", said),))


class NaiveTime(Malformed):
    """A time needs its offset"""

    def __init__(self, pointer: str, said: Phrase | str) -> None:
        super().__init__((Fault(pointer, said),))


class BadTime(Malformed):
    """This is no time that can be read"""

    def __init__(self, pointer: str, said: Phrase | str) -> None:
        super().__init__((Fault(pointer, said),))


class KeyReused(Refusal):
    """This Idempotency-Key was used for another request"""


class TooLarge(Refusal):
    """The body is larger than this service takes"""


class BrokenCalendar(CasewayError):
    """A calendar's data has a fault"""


class BrokenHistory(CasewayError):
    """The history cannot be read; nothing was played"""


class Unavailable(CasewayError):
    """The database cannot be reached now; nothing was changed, try again"""


class Busy(Unavailable):
    """Somebody else has been writing for too long; nothing was changed, try again"""


class Unwritable(Unavailable):
    """The database's file cannot be opened or written to; nothing was changed"""


class Damaged(Unavailable):
    """The database's file is damaged, or is no database; nothing was changed"""


class NotKept(Unavailable):
    """The disk takes nothing now; nothing was changed, try again"""


class LostContent(Unavailable):
    """What was kept is lost; only a backup brings it back"""


class ProviderAway(Unavailable):
    """Your organisation's sign-in cannot be reached now; try again"""


class Hanging(Unavailable):
    """The worker of this process hangs; start the process anew"""


class BadSetting(CasewayError):
    """A setting of the environment is wrong"""


class NotDelivered(CasewayError):
    """The message could not be delivered now; it will be tried again"""


class Undeliverable(CasewayError):
    """The message cannot be delivered to this person"""


class Bounced(Undeliverable):
    """The person's address was refused for good"""


class ChangedDefinition(CasewayError):
    """A definition that cases run on was changed"""


class OtherSchema(CasewayError):
    """The database is of another version of this program"""


class BrokenReference(CasewayError):
    """A reference list has faults"""
