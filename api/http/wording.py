"""Refusals in the reader's language: what the definition says of a guard, and what it looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import tzinfo

from api.http.identity import Caller
from workflow.errors import GuardRefused, Reason
from workflow.rules.definition import Definition
from workflow.runtime.wording import written

WHOSE = {
    "en": "This is for: {roles}.",
    "fr": "Ceci revient à : {roles}.",
    "es": "Esto corresponde a: {roles}.",
}


def worded(definition: Definition, reason: Reason, language: str, zone: tzinfo) -> Reason:
    """The guard's words, which say what must be so, and the facts as they are."""
    said = written(definition, dict(reason.facts), language, zone)
    shown = "; ".join(f"{definition.label(f'fact.{name}', language)}: {text}" for name, text in said.items())
    words = definition.label(f"guard.{reason.guard}", language)
    return replace(reason, text=f"{words} ({shown})" if shown else words)


def not_theirs(definition: Definition, roles: Iterable[str], language: str) -> Reason:
    """Whose it is, where it is not the reader's."""
    named = ", ".join(definition.label(f"role.{role}", language) for role in roles)
    return Reason("role", text=WHOSE.get(language, WHOSE["en"]).format(roles=named or "–"))


@contextmanager
def refusals_in_words(caller: Caller, case_id: str) -> Iterator[None]:
    """A refused guard is told in the words of the case's definition."""
    try:
        yield
    except GuardRefused as refusal:
        view, language = caller.see(case_id), caller.language
        zone = view.office.secretariat.tz
        reasons = (worded(view.definition, reason, language, zone) for reason in refusal.reasons)
        raise GuardRefused(refusal.trigger, tuple(reasons)) from None
