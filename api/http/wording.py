"""Refusals in the reader's language: what the definition says of a guard, and whose turn it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from api.http.identity import Caller
from workflow.errors import GuardRefused, Malformed, NotAllowed, Reason
from workflow.rules.actions import Action
from workflow.rules.definition import Definition
from workflow.runtime.engine import PARIS
from workflow.runtime.reasons import labelled, refusal_in_words, roles_in_words
from workflow.runtime.refusals import phrase

WHOSE = {
    "en": "This is for: {roles}.",
    "fr": "Ceci revient à : {roles}.",
    "es": "Esto corresponde a: {roles}.",
}


def not_theirs(definition: Definition, action: Action, language: str) -> Reason:
    """Whose it is, where it is not the reader's, or what excepts them."""
    if action.excepted is not None:
        return Reason("role", text=phrase(labelled(definition, action.excepted, language), language))
    named = roles_in_words(definition, action.roles, language)
    return Reason("role", text=WHOSE.get(language, WHOSE["en"]).format(roles=named or "–"))


@contextmanager
def refusals_in_words(caller: Caller, case_id: str) -> Iterator[None]:
    """A refusal is told in the words of the case's definition."""
    try:
        yield
    except (GuardRefused, NotAllowed, Malformed) as refusal:
        view = caller.see(case_id)
        zone = view.office.secretariat.tz
        raise refusal_in_words(view.definition, refusal, caller.language, zone) from None


@contextmanager
def opening_in_words(caller: Caller, key: str) -> Iterator[None]:
    """A refusal to open is told in the words of the definition that was asked for."""
    try:
        yield
    except (GuardRefused, NotAllowed) as refusal:
        definition = caller.engine.library.newest(key)
        raise refusal_in_words(definition, refusal, caller.language, PARIS) from None
