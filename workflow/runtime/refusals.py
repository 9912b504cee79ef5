"""Refusals in the reader's language: an error's title, sentence and faults, from `definitions/refusals`."""

from __future__ import annotations

from typing import Any

from workflow.errors import CasewayError, Fault, Phrase
from workflow.runtime.catalogues import catalogue


def title(error: CasewayError, language: str) -> str:
    return catalogue("refusals", language).gettext(error.title)


def sentence(error: CasewayError, language: str) -> str:
    """The error's own words, with what it is about in its places."""
    return phrase(Phrase(error.template, error.params), language)


def fault(one: Fault, language: str) -> str:
    """What is wrong, and what would be right."""
    return phrase(Phrase(one.said) if isinstance(one.said, str) else one.said, language)


def phrase(words: Phrase, language: str) -> str:
    """The phrase and those within it; what somebody wrote stays as it is."""
    told = catalogue("refusals", language).gettext(words.template)
    return told.format(**_places(words, language)) if words.params else told


def _places(words: Phrase, language: str) -> dict[str, Any]:
    return {
        name: phrase(value, language) if isinstance(value, Phrase) else value
        for name, value in words.params.items()
    }
