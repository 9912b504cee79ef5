"""Refusals in the reader's language: an error's title and its sentence, from `definitions/refusals`."""

from __future__ import annotations

from workflow.errors import CasewayError
from workflow.runtime.catalogues import catalogue


def title(error: CasewayError, language: str) -> str:
    return catalogue("refusals", language).gettext(error.title)


def sentence(error: CasewayError, language: str) -> str:
    """The error's own words, with what it is about in its places."""
    words = catalogue("refusals", language).gettext(error.template)
    return words.format(**error.params) if error.params else words
