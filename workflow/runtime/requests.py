"""What goes along the one path: who asks what and how, what they look at, a case that is to be opened."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from msgspec import Struct

from workflow.rules.case import Case, Office
from workflow.rules.commands import Actor
from workflow.rules.definition import Definition
from workflow.rules.eyes import Eyes, eyes
from workflow.runtime.manner import PLAIN, Manner


class View(Struct, frozen=True):
    """A case as it stands, whole. `actor` is who looks, with the roles they have in this case on that day."""

    case: Case
    office: Office
    definition: Definition
    actor: Actor

    def eyes(self, now: datetime) -> Eyes:
        """What the actor sees of it."""
        return eyes(self.definition, self.case, self.actor, self.office, now)


class Request(Struct, frozen=True):
    """Who asks, what, and how: what makes two requests with one key the same one is all but the revision."""

    verb: str
    by: str
    args: Mapping[str, Any] = {}
    manner: Manner = PLAIN

    @property
    def told(self) -> dict[str, Any]:
        """All texts of it, by the names under which they are sent."""
        return {"by": self.by, **self.args, "reason": self.manner.reason, "key": self.manner.key}

    def may_hold_nul(self) -> bool:
        """False where it surely holds no NUL character, which is found out quickly."""
        try:
            return b"\\u0000" in orjson.dumps(self.told, default=str, option=orjson.OPT_NON_STR_KEYS)
        except orjson.JSONEncodeError:
            return True

    def fingerprint(self) -> str:
        asked = [self.verb, self.args, self.manner.received_at, self.manner.reason]
        said = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z, default=str)
        return sha256(said).hexdigest()


class Opening(Struct, frozen=True):
    """A case that is to be opened, and what it begins with: first drafts by form."""

    definition: Definition
    party: str
    region: str | None
    answers: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    parent: str | None = None
    historic: bool = False
    demonstration: bool = False
    manner: Manner = PLAIN


def new_id(at: datetime) -> str:
    """A new case's id: it sorts by time, so that the rows of a day lie together, and cannot be guessed."""
    return f"{int(at.timestamp() * 1000):012x}{os.urandom(10).hex()}"
