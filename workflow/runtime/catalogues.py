"""Catalogues of the engine's own sentences, by the English sentence, which stands where one is missing."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


@cache
def catalogue(folder: str, language: str) -> NullTranslations:
    """The catalogue `definitions/FOLDER/LANGUAGE.po`, read once."""
    file = files("definitions").joinpath(*folder.split("/"), f"{language}.po")
    if not language.isalpha() or not file.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
