"""Passwords and their hashes: Argon2id with the library's recommended parameters.

Law: no more than PLACES are computed at once in a process, each in 64 MiB, however many sign in; who finds no
place in time is told so. An account that is not there takes as long as one that is.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator
from threading import BoundedSemaphore
from typing import TypeVar

from pwdlib import PasswordHash

from workflow.errors import Busy, Fault, Malformed, Phrase

T = TypeVar("T")

PLACES = 2
PATIENCE = 5.0
"""For how many seconds somebody waits for a place."""
FULL = "Too many are signing in at this moment; nothing was changed, try again."
SHORTEST, LONGEST = 15, 200
VARIETY = 6
"""How many different characters a password has at least."""
UNKNOWN = 8
"""How many characters of it are of no word about its owner."""


class Hashing:
    """One per process. Safe to call from any number of threads."""

    def __init__(
        self, hasher: PasswordHash | None = None, *, places: int = PLACES, patience: float = PATIENCE
    ) -> None:
        self._hasher = hasher or PasswordHash.recommended()
        self._places = BoundedSemaphore(places)
        self._patience = patience
        self._nobodys = self._hasher.hash(secrets.token_urlsafe(16))

    def hash(self, password: str) -> str:
        """Raises Busy."""
        return self._in_place(lambda: self._hasher.hash(_same(password)))

    def verify(self, password: str, known: str | None) -> tuple[bool, str | None]:
        """Whether it is the password, and the hash to keep instead where the parameters have changed.

        None is known of an account that is not there, or has no password. Raises Busy.
        """
        fits, newer = self._in_place(
            lambda: self._hasher.verify_and_update(_same(password), known or self._nobodys)
        )
        return (fits, newer) if known else (False, None)

    def _in_place(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(timeout=self._patience):
            raise Busy(FULL)
        try:
            return work()
        finally:
            self._places.release()


def check(password: str, *own: str) -> None:
    """Raises Malformed for a password that is too easy to guess; `own` are words about the person."""
    if faults := tuple(_faults(password, own)):
        raise Malformed(faults)


def _faults(password: str, own: tuple[str, ...]) -> Iterator[Fault]:
    if not SHORTEST <= len(password) <= LONGEST:
        said = Phrase(
            "a password has {shortest} to {longest} characters; several words make a good one",
            {"shortest": SHORTEST, "longest": LONGEST},
        )
        yield Fault("/password", said)
    if len(set(password)) < VARIETY:
        said = Phrase("a password has at least {variety} different characters", {"variety": VARIETY})
        yield Fault("/password", said)
    if len(_without(password.lower(), own)) < UNKNOWN and len(password) >= SHORTEST:
        yield Fault("/password", "a password is not a name or an address of its owner")


def _without(password: str, own: tuple[str, ...]) -> str:
    """What is in it besides such words, and what divides words."""
    parts = {part for word in own for part in re.split(r"[\W_]+", word.lower()) if len(part) > 2}
    for part in sorted(parts, key=len, reverse=True):
        password = password.replace(part, " ")
    return re.sub(r"[\s.,_@'-]+", "", password)


def _same(password: str) -> str:
    """However it is typed: an accent that is a character of its own is no other password."""
    return unicodedata.normalize("NFC", password)
